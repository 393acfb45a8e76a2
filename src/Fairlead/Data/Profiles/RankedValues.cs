namespace Fairlead.Data.Profiles;

/// <summary>Numbers in ascending order, each with how many values stand behind it: the distribution of a column, exact or within a stated error.</summary>
internal sealed class RankedValues
{
    private readonly double[] _values;
    private readonly long[] _upTo;

    private RankedValues(double[] values, long[] upTo, double error) => (_values, _upTo, Error) = (values, upTo, error);

    public long Count => _upTo.Length == 0 ? 0 : _upTo[^1];

    /// <summary>Most that a rank may be off, as a share of all values; 0 when exact.</summary>
    public double Error { get; }

    public static RankedValues Of(IEnumerable<(double Value, long Weight)> weighted, double error)
    {
        var ordered = weighted.OrderBy(w => w.Value).ToArray();
        var values = new List<double>(ordered.Length);
        var upTo = new List<long>(ordered.Length);
        var sum = 0L;
        foreach (var (value, weight) in ordered)
        {
            sum += weight;
            if (values.Count > 0 && values[^1] == value)
            {
                upTo[^1] = sum;
            }
            else
            {
                values.Add(value);
                upTo.Add(sum);
            }
        }

        return new RankedValues([.. values], [.. upTo], error);
    }

    /// <summary>The quantile at p in [0, 1]: linear between the neighbours in order, as NumPy's default (type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", Am. Stat. 50, 1996).</summary>
    public double Quantile(double p)
    {
        var at = p * (Count - 1);
        var below = (long)Math.Floor(at);
        var low = AtRank(below);
        var share = at - below;
        if (share == 0)
        {
            return low;
        }

        var step = AtRank(Math.Min(below + 1, Count - 1)) - low;
        return double.IsFinite(step) ? low + (share * step) : (low * (1 - share)) + (AtRank(below + 1) * share);
    }

    /// <summary>Values that are at most <paramref name="value"/>.</summary>
    public long AtMost(double value)
    {
        var found = Array.BinarySearch(_values, value);
        found = found >= 0 ? found : ~found - 1;
        return found < 0 ? 0 : _upTo[found];
    }

    /// <summary>Values below <paramref name="value"/>.</summary>
    public long Below(double value)
    {
        var found = Array.BinarySearch(_values, value);
        found = (found >= 0 ? found : ~found) - 1;
        return found < 0 ? 0 : _upTo[found];
    }

    /// <summary>Counts in equal bins from <paramref name="min"/> to <paramref name="max"/>; the last one holds the maximum too. They add up to <see cref="Count"/>.</summary>
    public long[] Histogram(double min, double max, int bins)
    {
        var counts = new long[bins];
        var before = 0L;
        for (var bin = 0; bin < bins; bin++)
        {
            var upTo = bin == bins - 1 || max <= min ? Count : Below(min + ((max - min) * (bin + 1) / bins));
            counts[bin] = upTo - before;
            before = upTo;
        }

        return counts;
    }

    /// <summary>Distances from a centre, ranked: for the median absolute deviation.</summary>
    public RankedValues DistancesFrom(double centre) => Of(Weighted().Select(w => (Math.Abs(w.Value - centre), w.Weight)), Error);

    public IEnumerable<(double Value, long Weight)> Weighted()
    {
        for (var i = 0; i < _values.Length; i++)
        {
            yield return (_values[i], _upTo[i] - (i == 0 ? 0 : _upTo[i - 1]));
        }
    }

    private double AtRank(long rank)
    {
        var found = Array.BinarySearch(_upTo, rank + 1);
        return _values[found >= 0 ? found : ~found];
    }
}
