using Fairlead.Data.Drift;
using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Versions;

/// <summary>How a column that both tables have changed: its cells, by key, and how its values lie, whatever the rows.</summary>
/// <param name="Changed">Rows that both have and whose value differs.</param>
/// <param name="Missing">Share of rows without a value.</param>
/// <param name="Numbers">Null unless both sides are numbers.</param>
/// <param name="Levels">Null unless both sides have few levels.</param>
/// <param name="Drift">What <c>data drift</c> says of the column, all columns of the comparison together; null where there is nothing to test.</param>
public sealed record ColumnChange(string Column, string TypeBefore, string TypeAfter, long Changed, Shares Missing, NumberShift? Numbers, LevelShift? Levels, ColumnDrift? Drift)
{
    /// <summary>Type of a column of texts that has no value.</summary>
    internal const string Empty = "empty";

    private const int LevelsShown = 5;
    private static readonly double[] Shown = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>How the values lie; how many changed is not known yet.</summary>
    internal static ColumnChange Of((ColumnSide Values, VectorForm Form) a, (ColumnSide Values, VectorForm Form) b, ColumnDrift? drift) => new(
        b.Values.Name, TypeOf(a.Values, a.Form), TypeOf(b.Values, b.Form), 0, new Shares(MissingOf(a.Values), MissingOf(b.Values)),
        AreNumbers(a.Values) && AreNumbers(b.Values) ? NumbersOf(a.Values, b.Values) : null,
        Counted(a.Values) is { Count: > 0 } before && Counted(b.Values) is { Count: > 0 } after ? LevelsOf(before, after) : null,
        drift);

    /// <summary>Of texts the narrowest type that every value has: integer, number, boolean, timestamp (year first), else string; <see cref="Empty"/> without a value.</summary>
    internal static string TypeOf(ColumnSide side, VectorForm form) => form switch
    {
        VectorForm.Integer => "integer",
        VectorForm.Double => "number",
        VectorForm.Boolean => "boolean",
        VectorForm.Moment => "timestamp",
        _ when side.Present == 0 => Empty,
        _ => Are(side, CellKind.Integer) ? "integer" : AreNumbers(side) ? "number" : Are(side, CellKind.Boolean) ? "boolean" : Are(side, CellKind.Date, CellKind.Moment) ? "timestamp" : "string",
    };

    private static bool Are(ColumnSide side, CellKind kind, CellKind? or = null) => side.Kinds[(int)kind] + (or is { } other ? side.Kinds[(int)other] : 0) == side.Present;

    private static bool AreNumbers(ColumnSide side) => side.Present > 0 && Are(side, CellKind.Integer, CellKind.Number);

    private static double MissingOf(ColumnSide side) => side.Rows == 0 ? 0 : (double)side.Missing / side.Rows;

    private static NumberShift NumbersOf(ColumnSide a, ColumnSide b)
    {
        // The smallest value that at least so many lie at or below.
        static double At(NumberSpread numbers, double share) => numbers.At((long)Math.Ceiling(share * numbers.Kept) - 1);
        return new NumberShift(a.Numbers.Mean, b.Numbers.Mean, [.. Shown.Select(share => new QuantileShift(share, At(a.Numbers, share), At(b.Numbers, share)))]);
    }

    /// <summary>Rows by level; null where there are too many, or values that are no levels.</summary>
    private static Dictionary<string, long>? Counted(ColumnSide side)
    {
        if (side.Counted is not { } counted)
        {
            return null;
        }

        var levels = new Dictionary<string, long>(StringComparer.Ordinal);
        var rows = 0L;
        foreach (var (_, count, level) in counted.All())
        {
            levels[level] = levels.GetValueOrDefault(level) + count;
            rows += count;
        }

        return rows == side.Present ? levels : null;
    }

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
/// <param name="Quantiles">At 5, 25, 50, 75 and 95 %; of more than 1,048,576 numbers those of a random sample of so many.</param>
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
