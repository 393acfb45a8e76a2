using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead feedback list|causes|accept</c>: what people said, the causes behind it, and taking it up.</summary>
internal static partial class FeedbackVerb
{
    public static Command Build() => new("feedback", "What people said: list it, find the causes behind it, accept corrections and repairs.") { List(), Causes(), Accept() };

    private static Command List()
    {
        var folder = Folder();
        var command = new Command("list", "Everything people said, in the order they said it.") { folder };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            workspace.Audit.Read("feedback list", project.Project);
            var said = ListFeedback.Run(workspace.Records, project.Id);
            if (parsed.WantsJson())
            {
                Edge.Write(new ListView(said), FeedbackJson.Default.ListView);
            }
            else if (said.Count == 0)
            {
                Console.WriteLine($"Nobody has said anything yet. Open a review: fairlead review open {Edge.Quoted(project.Folder)}");
            }
            else
            {
                var accepted = AcceptCorrections.Accepted(project);
                var table = new Table().Border(TableBorder.Rounded).AddColumns("id", "answer", "verdict", "right", "comment", "taken up");
                foreach (var f in said)
                {
                    table.AddRow(Markup.Escape(f.Id), Markup.Escape(f.Answer), Markup.Escape(Verdicts.Say(f.Verdict)), Markup.Escape(f.Right ?? ""), Markup.Escape(f.Comment ?? ""), accepted.Contains(f.Id) ? "yes" : "");
                }

                AnsiConsole.Write(table);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static Command Causes()
    {
        var folder = Folder();
        var command = new Command("causes", "Common causes behind corrections, each with its price and a repair to accept.") { folder };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var causes = FeedbackCauses.List(workspace, project);
            if (parsed.WantsJson())
            {
                Edge.Write(new CausesView(causes), FeedbackJson.Default.CausesView);
            }
            else if (causes.Count == 0)
            {
                Console.WriteLine("No common cause found: the corrections don't share a slice, or there are too few.");
            }
            else
            {
                foreach (var cause in causes)
                {
                    AnsiConsole.MarkupLineInterpolated($"[bold]{cause.Title}[/]  {Counted.Of(cause.Rows, "row")}{(cause.Accepted ? ", repair accepted" : "")}");
                    foreach (var evidence in cause.Evidence)
                    {
                        AnsiConsole.MarkupLineInterpolated($"    {evidence}");
                    }

                    AnsiConsole.MarkupLineInterpolated($"    Repair: {cause.Says}");
                    if (!cause.Accepted)
                    {
                        Console.WriteLine($"    Accept: fairlead feedback accept {Edge.Quoted(project.Folder)} --cause {cause.Id}");
                    }
                }
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static Command Accept()
    {
        var folder = Folder();
        var cause = new Option<string?>("--cause") { HelpName = "ID", Description = "Accept the repair of this cause; `feedback causes` lists them." };
        var all = new Option<bool>("--all") { Description = "Accept every correction that says what is right." };
        var ids = new Option<string[]>("--feedback") { HelpName = "ID …", Description = "Accept these corrections; `feedback list` lists them.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("accept", "Write corrections or a repair into the project folder, fit for git; the next iteration takes them up.") { folder, cause, all, ids };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var named = parsed.GetValue(ids) ?? [];
            if (parsed.GetValue(cause) is null && !parsed.GetValue(all) && named.Length == 0)
            {
                throw new FaultException("feedback accept", "Nothing is named to accept.", "Give --cause ID, --feedback ID … or --all.", wrongUse: true);
            }

            var files = new List<ProposedFile>();
            if (parsed.GetValue(cause) is { } id)
            {
                files.AddRange(FeedbackCauses.Propose(workspace, project, id));
            }

            var said = ListFeedback.Run(workspace.Records, project.Id).Where(f => parsed.GetValue(all) || named.Contains(f.Id)).ToList();
            files.AddRange(AcceptCorrections.Propose(project, said, workspace.Records));
            if (files.Count > 0)
            {
                workspace.Audit.Changed("feedback accept", AcceptedFiles.Of(project, files));
            }

            ProposedFile.Write(project.Folder, files);
            if (parsed.WantsJson())
            {
                Edge.Write(new AcceptView([.. files.Select(f => f.Path)]), FeedbackJson.Default.AcceptView);
            }
            else
            {
                Print(files);
                if (files.Count > 0)
                {
                    Console.WriteLine("Written. The next iteration takes it up and says what it did:");
                    Console.WriteLine($"  fairlead iterate {Edge.Quoted(project.Folder)}");
                }
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Print(List<ProposedFile> files)
    {
        if (files.Count == 0)
        {
            Console.WriteLine("Nothing new to write: what you named is accepted already, or says nothing about what is right.");
        }

        foreach (var file in files)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{file.Path}[/]");
            foreach (var (sign, line) in file.Diff())
            {
                AnsiConsole.MarkupLineInterpolated($"[{(sign == '+' ? "green" : sign == '-' ? "red" : "grey")}]{sign} {line}[/]");
            }
        }
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };

    internal sealed record ListView(IReadOnlyList<Feedback> Feedback);

    internal sealed record CausesView(IReadOnlyList<FeedbackCause> Causes);

    internal sealed record AcceptView(IReadOnlyList<string> Files);

    [JsonSerializable(typeof(ListView))]
    [JsonSerializable(typeof(CausesView))]
    [JsonSerializable(typeof(AcceptView))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class FeedbackJson : JsonSerializerContext;
}
