using System.Globalization;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Data;

/// <summary>
/// <c>/projects/{name}/quarantine</c>: rows that did not pass, by reason and by text; <c>/quarantine/{row}</c>: one of them, to put right, release or leave out.
/// A press checks the row again with the whole table and shows the file as a diff; the second press writes it.
/// </summary>
internal static class QuarantinePages
{
    private const int RowsOfPage = 50;

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/quarantine", (view, context) =>
        {
            var query = context.Request.Query;
            var (reason, text) = (Given(query["reason"]), Given(query["text"]));
            var skip = long.TryParse(query["skip"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            Audit(view, "every row asked for");
            var found = view.Newest is { } iteration
                ? BrowseQuarantine.Run(view.Project, iteration.Data, view.Workspace.Blobs, new BrowseQuarantine.Request(reason, text, null, skip, RowsOfPage), context.RequestAborted)
                : new BrowseQuarantine.Outcome([], 0);
            return Answers.Page<QuarantinePage>(new { View = view, Iteration = view.Newest, found.Rows, found.Found, Reason = reason, Text = text, Skip = skip, Page = RowsOfPage, Written = query["written"].Count > 0 });
        });

        projects.Get(routes, "/quarantine/{row:long}", (view, context) =>
            Answers.Page<QuarantineRowPage>(new { View = view, Row = Find(view, context), Iteration = view.Newest }));

        projects.Post(routes, "/quarantine/{row:long}", async (view, context) =>
        {
            var row = Find(view, context);
            var form = await Answers.FormAsync(context);
            var at = $"/projects/{view.Project.Project}/quarantine";
            var tried = await RepairQuarantine.TryAsync(view.Workspace, new RepairQuarantine.Request(view.Project, [Decided(row, form, view.Workspace.Time.GetUtcNow())]), context.RequestAborted);

            // The time stands in the file: the second press carries what the first one showed, so that exactly that is written.
            if (Given(form["shown"]) is { } shown && shown == Proposal.Hash(tried.Files))
            {
                view.Accept(tried.Files, "page of the quarantine");
                return Answers.SeeOther($"{at}?written=1");
            }

            var outcome = tried.Rows[0];
            return Answers.Page<DiffPage>(new
            {
                View = view,
                tried.Files,
                Shown = Proposal.Hash(tried.Files),
                Action = string.Create(CultureInfo.InvariantCulture, $"{at}/{row.Row}"),
                Hidden = form.Where(field => field.Key is not ("shown" or "at")).SelectMany(field => field.Value.Select(value => (field.Key, value ?? ""))).Append(("at", tried.Rows[0].Repair.At.ToString("O", CultureInfo.InvariantCulture))).ToList(),
                Back = string.Create(CultureInfo.InvariantCulture, $"{at}/{row.Row}"),
                Active = "Data",
                Changed = form["shown"].Count > 0,
                Said = Says(outcome, tried),
                Good = outcome.State != RepairedRows.StillInQuarantine,
            });
        });
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void Audit(IProjectView view, string what)
    {
        if (view.Newest is { } iteration)
        {
            view.Workspace.Audit.Read("page of the quarantine", string.Create(CultureInfo.InvariantCulture, $"{view.Project.Project}, iteration {iteration.Number}, {what}"));
        }
    }

    private static QuarantineRow Find(IProjectView view, HttpContext context)
    {
        var number = long.Parse((string)context.Request.RouteValues["row"]!, CultureInfo.InvariantCulture);
        Audit(view, string.Create(CultureInfo.InvariantCulture, $"row {number}"));
        return view.Newest is { } iteration && BrowseQuarantine.Run(view.Project, iteration.Data, view.Workspace.Blobs, new BrowseQuarantine.Request(Row: number), context.RequestAborted).Rows is [var row]
            ? row
            : throw new FaultException("quarantine", string.Create(CultureInfo.InvariantCulture, $"Row {number + 1} is not in quarantine in the newest version."), "Look at the quarantine again.");
    }

    private static RowRepair Decided(QuarantineRow row, IFormCollection form, DateTimeOffset now)
    {
        var at = DateTimeOffset.TryParse(form["at"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var shown) && shown <= now ? shown : now;
        var because = Given(form["because"].ToString().Trim());
        switch (form["action"].ToString())
        {
            case RowRepair.Release when because is not null:
                var reasons = form["reason"].OfType<string>().Intersect(row.Reasons).ToList();
                return new RowRepair(row.Key, row.Content, RowRepair.Release, null, reasons.Count > 0 ? reasons : row.Reasons, because, at);
            case RowRepair.Drop when because is not null:
                return new RowRepair(row.Key, row.Content, RowRepair.Drop, null, null, because, at);
            case RowRepair.Release or RowRepair.Drop:
                throw new FaultException("because", "Keeping a row as it is, or leaving it out, needs its reason: whoever reads the file later wants to know.", "Say why, in a few words.", wrongUse: true);
            default:
                var changed = row.Values.Select((pair, c) => (pair.Key, Was: pair.Value, Field: form[$"c{c.ToString(CultureInfo.InvariantCulture)}"]))
                    .Where(one => one.Field.Count > 0 && Given(one.Field.ToString()) != one.Was).ToDictionary(one => one.Key, one => Given(one.Field.ToString()), StringComparer.Ordinal);
                return changed.Count > 0
                    ? new RowRepair(row.Key, row.Content, RowRepair.Set, changed, null, because, at)
                    : throw new FaultException("values", "No value was changed.", "Change what is wrong, or keep the row as it is, or leave it out.", wrongUse: true);
        }
    }

    private static string Says(RepairedRows.Outcome outcome, RepairQuarantine.Outcome tried)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{tried.After.Read:N0} read = {tried.After.Kept:N0} kept + {tried.After.Quarantined:N0} in quarantine + {tried.After.Dropped:N0} dropped.") + (tried.Unread.Count == 0 ? "" : $" The value of {string.Join(", ", tried.Unread)} can't be read and counts as missing.");
        return outcome.State switch
        {
            RepairedRows.Kept => $"The row passes and is kept. {counts}",
            RepairedRows.Dropped => $"The row is left out. {counts}",
            _ => $"The row still does not pass: {string.Join("; ", outcome.Reasons)}. {counts}",
        };
    }
}
