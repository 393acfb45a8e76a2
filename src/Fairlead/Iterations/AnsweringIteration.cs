using Fairlead.Data.Privacy;
using Fairlead.Packaging;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Which iteration answers whom.</summary>
public static class AnsweringIteration
{
    /// <summary>For <c>score</c>: the newest, whatever its gates.</summary>
    /// <exception cref="FaultException">There is none yet.</exception>
    public static Iteration ForScore(WorkspaceFolder workspace, ProjectFile project) =>
        IterationRecords.Newest(workspace.Records, project.Id) ?? throw None(project);

    /// <summary>For <c>serve</c> and <c>up</c>: the released one, else the newest that passed its gates, else the newest.</summary>
    /// <param name="why">Which of the three it is, in words.</param>
    /// <exception cref="FaultException">There is none yet.</exception>
    public static Iteration ForService(WorkspaceFolder workspace, ProjectFile project, out string why)
    {
        var all = IterationRecords.List(workspace.Records, project.Id);
        if (ReleaseRecords.Current(workspace.Records, project.Id, "staging") is { } release && all.FirstOrDefault(i => i.Number == release.Iteration) is { } released)
        {
            why = $"iteration {released.Number}, released to staging";
            return released;
        }

        if (all.LastOrDefault(i => i.Passed) is { } passed)
        {
            why = $"iteration {passed.Number}, the newest that passed its gates; nothing is released";
            return passed;
        }

        var newest = all.Count > 0 ? all[^1] : throw None(project);
        why = $"iteration {newest.Number}, the newest; none passed its gates";
        return newest;
    }

    /// <summary>The iteration's package, laid out as files.</summary>
    public static string PackageFolderOf(WorkspaceFolder workspace, Iteration iteration)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        PseudonymKeys.Hold(workspace, iteration.Data.RowSteps);
        return PackageFolder.Materialise(iteration.Package, workspace.Blobs, Path.Combine(workspace.Folder, "packages"));
    }

    private static FaultException None(ProjectFile project) =>
        new(project.Project, "No iteration has run in this workspace, so there is no model to answer with.", "Run `fairlead iterate` first.");
}
