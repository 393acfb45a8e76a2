using System.Globalization;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace.Backups;

/// <summary><c>workspace restore IN</c>: a workspace as a snapshot has it. It is built beside the place, checked whole, cleared again of everybody erased since, and only then put in place; what was there is set aside, not deleted.</summary>
public static class Restore
{
    /// <param name="Backup">Folder that <see cref="BackUp"/> wrote.</param>
    /// <param name="Snapshot">Name of a snapshot in it; null for the newest.</param>
    /// <param name="Folder">Where the workspace is to be.</param>
    /// <param name="Replace">Puts it in place of a workspace that is there.</param>
    public sealed record Request(string Backup, string? Snapshot, string Folder, bool Replace);

    /// <param name="SetAside">Where the workspace that was there lies now; null when there was none.</param>
    /// <param name="Erased">People erased since the snapshot was taken who were in it, and are not any more.</param>
    public sealed record Outcome(string Snapshot, long Files, long Bytes, string? SetAside, int Erased);

    /// <param name="verify">Checks the restored workspace before it is put in place: what is wrong with it.</param>
    /// <param name="replay">Clears it of everybody on the erasure list; returns of how many something was found.</param>
    /// <exception cref="FaultException">The backup is damaged (every file that is), the key is another one, or a workspace is there and is not to be replaced. Nothing was changed.</exception>
    internal static Outcome Run(Request request, Func<WorkspaceFolder, IReadOnlyList<Fault>> verify, Func<WorkspaceFolder, int> replay, TimeProvider? time, Func<KeySettings>? settings, CancellationToken cancel)
    {
        var (backup, folder) = (Path.GetFullPath(request.Backup), Path.GetFullPath(request.Folder).TrimEnd(Path.DirectorySeparatorChar));
        var snapshots = BackupManifest.In(backup);
        var snapshot = request.Snapshot is null
            ? snapshots.Count > 0 ? snapshots[^1] : throw new FaultException(request.Backup, "There is no snapshot in this folder.", "Name the folder that \"fairlead workspace backup\" wrote.")
            : snapshots.FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == Path.GetFileNameWithoutExtension(request.Snapshot)) ?? throw new FaultException("--snapshot", $"The backup has no snapshot {request.Snapshot}.", $"It has {string.Join(", ", snapshots.Select(Path.GetFileNameWithoutExtension))}.", wrongUse: true);
        var manifest = BackupManifest.Read(snapshot);
        var there = File.Exists(Path.Combine(folder, "records.db"));
        if (there && !request.Replace)
        {
            throw new FaultException(folder, "A workspace is there already.", "Name another place in FAIRLEAD_WORKSPACE, or add --replace: the one that is there is set aside then.");
        }

        var staging = folder + ".restoring";
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        try
        {
            CopyAll(manifest, backup, staging, cancel);
            var then = KeyState.Read(staging) ?? throw new FaultException(snapshot, "The snapshot holds no keys: it was changed.", "Name another snapshot with --snapshot.");
            var keys = SnapshotKeys.Of(then, backup, folder, settings);
            OpenRecords(manifest, snapshot, staging, keys.Settings);
            int erased;
            using (var restored = WorkspaceFolder.Open(staging, time, keys.Settings))
            {
                if (there && SnapshotKeys.There(then, folder))
                {
                    ErasureFiles.TakeOver(folder, new Keyring(folder, settings), restored);
                }
                else if (snapshots[^1] != snapshot)
                {
                    TakeOverErased(snapshots[^1], backup, keys.Now, restored);
                }

                List<Fault> faults = [.. verify(restored), .. restored.Audit.Verify(manifest.AuditCheck is { } check ? (manifest.AuditNumber, check) : null)];
                if (faults.Count > 0)
                {
                    throw new FaultException(faults.DistinctBy(fault => (fault.Where, fault.What)).ToList());
                }

                erased = replay(restored);
                keys.GoOver(restored, folder, cancel);
                restored.Audit.Changed("workspace restore", $"{Path.GetFileName(snapshot)}{(keys.Now is { } now ? $", key {then.Key} to {now.Id}" : "")}");
                restored.Records.Compact();
            }

            var aside = there ? PutAside(folder, (time ?? TimeProvider.System).GetUtcNow()) : null;
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder); // refuses when anything is in it
            }

            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            Directory.Move(staging, folder);
            DurableFile.SyncFolder(Path.GetDirectoryName(folder)!);
            return new Outcome(Path.GetFileName(snapshot), manifest.Files.Count, manifest.Files.Sum(file => file.Bytes), aside, erased);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static void CopyAll(BackupManifest manifest, string backup, string staging, CancellationToken cancel)
    {
        List<Fault> faults = [];
        foreach (var file in manifest.Files)
        {
            cancel.ThrowIfCancellationRequested();
            var to = Path.GetFullPath(Path.Combine(staging, file.Path));
            if (!to.StartsWith(staging + Path.DirectorySeparatorChar, StringComparison.Ordinal) || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower))
            {
                throw new FaultException(file.Path, "The snapshot names a file outside of the workspace: it was changed.", "Name another snapshot with --snapshot.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            var from = BackupManifest.PathOfFile(backup, file.Sha256);
            if (!File.Exists(from))
            {
                faults.Add(new Fault(file.Path, $"The backup lacks this file ({from}).", "Name another snapshot with --snapshot."));
            }
            else if (BackUp.Copy(from, to) is var copy && (copy.Sha256 != file.Sha256 || copy.Bytes != file.Bytes))
            {
                faults.Add(new Fault(file.Path, $"The backup's file {from} was changed: it hashes to {copy.Sha256}.", "Delete it, so that the next backup copies it again, and name another snapshot with --snapshot."));
            }
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    private static void OpenRecords(BackupManifest manifest, string snapshot, string staging, Func<KeySettings>? settings)
    {
        var keys = new Keyring(staging, settings);
        if (!manifest.IsSigned(keys.Named("backups")))
        {
            throw new FaultException(snapshot, "The snapshot was changed since it was written.", "Name another snapshot with --snapshot.");
        }

        var (closed, wrapped) = (Path.Combine(staging, BackupManifest.RecordsFile), Path.Combine(staging, BackupManifest.RecordsKeyFile));
        var key = keys.Unwrap(File.ReadAllBytes(wrapped), BackupManifest.RecordsFile, snapshot);
        using (var from = new SealedReader(File.OpenRead(closed), key, snapshot))
        using (var to = new FileStream(Path.Combine(staging, "records.db"), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
        }

        File.Delete(closed);
        File.Delete(wrapped);
    }

    /// <summary>Where no workspace is there, the newest snapshot tells who was erased since.</summary>
    private static void TakeOverErased(string newest, string backup, MasterKey? now, WorkspaceFolder restored)
    {
        var manifest = BackupManifest.Read(newest);
        if (!manifest.IsSigned(restored.Keys.Named("backups")))
        {
            throw new FaultException(newest, "The newest snapshot, which tells who was erased since, was changed since it was written.", "Move it away if an older one is to be restored all the same.");
        }

        if (File("erasures/list.jsonl") is { } list && File("erasures/key") is { } key)
        {
            ErasureFiles.TakeOver(list, key, now, restored, newest);
        }

        byte[]? File(string name) => manifest.Files.FirstOrDefault(file => file.Path == name) is { } file && BackupManifest.PathOfFile(backup, file.Sha256) is var path && System.IO.File.Exists(path) ? System.IO.File.ReadAllBytes(path) : null;
    }

    private static string PutAside(string folder, DateTimeOffset now)
    {
        var aside = $"{folder}.before-{now.ToString("yyyyMMdd'T'HHmmss.fff", CultureInfo.InvariantCulture)}";
        try
        {
            Directory.Move(folder, aside);
            return aside;
        }
        catch (IOException exception)
        {
            throw new FaultException(folder, $"The workspace that is there can't be set aside: {exception.Message}", "Stop what uses it, and run again.");
        }
    }
}
