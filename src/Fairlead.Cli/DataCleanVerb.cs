using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data clean FILE --recipe RECIPE.yaml -o OUT</c>: a recipe over a file.</summary>
internal static partial class DataCleanVerb
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Table to clean: CSV, TSV, JSON lines, a JSON array or Parquet." };
        var recipe = new Option<string?>("--recipe") { HelpName = "RECIPE.yaml", Description = "The steps: a list under \"steps:\"." };
        var output = new Option<string?>("--output", "-o") { HelpName = "OUT", Description = "File to write: .csv, .tsv or .parquet. Replaced in one step when it is whole." };
        var quarantine = new Option<string?>("--quarantine") { HelpName = "Q.csv", Description = "Where the rows go that are set aside, as they were read, each with its reason." };
        var preview = new Option<bool>("--preview") { Description = "Show what each step would do; write nothing." };
        var propose = new Option<bool>("--propose") { Description = "Show spellings that seem to mean one name, and the step that would put them together; write nothing." };
        var command = new Command("clean", "Run a cleaning recipe over a file: each step with the rows it touched, before and after.") { file, recipe, output, quarantine, preview, propose };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            View view;
            if (parsed.GetValue(propose))
            {
                view = View.Of(ProposeSpellings.Run(parsed.GetRequiredValue(file), null, cancel, reading.Read(parsed)));
            }
            else
            {
                var (steps, to, shown) = (parsed.GetValue(recipe), parsed.GetValue(output), parsed.GetValue(preview));
                List<Fault> missing = [];
                if (steps is null)
                {
                    missing.Add(new Fault("--recipe", "No recipe is named.", "Add \"--recipe RECIPE.yaml\", or \"--propose\" to look for spellings first."));
                }

                if (to is null && !shown)
                {
                    missing.Add(new Fault("--output", "Nothing says where the result goes.", "Add \"-o OUT.csv\", or \"--preview\" to write nothing."));
                }

                if (missing.Count > 0)
                {
                    throw new FaultException(missing, wrongUse: true);
                }

                view = View.Of(CleanFile.Run(new CleanFile.Request(parsed.GetRequiredValue(file), steps!, shown ? null : to, shown ? null : parsed.GetValue(quarantine), reading.Read(parsed)), cancel), shown);
            }

            if (parsed.WantsJson())
            {
                Edge.Write(view, CleanJson.Default.View);
            }
            else if (parsed.GetValue(propose))
            {
                Propose(view.Proposals);
            }
            else
            {
                Print(view);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Print(View view)
    {
        foreach (var step in view.Steps)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{step.Step}[/]{(step.Column is null ? "" : $" {step.Column}")}: {Count(step.Touched)} row{(step.Touched == 1 ? "" : "s")}{(step.Unreadable == 0 ? "" : step.Unreadable == step.Touched ? ", which could not be read" : $", of which {Count(step.Unreadable)} could not be read")}");
            foreach (var example in step.Examples)
            {
                var after = example.After is null && step.Column is null ? "" : $" → {example.After ?? "missing"}";
                AnsiConsole.MarkupLineInterpolated($"  row {Count(example.Row)}: {example.Before ?? "missing"}{after}");
            }
        }

        AnsiConsole.MarkupLineInterpolated($"{Counted.Of(view.Read, "row")} read = {Count(view.Written)} {(view.Preview ? "to be written" : "written")} + {Count(view.Quarantined)} quarantined + {Count(view.Dropped)} dropped.");
        foreach (var (reason, count) in view.QuarantineReasons.Concat(view.DropReasons))
        {
            AnsiConsole.MarkupLineInterpolated($"  {reason}: {Count(count)}");
        }

        AnsiConsole.MarkupLineInterpolated($"{(view.Output is { } output ? $"Written to {output}." : "Nothing was written.")}{(view.Quarantine is { } aside ? $" Rows set aside: {aside}." : "")}");
    }

    private static void Propose(IReadOnlyList<ProposeSpellings.Proposal> proposals)
    {
        foreach (var proposal in proposals)
        {
            foreach (var cluster in proposal.Clusters)
            {
                AnsiConsole.MarkupLineInterpolated($"[bold]{proposal.Column}[/]: {cluster.Name} ({Count(cluster.Count)}) ← {string.Join(", ", cluster.Spellings.Select(spelling => $"{spelling.Value} ({Count(spelling.Count)})"))}");
            }

            AnsiConsole.MarkupLineInterpolated($"  - {proposal.Step}");
        }

        AnsiConsole.MarkupLineInterpolated($"{(proposals.Count == 0 ? "No spellings seem to mean one name." : "Put the lines that are right under \"steps:\" of a recipe, or under \"clean:\" of a project.")}");
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(
        long Read, long Written, long Quarantined, long Dropped, IReadOnlyDictionary<string, long> DropReasons, IReadOnlyDictionary<string, long> QuarantineReasons,
        IReadOnlyList<StepOutcome> Steps, IReadOnlyList<string> Columns, bool Preview, string? Output, string? Quarantine, IReadOnlyList<ProposeSpellings.Proposal> Proposals)
    {
        public static View Of(CleanFile.Outcome outcome, bool preview) => new(
            outcome.Read, outcome.Written, outcome.Quarantined, outcome.Dropped, outcome.DropReasons, outcome.QuarantineReasons, outcome.Steps, outcome.Columns, preview, outcome.Output, outcome.Quarantine, []);

        public static View Of(IReadOnlyList<ProposeSpellings.Proposal> proposals) => new(0, 0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>(), [], [], true, null, null, proposals);
    }

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class CleanJson : JsonSerializerContext;
}
