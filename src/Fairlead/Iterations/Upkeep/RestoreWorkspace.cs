using Fairlead.Iterations.Erasure;
using Fairlead.Workspace.Backups;

namespace Fairlead.Iterations.Upkeep;

/// <summary>A <see cref="Restore"/> that checks everything the stages know of.</summary>
public static class RestoreWorkspace
{
    /// <inheritdoc cref="Restore.Run"/>
    public static Restore.Outcome Run(Restore.Request request, CancellationToken cancel) =>
        Restore.Run(request, workspace => VerifyWorkspace.Run(workspace, cancel).Faults, workspace => EraseSubject.Replay(workspace, cancel), null, null, cancel);
}
