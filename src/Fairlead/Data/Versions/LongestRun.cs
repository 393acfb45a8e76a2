using System.Collections;

namespace Fairlead.Data.Versions;

/// <summary>Which rows kept their order: the longest increasing subsequence (patience sorting, M. L. Fredman 1975).</summary>
internal static class LongestRun
{
    /// <summary>Positions whose value does not fit into the longest increasing run of the values; values below 0 are passed over. Null when all of them ascend. O(n log n) time, 8 bytes a value.</summary>
    public static BitArray? Outside(IReadOnlyList<int> values)
    {
        var (last, ascends) = (-1, true);
        foreach (var value in values)
        {
            ascends &= value < 0 || value > last;
            last = value < 0 ? last : value;
        }

        if (ascends)
        {
            return null;
        }

        var tails = new List<int>(); // position of the smallest last value of a run of each length
        var before = new int[values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] < 0)
            {
                continue;
            }

            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = values[tails[middle]] < values[i] ? (middle + 1, high) : (low, middle);
            }

            before[i] = low == 0 ? -1 : tails[low - 1];
            if (low == tails.Count)
            {
                tails.Add(i);
            }
            else
            {
                tails[low] = i;
            }
        }

        var outside = new BitArray(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            outside[i] = values[i] >= 0;
        }

        for (var i = tails[^1]; i >= 0; i = before[i])
        {
            outside[i] = false;
        }

        return outside;
    }
}
