using Fairlead.Data.Profiles;

namespace Fairlead.Data.Drift;

/// <summary>One column on both sides, as its kind says it is compared.</summary>
internal sealed class ColumnPair
{
    private const double KindShare = 0.9;
    private const int IdRowsMin = 100;

    public ColumnPair(ColumnSide reference, ColumnSide current)
    {
        (Reference, Current) = (reference, current);
        Kind = KindOf(reference.Present > 0 ? reference : current);
        Levels = LevelsOf();
        ReferenceMissing = reference.Rows - Readable(reference);
        CurrentMissing = current.Rows - Readable(current);
    }

    public ColumnSide Reference { get; }

    public ColumnSide Current { get; }

    public ColumnDriftKind Kind { get; }

    /// <summary>Rows by level on both sides, the most frequent of both together first; null where levels are not compared.</summary>
    public IReadOnlyList<(string Level, long Reference, long Current)>? Levels { get; }

    /// <summary>Rows without a value that reads as the column's kind.</summary>
    public long ReferenceMissing { get; }

    public long CurrentMissing { get; }

    public string KindName => Kind.ToString().ToLowerInvariant();

    public bool HasNumbers => Kind is ColumnDriftKind.Number or ColumnDriftKind.Id && Reference.Numbers.Kept > 0 && Current.Numbers.Kept > 0;

    public bool HasLevels => Levels is { Count: > 0 } && ReferenceLevels.Sum() > 0 && CurrentLevels.Sum() > 0;

    public long[] ReferenceLevels => [.. Levels!.Select(level => level.Reference)];

    public long[] CurrentLevels => [.. Levels!.Select(level => level.Current)];

    private static ColumnDriftKind KindOf(ColumnSide side)
    {
        long Count(params ReadOnlySpan<CellKind> kinds)
        {
            var count = 0L;
            foreach (var kind in kinds)
            {
                count += side.Kinds[(int)kind];
            }

            return count;
        }

        var enough = KindShare * side.Present;
        if (Count(CellKind.Integer, CellKind.Number) >= enough)
        {
            return Count(CellKind.Number) == 0 && AllDiffer(side) ? ColumnDriftKind.Id : ColumnDriftKind.Number;
        }

        if (Count(CellKind.Boolean) >= enough)
        {
            return ColumnDriftKind.Boolean;
        }

        if (Count(CellKind.Date, CellKind.Moment, CellKind.DayFirst, CellKind.MonthFirst, CellKind.EitherFirst) >= enough)
        {
            return ColumnDriftKind.Date;
        }

        return side.Counted is { } levels && levels.Distinct * 2 <= side.Present ? ColumnDriftKind.Category : ColumnDriftKind.Text;
    }

    private static bool AllDiffer(ColumnSide side)
    {
        var numbers = side.Numbers;
        if (numbers.Kept < IdRowsMin || numbers.Values.Length != numbers.Kept)
        {
            return false;
        }

        for (var i = 1; i < numbers.Values.Length; i++)
        {
            if (numbers.Values[i] == numbers.Values[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    private long Readable(ColumnSide side) => Kind switch
    {
        ColumnDriftKind.Number or ColumnDriftKind.Id => side.Kinds[(int)CellKind.Integer] + side.Kinds[(int)CellKind.Number],
        ColumnDriftKind.Date => side.Kinds[(int)CellKind.Date] + side.Kinds[(int)CellKind.Moment] + side.Kinds[(int)CellKind.DayFirst] + side.Kinds[(int)CellKind.MonthFirst] + side.Kinds[(int)CellKind.EitherFirst],
        _ => side.Present,
    };

    private IReadOnlyList<(string Level, long Reference, long Current)>? LevelsOf()
    {
        if (Kind == ColumnDriftKind.Number && Rate(Reference.Numbers) is { } values && Rate(Current.Numbers) is { } others && values.Union(others).Count() <= 2)
        {
            // A number of two values is a rate.
            return [.. values.Union(others).Order().Select(value => (Models.RowSteps.NumberText.Shortest(value), CountOf(Reference.Numbers, value), CountOf(Current.Numbers, value)))];
        }

        if (Kind is not (ColumnDriftKind.Category or ColumnDriftKind.Boolean) || Reference.Levels() is not { } first || Current.Levels() is not { } second)
        {
            return null;
        }

        var both = first.Select(level => (level.Value.Text, level.Value.Count, second.GetValueOrDefault(level.Key).Count))
            .Concat(second.Where(level => !first.ContainsKey(level.Key)).Select(level => (level.Value.Text, 0L, level.Value.Count)));
        return [.. both.OrderByDescending(level => level.Item2 + level.Item3).ThenBy(level => level.Text, StringComparer.Ordinal).Select(level => (level.Text, level.Item2, level.Item3))];
    }

    private static double[]? Rate(NumberSpread numbers)
    {
        var values = new List<double>();
        foreach (var value in numbers.Values)
        {
            if (values.Count == 0 || values[^1] != value)
            {
                values.Add(value);
                if (values.Count > 2)
                {
                    return null;
                }
            }
        }

        return [.. values];
    }

    private static long CountOf(NumberSpread numbers, double value)
    {
        var bins = numbers.Bins([value, Math.BitIncrement(value)]);
        return bins[1];
    }
}
