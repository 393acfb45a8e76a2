using System.Globalization;
using Fairlead.Models.Drift;

namespace Fairlead.Data.Drift;

/// <summary>Has the share of rows without a readable value changed? An exact test of a rate.</summary>
internal sealed record MissingTest(double Reference, double Current, double P, double Effect, double Low, double High)
{
    public RateChange Change => new(Reference, Current);

    public string Says => string.Create(CultureInfo.InvariantCulture, $"Missing goes from {100 * Reference:0.##} % to {100 * Current:0.##} %.");

    /// <summary>Null where neither side lacks a value: then there is nothing to test.</summary>
    public static MissingTest? Of(ColumnPair pair)
    {
        var (first, second) = (pair.ReferenceMissing, pair.CurrentMissing);
        var (rows, others) = (pair.Reference.Rows, pair.Current.Rows);
        if (first + second == 0 || rows == 0 || others == 0)
        {
            return null;
        }

        var (low, high) = CountTests.DifferenceInterval(first, rows, second, others);
        var (before, now) = ((double)first / rows, (double)second / others);
        return new MissingTest(before, now, CountTests.Rate(first, rows, second, others), now - before, low, high);
    }

    public MissingDrift Said(double adjusted, bool drifted) => new(Reference, Current, P, adjusted, drifted, Effect, [Low, High]);
}
