using System.Globalization;
using System.Net;
using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Web.Customers;

namespace Fairlead.Tests.Web;

/// <summary>Not a test of its own: serves the example's pages for a while, for a person or a screenshot to look at. Run explicitly.</summary>
public sealed class LookTests
{
    /// <summary>FAIRLEAD_LOOK: seconds to stay up. FAIRLEAD_LOOK_TASK: Binary, Multiclass or Regression.</summary>
    [Fact(Explicit = true)]
    public async Task Stay_up_for_a_look()
    {
        var cancel = TestContext.Current.CancellationToken;
        var seconds = double.Parse(Environment.GetEnvironmentVariable("FAIRLEAD_LOOK") ?? "60", CultureInfo.InvariantCulture);
        using var example = new ExampleProject(Enum.Parse<ModelTask>(Environment.GetEnvironmentVariable("FAIRLEAD_LOOK_TASK") ?? "Binary"));
        var opened = await example.OpenAsync();
        var (workbench, client) = await example.WorkbenchAsync();
        await using var _ = workbench;
        using var __ = client;
        var (review, reviewClient) = await ExampleProject.StartAsync(ReviewListener.Build(new ReviewListenerOptions(example.Workspace, IPAddress.Loopback, 0)));
        await using var ___ = review;
        using var ____ = reviewClient;
        var cards = ReviewRecords.Cards(example.Workspace.Records, opened.Review);
        foreach (var (card, verdict, comment) in new[] { (3, "wrong", "It stood at the door a day early."), (4, "right", null), (5, "not_what_i_need", "I need the day, not yes or no."), (9, "wrong", null), (11, "cant_tell", null) })
        {
            await GiveFeedback.RunAsync(
                GiveFeedback.Subject.Of(opened.Review, cards[card - 1]),
                new GiveFeedback.Request(verdict, example.Project.Task switch { ModelTask.Binary => null, ModelTask.Multiclass => "lost", _ => "12" }, comment, null), example.Workspace);
        }

        await File.WriteAllLinesAsync(
            Path.Combine(Path.GetTempPath(), "fairlead-look.txt"), [client.BaseAddress!.ToString(), new Uri(reviewClient.BaseAddress!, new Uri(opened.Url).AbsolutePath).ToString()], cancel);
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancel);
    }
}
