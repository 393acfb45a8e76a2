namespace Fairlead.Projects.Sources;

/// <summary>Quotes and escapes, taken off in place.</summary>
internal sealed partial class RecordSplitter
{
    /// <summary>Takes quotes and escapes off all fields, once nothing can go wrong any more.</summary>
    private void Resolve(byte[] buffer)
    {
        foreach (var first in _quoted)
        {
            for (var field = first; field < first + _fields; field++)
            {
                if (Starts[field] < Ends[field] && buffer[Starts[field]] == '"')
                {
                    (Starts[field], Ends[field]) = (Starts[field] + 1, Ends[field] - 1);
                    Resolve(buffer, field, (byte)'"');
                }
            }
        }

        foreach (var field in _escaped)
        {
            Resolve(buffer, field, _dialect.Backslash ? (byte)'\\' : (byte)'"');
        }
    }

    private void Resolve(byte[] buffer, int field, byte escape)
    {
        var content = buffer.AsSpan(Starts[field], Ends[field] - Starts[field]);
        Backslashes |= content.Contains((byte)'\\');
        Ends[field] = Starts[field] + Unescape(content, escape);
    }

    /// <summary>Takes escapes out of a field in place: the sign behind each escape stands. Returns the new length.</summary>
    private static int Unescape(Span<byte> content, byte escape)
    {
        var written = content.IndexOf(escape);
        if (written < 0)
        {
            return content.Length;
        }

        var read = written;
        while (read < content.Length)
        {
            read += content[read] == escape ? 1 : 0;
            var rest = content[Math.Min(read + 1, content.Length)..];
            var next = rest.IndexOf(escape);
            var length = Math.Min(next < 0 ? content.Length - read : next + 1, content.Length - read);
            content.Slice(read, length).CopyTo(content[written..]);
            (read, written) = (read + length, written + length);
        }

        return written;
    }
}
