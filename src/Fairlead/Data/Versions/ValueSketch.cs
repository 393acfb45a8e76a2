namespace Fairlead.Data.Versions;

/// <summary>How numbers lie, in a bounded size: counts in 128 equal parts of each power of two, so that a quantile is off by at most 1/256 of its value.</summary>
/// <remarks>
/// The buckets of HdrHistogram (G. Tene) over doubles: the exponent and the first seven bits of the mantissa. The same numbers in any order give the same sketch.
/// 1 KB for each power of two that occurs.
/// </remarks>
internal sealed class ValueSketch
{
    private const int MantissaBits = 7;
    private const int Shift = 52 - MantissaBits;
    private readonly long[]?[] _positive = new long[2_048][];
    private readonly long[]?[] _negative = new long[2_048][];

    public long Count { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Counts a finite number.</summary>
    public void Add(double value)
    {
        Count++;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        var bits = BitConverter.DoubleToInt64Bits(value);
        var bucket = (int)((bits & long.MaxValue) >> Shift);
        ref var page = ref (bits < 0 ? _negative : _positive)[bucket >> MantissaBits];
        (page ??= new long[1 << MantissaBits])[bucket & ((1 << MantissaBits) - 1)]++;
    }

    /// <summary>The value below which a share of the numbers lies; NaN when there are none.</summary>
    /// <param name="share">In [0, 1].</param>
    public double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        foreach (var (value, count) in Buckets())
        {
            seen += count;
            if (seen >= rank)
            {
                return Math.Clamp(value, Min, Max);
            }
        }

        return double.NaN;
    }

    /// <summary>Middle of each bucket that is not empty and its count, ascending.</summary>
    private IEnumerable<(double Value, long Count)> Buckets()
    {
        for (var exponent = _negative.Length - 1; exponent >= 0; exponent--)
        {
            for (var part = (1 << MantissaBits) - 1; _negative[exponent] is { } page && part >= 0; part--)
            {
                if (page[part] > 0)
                {
                    yield return (-Middle(exponent, part), page[part]);
                }
            }
        }

        for (var exponent = 0; exponent < _positive.Length; exponent++)
        {
            for (var part = 0; _positive[exponent] is { } page && part < 1 << MantissaBits; part++)
            {
                if (page[part] > 0)
                {
                    yield return (Middle(exponent, part), page[part]);
                }
            }
        }
    }

    private static double Middle(int exponent, int part)
    {
        var low = (((long)exponent << MantissaBits) + part) << Shift;
        var start = BitConverter.Int64BitsToDouble(low);
        var end = BitConverter.Int64BitsToDouble(low + (1L << Shift));

        // Whole numbers up to 256 are bucket starts: they come back as they are.
        return start == Math.Floor(start) && end - start <= 1 ? start : start + ((end - start) / 2);
    }
}
