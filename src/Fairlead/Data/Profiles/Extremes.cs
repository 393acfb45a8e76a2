namespace Fairlead.Data.Profiles;

/// <summary>The smallest and the largest numbers with the first rows they stand in.</summary>
internal sealed class Extremes
{
    /// <summary>Kept a side.</summary>
    public const int Most = 5;

    private readonly List<RowNumber> _low = new(Most + 1);
    private readonly List<RowNumber> _high = new(Most + 1);
    private double _lowest = double.PositiveInfinity;
    private double _highest = double.NegativeInfinity;

    public IReadOnlyList<RowNumber> Low => _low;

    public IReadOnlyList<RowNumber> High => _high;

    public void Offer(ReadOnlySpan<double> values, ReadOnlySpan<int> rows, long firstRow)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < _lowest || values[i] > _highest)
            {
                Offer(values[i], firstRow + rows[i]);
            }
        }
    }

    public void Offer(double value, long row)
    {
        if (value < _lowest)
        {
            _lowest = Keep(_low, value, row, 1) ?? _lowest;
        }

        if (value > _highest)
        {
            _highest = Keep(_high, value, row, -1) ?? _highest;
        }
    }

    /// <summary>Inserts by value; the last one kept, once there are enough.</summary>
    private static double? Keep(List<RowNumber> kept, double value, long row, int sign)
    {
        var at = kept.Count;
        while (at > 0 && sign * kept[at - 1].Value > sign * value)
        {
            at--;
        }

        kept.Insert(at, new RowNumber(row, value));
        if (kept.Count > Most)
        {
            kept.RemoveAt(Most);
        }

        return kept.Count == Most ? kept[^1].Value : null;
    }
}
