using System.IO.Compression;
using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens the bytes of a text file: as they stand, or unpacked while they are read where the file is compressed (gzip). Nothing is unpacked to disk.</summary>
internal sealed class SourceBytes : ForwardStream
{
    private const int MarkBytes = 32;
    private const int ChunkBytes = 1 << 16;

    /// <summary>Read behind the file as one more member: only a file whose last member is whole lets it come out. The reader itself takes a cut-off file for one that ends there.</summary>
    private static readonly byte[] Mark = RandomNumberGenerator.GetBytes(MarkBytes);
    private static readonly byte[] PackedMark = Packed(Mark);

    private readonly string _path;
    private readonly byte[] _text = new byte[ChunkBytes + MarkBytes];
    private int _at;
    private int _filled;
    private bool _ended;

    private SourceBytes(string path, Stream file)
        : base(new GZipStream(new MarkedFile(file), CompressionMode.Decompress)) => _path = path;

    /// <param name="digest">Takes every byte of the file as it lies there, compressed or not.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Stream Open(string path, IncrementalHash? digest = null)
    {
        var file = FetchedFile.Open(path);
        var packed = IsPacked(file);
        Stream counted = digest is null ? file : new DigestStream(file, digest);
        return packed ? new SourceBytes(path, counted) : counted;
    }

    /// <summary>The ending of a name that says what a file holds: <c>.csv</c> of <c>july.csv.gz</c>. In lower case.</summary>
    public static string Extension(string name)
    {
        var last = System.IO.Path.GetExtension(name).ToLowerInvariant();
        return last == ".gz" ? System.IO.Path.GetExtension(System.IO.Path.GetFileNameWithoutExtension(name)).ToLowerInvariant() : last;
    }

    /// <summary>What of a name matters to how the file is read, as it is written there: <c>.csv</c>, <c>.csv.gz</c>.</summary>
    public static string Ending(string name)
    {
        var last = System.IO.Path.GetExtension(name);
        return last.Equals(".gz", StringComparison.OrdinalIgnoreCase) ? System.IO.Path.GetExtension(name[..^last.Length]) + last : last;
    }

    /// <exception cref="FaultException">The file is damaged or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _filled - _at <= MarkBytes)
        {
            Fill();
        }

        var length = Math.Min(buffer.Length, _filled - _at - (_ended ? 0 : MarkBytes));
        _text.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    /// <summary>Unpacks further bytes; the last <see cref="MarkBytes"/> wait until it is known whether the file goes on.</summary>
    private void Fill()
    {
        _text.AsSpan(_at, _filled - _at).CopyTo(_text);
        (_filled, _at) = (_filled - _at, 0);
        int read;
        try
        {
            read = Source.Read(_text, _filled, _text.Length - _filled);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(exception.Message);
        }

        _filled += read;
        if (read == 0)
        {
            if (!_text.AsSpan(0, _filled).SequenceEqual(Mark))
            {
                throw Damaged("it ends too early, or other bytes follow it.");
            }

            (_ended, _filled) = (true, 0);
        }
    }

    private FaultException Damaged(string why) => new(_path, $"The compressed file can't be unpacked; it is damaged or was cut off: {why}", "Write or copy it again.");

    private static byte[] Packed(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var writer = new GZipStream(packed, CompressionLevel.NoCompression))
        {
            writer.Write(text);
        }

        return packed.ToArray();
    }

    private static bool IsPacked(Stream file)
    {
        Span<byte> first = stackalloc byte[2];
        var packed = file.ReadAtLeast(first, 2, throwOnEndOfStream: false) == 2 && first is [0x1F, 0x8B];
        file.Position = 0;
        return packed;
    }

    /// <summary>A file and the mark behind it.</summary>
    private sealed class MarkedFile(Stream file) : ForwardStream(file)
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given == 0 && Source.Read(buffer) is > 0 and var read)
            {
                return read;
            }

            var length = Math.Min(buffer.Length, PackedMark.Length - _given);
            PackedMark.AsSpan(_given, length).CopyTo(buffer);
            _given += length;
            return length;
        }
    }
}
