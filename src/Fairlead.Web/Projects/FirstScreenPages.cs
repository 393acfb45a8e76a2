using System.Globalization;
using Fairlead.Customers;
using Fairlead.Web.Iterations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Projects;

/// <summary><c>/</c>: one real card, the problems found in the data, and where in the loop the project stands.</summary>
internal static class FirstScreenPages
{
    /// <summary>Name under which verdicts from the workbench are kept.</summary>
    public const string By = "workbench";

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects) => routes.MapGet("/", () =>
    {
        var view = projects.All[0];
        var iterations = view.Iterations;
        var progress = view.Progress.Now;
        if (iterations.Count == 0)
        {
            return Answers.Page<ProgressPage>(new { View = view, Progress = progress, Active = "Today" });
        }

        var (review, card, said) = NextCard(view);
        if (card is not null)
        {
            view.Workspace.Audit.Read("first page", string.Create(CultureInfo.InvariantCulture, $"{view.Project.Project}, review {review!.Id}, card {card.Id}"), card.Key);
        }

        return Answers.Page<FirstScreen>(new
        {
            View = view,
            Iteration = iterations[^1],
            Progress = progress,
            Review = review,
            Card = card,
            Said = said,
            Stations = LoopStations.Of(view, iterations, progress, ListFeedback.Run(view.Workspace.Records, view.Project.Id)),
        });
    });

    /// <summary>A card of the newest open review that the workbench has not judged; null once all are.</summary>
    private static (Review?, ReviewCard?, int) NextCard(IProjectView view)
    {
        var records = view.Workspace.Records;
        var now = view.Workspace.Time.GetUtcNow();
        if (ReviewRecords.List(records, view.Project.Id).LastOrDefault(r => r.IsOpen(now)) is not { } review)
        {
            return (null, null, 0);
        }

        var cards = ReviewRecords.Cards(records, review);
        var said = ListFeedback.Of(records, review, By);

        // Of the cards that are left, one that says something: the class of interest, with a strongest reason that speaks for it.
        var positive = view.Project.Positive;
        var next = cards.Where(c => !said.ContainsKey(c.Id)).OrderBy(c => positive is not null && c.Answer != positive).ThenBy(c => c.Reasons.Count == 0 || c.Reasons[0].Effect < 0).FirstOrDefault();
        return (review, next, said.Count);
    }
}
