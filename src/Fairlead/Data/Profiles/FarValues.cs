namespace Fairlead.Data.Profiles;

/// <summary>Bounds far beyond the middle half of a column's numbers. What lies outside is an error or a rare event, and can move a model by itself.</summary>
internal static class FarValues
{
    /// <summary>Interquartile ranges from the quartiles to a bound. Of a normal distribution, 1 value in 10^42 lies outside; of a lognormal one of sigma 1, 1 in 500.</summary>
    public const double Ranges = 10;

    /// <summary>Share of a column's values up to which they are called far from the others; more, and it is how the column is.</summary>
    public const double ShareMax = 0.01;

    /// <summary>The bounds of a number column; null where half of its values are the same, or where it has no numbers (or is personal).</summary>
    public static (double Low, double High)? Fences(TableProfile profile, string column)
    {
        if (profile.Columns.FirstOrDefault(one => one.Name == column)?.Numbers is not { } numbers)
        {
            return null;
        }

        var (first, third) = (At(0.25), At(0.75));
        return third > first ? (first - (Ranges * (third - first)), third + (Ranges * (third - first))) : null;

        double At(double share) => numbers.Quantiles.First(quantile => quantile.At == share).Value;
    }
}
