using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Projects;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead new NAME --data FILE --target COL</c>: a project from a data file.</summary>
internal static partial class NewVerb
{
    public static Command Build()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the project: a-z, 0-9 and -, starting with a letter." };
        var data = new Option<string>("--data") { HelpName = "FILE", Description = "The data file: CSV, TSV, JSON lines or Parquet.", Required = true };
        var target = new Option<string?>("--target") { HelpName = "COL", Description = "Column to predict; without one, the likeliest is taken, and asked about on a terminal." };
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "Project folder; without one, a folder of the project's name here." };
        var positive = new Option<string?>("--positive") { HelpName = "CLASS", Description = "With two classes: the one of interest." };
        var command = new Command("new", "Make a project: infer everything from the data and write a fairlead.yaml you can read.") { name, data, target, folder, positive };
        command.Runs((parsed, cancel) =>
        {
            var request = new NewProject.Request(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(data), parsed.GetValue(target), parsed.GetValue(folder), parsed.GetValue(positive));
            var outcome = Create(request, parsed.CanAsk(), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(View.Of(outcome), NewJson.Default.View);
            }
            else
            {
                Print(outcome);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    /// <summary>Makes the project; on a terminal asks what inference was not sure about.</summary>
    public static NewProject.Outcome Create(NewProject.Request request, bool ask, CancellationToken cancel)
    {
        if (!ask)
        {
            return NewProject.Run(request, cancel);
        }

        var asked = new HashSet<string>();
        while (NewProject.Infer(request, cancel).Questions.FirstOrDefault(q => q.Choices.Count > 1 && asked.Add(q.About)) is { } question)
        {
            var answer = AnsiConsole.Prompt(new SelectionPrompt<string>()
                .Title(Markup.Escape(question.Text))
                .AddChoices(question.Choices.OrderByDescending(choice => choice == question.Assumed))
                .UseConverter(Markup.Escape));
            request = question.About switch
            {
                "target" => request with { Target = answer },
                "positive" => request with { Positive = answer },
                "task" when Enum.TryParse<Models.Contracts.ModelTask>(answer, ignoreCase: true, out var task) => request with { Task = task },
                _ => request,
            };
        }

        return NewProject.Run(request, cancel);
    }

    private static void Print(NewProject.Outcome outcome)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{outcome.Project.Question}[/]");
        AnsiConsole.MarkupLineInterpolated($"{outcome.Project.Task.ToString().ToLowerInvariant()}, target {outcome.Project.Target}{(outcome.Project.Positive is { } positive ? $", of interest: {positive}" : "")}, {outcome.Project.Columns.Count(c => c.IsFeature)} of {outcome.Project.Columns.Count} columns are features.");
        foreach (var note in outcome.Notes)
        {
            AnsiConsole.MarkupLineInterpolated($"- {note}");
        }

        foreach (var question in outcome.Questions)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]?[/] {question.Text} Assumed: {question.Assumed}.");
        }

        Console.WriteLine($"Wrote {Path.Combine(outcome.Folder, ProjectFile.FileName)}. Read it and change what is wrong, then:");
        Console.WriteLine($"  fairlead iterate {Edge.Quoted(outcome.Folder)}");
    }

    internal sealed record View(
        string Project, string File, string Task, string Target, string? Positive, IReadOnlyList<ColumnView> Columns, IReadOnlyList<NewProjectQuestion> Questions, IReadOnlyList<string> Notes)
    {
        public static View Of(NewProject.Outcome o) => new(
            o.Project.Project, Path.Combine(o.Folder, ProjectFile.FileName), o.Project.Task.ToString().ToLowerInvariant(), o.Project.Target, o.Project.Positive,
            [.. o.Project.Columns.Select(c => new ColumnView(c.Name, c.Kind.ToString().ToLowerInvariant(), c.IsFeature, c.Ignore, c.Protection.ToString().ToLowerInvariant()))], o.Questions, o.Notes);
    }

    internal sealed record ColumnView(string Name, string Kind, bool Feature, string? Ignored, string Personal);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class NewJson : JsonSerializerContext;
}
