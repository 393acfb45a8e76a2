using System.Globalization;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Privacy;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Step "clean" with its key: the turn runs it, and so does whoever asks what a repair would come to; the other then finds the result there.</summary>
internal static class CleanStep
{
    /// <param name="Said">What the folder holds, and what is still to be decided.</param>
    public sealed record Request(ProjectFile Project, RawVersion Raw, SaidOfRows Said);

    public static async Task<DatasetVersion> RunAsync(StepRunner steps, WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        var (project, raw, said) = request;
        var now = workspace.Time.GetUtcNow();
        var beside = await BesideData.OfAsync(workspace, project, raw);
        return await steps.RunAsync(
            "clean", StepKeys.Clean(project, raw, said, beside, now), "checking and cleaning", IterationJson.Default.DatasetVersion,
            () => Task.Run(
                () =>
                {
                    PersonalGuard.Check(project, raw, workspace.Blobs, cancel);
                    return Clean.Run(project, raw, said, beside, workspace.Blobs, now, cancel);
                },
                cancel),
            data => [data.RawBlob, data.Blob, data.Quarantine],
            data => $"{Count(data.Read)} read = {Count(data.Kept)} kept + {Count(data.Quarantined)} quarantined + {Count(data.Dropped)} dropped"
                + (data.Corrected > 0 ? $"; {Counted.Of(data.Corrected, "label")} corrected" : ""));
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
