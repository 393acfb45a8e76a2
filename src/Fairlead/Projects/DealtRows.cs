using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>The rows that a stratified split deals to another side than the hash alone would: the file <c>split.jsonl</c> of a project. docs/formats/split.md describes it.</summary>
/// <remarks>
/// Drawn once, on the first version. After that a row's side follows from its key, the seed and this file: never from its label, from other rows or from their order. So nothing moves a row, and rows that
/// come later fall by the hash in the wanted shares.
/// </remarks>
/// <param name="Seed">Of the split that it was drawn for, as <paramref name="By"/>, <paramref name="Column"/>, <paramref name="Exam"/> and <paramref name="Sealed"/>.</param>
/// <param name="Rows">Rows that it was drawn on.</param>
/// <param name="At">When.</param>
/// <param name="Moved">Side by hash (0 to 2^53 - 1) of the key or group. Empty while only <paramref name="Names"/> are known.</param>
/// <param name="Key">Id of the pseudonym key that the file names them with; null: by the plain hash, as files from before do.</param>
/// <param name="Names">Side by name, as the file has it; null once <paramref name="Moved"/> is known (<see cref="Open"/>).</param>
public sealed partial record DealtRows(string By, string? Column, double Exam, double Sealed, int Seed, long Rows, DateTimeOffset At, IReadOnlyDictionary<long, string> Moved,
    [property: JsonIgnore] string? Key = null, [property: JsonIgnore] IReadOnlyDictionary<string, string>? Names = null) // neither deals a row, so a step's key has neither
{
    /// <summary>Its name in the project folder.</summary>
    public const string FileName = "split.jsonl";

    /// <summary>Most rows that it names: some millions of rows in tens of classes move a few thousand.</summary>
    public const int MovedMax = 1_000_000;

    private const int PlainDigits = 14;
    private const int KeyedDigits = 32;

    private static readonly string[] Sides = ["train", "exam", "sealed"];

    /// <summary>Whether it was drawn for this split. Another seed, other shares or another way to deal is another exam, for which it does not hold.</summary>
    public bool Fits(SplitRule split)
    {
        ArgumentNullException.ThrowIfNull(split);
        return (By, Column, Exam, Sealed, Seed) == (split.By, split.Column, split.Exam, split.Sealed, split.Seed);
    }

    /// <summary>The file of a project; null when there is none.</summary>
    /// <exception cref="FaultException">It can't be read: every fault with file:line.</exception>
    public static DealtRows? Read(string projectFolder)
    {
        var path = Path.Combine(projectFolder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        List<Fault> faults = [];
        Head? head = null;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }

            void Wrong(string what) => faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{path}:{number + 1}:1"), what, "Take it back from git, or delete the file: the next iteration draws the split anew. docs/formats/split.md shows the form."));
            try
            {
                if (head is null)
                {
                    head = JsonSerializer.Deserialize(line, DealtJson.Default.Head) ?? throw new JsonException("It is null.");
                    continue;
                }

                var one = JsonSerializer.Deserialize(line, DealtJson.Default.Move) ?? throw new JsonException("It is null.");
                var digits = head.Key is null ? PlainDigits : KeyedDigits;
                if (one.Hash.Length != digits || !one.Hash.All(char.IsAsciiHexDigitLower) || (head.Key is null && Bits(one.Hash) >> 53 != 0))
                {
                    Wrong(string.Create(CultureInfo.InvariantCulture, $"\"{one.Hash}\" is not a hash of {digits} hexadecimal digits."));
                }
                else if (!Sides.Contains(one.Side, StringComparer.Ordinal))
                {
                    Wrong($"\"{one.Side}\" is not a side.");
                }
                else if (!names.TryAdd(one.Hash, one.Side))
                {
                    Wrong($"The hash {one.Hash} stands twice.");
                }
            }
            catch (JsonException exception)
            {
                Wrong(exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0]);
            }

            if (faults.Count >= 20 || names.Count > MovedMax)
            {
                break;
            }
        }

        if (head is null && faults.Count == 0)
        {
            faults.Add(new Fault($"{path}:1:1", "The file is empty.", "Delete it: the next iteration draws the split anew."));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        var read = new DealtRows(head!.By, head.Column, head.Exam, head.Sealed, head.Seed, head.Rows, head.At, new Dictionary<long, string>(), head.Key, names);
        return head.Key is null || names.Count == 0 ? read.Open(Bits) : read;
    }

    /// <summary>The same with the hashes that its names stand for.</summary>
    /// <param name="bits">The hash (0 to 2^53 - 1) of a name.</param>
    public DealtRows Open(Func<string, long> bits)
    {
        ArgumentNullException.ThrowIfNull(bits);
        return Names is null ? this : this with
        {
            Moved = Names.Select(one => KeyValuePair.Create(bits(one.Key), one.Value)).OrderBy(one => one.Key).ToDictionary(), // in one order whatever the names are: it is part of a step's key
            Names = null,
        };
    }

    /// <summary>The text of the file: what it was drawn for, then a moved row a line, by name, which says nothing of its hash.</summary>
    /// <param name="key">Id of the pseudonym key.</param>
    /// <param name="name">The name of a hash under that key: 32 hexadecimal digits.</param>
    /// <exception cref="InvalidOperationException">It is not <see cref="Open">open</see>.</exception>
    public string Text(string key, Func<long, string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ThrowUnlessOpen();
        var text = new StringBuilder();
        text.Append(JsonSerializer.Serialize(new Head(By, Exam, Sealed, Seed, Rows, At, Column, key), DealtJson.Default.Head)).Append('\n');
        foreach (var (hash, side) in Moved.Select(pair => (Name: name(pair.Key), Side: pair.Value)).OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            text.Append(JsonSerializer.Serialize(new Move(hash, side), DealtJson.Default.Move)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Rows must not be dealt while it is unknown which ones were moved.</summary>
    /// <exception cref="InvalidOperationException">It is not <see cref="Open">open</see>.</exception>
    public void ThrowUnlessOpen()
    {
        if (Names is not null)
        {
            throw new InvalidOperationException($"{FileName} was read, but its names were not opened with the project's key.");
        }
    }

    private static long Bits(string plain) => long.Parse(plain, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    internal sealed record Head(string By, double Exam, double Sealed, int Seed, long Rows, DateTimeOffset At, string? Column = null, string? Key = null);

    internal sealed record Move(string Hash, string Side);

    [JsonSerializable(typeof(Head))]
    [JsonSerializable(typeof(Move))]
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    internal sealed partial class DealtJson : JsonSerializerContext;
}
