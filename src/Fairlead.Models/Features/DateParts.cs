namespace Fairlead.Models.Features;

/// <summary>Parts of a date cell (days since 1970-01-01 UTC, time of day as the fraction).</summary>
public static class DateParts
{
    /// <summary>Names of the parts, as a <see cref="DateFeature"/> lists them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["days", "month", "day", "weekday", "hour"];

    private const double MillisecondsADay = 86_400_000;

    /// <summary>One part. NaN when the date is missing or outside the years 1 to 9999.</summary>
    /// <param name="part">One of <see cref="Names"/>.</param>
    /// <param name="days">Days since 1970; rounded to the millisecond for all parts but "days", so that 07:00 is hour 7.</param>
    /// <exception cref="ArgumentException">No such part.</exception>
    public static double Of(string part, double days)
    {
        if (double.IsNaN(days))
        {
            return double.NaN;
        }

        if (part == "days")
        {
            return days;
        }

        var ticks = Math.Round(days * MillisecondsADay) * TimeSpan.TicksPerMillisecond;
        var shifted = ticks + DateTime.UnixEpoch.Ticks;
        if (!(shifted >= DateTime.MinValue.Ticks && shifted <= DateTime.MaxValue.Ticks))
        {
            return double.NaN;
        }

        var moment = DateTime.UnixEpoch.AddTicks((long)ticks);
        return part switch
        {
            "month" => moment.Month,
            "day" => moment.Day,
            "weekday" => ((int)moment.DayOfWeek + 6) % 7,
            "hour" => moment.Hour,
            _ => throw new ArgumentException($"A date has no part named {part}.", nameof(part)),
        };
    }
}
