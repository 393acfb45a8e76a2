namespace Fairlead.Models.Drift;

/// <summary>Tests of counts: has a rate changed, have the shares of levels changed.</summary>
public static class CountTests
{
    /// <summary>Levels are put together until each expects so many rows on both sides (W. G. Cochran, "Some Methods for Strengthening the Common χ² Tests", Biometrics 10, 1954).</summary>
    public const double ExpectedMin = 5;

    /// <summary>Rows from which the limiting distribution is used: there the exact variance drowns in rounding.</summary>
    private const double AsymptoticFrom = 1e7;

    /// <summary>Chi-square test that two sides have the same shares of levels (2 x k, no correction for continuity): SciPy's <c>chi2_contingency(table, correction=False)</c>.</summary>
    /// <param name="reference">Rows per level. Shape [k].</param>
    /// <param name="current">Rows per level, in the same order. Shape [k].</param>
    /// <returns>The statistic, the levels less one that any side has, and P(chi-square >= statistic). (0, 0, 1) for fewer than two levels.</returns>
    public static (double Statistic, int Degrees, double P) ChiSquare(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        double rows = Sum(reference), others = Sum(current), all = rows + others, statistic = 0;
        var levels = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            double both = reference[i] + current[i];
            if (both == 0)
            {
                continue;
            }

            levels++;
            var (expected, expectedOther) = (both * rows / all, both * others / all);
            statistic += ((reference[i] - expected) * (reference[i] - expected) / expected) + ((current[i] - expectedOther) * (current[i] - expectedOther) / expectedOther);
        }

        return levels < 2 || rows == 0 || others == 0 ? (0, 0, 1) : (statistic, levels - 1, SpecialFunctions.ChiSquareTail(statistic, levels - 1));
    }

    /// <summary>Chi-square test for far tails: rare levels together (their order is by rows of both sides, which says nothing of the difference), and the tail of a gamma distribution with the exact mean and variance that the statistic has when both sides are dealt from one pile.</summary>
    /// <remarks>J. B. S. Haldane, "The mean and variance of χ², when used as a test of homogeneity, when expectations are small", Biometrika 31, 1940, for 2 x k.</remarks>
    public static double ChiSquareTailPooled(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        double rows = Sum(reference), others = Sum(current), all = rows + others;
        if (rows == 0 || others == 0)
        {
            return 1;
        }

        var least = ExpectedMin * all / Math.Min(rows, others);
        var (first, second) = (new List<long>(), new List<long>());
        long restFirst = 0, restSecond = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] + current[i] >= least)
            {
                first.Add(reference[i]);
                second.Add(current[i]);
            }
            else
            {
                restFirst += reference[i];
                restSecond += current[i];
            }
        }

        if (restFirst + restSecond > 0)
        {
            first.Add(restFirst);
            second.Add(restSecond);
        }

        var k = first.Count;
        if (k < 2)
        {
            return 1;
        }

        var statistic = ChiSquare([.. first], [.. second]).Statistic;
        if (all is < 10 or > AsymptoticFrom)
        {
            return SpecialFunctions.ChiSquareTail(statistic, k - 1);
        }

        var (mean, variance) = DealtMoments([.. first.Zip(second, (x, y) => x + y)], rows);
        return variance > 0 ? SpecialFunctions.GammaTail(mean * mean / variance, statistic * mean / variance) : SpecialFunctions.ChiSquareTail(statistic, k - 1);
    }

    /// <summary>Exact two-sided p-value that a rate is the same on both sides: twice the smaller tail of the hypergeometric distribution (R. A. Fisher, "Statistical Methods for Research Workers", 1934), at most 1.</summary>
    /// <param name="hits">Rows on one side that have it.</param>
    /// <param name="rows">Rows on that side.</param>
    /// <param name="otherHits">Rows on the other side that have it.</param>
    /// <param name="otherRows">Rows on the other side.</param>
    public static double Rate(long hits, long rows, long otherHits, long otherRows)
    {
        var (total, all) = (hits + otherHits, rows + otherRows);
        if (rows == 0 || otherRows == 0 || total == 0 || total == all)
        {
            return 1;
        }

        var upper = (double)hits * otherRows >= (double)otherHits * rows;
        var step = upper ? 1 : -1;
        var (low, high) = (Math.Max(0, total - otherRows), Math.Min(total, rows));
        var at = LogChoose(rows, hits) + LogChoose(otherRows, total - hits) - LogChoose(all, total);
        var (sum, term) = (0.0, 1.0);
        for (var x = hits; ; x += step)
        {
            sum += term;
            if (x == (upper ? high : low) || term < sum * 1e-17)
            {
                break;
            }

            // Ratio of neighbouring terms of the hypergeometric distribution.
            term *= upper
                ? (double)(rows - x) * (total - x) / ((double)(x + 1) * (otherRows - total + x + 1))
                : (double)x * (otherRows - total + x) / ((double)(rows - x + 1) * (total - x + 1));
        }

        return Math.Min(1, 2 * Math.Exp(at) * sum);
    }

    /// <summary>z of a difference of two rates with their common variance, other less this; its two-sided p-value is <see cref="SpecialFunctions.NormalTwoSided"/>.</summary>
    public static double Z(long hits, long rows, long otherHits, long otherRows)
    {
        double a = (double)hits / rows, b = (double)otherHits / otherRows, p = (double)(hits + otherHits) / (rows + otherRows);
        var variance = p * (1 - p) * ((1.0 / rows) + (1.0 / otherRows));
        return variance > 0 ? (b - a) / Math.Sqrt(variance) : 0;
    }

    /// <summary>95 % interval of a difference of two rates, other less this, in [-1, 1]: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17, 1998, method 10.</summary>
    public static (double Low, double High) DifferenceInterval(long hits, long rows, long otherHits, long otherRows)
    {
        double a = (double)hits / rows, b = (double)otherHits / otherRows;
        var (lowA, highA) = Wilson(hits, rows);
        var (lowB, highB) = Wilson(otherHits, otherRows);
        var d = b - a;
        return (Math.Max(-1, d - Math.Sqrt(((b - lowB) * (b - lowB)) + ((highA - a) * (highA - a)))), Math.Min(1, d + Math.Sqrt(((highB - b) * (highB - b)) + ((a - lowA) * (a - lowA)))));
    }

    private static (double Low, double High) Wilson(long hits, long rows)
    {
        const double Z = 1.959963984540054;
        double n = rows, p = hits / n, square = Z * Z;
        var centre = ((2 * n * p) + square) / (2 * (n + square));
        var half = Z * Math.Sqrt(square + (4 * n * p * (1 - p))) / (2 * (n + square));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>Mean and variance of the statistic when <paramref name="rows"/> rows are dealt without replacement from levels of these sizes.</summary>
    /// <remarks>The statistic is N²/(n m) (T - n²/N) with T the sum of x²/c over levels; the moments of T follow from the factorial moments of the multivariate hypergeometric distribution, E[x_i^(r) x_j^(s)] = n^(r+s) c_i^(r) c_j^(s) / N^(r+s).</remarks>
    public static (double Mean, double Variance) DealtMoments(ReadOnlySpan<long> levels, double rows)
    {
        double all = Sum(levels), k = levels.Length;
        var f1 = rows / all;
        var f2 = f1 * (rows - 1) / (all - 1);
        var f3 = f2 * (rows - 2) / (all - 2);
        var f4 = f3 * (rows - 3) / (all - 3);
        double squares = 0, fourths = 0;
        foreach (var level in levels)
        {
            double c = level;
            squares += (c - 1) * (c - 1);
            fourths += ((f4 * (c - 1) * (c - 2) * (c - 3)) + (6 * f3 * (c - 1) * (c - 2)) + (7 * f2 * (c - 1)) + f1) / c;
        }

        var ones = all - k;
        var first = (f2 * ones) + (f1 * k);
        var second = fourths + (f4 * ((ones * ones) - squares)) + (f3 * 2 * (k - 1) * ones) + (f2 * k * (k - 1));
        var scale = all * all / (rows * (all - rows));
        return (scale * (first - (rows * rows / all)), scale * scale * (second - (first * first)));
    }

    private static double LogChoose(long n, long k) => SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(k + 1) - SpecialFunctions.LogGamma(n - k + 1);

    private static double Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
