using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace.Backups;

/// <summary><c>workspace backup OUT</c>: everything that can't be made again, encrypted as it is, while the workspace is being worked in. Only files that the backup lacks are copied.</summary>
/// <remarks>
/// The records are copied as of one moment; every blob they name was stored before them and never changes, so the copy is consistent. Prediction segments only grow: what is there is taken.
/// The snapshot's manifest is written last, in one step: without it nothing refers to what was copied.
/// </remarks>
public static class BackUp
{
    /// <summary>Folders that are copied. Others are made again: unpacked images and packages, notes, temporary files, locks.</summary>
    private static readonly string[] _folders = ["keys", "blobs", "predictions", "erasures"];

    /// <param name="Snapshot">Its manifest.</param>
    /// <param name="Files">Files it holds.</param>
    /// <param name="Copied">Of those, files that the backup did not have yet.</param>
    public sealed record Outcome(string Snapshot, long Files, long Bytes, long Copied, long CopiedBytes);

    /// <param name="folder">Made when it isn't there; holds any number of snapshots.</param>
    /// <exception cref="FaultException">It can't be written, lies in the workspace, or holds the backup of another workspace.</exception>
    public static Outcome Run(WorkspaceFolder workspace, string folder, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var backup = Path.GetFullPath(folder);
        if ((backup + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(workspace.Folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new FaultException(folder, "The backup would lie inside of what it is a backup of.", "Name a folder elsewhere, best on another disk.");
        }

        var sign = workspace.Keys.Named("backups");
        using var held = workspace.Maintain("backing up"); // keys must not change while they are copied
        var state = KeyState.Read(workspace.Folder)!;
        if (BackupManifest.In(backup) is [.., var latest] && BackupManifest.Read(latest).Workspace != state.Workspace)
        {
            throw new FaultException(folder, "It holds backups of another workspace.", "Name another folder.");
        }

        if (Directory.Exists(backup) && BackupManifest.In(backup).Count == 0 && Directory.EnumerateFileSystemEntries(backup).Any(path => Path.GetFileName(path) is not ("files" or BackupManifest.Snapshots)))
        {
            throw new FaultException(folder, "The folder is in use for something else.", "Name an empty or new folder.");
        }

        Directory.CreateDirectory(Path.Combine(backup, "files"));
        var lists = KeyPaths.Blobs(workspace.Folder).Where(workspace.Blobs.IsList).ToHashSet(StringComparer.Ordinal); // all parts of these are there; no record of now names later ones
        List<BackupFile> files = [];
        var (copied, copiedBytes) = (0L, 0L);
        var head = workspace.Audit.Head();
        var (records, key) = SealRecords(workspace);
        Take(BackupManifest.RecordsFile, records);
        Take(BackupManifest.RecordsKeyFile, key);
        foreach (var path in _folders.Select(name => Path.Combine(workspace.Folder, name)).Where(Directory.Exists).SelectMany(name => Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            if (Path.GetFileName(path) is "lock" || Path.GetFileName(path).StartsWith('.'))
            {
                continue;
            }

            if (workspace.Blobs.IdAt(path) is { } blob && workspace.Blobs.IsList(blob) && !lists.Contains(blob))
            {
                continue;
            }

            Take(Path.GetRelativePath(workspace.Folder, path).Replace(Path.DirectorySeparatorChar, '/'), path);
        }

        var manifest = new BackupManifest(BackupManifest.FormatVersion, state.Workspace, state.Key, workspace.Time.GetUtcNow(), head?.Number ?? 0, head?.Check, files, "").Signed(sign);
        var snapshot = Path.Combine(backup, BackupManifest.Snapshots, manifest.At.ToString("yyyyMMdd'T'HHmmss.fffffff'Z'", CultureInfo.InvariantCulture) + ".json");
        DurableFile.Write(snapshot, manifest.ToJson());
        workspace.Audit.Read("workspace backup", Path.GetFileName(snapshot));
        return new Outcome(snapshot, files.Count, files.Sum(file => file.Bytes), copied, copiedBytes);

        void Take(string name, string path)
        {
            var temporary = Path.Combine(backup, "files", $".{Environment.ProcessId}.tmp");
            try
            {
                var (sha256, bytes) = Copy(path, temporary);
                var place = BackupManifest.PathOfFile(backup, sha256);
                if (!File.Exists(place))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                    DurableFile.Move(temporary, place);
                    (copied, copiedBytes) = (copied + 1, copiedBytes + bytes);
                }

                files.Add(new BackupFile(name, sha256, bytes));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // erased or collected since the list was made: no record of now names it
            }
            finally
            {
                File.Delete(temporary);
                if (name is BackupManifest.RecordsFile or BackupManifest.RecordsKeyFile)
                {
                    File.Delete(path);
                }
            }
        }
    }

    internal static (string Sha256, long Bytes) Copy(string from, string to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        var buffer = new byte[1 << 16];
        var bytes = 0L;
        for (int read; (read = source.Read(buffer)) > 0; bytes += read)
        {
            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
    }

    /// <summary>The database of this moment as a sealed file, and the file's own key, wrapped.</summary>
    private static (string Records, string Key) SealRecords(WorkspaceFolder workspace)
    {
        var (copy, closed, wrapped, key) = (workspace.Blobs.NewTemporary(".records"), workspace.Blobs.NewTemporary(".sealed"), workspace.Blobs.NewTemporary(".key"), SealedFormat.NewKey());
        try
        {
            workspace.Records.CopyTo(copy);
            using var from = File.OpenRead(copy);
            using var writer = new SealedWriter(new FileStream(closed, FileMode.CreateNew, FileAccess.Write, FileShare.None), key);
            from.CopyTo(writer);
            writer.Finish();
            File.WriteAllBytes(wrapped, workspace.Keys.Wrap(key, BackupManifest.RecordsFile));
            return (closed, wrapped);
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
