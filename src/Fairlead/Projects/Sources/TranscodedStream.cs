using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Fairlead.Projects.Sources;

/// <summary>A text file's content as UTF-8, whatever its encoding. What is not of that encoding becomes the byte 0xFF, which is nowhere in UTF-8, so that it is found where it stands.</summary>
internal sealed class TranscodedStream : ForwardStream
{
    private const int ChunkBytes = 1 << 16;

    // Windows-1252 at 0x80 to 0x9F, as the WHATWG's encoding standard lists it; 0: unused.
    private const string Western = "\u20AC\0\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\0\u017D\0\0\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\0\u017E\u0178";

    private readonly TextFormat _format;
    private readonly byte[] _raw = new byte[ChunkBytes];
    private readonly byte[] _text = new byte[(ChunkBytes * 3) + 8];
    private int _kept;
    private int _at;
    private int _filled;
    private bool _ended;

    private TranscodedStream(Stream source, TextFormat format)
        : base(source) => _format = format;

    /// <summary>The text behind the byte order mark. <paramref name="source"/> stands at its start and is closed with the result.</summary>
    public static Stream Open(Stream source, TextFormat format)
    {
        Span<byte> mark = stackalloc byte[format.MarkBytes];
        source.ReadExactly(mark);
        return format.Encoding == TextEncoding.Utf8 ? source : new TranscodedStream(source, format);
    }

    public override int Read(Span<byte> buffer)
    {
        while (_at == _filled)
        {
            if (_ended)
            {
                return 0;
            }

            Fill();
        }

        var length = Math.Min(buffer.Length, _filled - _at);
        _text.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    /// <summary>Bytes of the UTF-8 sequence that these bytes start with; 0 when they start with none.</summary>
    internal static int SequenceLength(ReadOnlySpan<byte> bytes) => Rune.DecodeFromUtf8(bytes, out _, out var length) == OperationStatus.Done ? length : 0;

    private void Fill()
    {
        var read = Source.ReadAtLeast(_raw.AsSpan(_kept), _raw.Length - _kept, throwOnEndOfStream: false);
        _ended = _kept + read < _raw.Length;
        var raw = _raw.AsSpan(0, _kept + read);
        (_at, _filled) = (0, 0);
        var used = _format.Encoding is TextEncoding.Utf16Low or TextEncoding.Utf16High ? Wide(raw) : Narrow(raw);
        raw[used..].CopyTo(_raw);
        _kept = raw.Length - used;
    }

    private int Wide(Span<byte> raw)
    {
        var pairs = raw[..(raw.Length & ~1)];
        if (_format.Encoding == TextEncoding.Utf16High)
        {
            var units = MemoryMarshal.Cast<byte, short>(pairs);
            BinaryPrimitives.ReverseEndianness(units, units);
        }

        var signs = MemoryMarshal.Cast<byte, char>(pairs);
        var used = 0;
        while (used < signs.Length)
        {
            var status = Utf8.FromUtf16(signs[used..], _text.AsSpan(_filled), out var read, out var written, replaceInvalidSequences: false, isFinalBlock: _ended);
            (used, _filled) = (used + read, _filled + written);
            if (status == OperationStatus.InvalidData)
            {
                _text[_filled++] = 0xFF;
                used++;
            }
            else if (status == OperationStatus.NeedMoreData)
            {
                break;
            }
        }

        if (_ended && pairs.Length < raw.Length)
        {
            _text[_filled++] = 0xFF; // half a sign
            return raw.Length;
        }

        if (_format.Encoding == TextEncoding.Utf16High && used < signs.Length)
        {
            var rest = MemoryMarshal.Cast<char, short>(signs[used..]);
            BinaryPrimitives.ReverseEndianness(rest, rest); // half a pair is kept as it was read
        }

        return used * 2;
    }

    private int Narrow(ReadOnlySpan<byte> raw)
    {
        var at = 0;
        while (at < raw.Length)
        {
            var plain = raw[at..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            plain = plain < 0 ? raw.Length - at : plain;
            raw.Slice(at, plain).CopyTo(_text.AsSpan(_filled));
            (at, _filled) = (at + plain, _filled + plain);
            if (at == raw.Length)
            {
                break;
            }

            // A guess is wrong where UTF-8 turns up; the last bytes of a chunk wait for what follows them.
            if (_format.Guessed && !_ended && raw.Length - at < 4)
            {
                break;
            }

            var sign = (char)raw[at];
            if (_format.Encoding == TextEncoding.Windows1252 && sign < 0xA0)
            {
                sign = Western[sign - 0x80];
            }

            if (sign == 0 || (_format.Guessed && SequenceLength(raw[at..]) > 1))
            {
                _text[_filled++] = 0xFF;
            }
            else
            {
                _filled += new Rune(sign).EncodeToUtf8(_text.AsSpan(_filled));
            }

            at++;
        }

        return at;
    }
}
