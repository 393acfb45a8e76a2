namespace Fairlead.Models.Drift;

/// <summary>The two-sample Kolmogorov-Smirnov test: how far two distributions of a number lie apart.</summary>
/// <remarks>
/// N. Smirnov, "Table for Estimating the Goodness of Fit of Empirical Distributions", Ann. Math. Statist. 19, 1948.
/// The p-value is exact up to <see cref="ExactCells"/> pairs of ranks (the share of lattice paths that leave the band, J. L. Hodges, "The significance probability of the Smirnov two-sample test", Ark. Mat. 3, 1958); above that
/// Kolmogorov's limit, with the correction for finite samples of J. Vrbik, "Small-Sample Corrections to Kolmogorov-Smirnov Test Statistic", Pioneer J. Theor. Appl. Stat. 15, 2018. Where values repeat the p-value is too large, never too small.
/// </remarks>
public static class KolmogorovSmirnov
{
    /// <summary>Most pairs of ranks that are walked for an exact p-value.</summary>
    public const long ExactCells = 1_000_000;

    /// <summary>95 % point of Kolmogorov's distribution.</summary>
    private const double Kolmogorov95 = 1.358099;

    /// <summary>Largest difference between the shares of values at or below any point, in [0, 1], and that point.</summary>
    /// <param name="a">Values in ascending order, at least one. Shape [n].</param>
    /// <param name="b">Values in ascending order, at least one. Shape [m].</param>
    public static (double Statistic, double At) Statistic(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Statistic(a, [], b, []);

    /// <summary>The same of values that stand for many.</summary>
    /// <param name="a">Values in ascending order, at least one. Shape [n].</param>
    /// <param name="upToA">How many there are up to each. Shape [n], or empty when each stands for itself.</param>
    /// <param name="b">Values in ascending order, at least one. Shape [m].</param>
    /// <param name="upToB">How many there are up to each. Shape [m], or empty when each stands for itself.</param>
    public static (double Statistic, double At) Statistic(ReadOnlySpan<double> a, ReadOnlySpan<long> upToA, ReadOnlySpan<double> b, ReadOnlySpan<long> upToB)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            throw new ArgumentException("A side has no values.", nameof(a));
        }

        var (most, at) = (0.0, a[0]);
        double perA = 1.0 / (upToA.IsEmpty ? a.Length : upToA[^1]), perB = 1.0 / (upToB.IsEmpty ? b.Length : upToB[^1]);
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == value)
            {
                i++;
            }

            while (j < b.Length && b[j] == value)
            {
                j++;
            }

            var apart = Math.Abs((UpTo(upToA, i) * perA) - (UpTo(upToB, j) * perB));
            if (apart > most)
            {
                (most, at) = (apart, value);
            }
        }

        return (most, at);
    }

    /// <summary>Two-sided p-value of a statistic, in [0, 1].</summary>
    /// <param name="n">Values on one side.</param>
    /// <param name="m">Values on the other side.</param>
    public static double PValue(double statistic, long n, long m)
    {
        if (statistic <= 0)
        {
            return 1;
        }

        return n * (double)m <= ExactCells ? Exact(statistic, (int)n, (int)m) : Limit(statistic, (double)n * m / (n + m));
    }

    /// <summary>Half the width of a 95 % interval around the statistic: the curves of both sides together lie no further from the true ones, whatever these are (asymptotically; conservative).</summary>
    public static double HalfWidth(long n, long m) => Kolmogorov95 * Math.Sqrt((n + (double)m) / ((double)n * m));

    internal static long UpTo(ReadOnlySpan<long> upTo, int taken) => upTo.IsEmpty ? taken : taken == 0 ? 0 : upTo[taken - 1];

    /// <summary>Share of all orders of n and m values whose statistic is at least so large.</summary>
    private static double Exact(double statistic, int n, int m)
    {
        // inside[j]: probability that a random path to (i, j) has stayed in the band; as probabilities, so that nothing overflows.
        var limit = (statistic * (1 - 1e-12)) - 1e-15;
        var inside = new double[m + 1];
        for (var i = 0; i <= n; i++)
        {
            for (var j = 0; j <= m; j++)
            {
                if (i == 0 && j == 0)
                {
                    inside[0] = 1;
                }
                else if (Math.Abs(((double)i / n) - ((double)j / m)) >= limit)
                {
                    inside[j] = 0;
                }
                else
                {
                    // A path to (i, j) came from (i - 1, j) with probability i / (i + j).
                    inside[j] = ((i * inside[j]) + (j == 0 ? 0 : j * inside[j - 1])) / (i + j);
                }
            }
        }

        return Math.Clamp(1 - inside[m], 0, 1);
    }

    private static double Limit(double statistic, double effective)
    {
        var root = Math.Sqrt(effective);
        var x = root * statistic;
        x += (1 / (6 * root)) + ((x - 1) / (4 * effective));
        if (x < 0.2)
        {
            return 1;
        }

        if (x < 1)
        {
            // The other form of the same series converges quickly here.
            var low = 0.0;
            for (var k = 1; k <= 9; k += 2)
            {
                low += Math.Exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            }

            return Math.Clamp(1 - (Math.Sqrt(2 * Math.PI) / x * low), 0, 1);
        }

        var sum = 0.0;
        for (var k = 1; k <= 20; k++)
        {
            sum += ((k & 1) == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        }

        return Math.Clamp(sum, 0, 1);
    }
}
