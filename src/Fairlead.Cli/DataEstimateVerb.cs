using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Data.Drift;
using Fairlead.Web.Design.Charts;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data estimate REFERENCE CURRENT --label COL</c>: how good a model still is, without labels.</summary>
internal static partial class DataEstimateVerb
{
    public static Command Build()
    {
        var reference = new Argument<string>("REFERENCE") { Description = "Answers whose truth is known: its column and the probabilities." };
        var current = new Argument<string>("CURRENT") { Description = "Answers whose truth is not known: the probabilities." };
        var label = new Option<string>("--label") { HelpName = "COL", Description = "Column of the truth in REFERENCE.", Required = true };
        var probability = new Option<string?>("--probability") { HelpName = "COL", Description = "Column of the probability; columns named probability:CLASS when not given." };
        var positive = new Option<string?>("--positive") { HelpName = "CLASS", Description = "Class that the probability is of." };
        var prediction = new Option<string?>("--prediction") { HelpName = "COL", Description = "Numbers: column of the predicted number; the label is a number then." };
        var threshold = new Option<double>("--threshold") { HelpName = "P", Description = "Probability from which on the answer is that class.", DefaultValueFactory = _ => 0.5 };
        var command = new Command("estimate", "How good a model still is on rows without labels, from its probabilities or predicted numbers; exit code 3 when it is worse.") { reference, current, label, probability, positive, threshold, prediction };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            var outcome = EstimatePerformance.Run(
                new EstimatePerformance.Request(parsed.GetRequiredValue(reference), parsed.GetRequiredValue(current), parsed.GetRequiredValue(label), parsed.GetValue(probability), parsed.GetValue(positive), parsed.GetValue(threshold), reading.Read(parsed), parsed.GetValue(prediction)), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, EstimateJson.Default.Outcome);
            }
            else
            {
                Print(outcome);
            }

            return Task.FromResult(outcome.Worse ? Edge.No : Edge.Done);
        });
        return command;
    }

    private static void Print(EstimatePerformance.Outcome outcome)
    {
        foreach (var metric in outcome.Metrics)
        {
            AnsiConsole.MarkupLineInterpolated($"{(metric.Worse ? "●" : "·")} {Figures.Metric(metric.Metric)}: about {Figures.Of(metric.Estimate)} ({Figures.Of(metric.Interval[0])} to {Figures.Of(metric.Interval[1])}) on {Figures.Count(outcome.Rows, "row")} without labels; {Figures.Of(metric.Reference)} on the {Figures.Count(outcome.ReferenceRows)} with labels{(metric.Worse ? ". Worse than chance explains" : "")}.");
        }

        foreach (var note in outcome.Notes)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]●[/] {note}");
        }

        Console.WriteLine(outcome.Metrics.Any(metric => metric.Metric == "mae")
            ? "It holds while rows of the same prediction err as much as they did; a changed meaning of the rows is not seen without labels."
            : "It holds while a probability still comes true as often as it did; a changed meaning of the rows is not seen without labels.");
    }

    [JsonSerializable(typeof(EstimatePerformance.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class EstimateJson : JsonSerializerContext;
}
