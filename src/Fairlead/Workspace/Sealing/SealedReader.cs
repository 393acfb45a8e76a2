using System.Security.Cryptography;

namespace Fairlead.Workspace.Sealing;

/// <summary>Decrypts a sealed file as a stream that can be read from any place: a seek costs one chunk. Nothing is handed out that was not authenticated.</summary>
internal sealed class SealedReader : Stream
{
    private readonly Stream _inner;
    private readonly AesGcm _cipher;
    private readonly string _where;
    private readonly byte[] _header = new byte[SealedFormat.HeaderBytes];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkBytes + SealedFormat.TagBytes];
    private readonly byte[] _plain = new byte[SealedFormat.ChunkBytes];
    private readonly long _length;
    private readonly long _lastChunk;
    private long _chunk = -1;
    private int _inChunk;
    private long _position;

    /// <param name="inner">The encrypted bytes, which can be sought in; closed with this stream.</param>
    /// <param name="where">What a fault names.</param>
    /// <exception cref="FaultException">It is not such a file, or its size shows that it was cut off.</exception>
    public SealedReader(Stream inner, ReadOnlySpan<byte> key, string where)
        : this(inner, key, where, SealedFormat.PlainLength(inner.Length), finished: true)
    {
    }

    private SealedReader(Stream inner, ReadOnlySpan<byte> key, string where, long length, bool finished)
    {
        (_inner, _where, _length) = (inner, where, length);
        if (_length < 0 || inner.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false) < _header.Length || !_header.AsSpan().SequenceEqual(SealedFormat.Header()))
        {
            inner.Dispose();
            throw Damaged();
        }

        _cipher = new AesGcm(key, SealedFormat.TagBytes);
        _lastChunk = !finished ? -1 : _length == 0 ? 0 : (_length - 1) / SealedFormat.ChunkBytes;
        if (_length == 0 && finished)
        {
            Load(0); // an empty file has one chunk too, and its tag tells whether it was emptied
        }
    }

    /// <summary>The whole chunks of a file whose writer was stopped.</summary>
    /// <inheritdoc cref="SealedReader(Stream, ReadOnlySpan{byte}, string)"/>
    public static SealedReader OfWholeChunks(Stream inner, ReadOnlySpan<byte> key, string where) =>
        new(inner, key, where, SealedFormat.WholeChunks(inner.Length) * SealedFormat.ChunkBytes, finished: false);

    /// <summary>Whether a file ends with a last chunk: its writer finished it.</summary>
    public static bool IsWhole(Stream inner, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(inner);
        var length = SealedFormat.PlainLength(inner.Length);
        if (length < 0)
        {
            return false;
        }

        var chunk = length == 0 ? 0 : (length - 1) / SealedFormat.ChunkBytes;
        inner.Position = SealedFormat.HeaderBytes + (chunk * (SealedFormat.ChunkBytes + SealedFormat.TagBytes));
        var last = new byte[inner.Length - inner.Position];
        inner.ReadExactly(last);
        using var cipher = new AesGcm(key, SealedFormat.TagBytes);
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceBytes];
        SealedFormat.Nonce(nonce, chunk, last: true);
        try
        {
            cipher.Decrypt(nonce, last.AsSpan(0, last.Length - SealedFormat.TagBytes), last.AsSpan(last.Length - SealedFormat.TagBytes), new byte[last.Length - SealedFormat.TagBytes], SealedFormat.Header());
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (!buffer.IsEmpty && _position < _length)
        {
            Load(_position / SealedFormat.ChunkBytes);
            var from = (int)(_position % SealedFormat.ChunkBytes);
            var taken = Math.Min(buffer.Length, _inChunk - from);
            _plain.AsSpan(from, taken).CopyTo(buffer);
            buffer = buffer[taken..];
            _position += taken;
            total += taken;
        }

        return total;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _cipher.Dispose();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Load(long chunk)
    {
        if (chunk == _chunk)
        {
            return;
        }

        var last = chunk == _lastChunk;
        _chunk = -1;
        _inChunk = last ? (int)(_length - (chunk * SealedFormat.ChunkBytes)) : SealedFormat.ChunkBytes;
        _inner.Position = SealedFormat.HeaderBytes + (chunk * (SealedFormat.ChunkBytes + SealedFormat.TagBytes));
        if (_inner.ReadAtLeast(_sealed.AsSpan(0, _inChunk + SealedFormat.TagBytes), _inChunk + SealedFormat.TagBytes, throwOnEndOfStream: false) < _inChunk + SealedFormat.TagBytes)
        {
            throw Damaged();
        }

        Span<byte> nonce = stackalloc byte[SealedFormat.NonceBytes];
        SealedFormat.Nonce(nonce, chunk, last);
        try
        {
            _cipher.Decrypt(nonce, _sealed.AsSpan(0, _inChunk), _sealed.AsSpan(_inChunk, SealedFormat.TagBytes), _plain.AsSpan(0, _inChunk), _header);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Damaged();
        }

        _chunk = chunk;
    }

    private FaultException Damaged() => new(_where, "The encrypted file was changed or cut off.", "Restore it from a backup (fairlead workspace restore), or delete what refers to it and make it again.");
}
