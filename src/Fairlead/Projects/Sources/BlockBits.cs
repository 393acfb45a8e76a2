using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fairlead.Projects.Sources;

/// <summary>A block of 64 bytes as bits, one for each byte, the first lowest.</summary>
internal static class BlockBits
{
    /// <summary>Which of 64 bytes are the sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(Vector256<byte> low, Vector256<byte> high, Vector256<byte> sign) =>
        Vector256.Equals(low, sign).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, sign).ExtractMostSignificantBits() << 32);

    /// <summary>Bit i: whether an odd number of bits stands at 0 to i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>Carriage returns that no line feed follows; where lines end with returns, line feeds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Lone(ulong others, ulong lines, ulong returned, bool pairs) =>
        pairs ? (others & ~(lines >> 1) & (ulong.MaxValue >> 1)) | (returned & ~lines) : others;
}
