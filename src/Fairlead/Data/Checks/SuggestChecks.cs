using System.Globalization;
using System.Text;
using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Sources;
using Fairlead.Projects.Writing;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>A check worth having.</summary>
/// <param name="Text">As an item of a checks file: <c>name: {arguments}</c>.</param>
/// <param name="Reason">What in the data speaks for it.</param>
/// <param name="FailingShare">Share of the rows looked at that fail it now, in [0, 1].</param>
public sealed record SuggestedCheck(CheckRule Rule, string Text, string Reason, double FailingShare);

/// <summary>
/// Proposes checks from a profile of a table, and measures them in one further scan: all of them together, over the columns that they look at. A bound is never the exact smallest or largest value: see <see cref="Outward"/>.
/// </summary>
public static class SuggestChecks
{
    /// <summary>Memory for measuring whether the values of columns are unique, of all columns together.</summary>
    private const long UniqueBytes = 128L << 20;

    /// <summary>Columns measured for uniqueness however many rows there are; what does not fit into memory goes to a private file.</summary>
    private const int UniqueLeast = 8;

    /// <summary>Bytes a row takes there.</summary>
    private const int UniqueRowBytes = 16;

    /// <param name="Rows">Rows of the table.</param>
    /// <param name="Checks">Table first, then column by column, then pairs of columns.</param>
    public sealed record Outcome(string File, long Rows, IReadOnlyList<SuggestedCheck> Checks)
    {
        /// <summary>Columns of which no check lists values, because they hold personal data; a sentence each.</summary>
        public IReadOnlyList<string> Notes { get; init; } = [];

        /// <summary>A checks file that <c>data check</c> reads, each check with its reason.</summary>
        public string Yaml()
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"# Proposed from {YamlFlow.OneLine(Path.GetFileName(File))}: {Counted.Of(Rows, "row")}. Bounds leave room: they are not the smallest and largest values seen.\n");
            foreach (var note in Notes)
            {
                text.Append(CultureInfo.InvariantCulture, $"# {YamlFlow.OneLine(note)}\n");
            }

            text.Append("checks:\n");
            foreach (var check in Checks)
            {
                text.Append(CultureInfo.InvariantCulture, $"  # {YamlFlow.OneLine(check.Reason)} Would fail {Percent(check.FailingShare)} now.\n  - {check.Text}\n");
            }

            return Checks.Count == 0 ? text.Replace("checks:\n", "checks: []\n").ToString() : text.ToString();
        }
    }

    /// <exception cref="FaultException">The file can't be read.</exception>
    public static Outcome Run(string file, CancellationToken cancel, SourceOptions? reading = null)
    {
        var source = SourceReader.Open(file, reading);
        return Run(columns => TableScan.Open(source, columns), file, cancel);
    }

    /// <summary>The same over any table.</summary>
    /// <param name="open">Opens it at its first row, with the columns named or all.</param>
    internal static Outcome Run(Func<IReadOnlyList<string>?, ITableScan> open, string file, CancellationToken cancel)
    {
        var personal = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (rows, names, candidates, pairs) = Candidates(open, personal, cancel);
        if (rows < ProposalRules.RowsMin)
        {
            return new Outcome(file, rows, []);
        }

        var measured = MeasuredChecks.Of(
            [.. candidates, .. pairs.Select(pair => pair.Candidate).OfType<CheckCandidate>()],
            [.. pairs.Where(pair => pair.Candidate is null).Select(pair => (names[pair.Pair.Left], names[pair.Pair.Right]))], names, open, cancel);
        var holding = pairs.Select(pair => (pair.Pair, Check: pair.Candidate is { } candidate ? measured.Proposed(candidate) : measured.Named(names[pair.Pair.Left], names[pair.Pair.Right]))).Where(pair => pair.Check is not null).ToList();
        var above = holding.Select(pair => pair.Pair).Where(pair => pair.Kind == PairKind.Above).ToList();
        List<SuggestedCheck> kept = [.. holding.Where(pair => !Follows(pair.Pair, above)).Select(pair => pair.Check!).Where(check => !ListedValues.ArePersonal(check.Rule, personal))];
        return new Outcome(file, rows, [.. candidates.Select(measured.Proposed).OfType<SuggestedCheck>(), .. kept])
        {
            Notes = [.. personal.Select(column => $"No check lists the values of column \"{column.Key}\": it holds personal data ({column.Value}).")],
        };
    }

    /// <summary>A share of rows in words.</summary>
    internal static string Percent(double share) => share == 0 ? "no row" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");

    /// <summary>The first scan: the profile, and what it speaks for.</summary>
    private static (long Rows, IReadOnlyList<string> Names, IReadOnlyList<CheckCandidate> Checks, IReadOnlyList<(PairCandidate Pair, CheckCandidate? Candidate)> Pairs) Candidates(Func<IReadOnlyList<string>?, ITableScan> open, SortedDictionary<string, string> personal, CancellationToken cancel)
    {
        using var scan = open(null);
        List<string> names = [.. scan.Columns.Select(column => column.Name)];
        var profiler = new TableProfiler(names, ofRows: false);
        var most = ColumnHead.RowsOf(names.Count);
        List<ColumnHead> heads = [.. names.Select(name => new ColumnHead(name, most))];
        long rows = 0;
        while (scan.Next(cancel) is { } batch)
        {
            for (var i = 0; i < heads.Count && rows < most; i++)
            {
                heads[i].Take(batch.Columns[i], batch.Rows);
            }

            profiler.Add(batch);
            rows += batch.Rows;
        }

        profiler.Close();
        if (rows < ProposalRules.RowsMin)
        {
            return (rows, names, [], []);
        }

        var (spare, sorted) = (new uint[most], new double[most]);
        heads.ForEach(head => head.Close(spare, sorted));
        var (low, high) = Outward.OfRows(rows);
        List<CheckCandidate> checks =
        [
            CheckCandidate.Of(new RowCountCheck(low, high), string.Create(CultureInfo.InvariantCulture, $"There {(rows == 1 ? "is" : "are")} {Counted.Of(rows, "row")} now; a delivery with half or twice as many deserves a look.")),
            CheckCandidate.Of(new ColumnsSetCheck(names, true), "The columns as they are."),
        ];
        var columns = profiler.Columns;
        var uniques = (int)Math.Min(Math.Max(UniqueBytes / (UniqueRowBytes * rows), UniqueLeast), names.Count);
        var unique = Enumerable.Range(0, names.Count).Where(i => columns[i].Missing == 0 && ColumnCandidates.MayBeUnique(columns[i], heads[i])).Take(uniques).ToHashSet();
        for (var i = 0; i < names.Count; i++)
        {
            checks.AddRange(ColumnCandidates.Of(columns[i], heads[i], unique.Contains(i), personal));
        }

        var found = new PairCandidates(heads, cancel).Find(column => columns[column].Values.Distinct < columns[column].Rows - columns[column].Missing);
        return (rows, names, checks, [.. found.Select(pair => (pair, Candidate(pair, heads)))]);
    }

    private static CheckCandidate? Candidate(PairCandidate pair, List<ColumnHead> heads)
    {
        var (left, right) = (heads[pair.Left].Name, heads[pair.Right].Name);
        return pair.Kind switch
        {
            PairKind.Same => CheckCandidate.Of(new PairEqualCheck(left, right, true), (failing, looked) => $"The two are the same {InRows(failing, looked)}.") with { RowsMin = ProposalRules.RowsMin },
            PairKind.Above => CheckCandidate.Of(new CompareCheck(left, right, true), (failing, looked) => string.Create(CultureInfo.InvariantCulture, $"{left} is at least {right} {InRows(failing, looked)}; unrelated columns would break it in {100 * pair.Broken:0.#} %.")) with { RowsMin = ProposalRules.RowsMin },
            PairKind.Unique => new CheckCandidate(
                CheckCandidate.RuleOf(null, new CompoundUniqueCheck([left, right], true), 1),
                (_, looked) => string.Create(CultureInfo.InvariantCulture, $"No combination stands twice in {looked:N0} rows that have both, though each column repeats; unrelated columns would repeat {pair.Broken:N0} among the first rows alone."), 0, RowsMin: ProposalRules.RowsMin),
            _ => null,
        };
    }

    /// <summary>"in each of 1,000 rows", "in all but 3 of 1,000 rows".</summary>
    private static string InRows(long failing, long looked) => failing == 0
        ? string.Create(CultureInfo.InvariantCulture, $"in each of {looked:N0} rows that have both")
        : string.Create(CultureInfo.InvariantCulture, $"in all but {failing:N0} of {looked:N0} rows that have both");

    /// <summary>a above c, where b lies between them.</summary>
    private static bool Follows(PairCandidate pair, List<PairCandidate> all) =>
        pair.Kind == PairKind.Above && all.Exists(first => first.Left == pair.Left && first.Right != pair.Right && all.Exists(second => second.Left == first.Right && second.Right == pair.Right));
}
