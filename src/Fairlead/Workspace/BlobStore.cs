using System.Security.Cryptography;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace;

/// <summary>
/// Immutable contents named by the SHA-256 of what they say, each encrypted by a key of its own that lies wrapped beside it. Writing the same content twice stores it once; two writers never clash.
/// </summary>
/// <remarks>
/// A blob is a folder, made elsewhere and put in place by one rename: <c>key</c> (a wrapped key) and <c>sealed</c> (bytes), <c>table.parquet</c> (a stored table, encrypted as Parquet defines it, so that readers of Parquet read it with the key), <c>part.parquet</c> (a part of tables) or <c>parts</c> (a table that consists of parts).
/// A plain file is a blob of a workspace from before encryption; it is read as it is.
/// </remarks>
public sealed partial class BlobStore
{
    private const string KeyName = "key";
    private const string SealedName = "sealed";
    private const string ContentName = "content";
    private const string ClearEnding = ".clear";
    private const string TableName = "table.parquet";

    private readonly string _folder;
    private readonly string _temporary;
    private readonly string _known;
    private int _counter;

    internal BlobStore(string folder, Keyring? keys = null)
    {
        Keys = keys ?? new Keyring(folder);
        _folder = Path.Combine(folder, "blobs");
        _temporary = Path.Combine(folder, "tmp");
        _known = Path.Combine(folder, "known");
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_temporary);
    }

    internal Keyring Keys { get; }

    /// <summary>A path for a file that is still being made, on the same file system. Give it to <see cref="PutFile"/> or delete it.</summary>
    public string NewTemporary(string extension = "") =>
        Path.Combine(_temporary, $"{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}{extension}");

    /// <summary>Stores what is in a finished temporary file, and deletes that. Returns its id: 64 lower-case hexadecimal digits.</summary>
    public string PutFile(string temporary)
    {
        using (var stream = File.OpenRead(temporary))
        {
            var id = Put(stream);
            stream.Close();
            File.Delete(temporary);
            return id;
        }
    }

    /// <summary>Stores bytes. Returns their id.</summary>
    public string Put(ReadOnlySpan<byte> content)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(content));
        if (!Has(id))
        {
            using var blob = new BlobDraft(this);
            SealedWriter.Seal(blob.PathTo(SealedName), content, blob.Key);
            blob.Place(id);
        }

        return id;
    }

    /// <summary>Stores what a stream gives, whatever its size. Returns its id.</summary>
    public string Put(Stream content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var blob = new BlobDraft(this);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var writer = new SealedWriter(new FileStream(blob.PathTo(SealedName), FileMode.CreateNew, FileAccess.Write, FileShare.None), blob.Key))
        {
            var buffer = new byte[SealedFormat.ChunkBytes];
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                writer.Write(buffer, 0, read);
            }

            writer.Finish();
        }

        var id = Convert.ToHexStringLower(hash.GetHashAndReset());
        blob.Place(id);
        return id;
    }

    public bool Has(string id) => id is { Length: 64 } && ((Directory.Exists(PlaceOf(id)) && !IsGoing(id)) || File.Exists(PlaceOf(id)));

    /// <exception cref="FaultException">The workspace has no such blob, or it was changed.</exception>
    public byte[] Read(string id)
    {
        using var stream = OpenRead(id);
        var bytes = new byte[checked((int)stream.Length)];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The bytes of a blob, decrypted while they are read; can be sought in.</summary>
    /// <exception cref="FaultException">The workspace has no such blob, it is a stored table, or it was changed.</exception>
    public Stream OpenRead(string id)
    {
        var place = PlaceOf(id);
        var content = Path.Combine(place, SealedName);
        return File.Exists(content) ? new SealedReader(File.OpenRead(content), KeyOf(id), $"blob {id}")
            : File.Exists(place) ? File.OpenRead(place)
            : throw Missing(id, IsTable(id) ? "is a stored table, not bytes" : null);
    }

    /// <summary>Plain bytes of a blob.</summary>
    public long Length(string id)
    {
        using var stream = OpenRead(id);
        return stream.Length;
    }

    /// <summary>Writes a blob's plain bytes to a file outside of the workspace's protection, replacing what is there.</summary>
    public void CopyTo(string id, string path)
    {
        using var from = OpenRead(id);
        using var to = File.Create(path);
        from.CopyTo(to);
    }

    /// <summary>The blob that <see cref="Remember"/> noted under this key, or null. A note may be lost at any time: it saves work, it holds nothing.</summary>
    /// <param name="key">Hash of what the blob was made from and how: 64 lower-case hexadecimal digits.</param>
    public string? Known(string key)
    {
        var path = Path.Combine(_known, key);
        return File.Exists(path) && File.ReadAllText(path) is { Length: 64 } id && Has(id) ? id : null;
    }

    /// <summary>Notes that a blob is what the key's input comes to.</summary>
    public void Remember(string key, string id) => DurableFile.Write(Path.Combine(_known, key), id);

    /// <summary>Blobs that notes name.</summary>
    internal IEnumerable<string> Noted() => Directory.Exists(_known) ? Directory.EnumerateFiles(_known).Select(File.ReadAllText).Where(id => id.Length == 64) : [];

    /// <summary>What a stored table says, as its id tells; for one that was encrypted later, as was noted then.</summary>
    internal string TableContent(string id)
    {
        var note = Path.Combine(PlaceOf(id), ContentName);
        return File.Exists(note) ? File.ReadAllText(note) : id;
    }

    /// <summary>A stored table's Parquet file and the key it is encrypted with; no key where the workspace is from before encryption.</summary>
    /// <exception cref="FaultException">The workspace has no such table.</exception>
    internal (string Path, byte[]? Key) Table(string id)
    {
        var place = PlaceOf(id);
        var path = Path.Combine(place, File.Exists(Path.Combine(place, PartName)) ? PartName : TableName);
        return File.Exists(path) ? (path, (byte[]?)KeyOf(id)) : File.Exists(place) ? (place, null) : throw Missing(id, null);
    }

    /// <summary>Where a table's Parquet file is to be written, and the key to encrypt it with. Ends as a blob by <see cref="BlobDraft.Place"/>, or leaves nothing.</summary>
    internal BlobDraft NewTable(out string path)
    {
        var draft = new BlobDraft(this);
        path = draft.PathTo(TableName);
        return draft;
    }

    /// <summary>Makes a blob unreadable for good: its key is overwritten on disk before it is deleted, with what it opens. False when there is no such blob.</summary>
    /// <remarks>
    /// Of a table in parts, those go with it that no other table has.
    /// What a file system or a disk keeps of overwritten bytes can be opened only with the master key of that time: <c>workspace rotate</c> ends that too.
    /// </remarks>
    public bool Shred(string id)
    {
        if (IsList(id))
        {
            ShredParts(id);
        }

        var place = PlaceOf(id);
        var file = Directory.Exists(place) ? Path.Combine(place, KeyName) : place;
        if (!File.Exists(file))
        {
            return Remove(id);
        }

        ShreddedFile.Overwrite(file);
        return Remove(id);
    }

    /// <summary>Deletes a blob in one step. False when there is no such blob.</summary>
    internal bool Remove(string id)
    {
        var place = PlaceOf(id);
        if (File.Exists(place))
        {
            File.Delete(place);
        }
        else if (Directory.Exists(place))
        {
            var gone = NewTemporary(".gone");
            Directory.Move(place, gone);
            Directory.Delete(gone, recursive: true);
        }
        else
        {
            return false;
        }

        DurableFile.SyncFolder(Path.GetDirectoryName(place)!);
        return true;
    }

    /// <summary>Bytes on disk that a blob takes, its key among them.</summary>
    internal long DiskBytes(string id)
    {
        var place = PlaceOf(id);
        return File.Exists(place) ? new FileInfo(place).Length : Directory.Exists(place) ? new DirectoryInfo(place).EnumerateFiles().Sum(file => file.Length) : 0;
    }

    /// <summary>When a blob was put in place.</summary>
    internal DateTime StoredAt(string id)
    {
        var place = PlaceOf(id);
        return File.Exists(place) ? File.GetLastWriteTimeUtc(place) : Directory.GetLastWriteTimeUtc(place);
    }

    /// <summary>Whether a blob is a stored table; a plain file from before encryption may be one or not, by its first bytes.</summary>
    internal bool IsTable(string id)
    {
        var place = PlaceOf(id);
        if (!File.Exists(place))
        {
            return File.Exists(Path.Combine(place, TableName)) || IsPart(id) || IsList(id);
        }

        Span<byte> first = stackalloc byte[4];
        using var stream = File.OpenRead(place);
        return stream.ReadAtLeast(first, 4, throwOnEndOfStream: false) == 4 && first.SequenceEqual("PAR1"u8);
    }

    /// <summary>A plain file from before encryption.</summary>
    internal bool IsClear(string id) => File.Exists(PlaceOf(id));

    /// <summary>Puts plain files back that <see cref="Encrypt"/> had moved aside when it was killed.</summary>
    internal void PutBackClear()
    {
        foreach (var aside in Directory.EnumerateFiles(_temporary, "*" + ClearEnding))
        {
            var place = PlaceOf(Path.GetFileName(aside)[..^ClearEnding.Length]);
            if (Directory.Exists(place))
            {
                ShreddedFile.Delete(aside);
            }
            else
            {
                File.Move(aside, place);
            }
        }
    }

    /// <summary>Encrypts a plain file from before encryption under the same id, and overwrites it.</summary>
    /// <param name="writeTable">Writes it as an encrypted table to a path and tells the hash of what it says; null where it is bytes.</param>
    internal void Encrypt(string id, Func<string, byte[], string>? writeTable)
    {
        var place = PlaceOf(id);
        using var draft = new BlobDraft(this);
        if (writeTable is not null)
        {
            DurableFile.Write(draft.PathTo(ContentName), writeTable(draft.PathTo(TableName), draft.Key));
        }
        else
        {
            SealedWriter.Seal(draft.PathTo(SealedName), File.ReadAllBytes(place), draft.Key);
        }

        // A folder can't replace a file in one step: a kill in between is made good by PutBackClear.
        var aside = Path.Combine(_temporary, id + ClearEnding);
        File.Move(place, aside);
        draft.Place(id);
        ShreddedFile.Delete(aside);
    }

    /// <summary>Where a blob lies: a folder, or a plain file from before encryption.</summary>
    internal string PlaceOf(string id) => Path.Combine(_folder, id[..2], id[2..]);

    internal string KeyPath(string id) => Path.Combine(PlaceOf(id), KeyName);

    private byte[] KeyOf(string id)
    {
        var path = KeyPath(id);
        try
        {
            return Keys.Unwrap(File.ReadAllBytes(path), id, $"blob {id}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(id, "has no key: it was shredded, or its key was deleted");
        }
    }

    private FaultException Missing(string id, string? why) =>
        new($"blob {id}", $"The workspace {Path.GetDirectoryName(_folder)} {(why is null ? "has no such blob" : $"can't open the blob: it {why}")}.", "Run iterate again; it makes again what is missing. \"fairlead workspace verify\" lists everything that is.");

    /// <summary>A blob that is being made in a folder of its own.</summary>
    internal sealed class BlobDraft : IDisposable
    {
        private readonly BlobStore _store;
        private readonly string _making;

        public BlobDraft(BlobStore store)
        {
            (_store, _making, Key) = (store, store.NewTemporary(".blob"), SealedFormat.NewKey());
            Directory.CreateDirectory(_making);
        }

        /// <summary>The key its content is encrypted with.</summary>
        public byte[] Key { get; }

        public string PathTo(string name) => Path.Combine(_making, name);

        /// <summary>The table that was written is a part of one.</summary>
        public void MakePart() => File.Move(PathTo(TableName), PathTo(PartName));

        /// <summary>Puts it in place, durable, under its id; nothing happens when the store has it already.</summary>
        public void Place(string id)
        {
            if (_store.Has(id))
            {
                return;
            }

            DurableFile.Write(PathTo(KeyName), _store.Keys.Wrap(Key, id));
            var place = _store.PlaceOf(id);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            try
            {
                Directory.Move(_making, place);
            }
            catch (IOException) when (_store.Has(id))
            {
                return; // another writer was first; its content is the same
            }

            DurableFile.SyncFolder(Path.GetDirectoryName(place)!);
            if (!_store.Keys.IsCurrent(File.ReadAllBytes(_store.KeyPath(id))))
            {
                DurableFile.Write(_store.KeyPath(id), _store.Keys.Wrap(Key, id)); // the master key was changed meanwhile
            }
        }

        public void Dispose()
        {
            CryptographicOperations.ZeroMemory(Key);
            if (Directory.Exists(_making))
            {
                Directory.Delete(_making, recursive: true);
            }
        }
    }
}
