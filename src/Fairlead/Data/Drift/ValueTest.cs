using System.Globalization;
using Fairlead.Models.Drift;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Drift;

/// <summary>The default test of the values of one column, with its effect.</summary>
/// <param name="Of">values, length or missing.</param>
/// <param name="Tested">There was something to test.</param>
internal sealed record ValueTest(string Method, string Of, bool Tested, double Score, double P, double Effect, double Low, double High, string Says)
{
    private const double Z95 = 1.959963984540054;

    /// <summary>The level that moved most, by its own test, where that alone says as much as the test of all; null otherwise.</summary>
    public RateChange? Level { get; init; }

    /// <remarks>
    /// Numbers: Kolmogorov-Smirnov; lengths of texts too. Levels: the smaller of two p-values, times 2: chi-square over all levels (right in the far tail, rare levels together), which sees many small changes, and the exact test of the level that moved most, times the number of levels, which sees one.
    /// Dates move on by themselves and ids name rows: of these only missing values are compared.
    /// </remarks>
    public static ValueTest Run(ColumnPair pair)
    {
        if (pair.Kind == ColumnDriftKind.Number && pair.Levels is null && pair.HasNumbers)
        {
            return Numbers(pair.Reference.Numbers, pair.Current.Numbers, "values");
        }

        if (pair.HasLevels)
        {
            return Levels(pair);
        }

        return pair.Kind is ColumnDriftKind.Text or ColumnDriftKind.Category && pair.Reference.Lengths.Kept > 0 && pair.Current.Lengths.Kept > 0
            ? Numbers(pair.Reference.Lengths, pair.Current.Lengths, "length")
            : new ValueTest("missing", "missing", false, 0, 1, 0, 0, 0, "Only missing values are compared.");
    }

    private static ValueTest Numbers(NumberSpread reference, NumberSpread current, string of)
    {
        var (statistic, at) = KolmogorovSmirnov.Statistic(reference.Values, reference.UpTo, current.Values, current.UpTo);
        var half = KolmogorovSmirnov.HalfWidth(reference.Kept, current.Kept);
        var (before, now) = (reference.Quantile(0.5), current.Quantile(0.5));
        var says = string.Create(CultureInfo.InvariantCulture,
            $"{(of == "length" ? "Middle length" : "Middle value")} {Shown(before)} before, {Shown(now)} now; {100 * ShareUpTo(reference, at):0.#} % were at most {Shown(at)}, now {100 * ShareUpTo(current, at):0.#} %.");
        return new ValueTest("ks", of, true, statistic, KolmogorovSmirnov.PValue(statistic, reference.Kept, current.Kept), statistic, Math.Max(0, statistic - half), Math.Min(1, statistic + half), says);
    }

    private static ValueTest Levels(ColumnPair pair)
    {
        var (reference, current) = (pair.ReferenceLevels, pair.CurrentLevels);
        var (rows, others) = (reference.Sum(), current.Sum());
        var (statistic, _, _) = CountTests.ChiSquare(reference, current);
        var (least, most) = (1.0, 0);
        for (var i = 0; i < reference.Length; i++)
        {
            var p = CountTests.Rate(reference[i], rows, current[i], others);
            (least, most) = p < least ? (p, i) : (least, most);
        }

        // Of two levels one test says it all.
        var ofLevel = reference.Length <= 2 ? least : Math.Min(1, 2 * reference.Length * least);
        var pValue = reference.Length <= 2 ? least : Math.Min(ofLevel, Math.Min(1, 2 * CountTests.ChiSquareTailPooled(reference, current)));
        var (effect, low, high) = reference.Length == 2 ? Rate(reference, current) : Moved(reference, current);
        var level = pair.Levels![most];
        var says = string.Create(CultureInfo.InvariantCulture, $"{level.Level} goes from {100.0 * level.Reference / rows:0.##} % to {100.0 * level.Current / others:0.##} %{(level.Reference == 0 ? " (new)" : "")}.");
        return new ValueTest("chi_square", "values", reference.Length > 1, statistic, pValue, effect, low, high, says)
        {
            Level = ofLevel <= pValue ? new RateChange((double)level.Reference / rows, (double)level.Current / others) : null,
        };
    }

    private static (double, double, double) Rate(long[] reference, long[] current)
    {
        var (low, high) = CountTests.DifferenceInterval(reference[0], reference.Sum(), current[0], current.Sum());
        var d = ((double)current[0] / current.Sum()) - ((double)reference[0] / reference.Sum());
        return d >= 0 ? (d, Math.Max(0, low), high) : (-d, Math.Max(0, -high), -low);
    }

    /// <summary>Total variation distance without the part that chance makes of each level, and a 95 % interval by the delta method: half the sum of |c - r| has the variance of a mean of signs.</summary>
    private static (double, double, double) Moved(long[] reference, long[] current)
    {
        double rows = reference.Sum(), others = current.Sum(), sum = 0, signs = 0, otherSigns = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            double r = reference[i] / rows, c = current[i] / others, p = (reference[i] + current[i]) / (rows + others);
            var d = c - r;
            sum += Math.Sqrt(Math.Max(0, (d * d) - (p * (1 - p) * ((1 / rows) + (1 / others)))));
            signs += Math.Sign(d) * r;
            otherSigns += Math.Sign(d) * c;
        }

        var effect = sum / 2;
        var half = Z95 * 0.5 * Math.Sqrt((Math.Max(0, 1 - (signs * signs)) / rows) + (Math.Max(0, 1 - (otherSigns * otherSigns)) / others));
        return (effect, Math.Max(0, effect - half), Math.Min(1, effect + half));
    }

    private static double ShareUpTo(NumberSpread numbers, double at) => (double)numbers.Bins([Math.BitIncrement(at)])[0] / numbers.Kept;

    private static string Shown(double value) => NumberText.Shortest(double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
