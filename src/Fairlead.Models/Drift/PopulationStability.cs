namespace Fairlead.Models.Drift;

/// <summary>How far the distribution of a column has moved.</summary>
public static class PopulationStability
{
    /// <summary>Share that an empty bin is counted with, so that its logarithm exists.</summary>
    public const double EmptyBinShare = 1e-4;

    /// <summary>Population stability index of <paramref name="actual"/> against <paramref name="expected"/>.</summary>
    /// <param name="expected">Row counts per bin at training time. Shape [bins], bins >= 2, each count >= 0.</param>
    /// <param name="actual">Row counts per bin in the serving window. Shape [bins], the same bins in the same order.</param>
    /// <returns>
    /// The index, in nats, in [0, +inf). 0 means identical shares. Symmetric in its arguments.
    /// Rule of thumb, not a test: under 0.1 stable, over 0.25 investigate.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2 bins, or a side has no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    /// <remarks>
    /// Computes sum over bins of (a - e) * ln(a / e), with a and e the shares: the J-divergence of
    /// S. Kullback and R. A. Leibler, "On Information and Sufficiency", Ann. Math. Statist. 22(1), 1951.
    /// O(bins) time, no allocation. Empty bins are floored at <see cref="EmptyBinShare"/>, without renormalising.
    /// </remarks>
    public static double Compute(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        if (expected.Length != actual.Length || expected.Length < 2)
        {
            throw new ArgumentException($"There are {expected.Length} and {actual.Length} bins; both sides need the same 2 or more.", nameof(actual));
        }

        var (expectedRows, actualRows) = (Rows(expected, nameof(expected)), Rows(actual, nameof(actual)));
        var index = 0.0;
        for (var bin = 0; bin < expected.Length; bin++)
        {
            var e = Math.Max(expected[bin] / (double)expectedRows, EmptyBinShare);
            var a = Math.Max(actual[bin] / (double)actualRows, EmptyBinShare);
            index += (a - e) * Math.Log(a / e);
        }

        return index;
    }

    private static long Rows(ReadOnlySpan<long> counts, string name)
    {
        var rows = 0L;
        foreach (var count in counts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, name);
            rows += count;
        }

        return rows > 0 ? rows : throw new ArgumentException("A side has no rows.", name);
    }
}
