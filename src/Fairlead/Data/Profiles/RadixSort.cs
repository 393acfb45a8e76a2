using System.Runtime.InteropServices;

namespace Fairlead.Data.Profiles;

/// <summary>Sorts doubles byte by byte, in a time that grows with their number only; bytes that all share cost nothing. No NaN.</summary>
internal static class RadixSort
{
    /// <summary>Below this a comparing sort is quicker.</summary>
    private const int Few = 1_024;

    /// <summary>Ascending, in place; <paramref name="spare"/> is at least as long.</summary>
    public static void Sort(Span<double> values, Span<double> spare)
    {
        if (values.Length < Few)
        {
            values.Sort();
            return;
        }

        var from = MemoryMarshal.Cast<double, ulong>(values);
        var to = MemoryMarshal.Cast<double, ulong>(spare)[..values.Length];
        Span<int> counts = stackalloc int[8 * 256];
        counts.Clear();
        for (var i = 0; i < from.Length; i++)
        {
            // The order of the bits is the order of the numbers once negative ones are turned over.
            var bits = from[i];
            bits ^= (ulong)((long)bits >> 63) | 0x8000_0000_0000_0000;
            from[i] = bits;
            for (var part = 0; part < 8; part++)
            {
                counts[(part << 8) | (int)((bits >> (part * 8)) & 0xFF)]++;
            }
        }

        var swapped = false;
        for (var part = 0; part < 8; part++)
        {
            var count = counts.Slice(part << 8, 256);
            var shift = part * 8;
            if (count[(int)((from[0] >> shift) & 0xFF)] == from.Length)
            {
                continue;
            }

            var sum = 0;
            for (var i = 0; i < 256; i++)
            {
                (count[i], sum) = (sum, sum + count[i]);
            }

            foreach (var bits in from)
            {
                to[count[(int)((bits >> shift) & 0xFF)]++] = bits;
            }

            var other = from;
            from = to;
            to = other;
            swapped = !swapped;
        }

        if (swapped)
        {
            from.CopyTo(to);
            from = to;
        }

        for (var i = 0; i < from.Length; i++)
        {
            var bits = from[i];
            from[i] = bits ^ ((ulong)(~(long)bits >> 63) | 0x8000_0000_0000_0000);
        }
    }
}
