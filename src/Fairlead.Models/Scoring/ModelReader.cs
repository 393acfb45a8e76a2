using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Models.Scoring;

/// <summary>Reads the payload of a model file; every fault says what was read and where.</summary>
internal ref struct ModelReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public byte Byte(string what, byte most)
    {
        var value = Take(what, 1)[0];
        return value <= most ? value : throw Wrong(what, $"is {value}, at most {most} is known");
    }

    public double Double(string what) => BinaryPrimitives.ReadDoubleLittleEndian(Take(what, 8));

    public uint Word(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(what, 4));

    /// <summary>A number of 0 or more, 7 bits a byte, low bits first.</summary>
    public int Int(string what)
    {
        long value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Take(what, 1)[0];
            value |= (long)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return value <= int.MaxValue ? (int)value : throw Wrong(what, "is too large");
            }
        }

        throw Wrong(what, "is too long a number");
    }

    /// <summary>How many of something follow; refused when the rest of the file is too short for that many of <paramref name="least"/> bytes.</summary>
    public int Count(string what, int least)
    {
        var count = Int(what);
        return count <= (_bytes.Length - _at) / least ? count : throw Wrong(what, $"are {count}, more than the file can hold");
    }

    public string Text(string what)
    {
        var length = Int(what);
        try
        {
            return Utf8.GetString(Take(what, length));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(what, "is not UTF-8");
        }
    }

    public string[] Texts(string what)
    {
        var texts = new string[Count(what, 1)];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(what);
        }

        return texts;
    }

    public double[] Doubles(string what)
    {
        var values = new double[Count(what, 8)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Double(what);
        }

        return values;
    }

    public readonly void End()
    {
        if (_at != _bytes.Length)
        {
            throw Wrong("end", $"was expected; {_bytes.Length - _at} bytes follow");
        }
    }

    private ReadOnlySpan<byte> Take(string what, int length)
    {
        if (length > _bytes.Length - _at)
        {
            throw Wrong(what, "is cut off");
        }

        _at += length;
        return _bytes.Slice(_at - length, length);
    }

    private readonly InvalidDataException Wrong(string what, string how) => new($"The model is damaged at byte {_at} of its payload: {what} {how}.");
}
