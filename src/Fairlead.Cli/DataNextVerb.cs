using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Selecting;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data next FOLDER</c>: which rows to label next, each with its reason.</summary>
internal static partial class DataNextVerb
{
    private const int Shown = 30;

    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var from = new Option<string?>("--from") { HelpName = "FILE", Description = "Rows without labels to choose from; without it, rows of the project without a label, else its training rows." };
        var count = new Option<int>("-n") { HelpName = "N", Description = "Rows to name.", DefaultValueFactory = _ => NextToLabel.Default };
        var output = new Option<string?>("--output", "-o") { HelpName = "OUT.csv", Description = "Write the rows to a CSV with an empty column for the label." };
        var command = new Command("next", "Say which rows to label next: uncertain, unlike each other, in thin slices; each with its reason.") { folder, from, count, output };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [parsed.GetValue(from)], project);
            var outcome = NextToLabel.Run(workspace, new NextToLabel.Request(project, parsed.GetValue(from), parsed.GetValue(count)), cancel);
            workspace.Audit.Read("data next", string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {outcome.Iteration}, {outcome.Rows.Count} rows"));
            if (parsed.GetValue(output) is { } path)
            {
                DurableFile.Write(Path.GetFullPath(path), Csv(outcome, project.Target));
            }

            if (parsed.WantsJson())
            {
                Edge.Write(View.Of(outcome, parsed.GetValue(output)), DataNextJson.Default.View);
            }
            else
            {
                Print(outcome);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Print(NextToLabel.Outcome outcome)
    {
        AnsiConsole.MarkupLineInterpolated($"Iteration {outcome.Iteration}; {Counted.Of(outcome.Candidates, "row")} to choose from ({outcome.Source}).");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("rank", "row", "key", "answer now", "why");
        foreach (var row in outcome.Rows.Take(Shown))
        {
            table.AddRow(row.Rank.ToString(CultureInfo.InvariantCulture), row.Place.ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Key ?? ""), Markup.Escape(row.Answer), Markup.Escape(row.Why));
        }

        AnsiConsole.Write(table);
        if (outcome.Rows.Count > Shown)
        {
            Console.WriteLine($"{outcome.Rows.Count - Shown} more; -o OUT.csv writes all.");
        }
    }

    /// <summary>RFC 4180: rank, row, key, the target to be filled in, the reason, then the columns as they came.</summary>
    private static string Csv(NextToLabel.Outcome outcome, string target)
    {
        var text = new StringBuilder();
        var columns = outcome.Rows.Count == 0 ? [] : outcome.Rows[0].Values.Select(pair => pair.Key).ToList();
        Line(["rank", "row", "key", target, "why", .. columns]);
        foreach (var row in outcome.Rows)
        {
            Line([row.Rank.ToString(CultureInfo.InvariantCulture), row.Place.ToString(CultureInfo.InvariantCulture), row.Key ?? "", "", row.Why, .. row.Values.Select(pair => pair.Value ?? "")]);
        }

        return text.ToString();

        void Line(IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(CsvText.Field)).Append('\n');
    }

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(int Iteration, string Source, long Candidates, IReadOnlyList<RowView> Rows, string? Output)
    {
        public static View Of(NextToLabel.Outcome outcome, string? output) => new(
            outcome.Iteration, outcome.Source, outcome.Candidates,
            [.. outcome.Rows.Select(row => new RowView(row.Rank, row.Place, row.Key, row.Answer, row.Uncertainty, row.Novelty, row.ThinSlice, row.Why, row.Values.ToDictionary(pair => pair.Key, pair => pair.Value)))], output);
    }

    internal sealed record RowView(int Rank, long Row, string? Key, string Answer, double Uncertainty, double Novelty, string? ThinSlice, string Why, IReadOnlyDictionary<string, string?> Values);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DataNextJson : JsonSerializerContext;
}
