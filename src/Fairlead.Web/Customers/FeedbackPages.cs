using System.Globalization;
using Fairlead.Customers;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Customers;

/// <summary>
/// <c>/projects/{name}/inbox</c>: what people said, the causes behind it, and what to do about it.
/// Accepting shows the files as a diff first; the second press writes exactly what was shown.
/// </summary>
internal static class FeedbackPages
{
    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/inbox", (view, context) =>
        {
            var records = view.Workspace.Records;
            var reviews = ReviewRecords.List(records, view.Project.Id);
            var cards = reviews.ToDictionary(r => r.Id, r => ReviewRecords.Cards(records, r));
            var said = ListFeedback.Run(records, view.Project.Id);
            view.Workspace.Audit.Read("page of the feedback", string.Create(CultureInfo.InvariantCulture, $"{view.Project.Project}, {Counted.Of(said.Count, "word")} on answers, {Counted.Of(reviews.Count, "review")}"));
            return Answers.Page<InboxPage>(new
            {
                View = view,
                Feedback = said,
                Cards = cards,
                Reviews = reviews,
                view.Causes,
                Accepted = view.AcceptedFeedback,
                Written = context.Request.Query["written"].ToString() is { Length: > 0 } written ? written : null,
                Now = view.Workspace.Time.GetUtcNow(),
            });
        });

        projects.Post(routes, "/cards/{review}/{card:int}", async (view, context) =>
        {
            var records = view.Workspace.Records;
            var form = await Answers.FormAsync(context);
            var number = int.Parse((string)context.Request.RouteValues["card"]!, CultureInfo.InvariantCulture);
            if (ReviewRecords.Find(records, view.Project.Id, (string)context.Request.RouteValues["review"]!) is not { } review || ReviewRecords.Card(records, review, number) is not { } card)
            {
                throw new FaultException("card", "There is no such card.", "Look at the first screen again.");
            }

            var said = new GiveFeedback.Request(form["verdict"], form["right"], form["comment"], FirstScreenPages.By);
            await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(review, card), said, view.Workspace);
            return Answers.SeeOther("/");
        });

        projects.Post(routes, "/accept", async (view, context) =>
        {
            var form = await Answers.FormAsync(context);
            var cause = form["cause"].ToString();
            var feedback = form["feedback"].OfType<string>().ToArray();
            var files = cause.Length > 0 ? view.ProposeRepair(cause) : view.ProposeCorrections(feedback);
            if (files.Count == 0)
            {
                throw new FaultException("accept", "There is nothing to write.", "Choose an answer that was called wrong and whose right answer was said.");
            }

            // The second press carries the hash of what the first one showed: nothing else is ever written.
            var shown = Proposal.Hash(files);
            if (form["shown"] != shown)
            {
                var hidden = feedback.Select(id => ("feedback", id)).Concat(cause.Length > 0 ? [("cause", cause)] : []).ToList();
                var at = $"/projects/{view.Project.Project}";
                return Answers.Page<DiffPage>(new { View = view, Files = files, Shown = shown, Action = $"{at}/accept", Hidden = hidden, Back = $"{at}/inbox", Active = "Feedback", Changed = form["shown"].Count > 0 });
            }

            view.Accept(files, "page of the feedback");
            return Answers.SeeOther($"/projects/{view.Project.Project}/inbox?written={files.Count.ToString(CultureInfo.InvariantCulture)}");
        });

        projects.Post(routes, "/reviews/{review}/revoke", async (view, context) =>
        {
            await RevokeReview.RunAsync(view.Workspace, view.Project.Id, (string)context.Request.RouteValues["review"]!);
            return Answers.SeeOther($"/projects/{view.Project.Project}/inbox#reviews");
        });
    }
}
