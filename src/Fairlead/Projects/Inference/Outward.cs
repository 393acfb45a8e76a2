namespace Fairlead.Projects.Inference;

/// <summary>Bounds that leave room: a bound that is exactly the smallest or largest value seen would be broken by the next delivery without anything being wrong.</summary>
internal static class Outward
{
    /// <summary>Share of the span that each end is moved out by.</summary>
    public const double Room = 0.1;

    /// <summary>What a quotient of binary fractions may be off.</summary>
    private const double Dust = 1e-9;

    /// <summary>
    /// Each end is moved out by a tenth of the span (of the value itself, where all are the same), then rounded outward to a tenth of the span's power of ten;
    /// a lower end does not pass below 0 where the smallest value is above 0, nor an upper one above 0 where the largest is below.
    /// </summary>
    public static (double Low, double High) Of(double min, double max)
    {
        var span = max > min ? max - min : Math.Max(Math.Abs(max), 1);
        var step = Math.Pow(10, Math.Floor(Math.Log10(span)) - 1);
        var low = Rounded(Math.Floor(((min - (span * Room)) / step) + Dust), step);
        var high = Rounded(Math.Ceiling(((max + (span * Room)) / step) - Dust), step);
        return (min > 0 && low < 0 ? 0 : low, max < 0 && high > 0 ? 0 : high);
    }

    /// <summary>Half and twice a number of rows, rounded outward to two digits.</summary>
    public static (long Low, long High) OfRows(long rows)
    {
        var (low, high) = (rows / 2, Math.Max(2, rows * 2));
        var (lowStep, highStep) = (Step(low), Step(high));
        return (low / lowStep * lowStep, (high + highStep - 1) / highStep * highStep);

        static long Step(long value)
        {
            long step = 1;
            while (value / step >= 100)
            {
                step *= 10;
            }

            return step;
        }
    }

    /// <summary>A product of a whole number and a power of ten, without the dust of binary fractions.</summary>
    private static double Rounded(double times, double step) => step >= 1 ? times * Math.Round(step) : times / Math.Round(1 / step);
}
