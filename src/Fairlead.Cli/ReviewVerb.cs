using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead review open|list|revoke</c>: links behind which customers look at answers.</summary>
internal static partial class ReviewVerb
{
    public static Command Build() => new("review", "Put answers before customers: open, list or revoke a review link.") { Open(), List(), Revoke() };

    private static Command Open()
    {
        var folder = Folder();
        var url = new Option<string?>("--public-url") { HelpName = "URL", Description = "Address at which customers reach the review listener." };
        var days = new Option<int>("--days") { HelpName = "N", Description = "Days the link works.", DefaultValueFactory = _ => Review.DefaultDays };
        var command = new Command("open", "Print a link to a review of the answering iteration.") { folder, url, days };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var iteration = AnsweringIteration.ForService(workspace, project, out var why);
            var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));
            var opened = await OpenReview.RunAsync(
                new OpenReview.Request(project, iteration.Number, iteration.Data, package, AnswerReasons.Of, ServedCards.Recent(workspace, new PredictionStore(workspace), project, iteration, package), parsed.GetValue(days), parsed.GetValue(url) ?? RunningListener.Url(workspace)), workspace);
            if (parsed.WantsJson())
            {
                Edge.Write(new OpenView(opened.Url, opened.Review.Id, opened.Review.Expires, opened.Review.Iteration, opened.Review.Cards), ReviewJson.Default.OpenView);
            }
            else
            {
                Console.WriteLine(opened.Url);
                await Console.Error.WriteLineAsync($"Review {opened.Review.Id}: {Counted.Of(opened.Review.Cards, "answer")} of {why}. The link works until {opened.Review.Expires:yyyy-MM-dd}, while `fairlead up` runs; it is shown only this once.");
            }

            return Edge.Done;
        });
        return command;
    }

    private static Command List()
    {
        var folder = Folder();
        var command = new Command("list", "The reviews of a project: how far each is, and until when its link works.") { folder };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var said = ListFeedback.Run(workspace.Records, project.Id);
            var now = workspace.Time.GetUtcNow();
            var reviews = ReviewRecords.List(workspace.Records, project.Id)
                .Select(r => new ReviewView(r.Id, r.Iteration, r.Created, r.Expires, r.IsOpen(now) ? "open" : r.Revoked is not null ? "revoked" : "expired", r.Cards, said.Count(f => f.Review == r.Id))).ToList();
            if (parsed.WantsJson())
            {
                Edge.Write(new ListView(reviews), ReviewJson.Default.ListView);
            }
            else if (reviews.Count == 0)
            {
                Console.WriteLine($"No review yet. Open one: fairlead review open {Edge.Quoted(project.Folder)}");
            }
            else
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumns("review", "iteration", "state", "judged", "until");
                foreach (var r in reviews)
                {
                    table.AddRow(r.Id, $"{r.Iteration}", r.State, $"{r.Judged} of {r.Cards}", $"{r.Expires:yyyy-MM-dd}");
                }

                AnsiConsole.Write(table);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static Command Revoke()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml." };
        var review = new Argument<string>("REVIEW") { Description = "Id of the review, such as r1." };
        var command = new Command("revoke", "Withdraw a review link. What was said behind it stays.") { folder, review };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetRequiredValue(folder), withSource: false);
            var id = parsed.GetRequiredValue(review);
            if (await RevokeReview.RunAsync(workspace, project.Id, id) is not { } revoked)
            {
                throw new FaultException(id, "There is no such review.", $"Look at `fairlead review list {Edge.Quoted(project.Folder)}`.", wrongUse: true);
            }

            if (parsed.WantsJson())
            {
                Edge.Write(new RevokeView(revoked.Id, revoked.Revoked), ReviewJson.Default.RevokeView);
            }
            else
            {
                Console.WriteLine($"Review {revoked.Id} is withdrawn: its link answers no more.");
            }

            return Edge.Done;
        });
        return command;
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };

    internal sealed record OpenView(string Url, string Review, DateTimeOffset Expires, int Iteration, int Cards);

    internal sealed record ReviewView(string Id, int Iteration, DateTimeOffset Created, DateTimeOffset Expires, string State, int Cards, int Judged);

    internal sealed record ListView(IReadOnlyList<ReviewView> Reviews);

    internal sealed record RevokeView(string Review, DateTimeOffset? Revoked);

    [JsonSerializable(typeof(OpenView))]
    [JsonSerializable(typeof(ListView))]
    [JsonSerializable(typeof(RevokeView))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class ReviewJson : JsonSerializerContext;
}
