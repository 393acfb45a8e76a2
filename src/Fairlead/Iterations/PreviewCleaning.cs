using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Privacy;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>What a turn would make of a project's rows as its sources, its file and its <c>corrections/</c> folder are now, up to the cleaned table: the same code on the same rows, and nothing of it is stored.</summary>
/// <remarks>Checks, quarantine, corrections and repairs are those a turn would come to, and where a turn would refuse such a table, it says why.</remarks>
public static class PreviewCleaning
{
    /// <param name="Files">Files that were read.</param>
    /// <param name="Cleaning">What it came to.</param>
    /// <param name="Personal">Columns whose values are not shown as they are.</param>
    /// <param name="Refused">Why a turn would find nothing to learn from in it; empty where it would.</param>
    public sealed record Outcome(int Files, CleaningOutcome Cleaning, IReadOnlyList<string> Personal, IReadOnlyList<Fault> Refused);

    /// <exception cref="FaultException">What stops a turn: a source can't be read, a column holds personal data and the project file does not say what happens to it, or a check, correction or repair names what the data does not have.</exception>
    public static Task<Outcome> RunAsync(WorkspaceFolder workspace, ProjectFile project, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(project);
        var bound = PseudonymKeys.Bind(project, workspace);
        return IngestStep.LookAsync(
            workspace, bound,
            async (raw, blobs) =>
            {
                var beside = await BesideData.OfAsync(workspace, bound, raw);
                return await Task.Run(
                    () =>
                    {
                        PersonalGuard.Check(bound, raw, blobs, cancel);
                        var (outcome, refused) = Clean.Preview(bound, raw, blobs, SaidOfRows.Read(bound.Folder), beside, workspace.Blobs, workspace.Time.GetUtcNow(), cancel);
                        return new Outcome(raw.Files.Count, outcome, [.. bound.Columns.Where(column => column.Protection == Protection.Drop || column.Protection.IsTransformed).Select(column => column.Name).Order(StringComparer.Ordinal)], refused);
                    },
                    cancel);
            },
            cancel);
    }
}
