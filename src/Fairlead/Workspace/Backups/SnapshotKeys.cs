using Fairlead.Workspace.Keys;

namespace Fairlead.Workspace.Backups;

/// <summary>The master keys of a restore: the one a snapshot is encrypted with, and the one in use now. A snapshot from before a rotation is opened with the key of then, which the key of now opens, and its workspace goes over to the key of now.</summary>
/// <param name="Settings">Where a workspace that is built from the snapshot finds its key.</param>
/// <param name="Now">The key it is to have in the end; null: the one it has.</param>
internal sealed record SnapshotKeys(Func<KeySettings>? Settings, MasterKey? Now)
{
    /// <param name="then">State of the snapshot's keys.</param>
    /// <param name="folder">The workspace that is there now, or is not.</param>
    /// <exception cref="FaultException">The key file may be read by others.</exception>
    public static SnapshotKeys Of(KeyState then, string backup, string folder, Func<KeySettings>? settings)
    {
        var own = new SnapshotKeys(settings, null);
        var given = (settings ?? KeySettings.FromEnvironment)();
        if (then.Source == Keyring.ServiceSource || (given.Key is { } text && MasterKey.Parse(text)?.Id == then.Key))
        {
            return own; // the service unwraps the key of then; or it was given
        }

        var there = There(then, folder);
        var kept = given.Key is null ? KeyFile.Read(KeyFile.PathFor(then.Workspace, given.File)) : [];
        var now = (there ? OrNull(() => new Keyring(folder, settings).Master) : null)
            ?? (given.Key is not null ? MasterKey.Parse(given.Key) : given.File is null && kept is [var first, ..] ? first : null); // a named file may serve other workspaces: its first key need not be this one's
        if (now is null || now.Id == then.Key)
        {
            return own;
        }

        var old = kept.FirstOrDefault(key => key.Id == then.Key)
            ?? (there ? OrNull(() => new Keyring(folder, settings).Former(then.Key)) : null)
            ?? BackupManifest.In(backup).Reverse().Select(snapshot => OrNull(() => Former(then.Key, backup, BackupManifest.Read(snapshot), now))).FirstOrDefault(key => key is not null);
        return old is null ? own : new SnapshotKeys(() => new KeySettings(old.Base64, null, null, now.Base64), now); // without it, opening says which key is missing
    }

    /// <summary>Goes over to the key of now, and takes up the former keys that the workspace that is there knows of.</summary>
    public void GoOver(WorkspaceFolder restored, string folder, CancellationToken cancel)
    {
        while (Now is not null && KeyState.Read(restored.Folder)!.Key != Now.Id)
        {
            RotateKeys.Run(restored, forgetOld: false, cancel); // twice where the snapshot was taken in the middle of a rotation
        }

        if (There(KeyState.Read(restored.Folder)!, folder) && OrNull(() => FormerKeys.Read(folder)) is { Keys.Count: > 0 } former)
        {
            var (kept, master) = (FormerKeys.Read(restored.Folder), restored.Keys.Master);
            List<FormerKey> further = [.. former.Keys.Where(key => key.Key != master.Id && key.Open(master) is not null && kept.Keys.All(known => known.Key != key.Key))];
            if (further.Count > 0)
            {
                (kept with { Keys = [.. kept.Keys, .. further] }).Write(restored.Folder);
            }
        }
    }

    /// <summary>Whether the folder holds the workspace that the snapshot is of.</summary>
    public static bool There(KeyState then, string folder) => OrNull(() => KeyState.Read(folder))?.Workspace == then.Workspace;

    /// <summary>A former key that a later snapshot tells of.</summary>
    private static MasterKey? Former(string id, string backup, BackupManifest later, MasterKey now) =>
        later.Key == now.Id && later.Files.FirstOrDefault(file => file.Path == "keys/former.json") is { } file && BackupManifest.PathOfFile(backup, file.Sha256) is var path && File.Exists(path)
            ? FormerKeys.Parse(File.ReadAllBytes(path), path).Find(id, now)
            : null;

    /// <summary>What can't be had here may be had elsewhere; where not, opening the snapshot says what is missing.</summary>
    private static T? OrNull<T>(Func<T?> find)
        where T : class
    {
        try
        {
            return find();
        }
        catch (FaultException)
        {
            return null;
        }
    }
}
