using System.Security.Cryptography;

namespace Fairlead.Workspace.Sealing;

/// <summary>Encrypts what is written to it. A file is whole only after <see cref="Finish"/>; one that ends before it is found to be cut off by any reader.</summary>
internal sealed class SealedWriter : Stream
{
    private readonly Stream _inner;
    private readonly AesGcm _cipher;
    private readonly byte[] _header = SealedFormat.Header();
    private readonly byte[] _plain = new byte[SealedFormat.ChunkBytes];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkBytes + SealedFormat.TagBytes];
    private long _chunk;
    private long _written;
    private int _used;
    private bool _finished;

    /// <param name="inner">Where the encrypted bytes go; closed with this stream.</param>
    /// <param name="key">32 bytes, used for no other file.</param>
    public SealedWriter(Stream inner, ReadOnlySpan<byte> key)
    {
        (_inner, _cipher) = (inner, new AesGcm(key, SealedFormat.TagBytes));
        inner.Write(_header);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    /// <summary>Encrypts a whole file.</summary>
    public static void Seal(string path, ReadOnlySpan<byte> content, ReadOnlySpan<byte> key)
    {
        using var writer = new SealedWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None), key);
        writer.Write(content);
        writer.Finish();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _written += buffer.Length;
        while (!buffer.IsEmpty)
        {
            if (_used == _plain.Length)
            {
                WriteChunk(last: false);
            }

            var taken = Math.Min(buffer.Length, _plain.Length - _used);
            buffer[..taken].CopyTo(_plain.AsSpan(_used));
            _used += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Writes the last chunk and makes the file durable.</summary>
    public void Finish()
    {
        WriteChunk(last: true);
        _finished = true;
        if (_inner is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            _inner.Flush();
        }
    }

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

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

    private void WriteChunk(bool last)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceBytes];
        SealedFormat.Nonce(nonce, _chunk++, last);
        _cipher.Encrypt(nonce, _plain.AsSpan(0, _used), _sealed.AsSpan(0, _used), _sealed.AsSpan(_used, SealedFormat.TagBytes), _header);
        _inner.Write(_sealed.AsSpan(0, _used + SealedFormat.TagBytes));
        _used = 0;
    }
}
