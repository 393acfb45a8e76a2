using System.Security.Cryptography;

namespace Fairlead.Workspace;

/// <summary>Immutable files named by the SHA-256 of their bytes. Writing the same bytes twice stores them once; two writers never clash.</summary>
public sealed class BlobStore
{
    private readonly string _folder;
    private readonly string _temporary;
    private readonly string _known;
    private int _counter;

    internal BlobStore(string folder)
    {
        _folder = Path.Combine(folder, "blobs");
        _temporary = Path.Combine(folder, "tmp");
        _known = Path.Combine(folder, "known");
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_temporary);
    }

    /// <summary>A path for a file that is still being made, on the same file system. Give it to <see cref="PutFile"/> or delete it.</summary>
    public string NewTemporary(string extension = "") =>
        Path.Combine(_temporary, $"{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}{extension}");

    /// <summary>Moves a finished temporary file in. Returns its id: 64 lower-case hexadecimal digits.</summary>
    public string PutFile(string temporary)
    {
        string id;
        using (var stream = File.OpenRead(temporary))
        {
            id = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        var path = PathOf(id);
        if (File.Exists(path))
        {
            File.Delete(temporary);
            return id;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Move(temporary, path);
        return id;
    }

    /// <summary>Stores bytes. Returns their id.</summary>
    public string Put(ReadOnlySpan<byte> content)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(content));
        var path = PathOf(id);
        if (!File.Exists(path))
        {
            DurableFile.Write(path, content);
        }

        return id;
    }

    public bool Has(string id) => File.Exists(PathOf(id));

    /// <summary>Where the blob lies. Never write to it.</summary>
    public string PathOf(string id) => Path.Combine(_folder, id[..2], id[2..]);

    /// <exception cref="FileNotFoundException">The workspace has no such blob.</exception>
    public byte[] Read(string id) => File.ReadAllBytes(PathOf(id));

    public Stream OpenRead(string id) => File.OpenRead(PathOf(id));

    /// <summary>The blob that <see cref="Remember"/> noted under this key, or null. A note may be lost at any time: it saves work, it holds nothing.</summary>
    /// <param name="key">Hash of what the blob was made from and how: 64 lower-case hexadecimal digits.</param>
    public string? Known(string key)
    {
        var path = Path.Combine(_known, key);
        return File.Exists(path) && File.ReadAllText(path) is { Length: 64 } id && Has(id) ? id : null;
    }

    /// <summary>Notes that a blob is what the key's input comes to.</summary>
    public void Remember(string key, string id) => DurableFile.Write(Path.Combine(_known, key), id);

    /// <summary>Makes a blob unreadable for good: overwritten on disk, then deleted. False when there is no such blob.</summary>
    public bool Shred(string id)
    {
        var path = PathOf(id);
        if (!File.Exists(path))
        {
            return false;
        }

        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            var noise = new byte[1 << 16];
            for (var left = stream.Length; left > 0; left -= noise.Length)
            {
                RandomNumberGenerator.Fill(noise);
                stream.Write(noise.AsSpan(0, (int)Math.Min(left, noise.Length)));
            }

            stream.Flush(flushToDisk: true);
        }

        File.Delete(path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
        return true;
    }
}
