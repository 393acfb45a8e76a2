using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fairlead.Serving.Predict;

/// <summary>Bytes that are written one after the other; the memory is used again for the next request, unless it grew large.</summary>
internal sealed class ByteBuffer
{
    private const int KeptBytes = 256 << 10;
    private byte[] _bytes = new byte[4 << 10];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[4 << 10];
        }
    }

    /// <summary>At least this many bytes to write into.</summary>
    public Span<byte> Room(int bytes)
    {
        if (bytes > _bytes.Length - Length)
        {
            Array.Resize(ref _bytes, Math.Max(checked(Length + bytes), 2 * _bytes.Length));
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    /// <summary>What was written before, to be filled in later.</summary>
    public Span<byte> Place(int at, int bytes) => _bytes.AsSpan(at, bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>The number as JSON, in the shortest form that reads back as the same double; null when it is not finite.</summary>
    public void AddNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            Add("null"u8);
            return;
        }

        value.TryFormat(Room(32), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>The text as a JSON string.</summary>
    public void AddString(string text)
    {
        Add("\""u8);
        Add(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Add("\""u8);
    }
}
