using System.Buffers.Binary;
using System.Numerics;

namespace Fairlead.Models.Predictions;

/// <summary>CRC-32C (Castagnoli), as in RFC 3720 appendix B.4; one instruction for 8 bytes on x64 and arm64.</summary>
internal static class Crc32C
{
    /// <param name="seed">0, or the value of what came before.</param>
    public static uint Of(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
