using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Evaluation;
using Fairlead.Iterations;
using Fairlead.Iterations.Prices;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead iterate FOLDER</c>: one turn of the loop.</summary>
internal static partial class IterateVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var seconds = new Option<double?>("--seconds") { HelpName = "N", Description = "Wall time of the search, in seconds; the project file says the default." };
        var trials = new Option<int?>("--trials") { HelpName = "N", Description = "Number of trials instead of a time: the same answer on any machine." };
        var command = new Command("iterate", "Run one turn of the loop: data, model, exam, package, image, gates. Only what changed runs again.") { folder, seconds, trials };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var request = new Iterate.Request(parsed.GetValue(folder)!, parsed.GetValue(seconds), parsed.GetValue(trials));
            var iteration = await new Iterate.Handler(workspace, Worker.Search).HandleAsync(request, new ProgressLines(), null, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(View.Of(iteration), IterateJson.Default.View);
            }
            else
            {
                Print(iteration);
            }

            return iteration.Passed ? Edge.Done : Edge.No;
        });
        return command;
    }

    /// <summary>The iteration for people.</summary>
    public static void Print(Iteration iteration)
    {
        var report = iteration.Evaluation;
        var table = new Table().Border(TableBorder.Rounded).Title($"Iteration {iteration.Number}");
        table.AddColumn("metric").AddColumn(new TableColumn("value").RightAligned()).AddColumn("95 % interval").AddColumn(new TableColumn("naive").RightAligned());
        if (report.Champion is { } champion)
        {
            table.AddColumn($"against iteration {champion.Iteration}");
        }

        foreach (var (name, value) in report.Metrics)
        {
            var cells = new List<string>
            {
                name == report.MainMetric ? $"[bold]{name}[/]" : name, Short(value.Value), $"{Short(value.Low)} – {Short(value.High)}",
                report.Baseline.TryGetValue(name, out var naive) ? Short(naive) : "",
            };
            if (report.Champion is { } other)
            {
                cells.Add(other.Metrics.TryGetValue(name, out var change) ? $"{Signed(change.Value)} ({Signed(change.Low)} to {Signed(change.High)})" : "");
            }

            table.AddRow([.. cells]);
        }

        AnsiConsole.Write(table);
        if (!report.BeatsGuessing)
        {
            AnsiConsole.MarkupLine("[yellow]The interval of the gain over the naive answer includes 0: can't tell better than guessing.[/]");
        }

        AnsiConsole.MarkupLine($"Judged on {report.Rows.ToString("N0", CultureInfo.InvariantCulture)} exam rows no model trains on; this exam was used {Times(report.ExamUses)}.");
        foreach (var sentence in iteration.Turn?.Sentences ?? [])
        {
            AnsiConsole.MarkupLineInterpolated($"[blue]↻[/] {sentence}");
        }

        foreach (var price in (iteration.Prices ?? []).DistinctBy(price => (price.How, price.Column, price.Check)).OrderByDescending(price => price.Share.Value).Take(PricesShown))
        {
            AnsiConsole.MarkupLineInterpolated(PriceLine(price));
        }

        foreach (var gate in iteration.Gates)
        {
            AnsiConsole.MarkupLineInterpolated($"{(gate.Passed ? "✓" : "✗")} gate {gate.Gate}: {gate.Observed}");
        }

        if (iteration.Gates.Count == 0)
        {
            AnsiConsole.MarkupLine("No gate is declared.");
        }

        if (iteration.Differs is { } differs)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{differs}[/]: what was made before can't be made again.");
        }

        AnsiConsole.MarkupLineInterpolated($"image {iteration.Image ?? "none: the image step above says why"}");
        var reused = iteration.Steps.Count(s => s.Reused);
        AnsiConsole.MarkupLineInterpolated($"{reused} of {Counted.Of(iteration.Steps.Count, "step")} reused, {iteration.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s.");
    }

    /// <summary>What a problem costs, as markup; its texts are escaped where it is printed.</summary>
    internal static FormattableString PriceLine(FindingPrice price) => $"[{(price.Harmless ? "grey" : "yellow")}]·[/] {price.Finding} Price of it: {price.Says}, {price.How}.";

    /// <summary>Problems whose price is told, the dearest; <c>--json</c> and the page have all.</summary>
    private const int PricesShown = 5;

    private static string Times(long times) => times == 1 ? "once" : $"{times.ToString("N0", CultureInfo.InvariantCulture)} times";

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.0000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (value >= 0 ? "+" : "−") + Short(Math.Abs(value));

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(
        int Iteration, string Task, IReadOnlyDictionary<string, Estimate> Metrics, IReadOnlyDictionary<string, double> Baseline, bool BeatsGuessing, string MainMetric,
        IReadOnlyList<GateResult> Gates, bool Passed, IReadOnlyList<StepView> Steps, string? Image, ChampionComparison? Champion, long ExamRows, long ExamUses,
        DataView Data, string Model, TurnReport? Turn, string? Commit, bool? FolderClean, double Seconds, string? Differs, IReadOnlyList<FindingView> Findings)
    {
        public static View Of(Iteration i) => new(
            i.Number, i.Task.ToString().ToLowerInvariant(), i.Evaluation.Metrics, i.Evaluation.Baseline, i.Evaluation.BeatsGuessing, i.Evaluation.MainMetric,
            i.Gates, i.Passed, [.. i.Steps.Select(s => new StepView(s.Step, s.Reused, Math.Round(s.Seconds, 3)))], i.Image, i.Evaluation.Champion, i.Evaluation.Rows, i.Evaluation.ExamUses,
            new DataView(i.Data.Id, i.Data.Read, i.Data.Kept, i.Data.Quarantined, i.Data.Dropped, i.Data.Corrected), i.Search.Chosen, i.Turn, i.Commit, i.FolderClean, Math.Round(i.Seconds, 3), i.Differs, FindingView.All(i));
    }

    /// <summary>A problem found in the data with its price; a price without a finding (suspected labels) stands as one of its own.</summary>
    internal sealed record FindingView(string Kind, string? Column, string Title, string Done, long Rows, FindingPrice? Price)
    {
        public static IReadOnlyList<FindingView> All(Iteration i) =>
        [
            .. i.Data.Findings.Select(f => new FindingView(f.Kind, f.Column, f.Title, f.Done, f.Rows, i.PriceOf(f))),
            .. (i.Prices ?? []).Where(p => i.Data.Findings.All(f => i.PriceOf(f) != p)).Select(p => new FindingView(p.Kind, p.Column, p.Finding, p.Kind == "label" ? "Left as they are: look at `fairlead data labels`." : "", p.Rows, p)),
        ];
    }

    internal sealed record StepView(string Step, bool Reused, double Seconds);

    internal sealed record DataView(string Version, long Read, long Kept, long Quarantined, long Dropped, long Corrected);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    internal sealed partial class IterateJson : JsonSerializerContext;
}
