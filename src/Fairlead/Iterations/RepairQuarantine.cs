using Fairlead.Data;
using Fairlead.Data.Privacy;
using Fairlead.Data.Quarantine;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Tries repairs of rows in quarantine on the whole table, checks and all, before they are written: what is found then is what the next version will have.</summary>
/// <remarks>The trial is the step "clean" of the next iteration, under its own key: accepting the repairs and iterating takes it up without running it again.</remarks>
public static class RepairQuarantine
{
    /// <param name="Repairs">One or more decisions, each about a row in quarantine in the newest iteration.</param>
    public sealed record Request(ProjectFile Project, IReadOnlyList<RowRepair> Repairs);

    /// <param name="Before">The newest version.</param>
    /// <param name="After">The version with the repairs.</param>
    /// <param name="Rows">What becomes of each repaired row.</param>
    /// <param name="Files">The file that accepting writes; nothing is written yet.</param>
    public sealed record Outcome(DatasetVersion Before, DatasetVersion After, IReadOnlyList<RepairedRows.Outcome> Rows, IReadOnlyList<ProposedFile> Files)
    {
        /// <summary>Columns in which a written value can't be read as the number or date it should be: it counts as missing, which most checks let pass.</summary>
        public IReadOnlyList<string> Unread =>
        [
            .. After.Steps.Where(step => step.Column is not null && step.Unreadable > Before.Steps.Where(before => before.Step == step.Step && before.Column == step.Column).Sum(before => before.Unreadable)).Select(step => step.Column!)
                .Intersect(Rows.SelectMany(row => row.Repair.Values?.Keys ?? []), StringComparer.Ordinal),
        ];
    }

    /// <exception cref="FaultException">There is no iteration yet, a row is not in quarantine, or a repair can't be applied.</exception>
    public static async Task<Outcome> TryAsync(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        var project = PseudonymKeys.Bind(request.Project, workspace);
        var newest = IterationRecords.Newest(workspace.Records, project.Id)
            ?? throw new FaultException(project.Folder, "The project has no iteration yet, so nothing is in quarantine.", "Run: fairlead iterate.");
        var known = SaidOfRows.Read(project.Folder);
        var steps = new StepRunner(workspace, null);

        // A repair that stands in the file already is tried with the new ones; what is in quarantine before is what the file comes to now.
        var before = await CleanStep.RunAsync(steps, workspace, new CleanStep.Request(project, newest.Raw, known), cancel);
        var after = await CleanStep.RunAsync(steps, workspace, new CleanStep.Request(project, newest.Raw, known with { Rows = [.. known.Rows, .. request.Repairs] }), cancel);
        var rows = await Task.Run(() => RepairedRows.Run(project, before, after, request.Repairs, workspace.Blobs, cancel), cancel);
        return new Outcome(before, after, rows, [Propose(project, request.Repairs)]);
    }

    private static ProposedFile Propose(ProjectFile project, IReadOnlyList<RowRepair> repairs)
    {
        var path = $"{CorrectionsFolder.Name}/{CorrectionsFolder.RowsFile}";
        var before = ProposedFile.In(project.Folder, path, "").Before ?? "";
        return ProposedFile.In(project.Folder, path, before + (before.Length > 0 && !before.EndsWith('\n') ? "\n" : "") + string.Concat(repairs.Select(repair => CorrectionsFolder.Line(repair) + "\n")));
    }
}
