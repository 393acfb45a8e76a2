using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Erasure;
using Fairlead.Web.Design.Charts;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data erase FOLDER --subject VALUE</c>: one person, out of everything.</summary>
internal static partial class DataEraseVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { HelpName = "FOLDER", Description = "The project folder." };
        var subject = new Option<string>("--subject") { HelpName = "VALUE", Description = "What the person is known by.", Required = true };
        var column = new Option<string?>("--column") { HelpName = "NAME", Description = "Column the value stands in, when it is not the key column." };
        var sources = new Option<bool>("--sources") { Description = "Rewrite source files without the person too: text, JSON and Parquet, compressed or not." };
        var dry = new Option<bool>("--dry-run") { Description = "List what would be touched, and change nothing." };
        var command = new Command("erase", "Erase one person: from every version, what people said, the prediction log and the project folder.") { folder, subject, column, sources, dry };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = EraseSubject.Run(workspace, new EraseSubject.Request(parsed.GetValue(folder)!, parsed.GetValue(subject)!, parsed.GetValue(column), parsed.GetValue(sources), parsed.GetValue(dry)), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, EraseJson.Default.Outcome);
            }
            else
            {
                Show(outcome, parsed.GetValue(sources));
            }

            return Task.FromResult(outcome.Known ? Edge.Done : Edge.No);
        });
        return command;
    }

    private static void Show(EraseSubject.Outcome outcome, bool rewrites)
    {
        if (!outcome.Known)
        {
            AnsiConsole.MarkupLineInterpolated($"Nothing of this person is here: no row has this value in {outcome.Column}.");
        }
        else if (outcome.Erased.Count == 0)
        {
            AnsiConsole.MarkupLine("Nothing of this person is left.");
        }
        else
        {
            AnsiConsole.MarkupLine(outcome.DryRun ? "This would be erased:" : "[bold]Erased:[/]");
            foreach (var trace in outcome.Erased)
            {
                AnsiConsole.MarkupLineInterpolated($"  {trace.Where} ({trace.Kind.Replace('_', ' ')}): {trace.Count.ToString(CultureInfo.InvariantCulture)}");
            }
        }

        foreach (var model in outcome.Retrain)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]![/] The model of iteration {model.Iteration} {(model.MayHaveSeen ? "may have seen" : "saw")} this person ({(model.MayHaveSeen ? "at most " : "")}{Figures.Count(model.TrainedRows, "row")} in training, {Figures.Count(model.JudgedRows)} in judging{(model.MayHaveSeen ? "; others were erased from it too, before it was kept whose rows were whose" : "")}){(model.Released.Count > 0 ? $"; it was released to {string.Join(", ", model.Released)}" : "")}. Iterate again and release the new one.");
        }

        foreach (var source in outcome.Sources)
        {
            AnsiConsole.MarkupLineInterpolated($"{(source.Rewritten ? "✓" : "!")} {source.Path}: {Says(source, outcome.DryRun && rewrites)}.");
        }

        foreach (var remain in outcome.Remains)
        {
            AnsiConsole.MarkupLineInterpolated($"! {remain}");
        }
    }

    /// <param name="would">Only looked for, with the order to rewrite it.</param>
    private static string Says(SourceOfSubject source, bool would)
    {
        var (rows, one) = (Figures.Count(source.Rows, "row"), source.Rows == 1);
        return source.Rewritten ? $"{rows} {(one ? "was" : "were")} taken out{(source.Why is { } left ? $"; {left}" : "")}"
            : would && source.Why is null ? $"{rows} would be taken out"
            : $"{rows} still {(one ? "holds" : "hold")} this person{(source.Why is { } why ? $" ({why})" : $"; take {(one ? "it" : "them")} out, or call again with --sources")}. {(one ? "It is" : "They are")} left out when it is read";
    }

    [JsonSerializable(typeof(EraseSubject.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class EraseJson : JsonSerializerContext;
}
