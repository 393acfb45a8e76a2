namespace Fairlead.Workspace.Keys;

/// <summary><c>workspace rotate</c>: a new master key, under which every data key is wrapped anew; then the old one opens nothing in the workspace any more. The data itself is not written again.</summary>
/// <remarks>
/// Stopped at any moment, the workspace stays readable with what is where keys are kept, and the next call goes on:
/// 1. the new key is kept beside the old one; 2. <c>master.json</c> names the new key and holds the old one wrapped by it, in one step; 3. key after key is wrapped anew;
/// 4. <c>former.json</c> takes up the old key, wrapped by the new one, for backups from before, or, where old keys are to be forgotten, is overwritten; 5. <c>master.json</c> forgets the old key; 6. where it is to be forgotten, so does the key file.
/// </remarks>
public static class RotateKeys
{
    /// <param name="Key">Id of the master key now in use.</param>
    /// <param name="Before">Id of the one before.</param>
    /// <param name="Wrapped">Data keys that were wrapped anew.</param>
    /// <param name="WentOn">An earlier rotation that was stopped was finished; no further key was made.</param>
    /// <param name="Former">Former master keys that are kept, wrapped by the one in use, to restore backups from before.</param>
    public sealed record Outcome(string Key, string Before, long Wrapped, bool WentOn, int Former);

    /// <param name="forgetOld">Overwrites all former master keys: a backup from before can then only be restored by who kept the key of then.</param>
    /// <exception cref="FaultException">A key is missing or damaged, or another process works on the whole workspace.</exception>
    public static Outcome Run(WorkspaceFolder workspace, bool forgetOld, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        using var held = workspace.Maintain("changing keys");
        var keys = workspace.Keys;
        var wentOn = keys.BeginRotation();
        var (now, before) = keys.InRotation();
        var wrapped = 0L;
        for (var pass = -1L; pass != wrapped;)
        {
            // Again until nothing old is left: others may have stored something meanwhile.
            pass = wrapped;
            foreach (var (path, name) in KeyPaths.All(workspace.Folder))
            {
                cancel.ThrowIfCancellationRequested();
                wrapped += WrapAnew(path, name, now, before) ? 1 : 0;
            }
        }

        return new Outcome(now.Id, before.Id, wrapped, wentOn, keys.EndRotation(forgetOld, workspace.Time.GetUtcNow()));
    }

    private static bool WrapAnew(string path, string name, MasterKey now, MasterKey before)
    {
        byte[] wrapped;
        try
        {
            wrapped = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false; // removed meanwhile
        }

        if (WrappedKey.MasterOf(wrapped) == now.Id)
        {
            return false;
        }

        var key = WrappedKey.Unwrap(wrapped, name, before)
            ?? throw new FaultException(path, "A data key can't be read, so it can't be wrapped anew; it was changed, or wrapped by another master key.", "Run \"fairlead workspace verify\", restore what is damaged from a backup, and rotate again; it goes on where it stopped.");
        DurableFile.Write(path, WrappedKey.Wrap(key, name, now));
        return true;
    }
}

/// <summary>Where the wrapped data keys of a workspace lie, and what each is bound to.</summary>
internal static class KeyPaths
{
    public static IEnumerable<(string Path, string Name)> All(string folder)
    {
        var named = Path.Combine(folder, "keys");
        string[] paths = Directory.Exists(named) ? Directory.GetFiles(named, "*.key") : [];
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            yield return (path, Path.GetFileNameWithoutExtension(path));
        }

        if (ErasureFiles.KeyIn(folder) is var erasures && File.Exists(erasures) && new FileInfo(erasures).Length == WrappedKey.Bytes)
        {
            yield return (erasures, ErasureFiles.Name);
        }

        var predictions = Path.Combine(folder, "predictions");
        string[] segments = Directory.Exists(predictions) ? [.. Directory.GetFiles(predictions, "*.key", SearchOption.AllDirectories), .. Directory.GetFiles(predictions, "*.key.next", SearchOption.AllDirectories)] : [];
        foreach (var path in segments.Order(StringComparer.Ordinal))
        {
            // ".next": a segment's new key, whose writer was killed before it could put it in place.
            var name = Path.GetRelativePath(predictions, path.EndsWith(".next", StringComparison.Ordinal) ? path[..^".next".Length] : path);
            yield return (path, "prediction " + Path.ChangeExtension(name, null).Replace(Path.DirectorySeparatorChar, '/'));
        }

        foreach (var id in Blobs(folder))
        {
            var path = Path.Combine(folder, "blobs", id[..2], id[2..], "key");
            if (File.Exists(path))
            {
                yield return (path, id);
            }
        }
    }

    /// <summary>Ids of all blobs, in order.</summary>
    public static IEnumerable<string> Blobs(string folder)
    {
        var blobs = Path.Combine(folder, "blobs");
        return Directory.Exists(blobs)
            ? Directory.EnumerateDirectories(blobs).Order(StringComparer.Ordinal).SelectMany(first => Directory.EnumerateFileSystemEntries(first).Order(StringComparer.Ordinal).Select(rest => Path.GetFileName(first) + Path.GetFileName(rest))).Where(id => id.Length == 64 && id.All(char.IsAsciiHexDigitLower))
            : [];
    }
}
