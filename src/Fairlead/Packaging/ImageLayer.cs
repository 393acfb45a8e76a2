using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>A file of an image layer.</summary>
/// <param name="Path">Path in the image, without a leading slash.</param>
/// <param name="Source">The file that has its bytes; null where a blob has them.</param>
/// <param name="Sha256">Hash of its bytes, 64 lower-case hexadecimal digits.</param>
public sealed record LayerFile(string Path, string? Source, string Sha256, bool Executable = false);

/// <summary>A folder of an image layer that some user must be able to write, or that must exist.</summary>
/// <param name="Path">Path in the image, without slashes at the ends.</param>
/// <param name="Owner">User and group id.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record LayerFolder(string Path, int Owner, UnixFileMode Mode);

/// <summary>One layer of an image: a gzipped tar in the blob store.</summary>
/// <param name="Blob">SHA-256 of the gzipped tar: its digest on the wire and its id in the blob store.</param>
/// <param name="DiffId">SHA-256 of the tar itself.</param>
/// <param name="Bytes">Size of the gzipped tar.</param>
public sealed record ImageLayer(string Blob, string DiffId, long Bytes)
{
    /// <summary>Raised when the same files would give other bytes.</summary>
    private const int Version = 1;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Writes a layer, or finds it written: the same files give the same bytes, and are compressed once.</summary>
    /// <remarks>Entries in ordinal order of their paths, modification time 0, owner root; so nothing of this machine or moment is in it.</remarks>
    public static ImageLayer Write(IReadOnlyList<LayerFile> files, IReadOnlyList<LayerFolder> folders, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(blobs);
        var sorted = files.OrderBy(file => file.Path, StringComparer.Ordinal).ToArray();
        var all = AllFolders(sorted, folders);
        var key = Key(sorted, all);
        if (blobs.Known(key) is { } noted
            && JsonSerializer.Deserialize(blobs.Read(noted), ImageJson.Default.ImageLayer) is { } known && blobs.Has(known.Blob))
        {
            return known;
        }

        var temporary = blobs.NewTemporary(".tar.gz");
        using var tarHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var compressed = new GZipStream(File.Create(temporary), CompressionLevel.Optimal))
        using (var tar = new TarWriter(new HashingStream(compressed, tarHash), TarEntryFormat.Ustar, leaveOpen: false))
        {
            foreach (var folder in all)
            {
                tar.WriteEntry(Entry(TarEntryType.Directory, folder.Path + "/", folder.Mode, folder.Owner));
            }

            foreach (var file in sorted)
            {
                using var content = file.Source is { } source ? File.OpenRead(source) : blobs.OpenRead(file.Sha256);
                var entry = Entry(TarEntryType.RegularFile, file.Path, file.Executable ? Readable | Executable : Readable, owner: 0);
                entry.DataStream = content;
                tar.WriteEntry(entry);
            }
        }

        var bytes = new FileInfo(temporary).Length;
        var layer = new ImageLayer(blobs.PutFile(temporary), Convert.ToHexStringLower(tarHash.GetHashAndReset()), bytes);
        blobs.Remember(key, blobs.Put(JsonSerializer.SerializeToUtf8Bytes(layer, ImageJson.Default.ImageLayer)));
        return layer;
    }

    private static UstarTarEntry Entry(TarEntryType type, string path, UnixFileMode mode, int owner) => new(type, path)
    {
        Mode = mode,
        Uid = owner,
        Gid = owner,
        ModificationTime = DateTimeOffset.UnixEpoch,
    };

    /// <summary>The folders asked for and every folder above a file, in ordinal order.</summary>
    private static List<LayerFolder> AllFolders(LayerFile[] files, IReadOnlyList<LayerFolder> folders)
    {
        var all = new SortedDictionary<string, LayerFolder>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            for (var slash = file.Path.LastIndexOf('/'); slash > 0; slash = file.Path.LastIndexOf('/', slash - 1))
            {
                var path = file.Path[..slash];
                all[path] = new LayerFolder(path, 0, Readable | Executable | UnixFileMode.UserWrite);
            }
        }

        foreach (var folder in folders)
        {
            all[folder.Path] = folder;
        }

        return [.. all.Values];
    }

    private static string Key(LayerFile[] files, List<LayerFolder> folders)
    {
        // The runtime stands in the key because its compressor makes the bytes.
        var text = new StringBuilder().Append("layer ").Append(Version).Append(' ').Append(Environment.Version).Append('\n');
        foreach (var folder in folders)
        {
            text.Append(folder.Path).Append('\0').Append(folder.Owner).Append('\0').Append((int)folder.Mode).Append('\n');
        }

        foreach (var file in files)
        {
            text.Append(file.Path).Append('\0').Append(file.Sha256).Append('\0').Append(file.Executable ? 'x' : '-').Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Hashes what is written through it.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            inner.Write(buffer);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
