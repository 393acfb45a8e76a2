using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Labels;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data labels FILE</c>: suspected label errors, ranked, with the noise matrix.</summary>
internal static partial class DataLabelsVerb
{
    private const int Shown = 20;

    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "The labelled table: CSV, TSV, JSON or Parquet." };
        var label = new Option<string>("--label") { HelpName = "COL", Description = "Its column of labels.", Required = true };
        var probabilities = new Option<string>("--probabilities") { HelpName = "FILE", Description = "A column for each class, named as the labels; a row for each row, from a model that did not see it.", Required = true };
        var command = new Command("labels", "Find suspected label errors by confident learning: rows ranked, most suspect first, and the noise matrix.") { file, label, probabilities };
        command.Runs((parsed, cancel) =>
        {
            var outcome = FindLabelIssues.Run(new FindLabelIssues.Request(parsed.GetRequiredValue(file), parsed.GetRequiredValue(label), parsed.GetRequiredValue(probabilities)), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(View.Of(outcome), DataLabelsJson.Default.View);
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
        AnsiConsole.MarkupLineInterpolated($"[bold]{noise.Issues.Length.ToString("N0", CultureInfo.InvariantCulture)} of {outcome.Rows.ToString("N0", CultureInfo.InvariantCulture)} labels are suspect.[/]");
        if (noise.Issues.Length > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).Title("most suspect first").AddColumns("row", "given", "likelier");
            for (var i = 0; i < Math.Min(Shown, noise.Issues.Length); i++)
            {
                table.AddRow(noise.Issues[i].ToString(CultureInfo.InvariantCulture), Markup.Escape(classes[outcome.Given[noise.Issues[i]]]), Markup.Escape(classes[noise.Suggested[i]]));
            }

            AnsiConsole.Write(table);
        }

        var pairs = from given in Enumerable.Range(0, classes.Count)
                    from truth in Enumerable.Range(0, classes.Count)
                    where given != truth && noise.ConfidentJoint[given][truth] > 0
                    orderby noise.ConfidentJoint[given][truth] descending, given, truth
                    select (given, truth);
        foreach (var (given, truth) in pairs.Take(Shown))
        {
            AnsiConsole.MarkupLineInterpolated($"about {noise.ConfidentJoint[given][truth].ToString("N0", CultureInfo.InvariantCulture)} rows labelled {classes[given]} are truly {classes[truth]}: {noise.NoiseMatrix[given][truth].ToString("0.0 %", CultureInfo.InvariantCulture)} of all {classes[truth]}");
        }
    }

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(
        IReadOnlyList<int> Issues, [property: JsonPropertyName("confident_joint")] IReadOnlyList<IReadOnlyList<long>> ConfidentJoint,
        [property: JsonPropertyName("noise_matrix")] IReadOnlyList<IReadOnlyList<double>> NoiseMatrix, IReadOnlyList<string> Classes, IReadOnlyList<string> Suggested, int Rows)
    {
        public static View Of(FindLabelIssues.Outcome outcome) => new(
            outcome.Noise.Issues, outcome.Noise.ConfidentJoint, outcome.Noise.NoiseMatrix, outcome.Classes, [.. outcome.Noise.Suggested.Select(k => outcome.Classes[k])], outcome.Rows);
    }

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DataLabelsJson : JsonSerializerContext;
}
