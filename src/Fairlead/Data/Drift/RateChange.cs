namespace Fairlead.Data.Drift;

/// <summary>A share of rows on both sides, and whether its change matters.</summary>
/// <param name="Before">In the reference, 0 to 1.</param>
/// <param name="Now">In the current table.</param>
internal readonly record struct RateChange(double Before, double Now)
{
    /// <summary>A rare rate matters when it becomes so many times as frequent, or as rare: half as many again.</summary>
    public const double RatioMin = 1.5;

    /// <summary>But only where it changes by this part of the smallest effect: one row in four hundred by default. Below, a change is no alarm however many times it is.</summary>
    public const double FloorShare = 0.25;

    /// <summary>Whether the change reaches the smallest effect that matters, in points, or, of a rate that is rare on either end, in proportion.</summary>
    /// <param name="least">Smallest share of rows whose change is worth an alarm.</param>
    public bool Matters(double least)
    {
        var difference = Math.Abs(Now - Before);
        if (difference >= least)
        {
            return true;
        }

        var (before, now) = Before <= 0.5 ? (Before, Now) : (1 - Before, 1 - Now);
        return difference >= FloorShare * least && Math.Max(before, now) >= RatioMin * Math.Min(before, now);
    }
}
