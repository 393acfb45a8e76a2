namespace Fairlead.Models.Drift;

/// <summary>Distances between two distributions over the same bins or levels. None is a test: a threshold is a rule of thumb.</summary>
public static class Divergences
{
    /// <summary>Threshold above which <see cref="PopulationStability"/> and the distances here are said to be drift.</summary>
    public const double Threshold = 0.1;

    /// <summary>Kullback-Leibler divergence of the reference from the current shares, sum of r ln(r / c), in nats, in [0, +inf): SciPy's <c>entropy(reference, current)</c>. Empty bins are floored at <see cref="PopulationStability.EmptyBinShare"/> on the current side, so that it is finite.</summary>
    public static double KullbackLeibler(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (rows, others) = Rows(reference, current);
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] > 0)
            {
                var r = reference[i] / rows;
                sum += r * Math.Log(r / Math.Max(current[i] / others, PopulationStability.EmptyBinShare));
            }
        }

        return sum;
    }

    /// <summary>Jensen-Shannon distance: the root of the divergence in nats, in [0, sqrt(ln 2)]: SciPy's <c>jensenshannon</c>.</summary>
    public static double JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (rows, others) = Rows(reference, current);
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var (r, c) = (reference[i] / rows, current[i] / others);
            var middle = (r + c) / 2;
            sum += (r > 0 ? r * Math.Log(r / middle) : 0) + (c > 0 ? c * Math.Log(c / middle) : 0);
        }

        return Math.Sqrt(Math.Max(0, sum / 2));
    }

    /// <summary>Hellinger distance, sqrt(1 - sum of sqrt(r c)), in [0, 1].</summary>
    public static double Hellinger(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (rows, others) = Rows(reference, current);
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var d = Math.Sqrt(reference[i] / rows) - Math.Sqrt(current[i] / others);
            sum += d * d;
        }

        return Math.Sqrt(sum / 2);
    }

    /// <summary>Wasserstein distance of order 1 between two samples, in the unit of the values: SciPy's <c>wasserstein_distance</c>.</summary>
    /// <param name="a">Values in ascending order, at least one. Shape [n].</param>
    /// <param name="b">Values in ascending order, at least one. Shape [m].</param>
    public static double Wasserstein(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Wasserstein(a, [], b, []);

    /// <summary>The same of values that stand for many: <paramref name="upToA"/> and <paramref name="upToB"/> say how many there are up to each, or are empty.</summary>
    public static double Wasserstein(ReadOnlySpan<double> a, ReadOnlySpan<long> upToA, ReadOnlySpan<double> b, ReadOnlySpan<long> upToB)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            throw new ArgumentException("A side has no values.", nameof(a));
        }

        var (sum, last) = (0.0, Math.Min(a[0], b[0]));
        double perA = 1.0 / (upToA.IsEmpty ? a.Length : upToA[^1]), perB = 1.0 / (upToB.IsEmpty ? b.Length : upToB[^1]);
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            var value = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            sum += Math.Abs((KolmogorovSmirnov.UpTo(upToA, i) * perA) - (KolmogorovSmirnov.UpTo(upToB, j) * perB)) * (value - last);
            last = value;
            while (i < a.Length && a[i] == value)
            {
                i++;
            }

            while (j < b.Length && b[j] == value)
            {
                j++;
            }
        }

        return sum;
    }

    private static (double Reference, double Current) Rows(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        if (reference.Length != current.Length || reference.IsEmpty)
        {
            throw new ArgumentException($"There are {reference.Length} and {current.Length} bins; both sides need the same, one or more.", nameof(current));
        }

        double rows = 0, others = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(reference[i], nameof(reference));
            ArgumentOutOfRangeException.ThrowIfNegative(current[i], nameof(current));
            rows += reference[i];
            others += current[i];
        }

        return rows > 0 && others > 0 ? (rows, others) : throw new ArgumentException("A side has no rows.", nameof(reference));
    }
}
