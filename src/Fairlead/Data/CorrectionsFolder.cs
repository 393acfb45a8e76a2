using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Data.Quarantine;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>The folder <c>corrections/</c> of a project: what people said about the data, as files fit for git. docs/formats/corrections.md describes them.</summary>
/// <remarks>
/// <c>values.jsonl</c> holds one correction a line, appended in the order accepted; <c>rows.jsonl</c> one repair of a quarantined row a line; <c>repair-ID.json</c> one accepted repair of a slice each.
/// A correction or repair is taken back by deleting its line or file.
/// </remarks>
public static class CorrectionsFolder
{
    public const string Name = "corrections";

    public const string ValuesFile = "values.jsonl";

    public const string RowsFile = "rows.jsonl";

    private const string RepairPrefix = "repair-";

    /// <summary>Everything in the folder, corrections in file order and repairs by id; empty when there is no folder.</summary>
    /// <exception cref="FaultException">A file can't be read: every fault with file:line.</exception>
    public static (IReadOnlyList<Correction> Corrections, IReadOnlyList<Repair> Repairs) Read(string projectFolder)
    {
        var folder = Path.Combine(projectFolder, Name);
        List<Correction> corrections = [];
        List<Repair> repairs = [];
        List<Fault> faults = [];
        var values = Path.Combine(folder, ValuesFile);
        if (File.Exists(values))
        {
            var number = 0;
            foreach (var line in File.ReadLines(values))
            {
                number++;
                if (line.Trim().Length > 0 && Parse(line, CorrectionsJson.Default.Correction, values, number, faults) is { } correction && Whole(correction, values, number, faults))
                {
                    corrections.Add(correction);
                }
            }
        }

        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, RepairPrefix + "*.json").Order(StringComparer.Ordinal).ToArray() : [])
        {
            if (Parse(File.ReadAllText(path), CorrectionsJson.Default.Repair, path, 1, faults) is { } repair && Whole(repair, path, faults))
            {
                repairs.Add(repair);
            }
        }

        return faults.Count > 0 ? throw new FaultException(faults) : (corrections, [.. repairs.OrderBy(repair => repair.Id, StringComparer.Ordinal)]);
    }

    /// <summary>Repairs of rows in quarantine, in file order; empty when there is no file.</summary>
    /// <exception cref="FaultException">A line can't be read: every fault with file:line.</exception>
    public static IReadOnlyList<RowRepair> ReadRows(string projectFolder)
    {
        var path = Path.Combine(projectFolder, Name, RowsFile);
        List<RowRepair> repairs = [];
        List<Fault> faults = [];
        var number = 0;
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            number++;
            if (line.Trim().Length > 0 && Parse(line, CorrectionsJson.Default.RowRepair, path, number, faults) is { } repair && Whole(repair, path, number, faults))
            {
                repairs.Add(repair);
            }
        }

        if (repairs.Count > RowRepair.CountMax)
        {
            faults.Add(new Fault(path, string.Create(CultureInfo.InvariantCulture, $"The file has {repairs.Count:N0} repairs; the limit is {RowRepair.CountMax:N0}."), "Put so many rows right in the source, or by a cleaning step."));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : repairs;
    }

    /// <summary>A repair of a row as its line in the file, without the line's end.</summary>
    public static string Line(RowRepair repair) => JsonSerializer.Serialize(repair, CorrectionsJson.Lines.RowRepair);

    /// <summary>Appends a correction. On disk when this returns. One that stands there already (same feedback, key and column) is not added again.</summary>
    /// <returns>The file, relative to the project folder.</returns>
    public static string Add(string projectFolder, Correction correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        var path = Path.Combine(projectFolder, Name, ValuesFile);
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        var known = Read(projectFolder).Corrections;
        if (!known.Any(other => other.Feedback == correction.Feedback && other.Key == correction.Key && other.Column == correction.Column && other.Now == correction.Now))
        {
            var end = before.Length == 0 || before.EndsWith('\n') ? "" : "\n";
            DurableFile.Write(path, before + end + JsonSerializer.Serialize(correction, CorrectionsJson.Lines.Correction) + "\n");
        }

        return $"{Name}/{ValuesFile}";
    }

    /// <summary>A correction as its line in the file, without the line's end.</summary>
    public static string Line(Correction correction) => JsonSerializer.Serialize(correction, CorrectionsJson.Lines.Correction);

    /// <summary>An accepted repair's file, relative to the project folder.</summary>
    public static string PathOf(Repair repair) => $"{Name}/{RepairPrefix}{repair.Id}.json";

    /// <summary>The text of a repair's file.</summary>
    public static string Text(Repair repair) => JsonSerializer.Serialize(repair, CorrectionsJson.Indented.Repair) + "\n";

    /// <summary>Writes an accepted repair, replacing one of the same id. On disk when this returns.</summary>
    /// <returns>The file, relative to the project folder.</returns>
    /// <exception cref="ArgumentException">The id can't be a file name: it takes 1 to 80 of a-z, 0-9 and -.</exception>
    public static string Add(string projectFolder, Repair repair)
    {
        ArgumentNullException.ThrowIfNull(repair);
        if (!IsId(repair.Id))
        {
            throw new ArgumentException($"The id \"{repair.Id}\" can't be a file name: it takes 1 to 80 of a-z, 0-9 and -.", nameof(repair));
        }

        DurableFile.Write(Path.Combine(projectFolder, PathOf(repair)), Text(repair));
        return PathOf(repair);
    }

    private static bool IsId(string id) => id.Length is >= 1 and <= 80 && id.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign == '-');

    private static T? Parse<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string path, int line, List<Fault> faults)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            var at = line + (exception.LineNumber ?? 0);
            faults.Add(new Fault(string.Create(CultureInfo.InvariantCulture, $"{path}:{at}:{(exception.BytePositionInLine ?? 0) + 1}"), exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0], "Correct it, or take it away; docs/formats/corrections.md shows the form."));
            return null;
        }
    }

    private static bool Whole(Correction correction, string path, int line, List<Fault> faults) =>
        Whole($"{path}:{line}:1", faults, ("key", correction.Key), ("column", correction.Column), ("now", correction.Now), ("feedback", correction.Feedback));

    private static bool Whole(RowRepair repair, string path, int line, List<Fault> faults)
    {
        var where = $"{path}:{line.ToString(CultureInfo.InvariantCulture)}:1";
        if (!Whole(where, faults, ("key", repair.Key), ("content", repair.Content), ("action", repair.Action)))
        {
            return false;
        }

        var (what, fix) = repair.Action switch
        {
            RowRepair.Set => (repair.Values is not { Count: > 0 } ? "\"values\" is missing or empty." : null, "Give the right values by column."),
            RowRepair.Release => (repair.Reasons is not { Count: > 0 } ? "\"reasons\" is missing or empty." : string.IsNullOrWhiteSpace(repair.Because) ? "\"because\" is missing." : null, "Name the reasons that shall not keep the row back, and say why."),
            RowRepair.Drop => (string.IsNullOrWhiteSpace(repair.Because) ? "\"because\" is missing." : null, "Say why the row is left out."),
            _ => ($"\"{repair.Action}\" is not an action.", $"Use one of: {string.Join(", ", RowRepair.Actions)}."),
        };
        if (what is not null)
        {
            faults.Add(new Fault(where, what, fix));
        }

        return what is null;
    }

    private static bool Whole(Repair repair, string path, List<Fault> faults)
    {
        // A file may say null where the types say there is a value.
        if (((IEnumerable<Condition?>?)repair.Where)?.All(condition => condition?.Column is { Length: > 0 }) is not true || repair.Feedback is null)
        {
            faults.Add(new Fault($"{path}:1:1", "\"where\" and \"feedback\" must be lists.", "Write them, even when empty."));
            return false;
        }

        return Whole($"{path}:1:1", faults, ("id", repair.Id), ("action", repair.Action));
    }

    private static bool Whole(string where, List<Fault> faults, params (string Name, string? Value)[] fields)
    {
        var missing = fields.Where(field => string.IsNullOrEmpty(field.Value)).Select(field => $"\"{field.Name}\"").ToList();
        if (missing.Count > 0)
        {
            faults.Add(new Fault(where, $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing or empty.", "Write it, or take the entry away."));
        }

        return missing.Count == 0;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Correction))]
[JsonSerializable(typeof(Repair))]
[JsonSerializable(typeof(RowRepair))]
internal sealed partial class CorrectionsJson : JsonSerializerContext
{
    /// <summary>For files that people read as diffs: letters as they are, an entry a line.</summary>
    public static CorrectionsJson Lines { get; } = new(Readable(indented: false));

    /// <summary>As <see cref="Lines"/>, a field a line.</summary>
    public static CorrectionsJson Indented { get; } = new(Readable(indented: true));

    private static JsonSerializerOptions Readable(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
    };
}
