using System.Security.Cryptography;

namespace Fairlead.Projects.Sources;

/// <summary>Reads a stream forward and takes the hash of what went through.</summary>
internal sealed class DigestStream(Stream source, IncrementalHash digest) : ForwardStream(source)
{
    public override long Length => Source.Length;

    public override long Position { get => Source.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = Source.Read(buffer);
        digest.AppendData(buffer[..read]);
        return read;
    }
}
