using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Data.Labels;

/// <summary>A person looked at a suspected label and said that it is right. It holds for this label of this row: another label of the same row is asked about again.</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Column">The target.</param>
/// <param name="Label">The label that stays.</param>
/// <param name="Suspected">What was thought likelier.</param>
/// <param name="At">When it was said.</param>
public sealed record KeptLabel(string Key, string Column, string Label, string Suspected, DateTimeOffset At);

/// <summary>The file <c>corrections/kept-labels.jsonl</c> of a project: suspected labels that people refused to change, one a line. docs/formats/corrections.md describes it.</summary>
public static class KeptLabels
{
    /// <summary>Its name in the folder.</summary>
    public const string FileName = "kept-labels.jsonl";

    /// <summary>Its place in the project folder.</summary>
    public const string File = $"{CorrectionsFolder.Name}/{FileName}";

    /// <summary>All of them in file order; empty where there is no file.</summary>
    /// <exception cref="FaultException">Lines can't be read: every fault with file:line.</exception>
    public static IReadOnlyList<KeptLabel> Read(string projectFolder)
    {
        var path = Path.Combine(projectFolder, File);
        if (!System.IO.File.Exists(path))
        {
            return [];
        }

        List<KeptLabel> kept = [];
        List<Fault> faults = [];
        foreach (var (number, line) in System.IO.File.ReadLines(path).Index())
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                var one = JsonSerializer.Deserialize(line, KeptLabelsJson.Lines.KeptLabel);
                if (one is { Key.Length: > 0, Column.Length: > 0, Label.Length: > 0 })
                {
                    kept.Add(one);
                }
                else
                {
                    faults.Add(new Fault(Place(path, number, 0), "\"key\", \"column\" or \"label\" is missing or empty.", "Write it, or take the line away."));
                }
            }
            catch (JsonException exception)
            {
                faults.Add(new Fault(Place(path, number, exception.BytePositionInLine ?? 0), exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0], "Correct it, or take the line away; docs/formats/corrections.md shows the form."));
            }
        }

        return faults.Count > 0 ? throw new FaultException(faults) : kept;
    }

    /// <summary>The file's text with more lines.</summary>
    public static string With(string? before, IReadOnlyList<KeptLabel> more)
    {
        var text = before ?? "";
        return text + (text.Length == 0 || text.EndsWith('\n') ? "" : "\n") + string.Concat(more.Select(one => JsonSerializer.Serialize(one, KeptLabelsJson.Lines.KeptLabel) + "\n"));
    }

    private static string Place(string path, int line, long at) => string.Create(CultureInfo.InvariantCulture, $"{path}:{line + 1}:{at + 1}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(KeptLabel))]
internal sealed partial class KeptLabelsJson : JsonSerializerContext
{
    /// <summary>For a file that people read as a diff: letters as they are.</summary>
    public static KeptLabelsJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
