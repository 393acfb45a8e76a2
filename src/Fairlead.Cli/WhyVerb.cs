using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Releases;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead why PREDICTION-ID</c>: everything about one answer.</summary>
internal static partial class WhyVerb
{
    public static Command Build()
    {
        var id = new Argument<string>("PREDICTION-ID") { Description = "The id that came with the answer." };
        var command = new Command("why", "Why one answer came out: raw row, cleaned row, features, reasons, nearest training rows, what people said.") { id };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var explanation = await FindAsync(workspace, parsed.GetRequiredValue(id), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(explanation, WhyJson.Default.Explanation);
            }
            else
            {
                Print(explanation);
            }

            return Edge.Done;
        });
        return command;
    }

    private static async Task<Why.Explanation> FindAsync(WorkspaceFolder workspace, string id, CancellationToken cancel)
    {
        var predictions = new PredictionStore(workspace);
        for (var attempt = 0; ; attempt++)
        {
            foreach (var project in KnownProjects.List(workspace))
            {
                if (AnsweredPrediction.Find(workspace, predictions, project, id) is { } found)
                {
                    return Why.Run(workspace, project, found);
                }
            }

            // A running server ships its log once a second: an answer of just now may be on its way.
            if (attempt == 8)
            {
                throw new FaultException(id, "This workspace has no answer of this id.", "Check the id; an answer given in another workspace, or whose log was not shipped yet, is not here.");
            }

            await Task.Delay(300, cancel);
        }
    }

    private static string Asked(string from) => from == "review" ? "on a card of a review" : "asked of the service";

    private static void Print(Why.Explanation why)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{why.Sentence}[/]");
        AnsiConsole.MarkupLineInterpolated($"{why.Project}, iteration {why.Iteration}, {why.Prediction.At:yyyy-MM-dd HH:mm:ss} UTC, {Asked(why.Prediction.From)}.");
        foreach (var (name, probability) in why.Prediction.Probabilities)
        {
            AnsiConsole.MarkupLineInterpolated($"  {name,-20} {probability.ToString("0.000", CultureInfo.InvariantCulture)}");
        }

        foreach (var warning in why.Warnings)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]![/] {warning}");
        }

        var reasons = new Table().Border(TableBorder.Rounded).Title("reasons, the strongest first").AddColumns("column", "value", "effect on the answer");
        foreach (var reason in why.Reasons)
        {
            reasons.AddRow(Markup.Escape(reason.Label), Markup.Escape(reason.Value ?? "missing"), $"{(reason.Effect >= 0 ? "+" : "−")}{Math.Abs(reason.Effect).ToString("0.000", CultureInfo.InvariantCulture)}");
        }

        AnsiConsole.Write(reasons);
        var row = new Table().Border(TableBorder.Rounded).Title("the row").AddColumns("column", "as it came", "cleaned");
        foreach (var (column, cleaned) in why.Cleaned.Where(c => c.Value is not null || why.Raw.GetValueOrDefault(c.Key) is not null))
        {
            row.AddRow(Markup.Escape(column), Markup.Escape(why.Raw.GetValueOrDefault(column) ?? ""), Markup.Escape(cleaned ?? ""));
        }

        AnsiConsole.Write(row);
        var near = new Table().Border(TableBorder.Rounded).Title("training rows most like it").AddColumns("key", "difference", "recorded");
        foreach (var one in why.Nearest)
        {
            near.AddRow(Markup.Escape(one.Key), one.Distance.ToString("0.000", CultureInfo.InvariantCulture), Markup.Escape(one.Target));
        }

        AnsiConsole.Write(near);
        if (why.Said.Count == 0)
        {
            AnsiConsole.MarkupLine("Nobody has said anything about it.");
        }

        foreach (var said in why.Said)
        {
            AnsiConsole.MarkupLineInterpolated($"{said.At:yyyy-MM-dd} {said.By ?? "a reviewer"}: {Verdicts.Say(said.Verdict)}{(said.Right is { } right ? $", right is {right}" : "")}{(said.Comment is { } comment ? $" — {comment}" : "")}");
        }
    }

    [JsonSerializable(typeof(Why.Explanation))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    internal sealed partial class WhyJson : JsonSerializerContext;
}
