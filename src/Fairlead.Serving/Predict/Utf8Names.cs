using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Serving.Predict;

/// <summary>Finds names by their UTF-8 bytes without making strings. Immutable and thread-safe.</summary>
/// <remarks>Open addressing at a load of at most one half; the hash takes length, the first and the last eight bytes, which tell real names apart.</remarks>
internal sealed class Utf8Names
{
    private readonly int[] _slots;
    private readonly byte[][] _bytes;
    private readonly uint _mask;

    /// <param name="names">Different from each other.</param>
    public Utf8Names(IReadOnlyList<string> names)
    {
        Names = [.. names];
        _bytes = [.. names.Select(Encoding.UTF8.GetBytes)];
        var size = 4;
        while (size < 2 * names.Count)
        {
            size *= 2;
        }

        (_slots, _mask) = (new int[size], (uint)size - 1);
        for (var i = 0; i < _bytes.Length; i++)
        {
            var slot = Hash(_bytes[i]) & _mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            _slots[slot] = i + 1;
        }
    }

    public string[] Names { get; }

    /// <summary>Index of the name, or -1.</summary>
    /// <param name="guess">Tried first: callers mostly send the same columns in the same order.</param>
    public int Find(ReadOnlySpan<byte> name, int guess = -1)
    {
        if ((uint)guess < (uint)_bytes.Length && name.SequenceEqual(_bytes[guess]))
        {
            return guess;
        }

        for (var slot = Hash(name) & _mask; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            if (name.SequenceEqual(_bytes[_slots[slot] - 1]))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong first, last;
        if (name.Length >= sizeof(ulong))
        {
            (first, last) = (MemoryMarshal.Read<ulong>(name), MemoryMarshal.Read<ulong>(name[^sizeof(ulong)..]));
        }
        else
        {
            (first, last) = (0, 0);
            foreach (var b in name)
            {
                first = (first << 8) | b;
            }
        }

        var mixed = ((first * 0x9E3779B97F4A7C15) ^ (last + (ulong)name.Length)) * 0xC2B2AE3D27D4EB4F;
        return (uint)(mixed >> 32);
    }
}
