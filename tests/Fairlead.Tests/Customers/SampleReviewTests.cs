using System.Globalization;
using System.Net;
using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Projects.Sample;
using Fairlead.Training;
using Fairlead.Web;
using Fairlead.Web.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Customers;

/// <summary>A review of a real model on the sample, from the data to the file that a correction becomes.</summary>
public sealed class SampleReviewTests
{
    [Fact]
    public async Task Cards_are_unseen_rows_in_plain_words_and_corrections_become_lines_of_a_file()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var root = new TemporaryFolder();
        var folder = Path.Combine(root.Path, "orders");
        SampleProject.Make(folder, rows: 4_000, cancel: cancel);
        using var workspace = WorkspaceFolder.Open(Path.Combine(root.Path, "workspace"));
        var turn = new Iterate.Handler(workspace, (input, blobs, progress, stop) => Task.Run(() => Search.Run(input, blobs, progress, stop), stop));
        var iteration = await turn.HandleAsync(new Iterate.Request(folder, Trials: 1), null, null, cancel);
        var project = ProjectFileReader.Read(folder, withSource: false);
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));

        var opened = await OpenReview.RunAsync(new OpenReview.Request(project, iteration.Number, iteration.Data, package, AnswerReasons.Of, []), workspace);

        var cards = ReviewRecords.Cards(workspace.Records, opened.Review);
        var data = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        var rowOf = Enumerable.Range(0, data.Count).ToDictionary(i => data.Keys[i]);
        Assert.Equal(Review.MaxCards, cards.Count);
        Assert.Equal(cards.Count, cards.Select(c => c.Key).Distinct().Count());
        Assert.All(cards, card =>
        {
            Assert.Equal(Side.Exam, data.Sides[rowOf[card.Key!]]); // never trained on, never sealed
            Assert.StartsWith("Order " + card.Raw["order_id"], card.Sentence, StringComparison.Ordinal);
            Assert.Contains(" in 100", card.Sentence, StringComparison.Ordinal);
            Assert.NotEmpty(card.Reasons);
            foreach (var personal in new[] { "customer_name", "customer_email", "customer_phone" })
            {
                Assert.False(card.Raw.ContainsKey(personal));
                Assert.DoesNotContain(card.Cells, c => c.Column == personal);
            }

            Assert.DoesNotContain(card.Cells, c => c.Column is "compensation_paid" or "late"); // the leak and the answer
            Assert.False(card.Raw.ContainsKey("late"));
            Assert.Equal(data.Classes[data.Labels[rowOf[card.Key!]]], card.Recorded);
        });
        Assert.All(cards.GroupBy(c => c.Cells.Single(cell => cell.Column == "depot").Value), depot => Assert.Equal(20, depot.Count()));

        // A person who knows the truth calls three answers of the faulty depot wrong; accepting shows lines to add, with what was recorded.
        var leeds = cards.Where(c => c.Cells.Single(cell => cell.Column == "depot").Value == SampleOrders.FaultyDepot && c.Answer == "no").Take(3).ToArray();
        foreach (var card in leeds)
        {
            await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(opened.Review, card), new GiveFeedback.Request(Verdicts.Wrong, null, null, null), workspace);
        }

        var said = ListFeedback.Run(workspace.Records, project.Id);
        var file = Assert.Single(AcceptCorrections.Propose(project, said, workspace.Records));
        Assert.Equal("corrections/values.jsonl", file.Path);
        Assert.Equal(3, file.Diff().Count(line => line.Sign == '+'));
        ProposedFile.Write(project.Folder, [file]);
        Assert.Equal(
            leeds.Select(c => (c.Key!, "late", c.Recorded, "yes")),
            CorrectionsFolder.Read(project.Folder).Corrections.Select(c => (c.Key, c.Column, c.Was, c.Now)));
        Assert.Equal(said.Select(f => f.Id).ToHashSet(), AcceptCorrections.Accepted(project));
        Assert.Empty(AcceptCorrections.Propose(project, said, workspace.Records)); // nothing twice

        // The next review shows other rows first.
        var again = await OpenReview.RunAsync(new OpenReview.Request(project, iteration.Number, iteration.Data, package, AnswerReasons.Of, []), workspace);
        Assert.Empty(ReviewRecords.Cards(workspace.Records, again.Review).Select(c => c.Key).Intersect(leeds.Select(c => c.Key)));

        // The pages stand on the real records too.
        var (app, client) = await Web.ExampleProject.StartAsync(Workbench.Build(new WorkbenchOptions([new ProjectView(() => ProjectFileReader.Read(folder, withSource: false), workspace, new ProjectParts())], Port: 0)));
        await using var _ = app;
        using var __ = client;
        foreach (var page in new[] { "/", "/projects/orders", "/projects/orders/iterations/newest", "/projects/orders/data", "/projects/orders/inbox", "/projects/orders/try" })
        {
            var html = WebUtility.HtmlDecode(await client.GetStringAsync(page, cancel));
            Assert.DoesNotContain("@example", html, StringComparison.Ordinal);
            Assert.True(page != "/projects/orders/data" || html.Contains($"{iteration.Data.Read.ToString("#,##0", CultureInfo.InvariantCulture)} rows read = ", StringComparison.Ordinal));
        }
    }
}
