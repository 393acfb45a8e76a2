using System.Globalization;
using System.Text;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>A table about people, one of whom is to be erased: the source file of each iteration, and how its columns are declared.</summary>
/// <param name="Person">Their value in <paramref name="Column"/>.</param>
/// <param name="Email">Their value in the key column.</param>
/// <param name="Name">Their name, as other people say it.</param>
/// <param name="Column">What they are known by; the key is <c>email</c>.</param>
/// <param name="Columns">Lines of <c>columns:</c> in the project file.</param>
/// <param name="Sources">CSV of each iteration.</param>
/// <param name="Telling">Cells of their rows that stand in no row of anybody else, in any iteration, long enough to be told from ordinary words.</param>
/// <param name="KeyProtection">What happens to the key column.</param>
internal sealed record PeopleTable(string Person, string Email, string Name, string Column, string Columns, IReadOnlyList<string> Sources, IReadOnlyList<string> Telling, Protection KeyProtection)
{
    /// <summary>Fewest characters of a telling cell: with a letter, and without.</summary>
    private const int WordMin = 4;
    private const int OtherMin = 6;

    private static readonly string[] Syllables = ["bra", "cle", "dor", "fim", "gul", "hep", "jas", "kro", "lun", "mip", "nor", "pel", "quo", "rix", "sta", "tev", "ulm", "vop", "wex", "zan"];
    private static readonly string[] Words = ["paid", "late", "called", "twice", "asked", "for", "a", "refund", "moved", "house", "and", "was", "happy", "with", "it", "\"quoted\"", "a, b", "übel", "l'été"];
    private static readonly string[] Towns = ["Leeds", "Turin", "Graz", "Łódź"];

    /// <summary>A table as it may be: columns of all kinds with all protections, values shared with others or nobody's, two iterations of which either may lack some of the person's rows.</summary>
    public static PeopleTable Make(int seed)
    {
        var random = new Random(seed);
        var byName = random.Next(3) == 0;
        var key = random.Next(2) == 0 ? Protection.None : Protection.Pseudonym;
        var kinds = Enumerable.Range(0, random.Next(3, 8)).Select(_ => random.Next(4)).ToList();
        var lines = new StringBuilder().Append(CultureInfo.InvariantCulture, $"  email: {{kind: id{(key == Protection.Pseudonym ? ", personal: pseudonym" : "")}}}\n  name: {{kind: text}}\n  income: number\n");
        for (var i = 0; i < kinds.Count; i++)
        {
            string[] protections = kinds[i] switch { 0 => ["", ", personal: mask", ", personal: pseudonym", ", personal: drop"], 1 => ["", ", personal: pseudonym", ", personal: drop", ", personal: synthetic"], _ => [""] };
            lines.Append(CultureInfo.InvariantCulture, $"  c{i}: {{kind: {(kinds[i] switch { 0 => "text", 1 => "category", 2 => "number", _ => "date" })}{protections[random.Next(protections.Length)]}}}\n");
        }

        var (person, name) = ($"{Unique(random)}@{Unique(random)}.example", $"{Title(Unique(random))} {Title(Unique(random))}");
        var others = Enumerable.Range(0, random.Next(30, 80)).Select(i => Row(random, kinds, $"p{i}@example.com", $"Person {i}")).ToList();
        var theirs = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Row(random, kinds, random.Next(4) == 0 ? $" {person} " : person, name)).ToList();
        if (theirs.Count > 1)
        {
            theirs[^1][2] = "9876543.21"; // the largest of all: what was observed of the whole column is theirs
        }

        theirs[0][2] = "-48211.37"; // fails a check: one row of theirs is in quarantine
        List<string> sources = [];
        for (var iteration = 0; iteration < 2; iteration++)
        {
            var rows = others.Select(row => random.Next(10) == 0 ? [row[0], row[1], .. Row(random, kinds, "", "")[2..]] : row).Concat(theirs.Where((_, i) => i % 2 == iteration || i == 0 || random.Next(2) == 0)).OrderBy(_ => random.Next()).ToList();
            sources.Add($"email,name,income,{string.Join(',', kinds.Select((_, i) => $"c{i}"))},gone\n{string.Concat(rows.Select((row, i) => string.Join(',', row.Select(Quoted)) + (i % 3 == 0 ? ",yes\n" : ",no\n")))}");
        }

        var all = string.Join('\n', sources.SelectMany(source => source.Split('\n').Where(line => !line.Contains(person, StringComparison.Ordinal))));
        var telling = theirs.SelectMany(row => row).Select(cell => cell.Trim()).Append(name).Distinct(StringComparer.Ordinal)
            .Where(cell => cell.Length >= (cell.Any(char.IsLetter) ? WordMin : OtherMin) && !all.Contains(Quoted(cell).Trim('"'), StringComparison.Ordinal)).ToList();
        return new PeopleTable(byName ? name : person, person, name, byName ? "name" : "email", lines.ToString(), sources, telling, key);
    }

    private static List<string> Row(Random random, List<int> kinds, string email, string name) =>
    [
        email, name, random.Next(1_000, 90_000).ToString(CultureInfo.InvariantCulture) + (random.Next(3) == 0 ? $".{random.Next(1, 99):00}" : ""),
        .. kinds.Select(kind => random.Next(12) == 0 ? "" : kind switch
        {
            0 => string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(4) == 0 ? Unique(random) : Words[random.Next(Words.Length)])),
            1 => random.Next(3) == 0 ? Title(Unique(random)) : Towns[random.Next(Towns.Length)],
            2 => random.Next(3) == 0 ? (random.NextDouble() * 1e6).ToString("F3", CultureInfo.InvariantCulture) : random.Next(10).ToString(CultureInfo.InvariantCulture),
            _ => new DateTime(1950, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Next(3) == 0 ? random.Next(20_000) : random.Next(5)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        }),
    ];

    private static string Unique(Random random) => string.Concat(Enumerable.Range(0, 4).Select(_ => Syllables[random.Next(Syllables.Length)]));

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
