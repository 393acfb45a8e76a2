using System.Globalization;
using Fairlead.Data;
using Fairlead.Iterations.Labels;
using Fairlead.Projects;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Labels;

/// <summary>
/// <c>/projects/{name}/labels</c>: suspected labels that nobody has decided on, first by cause, then by row.
/// A decision shows the files as a diff first; the second press writes exactly what was shown.
/// </summary>
internal static class LabelPages
{
    /// <summary>Rows of one page.</summary>
    private const int RowsShown = 25;

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/labels", (view, context) =>
        {
            var queue = LabelQueue.List(view.Workspace, view.Project);
            var cause = context.Request.Query["cause"].ToString();
            List<SuspectLabel> shown = [.. (queue?.Rows ?? []).Where(row => cause.Length == 0 || row.Cause == cause).Take(RowsShown)];
            if (shown.Count > 0)
            {
                view.Workspace.Audit.Read("page of the labels", string.Create(CultureInfo.InvariantCulture, $"{view.Project.Project}, iteration {queue!.Iteration}, {shown.Count} rows"));
            }

            return Answers.Page<LabelPage>(new
            {
                View = view,
                Queue = queue,
                Shown = shown,
                Values = shown.Count == 0 || !view.Workspace.Blobs.Has(view.Iterations[^1].Data.RawBlob) ? null : DatasetReader.RawRows(view.Project, view.Iterations[^1].Data, [.. shown.Select(row => row.Row)], view.Workspace.Blobs),
                Cause = cause,
                Written = context.Request.Query["written"].Count > 0,
            });
        });

        projects.Post(routes, "/labels", async (view, context) =>
        {
            var form = await Answers.FormAsync(context);
            var at = $"/projects/{view.Project.Project}/labels";
            var queue = LabelQueue.List(view.Workspace, view.Project) ?? throw new FaultException("labels", "No iteration has looked at the labels.", "Run an iteration.");
            var (accept, refuse, cause, distrust) = (form["accept"].OfType<string>().ToList(), form["refuse"].OfType<string>().ToList(), form["cause"].ToString(), form["distrust"].ToString());
            if (refuse.Count == 0 && form["key"].ToString() is { Length: > 0 } key && form["value"].ToString().Trim() is var typed)
            {
                accept.Add($"{key}={(typed.Length > 0 ? typed : throw new FaultException(key, "The right number is missing.", "Type it before \"Correct\"."))}");
            }

            var right = accept.Select(LabelQueue.Named(queue)).Concat(queue.Rows.Where(row => cause.Length > 0 && row.Cause == cause && row.Value is not { Corrected: null }).Select(row => (row.Key, (string?)null))).ToList();

            // The moment is part of what is written, so the second press carries the first one's.
            var moment = DateTimeOffset.TryParse(form["at"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var said) ? said : view.Workspace.Time.GetUtcNow();
            IReadOnlyList<ProposedFile> files = [.. LabelQueue.Propose(view.Project, queue, right, refuse, moment), .. distrust.Length == 0 ? [] : LabelQueue.ProposeDistrust(view.Project, queue, distrust, moment)];
            if (files.Count == 0)
            {
                throw new FaultException("labels", "There is nothing to write.", "Choose a row, or a cause that has open rows.");
            }

            var shown = Proposal.Hash(files);
            if (form["shown"] != shown)
            {
                List<(string, string)> hidden = [.. accept.Select(one => ("accept", one)), .. refuse.Select(one => ("refuse", one)), ("at", moment.ToString("O", CultureInfo.InvariantCulture))];
                return Answers.Page<DiffPage>(new
                {
                    View = view,
                    Files = files,
                    Shown = shown,
                    Action = at,
                    Hidden = (IReadOnlyList<(string, string)>)[.. hidden, .. new[] { ("cause", cause), ("distrust", distrust) }.Where(field => field.Item2.Length > 0)],
                    Back = at,
                    Active = "Data",
                    Changed = form["shown"].Count > 0,
                });
            }

            view.Accept(files, "page of the labels");
            return Answers.SeeOther($"{at}?written");
        });
    }
}
