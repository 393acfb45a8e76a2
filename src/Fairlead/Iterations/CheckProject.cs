using Fairlead.Data.Checks;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Checks a project's data as it was read, by the checks of a file: reads the sources when they are new, else the stored version.</summary>
public static class CheckProject
{
    /// <param name="Checks">The checks file; files it names stand beside it.</param>
    public sealed record Request(ProjectFile Project, string Checks);

    /// <exception cref="FaultException">The sources or the checks file can't be read; every fault.</exception>
    public static async Task<CheckReport> RunAsync(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        var raw = await IngestStep.RunAsync(new StepRunner(workspace, null), workspace, request.Project, cancel);
        ITableScan Open(IReadOnlyList<string>? columns) => new StoredScan(raw.Blob, workspace.Blobs, columns ?? raw.Columns);
        EarlierTable Earlier(CheckRule rule) => new CheckInputs(request.Project.Folder, [], BesideData.Before(workspace, request.Project, raw)).Earlier(rule, raw: true, workspace.Blobs);
        return CheckTable.Run(Open, request.Checks, Earlier, workspace.Time, cancel);
    }
}
