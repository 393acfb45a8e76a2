using Fairlead.Data.Drift;

namespace Fairlead.Data.Versions;

/// <summary>How a column that both tables have changed: its cells, by key, and how its values lie, whatever the rows.</summary>
/// <param name="Changed">Rows that both have and whose value differs.</param>
/// <param name="Missing">Share of rows without a value.</param>
/// <param name="Numbers">Null unless both sides are numbers.</param>
/// <param name="Levels">Null unless both sides have few levels.</param>
/// <param name="Drift">What <c>data drift</c> says of the column, all columns of the comparison together; null where there is nothing to test.</param>
public sealed record ColumnChange(string Column, string TypeBefore, string TypeAfter, long Changed, Shares Missing, NumberShift? Numbers, LevelShift? Levels, ColumnDrift? Drift)
{
    private const int LevelsShown = 5;
    private static readonly double[] Shown = [0.05, 0.25, 0.5, 0.75, 0.95];

    internal static ColumnChange Of(string name, ColumnTally a, ColumnTally b, long changed, ColumnDrift? drift) => new(
        name, a.Type, b.Type, changed, new Shares(a.MissingShare, b.MissingShare),
        a.AreNumbers && b.AreNumbers && a.Sketch.Count > 0 && b.Sketch.Count > 0 ? NumbersOf(a, b) : null,
        a.Levels() is { Count: > 0 } before && b.Levels() is { Count: > 0 } after ? LevelsOf(before, after) : null,
        drift);

    private static NumberShift NumbersOf(ColumnTally a, ColumnTally b) =>
        new(a.Mean, b.Mean, [.. Shown.Select(share => new QuantileShift(share, a.Sketch.Quantile(share), b.Sketch.Quantile(share)))]);

    private static LevelShift LevelsOf(Dictionary<string, long> before, Dictionary<string, long> after)
    {
        var (rowsBefore, rowsAfter) = ((double)before.Values.Sum(), (double)after.Values.Sum());
        var all = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(level => (Level: level, Shares: new Shares(before.GetValueOrDefault(level) / rowsBefore, after.GetValueOrDefault(level) / rowsAfter))).ToList();
        return new LevelShift(
            before.Count, after.Count,
            [.. all.Where(one => one.Shares.Before != one.Shares.After).OrderByDescending(one => Math.Abs(one.Shares.After - one.Shares.Before)).Take(LevelsShown).Select(one => new LevelShare(one.Level, one.Shares.Before, one.Shares.After))]);
    }
}

/// <summary>Shares in [0, 1], of A and of B.</summary>
public sealed record Shares(double Before, double After);

/// <summary>How the numbers of a column moved.</summary>
/// <param name="MeanBefore">Arithmetic mean in A.</param>
/// <param name="MeanAfter">Arithmetic mean in B.</param>
/// <param name="Quantiles">At 5, 25, 50, 75 and 95 %, off by at most 1/256 of the value.</param>
public sealed record NumberShift(double MeanBefore, double MeanAfter, IReadOnlyList<QuantileShift> Quantiles);

/// <param name="Share">Of the values that lie at or below, in (0, 1).</param>
public sealed record QuantileShift(double Share, double Before, double After);

/// <summary>How the levels of a column moved.</summary>
/// <param name="Before">Distinct levels in A.</param>
/// <param name="After">Distinct levels in B.</param>
/// <param name="Most">The levels whose share moved most, at most five.</param>
public sealed record LevelShift(int Before, int After, IReadOnlyList<LevelShare> Most);

/// <param name="Before">Share of A's values.</param>
/// <param name="After">Share of B's values.</param>
public sealed record LevelShare(string Level, double Before, double After);
