using Fairlead.Data.Storage;
using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Iterations.Upkeep;

/// <summary><c>workspace encrypt</c>: what a workspace holds from before encryption is encrypted under the same names, and the clear bytes are overwritten. Stopped at any moment, the next call goes on.</summary>
public static class EncryptWorkspace
{
    public sealed record Outcome(long Blobs, long Records);

    public static Outcome Run(WorkspaceFolder workspace, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        using var held = workspace.Maintain("encrypting");
        var store = workspace.Blobs;
        store.PutBackClear();
        var blobs = 0L;
        foreach (var id in KeyPaths.Blobs(workspace.Folder).Where(store.IsClear).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            store.Encrypt(id, store.IsTable(id) ? (path, key) => StoredContent.Rewrite(id, store, path, key, cancel) : null);
            blobs++;
        }

        blobs += new PredictionStore(workspace).SealClosed();
        var records = workspace.Records.SealAll();
        if (blobs + records > 0)
        {
            workspace.Audit.Changed("workspace encrypt", $"{blobs} blobs, {records} records");
        }

        return new Outcome(blobs, records);
    }
}
