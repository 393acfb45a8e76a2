using System.Buffers.Binary;
using System.IO.Hashing;

namespace Fairlead.Data.Scanning;

/// <summary>128 bits of a hash (XXH128).</summary>
/// <remarks>Not <see cref="UInt128"/>: methods in which that occurs can't be compiled ahead of time, so that every run would begin with slow code for its hottest loops.</remarks>
internal readonly record struct Hash128(ulong High, ulong Low)
{
    /// <summary>The hash of some bytes.</summary>
    /// <param name="seed">Hashes of different seeds have nothing in common.</param>
    public static Hash128 Of(ReadOnlySpan<byte> bytes, long seed = 0)
    {
        Span<byte> hash = stackalloc byte[16];
        _ = XxHash128.Hash(bytes, hash, seed);
        return new Hash128(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }

    public bool Equals(Hash128 other) => Low == other.Low && High == other.High;

    public override int GetHashCode() => (int)(Low ^ (Low >> 32) ^ High);
}
