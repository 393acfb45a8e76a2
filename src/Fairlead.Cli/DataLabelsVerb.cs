using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Data.Labels;
using Fairlead.Iterations.Labels;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data labels</c>: suspected label errors of a file by given probabilities, or the queue of a project.</summary>
internal static partial class DataLabelsVerb
{
    private const int Shown = 20;

    public static Command Build()
    {
        var place = new Argument<string>("FILE") { Description = "The labelled table (CSV, TSV, JSON, Parquet), or a project folder: then its queue." };
        var label = new Option<string?>("--label") { HelpName = "COL", Description = "File: its column of labels." };
        var probabilities = new Option<string?>("--probabilities") { HelpName = "FILE", Description = "File: a column for each class, named as the labels; a row for each row, from a model that did not see it." };
        var accept = new Option<string[]>("--accept") { HelpName = "KEY[=LABEL] …", Description = "Project: correct these rows, to the likelier label or to the one named; numbers need it.", AllowMultipleArgumentsPerToken = true };
        var refuse = new Option<string[]>("--refuse") { HelpName = "KEY …", Description = "Project: the labels of these rows are right; nobody is asked again.", AllowMultipleArgumentsPerToken = true };
        var cause = new Option<string?>("--cause") { HelpName = "ID", Description = "Project: correct all open rows of this cause." };
        var distrust = new Option<string?>("--distrust") { HelpName = "ID", Description = "Project: labels of the slice of this cause are not believed until its source is repaired." };
        var command = new Command("labels", "Find suspected label errors by confident learning: rows ranked, most suspect first, and the noise matrix.") { place, label, probabilities, accept, refuse, cause, distrust };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            var at = parsed.GetRequiredValue(place);
            if (Directory.Exists(at))
            {
                return Task.FromResult(DataLabelsQueue.Run(parsed, at, parsed.GetValue(accept) ?? [], parsed.GetValue(refuse) ?? [], parsed.GetValue(cause), parsed.GetValue(distrust)));
            }

            List<Fault> faults = [];
            foreach (var (name, value) in new[] { ("--label", parsed.GetValue(label)), ("--probabilities", parsed.GetValue(probabilities)) })
            {
                if (string.IsNullOrEmpty(value))
                {
                    faults.Add(new Fault("data labels", $"{name} is missing.", $"Give {name} for a file; only a project folder needs none."));
                }
            }

            if (faults.Count == 2 && !File.Exists(at))
            {
                throw new FaultException(at, "There is no such file or folder.", "Name a project folder that is there; or a file, with --label and --probabilities.");
            }

            if (faults.Count > 0)
            {
                throw new FaultException(faults, wrongUse: true);
            }

            var outcome = FindLabelIssues.Run(new FindLabelIssues.Request(at, parsed.GetValue(label)!, parsed.GetValue(probabilities)!, reading.Read(parsed)), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(writer => Write(outcome, writer));
            }
            else
            {
                Print(outcome);
            }

            return Task.FromResult(Edge.Done); // suspects are an answer, not a failed gate
        });
        return command;
    }

    private static void Print(FindLabelIssues.Outcome outcome)
    {
        var (classes, noise) = (outcome.Classes, outcome.Noise);
        AnsiConsole.MarkupLineInterpolated($"[bold]{noise.Issues.Length.ToString("N0", CultureInfo.InvariantCulture)} of {Counted.Of(outcome.Rows, "label")} {(noise.Issues.Length == 1 ? "is" : "are")} suspect.[/]");
        if (noise.Issues.Length > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("most suspect first").AddColumns("row", "given", "likelier");
            for (var i = 0; i < Math.Min(Shown, noise.Issues.Length); i++)
            {
                table.AddRow(noise.Issues[i].ToString(CultureInfo.InvariantCulture), Markup.Escape(classes[outcome.Given[noise.Issues[i]]]), Markup.Escape(classes[noise.Suggested[i]]));
            }

            AnsiConsole.Write(table);
        }

        PrintNoise(classes, noise.ConfidentJoint, noise.NoiseMatrix);
    }

    /// <summary>The largest entries beside the diagonal in words.</summary>
    internal static void PrintNoise(IReadOnlyList<string> classes, IReadOnlyList<IReadOnlyList<long>> joint, IReadOnlyList<IReadOnlyList<double>> noise)
    {
        var pairs = from given in Enumerable.Range(0, classes.Count)
                    from truth in Enumerable.Range(0, classes.Count)
                    where given != truth && joint[given][truth] > 0
                    orderby joint[given][truth] descending, given, truth
                    select (given, truth);
        foreach (var (given, truth) in pairs.Take(Shown))
        {
            AnsiConsole.MarkupLineInterpolated($"about {Counted.Of(joint[given][truth], "row")} labelled {classes[given]} {(joint[given][truth] == 1 ? "is" : "are")} truly {classes[truth]}: {noise[given][truth].ToString("0.0 %", CultureInfo.InvariantCulture)} of all {classes[truth]}");
        }
    }

    /// <summary>Writes what <see cref="View"/> describes: at this size, making a serializer ready takes longer than the work.</summary>
    internal static void Write(FindLabelIssues.Outcome outcome, Utf8JsonWriter writer)
    {
        var noise = outcome.Noise;
        writer.WriteStartObject();
        writer.WriteStartArray("issues");
        foreach (var row in noise.Issues)
        {
            writer.WriteNumberValue(row);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("confident_joint");
        foreach (var row in noise.ConfidentJoint)
        {
            writer.WriteStartArray();
            foreach (var count in row)
            {
                writer.WriteNumberValue(count);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("noise_matrix");
        foreach (var row in noise.NoiseMatrix)
        {
            writer.WriteStartArray();
            foreach (var share in row)
            {
                writer.WriteNumberValue(share);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("classes");
        foreach (var name in outcome.Classes)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("suggested");
        foreach (var label in noise.Suggested)
        {
            writer.WriteStringValue(outcome.Classes[label]);
        }

        writer.WriteEndArray();
        writer.WriteNumber("rows", outcome.Rows);
        writer.WriteEndObject();
    }

    /// <summary>What <c>--json</c> prints for a file: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(
        IReadOnlyList<int> Issues, [property: JsonPropertyName("confident_joint")] IReadOnlyList<IReadOnlyList<long>> ConfidentJoint,
        [property: JsonPropertyName("noise_matrix")] IReadOnlyList<IReadOnlyList<double>> NoiseMatrix, IReadOnlyList<string> Classes, IReadOnlyList<string> Suggested, int Rows);

    /// <summary>What <c>--json</c> prints for a project folder.</summary>
    /// <param name="Rows">Undecided rows, most suspect first.</param>
    /// <param name="Files">Files that this call wrote, relative to the project folder.</param>
    internal sealed record QueueView(
        int Iteration, int Judged, int Suspects, int Open, int Corrected, int Kept, IReadOnlyList<string> Classes,
        [property: JsonPropertyName("confident_joint")] IReadOnlyList<IReadOnlyList<long>> ConfidentJoint, [property: JsonPropertyName("noise_matrix")] IReadOnlyList<IReadOnlyList<double>> NoiseMatrix,
        IReadOnlyList<LabelCause> Causes, IReadOnlyList<SuspectLabel> Rows, IReadOnlyList<string> Files);

    [JsonSerializable(typeof(View))]
    [JsonSerializable(typeof(QueueView))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DataLabelsJson : JsonSerializerContext;
}
