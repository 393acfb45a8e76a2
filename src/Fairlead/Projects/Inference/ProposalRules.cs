namespace Fairlead.Projects.Inference;

/// <summary>Bounds of a number that its meaning or its values give; null is unbounded.</summary>
/// <param name="StrictMin"><paramref name="Min"/> itself is out of bounds.</param>
/// <param name="Below">Values below or at the excluded lower bound.</param>
/// <param name="Above">Values above the upper bound.</param>
internal sealed record NaturalBounds(double? Min, bool StrictMin, double? Max, long Below, long Above);

/// <summary>
/// When a check is worth proposing: the one set of rules of <c>fairlead new</c> and <c>fairlead data suggest</c>. Bounds never come from the exact smallest or largest value
/// (<see cref="Outward"/>), which the next delivery would break without being wrong.
/// </summary>
internal static class ProposalRules
{
    /// <summary>A rule that at most this share of the rows breaks is proposed; more, and it is how the column is.</summary>
    public const double FailingMax = 0.01;

    /// <summary>Names that a set is written out for.</summary>
    public const int NamesMax = 30;

    /// <summary>Fewest rows that anything is proposed from.</summary>
    public const int RowsMin = 20;

    /// <summary>Rows each name of a set has on average, at least.</summary>
    private const int RowsPerName = 20;

    /// <summary>A name in fewer rows than this may be a slip.</summary>
    private const int SlipRows = 5;

    /// <summary>A gap by this factor near the end of the values separates what can't be from what is rare.</summary>
    private const double GapFactor = 8;

    private static readonly string[] Physical = ["km", "m", "cm", "mm", "kg", "g", "lb", "mi", "days", "weight", "mass", "distance", "length", "height", "width"];

    /// <summary>The names a set holds, most frequent first, and the rows of those left out; null where no set is worth writing.</summary>
    /// <remarks>A name that hardly occurs (fewer than 5 rows and less than 0.1 %) may be a slip of the pen: it is left out while all such together are at most 0.1 %.</remarks>
    /// <param name="levels">Every name with its rows.</param>
    public static (IReadOnlyList<string> Names, long LeftOut)? Names(IEnumerable<(string Value, long Count)> levels)
    {
        var all = levels.OrderByDescending(level => level.Count).ThenBy(level => level.Value, StringComparer.Ordinal).ToList();
        var rows = all.Sum(level => level.Count);
        var slips = all.Where(level => level.Count * 1_000 < rows && level.Count < SlipRows).ToList();
        var leftOut = slips.Sum(level => level.Count);
        if (leftOut > FailingMax * rows / 10)
        {
            (slips, leftOut) = ([], 0);
        }

        var names = all.Take(all.Count - slips.Count).Select(level => level.Value).ToList();
        return names.Count is 0 or > NamesMax || rows < RowsPerName * names.Count ? null : (names, leftOut);
    }

    /// <summary>Bounds that no later delivery breaks without being wrong: those a quantity has by its name, 0 where (nearly) nothing is below, and a round number above all but a few values that stand off by a gap.</summary>
    /// <param name="name">Of the column.</param>
    /// <param name="rising">Its numbers in rising order, with how often each occurs; or some of them that stand for the others.</param>
    /// <param name="counted">Numbers below 0, and zeros, where they are known better than by <paramref name="rising"/>.</param>
    public static NaturalBounds Natural(string name, IReadOnlyList<(double Value, long Count)> rising, (long Negative, long Zero)? counted = null)
    {
        var count = rising.Sum(value => value.Count);
        (double Min, double Max)? known = name.ToLowerInvariant() switch
        {
            "latitude" or "lat" => (-90, 90),
            "longitude" or "lon" or "lng" => (-180, 180),
            "age" => (0, 120),
            _ => null,
        };
        if (known is { } bounds && rising[0].Value >= bounds.Min && rising[^1].Value <= bounds.Max)
        {
            return new NaturalBounds(bounds.Min, false, bounds.Max, 0, 0);
        }

        var (max, above) = Upper(rising, count);
        var negative = counted?.Negative ?? rising.TakeWhile(value => value.Value < 0).Sum(value => value.Count);
        if (negative > FailingMax * count)
        {
            return new NaturalBounds(null, false, max, 0, above);
        }

        // 0 of a physical quantity is as rare as an error, or it is a value like others.
        var zero = counted?.Zero ?? rising.Where(value => value.Value == 0).Sum(value => value.Count);
        var strict = Naming.Words(name).Any(word => Physical.Contains(word.ToLowerInvariant())) && zero <= FailingMax * count;
        return new NaturalBounds(0, strict, max, negative + (strict ? zero : 0), above);
    }

    /// <summary>A round bound above all but a few values, when those few stand off by a gap of <see cref="GapFactor"/>.</summary>
    private static (double? Max, long Rows) Upper(IReadOnlyList<(double Value, long Count)> rising, long count)
    {
        var above = 0L;
        (double? Max, long Rows) found = (null, 0);
        for (var i = rising.Count - 1; i > 0 && (above += rising[i].Count) <= Math.Min(count / 2, FailingMax * count); i--)
        {
            if (rising[i - 1].Value > 0 && rising[i].Value >= GapFactor * rising[i - 1].Value)
            {
                found = (RoundUp(2 * rising[i - 1].Value), above);
            }
        }

        return found;
    }

    /// <summary>The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.</summary>
    private static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (double[])[1, 1.5, 2, 3, 4, 5, 6, 8, 10])
        {
            if (step * power >= value)
            {
                return Math.Round(step * power, 10);
            }
        }

        return 10 * power;
    }
}
