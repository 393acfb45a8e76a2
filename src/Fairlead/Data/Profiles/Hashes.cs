using System.IO.Hashing;

namespace Fairlead.Data.Profiles;

/// <summary>64-bit hashes of values with fixed seeds: the same on every run and machine. Numbers are hashed as numbers, so that 1.5 and 1.50 are one value.</summary>
internal static class Hashes
{
    public const ulong Missing = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection whose bits are all good.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    public static ulong Of(double value) => Mix(BitConverter.DoubleToUInt64Bits(value + 0.0) ^ 0x5851_F42D_4C95_7F2D); // + 0.0 makes -0 a 0

    public static ulong Of(long value) => Math.Abs((double)value) < 9e15 ? Of((double)value) : Mix((ulong)value ^ 0x1405_7B7E_F767_814F);

    public static ulong Of(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    /// <summary>Of a value that stands in a text: the value for numbers, the bytes for the rest.</summary>
    public static ulong Of(in Cell cell, ReadOnlySpan<byte> text) => cell.Kind switch
    {
        CellKind.Number => Of(cell.Number),
        CellKind.Integer when Math.Abs(cell.Number) < 9e15 => Of(cell.Number),
        _ => Of(text),
    };

    /// <summary>Of a text without regard to case, white space and punctuation, in ASCII: FNV-1a over its letters, digits and bytes beyond ASCII, finished by <see cref="Mix"/>.</summary>
    public static ulong Near(ReadOnlySpan<byte> text)
    {
        var hash = 0xCBF2_9CE4_8422_2325;
        foreach (var letter in text)
        {
            var folded = Folded[letter];
            if (folded != 0)
            {
                hash = (hash ^ folded) * 0x100_0000_01B3;
            }
        }

        return Mix(hash);
    }

    private static readonly byte[] Folded = [.. Enumerable.Range(0, 256).Select(i => (byte)(i is >= 'A' and <= 'Z' ? i + 32 : i is (>= 'a' and <= 'z') or (>= '0' and <= '9') or >= 128 ? i : 0))];
}
