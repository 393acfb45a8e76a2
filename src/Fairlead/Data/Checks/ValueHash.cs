using System.Buffers.Text;
using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Checks;

/// <summary>128-bit hashes (XXH128, seeded for each run so that nobody can prepare values that collide) of a column's values.</summary>
internal sealed class ValueHash(ColumnView view)
{
    /// <summary>One for the whole process: hashes are compared within one run only.</summary>
    private static readonly long Seed = BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    private Hash128[] _entries = [];
    private int _known;

    public static Hash128 Of(ReadOnlySpan<byte> text) => Hash128.Of(text, Seed);

    /// <summary>The hash of a whole number.</summary>
    public static Hash128 Of(long number) => Of(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in number)));

    /// <summary>The hash of a whole number's digits as text.</summary>
    public static Hash128 OfDigits(long number)
    {
        Span<byte> text = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(number, text, out var length);
        return Of(text[..length]);
    }

    /// <summary>The hash of a present value.</summary>
    public Hash128 At(int row)
    {
        var vector = view.Vector;
        if (vector.Codes is { } codes)
        {
            Learn(vector.Dictionary!);
            return _entries[codes[row]];
        }

        switch (view.Form)
        {
            case VectorForm.Text:
                return Of(vector.Bytes.AsSpan(vector.Starts[row], vector.Lengths[row]));
            case VectorForm.Double:
                var number = vector.Doubles[row] + 0.0; // -0 is 0
                return Of(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in number)));
            default:
                return Of(vector.Integers[row]);
        }
    }

    private void Learn(ColumnDictionary dictionary)
    {
        if (_known == dictionary.Count)
        {
            return;
        }

        if (_entries.Length < dictionary.Count)
        {
            Array.Resize(ref _entries, Math.Max(dictionary.Count, _entries.Length * 2));
        }

        for (; _known < dictionary.Count; _known++)
        {
            _entries[_known] = Of(dictionary.Text(_known));
        }
    }
}
