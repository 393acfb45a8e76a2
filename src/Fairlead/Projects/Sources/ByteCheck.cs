using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Looks at every byte of a text once for the places that are not of its encoding or are NUL.</summary>
/// <param name="path">The file.</param>
/// <param name="format">Of the file; the bytes fed are its text as UTF-8.</param>
internal sealed class ByteCheck(string path, TextFormat format)
{
    private readonly List<Fault> _faults = [];
    private byte[] _tail = [];
    private long _line = 1;
    private long _lineStart;
    private long _offset;
    private long _bad;

    public IReadOnlyList<Fault> Faults => _faults;

    public void Feed(ReadOnlySpan<byte> chunk)
    {
        if (_tail.Length == 0)
        {
            _tail = Check(chunk, last: false);
            return;
        }

        byte[] joined = [.. _tail, .. chunk];
        _tail = Check(joined, last: false);
    }

    /// <summary>The file ends here.</summary>
    public void End()
    {
        _ = Check(_tail, last: true);
        if (_bad > SourceLimits.FaultsShown)
        {
            _faults.Add(new Fault(path, $"{_bad} bytes in all can't be read.", Fix));
        }
    }

    private const string Fix = "Save the file as UTF-8 without NUL bytes, or declare the encoding it has throughout (encoding: windows-1252, if it came from Windows).";

    private string Wrong(byte first) =>
        format.Encoding == TextEncoding.Utf8 ? $"Byte 0x{first:X2} is not UTF-8."
        : format.Guessed ? $"What stands here is UTF-8 or nothing, while the file begins as {format.Name}: its encodings are mixed."
        : $"What stands here is not {format.Name}.";

    /// <summary>Returns the bytes of a sign that the end of the chunk cut in two.</summary>
    private byte[] Check(ReadOnlySpan<byte> bytes, bool last)
    {
        var cut = last ? 0 : CutOff(bytes);
        var whole = bytes[..(bytes.Length - cut)];
        if (!Utf8.IsValid(whole) || whole.Contains((byte)0))
        {
            FindFaults(whole);
        }

        _line += whole.Count((byte)'\n');
        var newest = whole.LastIndexOf((byte)'\n');
        _lineStart = newest < 0 ? _lineStart : _offset + newest + 1;
        _offset += whole.Length;
        return bytes[whole.Length..].ToArray();
    }

    /// <summary>Bytes at the end that are the beginning of a sign.</summary>
    internal static int CutOff(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var lead = bytes[^back];
            if (lead >= 0xC0)
            {
                return Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == OperationStatus.NeedMoreData ? back : 0;
            }

            if (lead < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }

    private void FindFaults(ReadOnlySpan<byte> bytes)
    {
        var (line, column) = (_line, 1L);
        var rest = bytes;
        if (_offset > _lineStart)
        {
            column = _offset - _lineStart + 1;
        }

        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (status != OperationStatus.Done || rune.Value == 0)
            {
                _bad++;
                if (_bad <= SourceLimits.FaultsShown)
                {
                    _faults.Add(new Fault($"{path}:{line}:{column}", status == OperationStatus.Done ? "There is a NUL byte (0x00)." : Wrong(rest[0]), _bad == 1 ? Fix : ""));
                }
            }

            (line, column) = rune.Value == '\n' && status == OperationStatus.Done ? (line + 1, 1) : (line, column + 1);
            rest = rest[length..];
        }
    }
}
