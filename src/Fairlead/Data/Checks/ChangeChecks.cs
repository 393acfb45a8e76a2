using System.Text.Json.Nodes;
using Fairlead.Data.Scanning;
using Fairlead.Models.Drift;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>What a column of the version before was like.</summary>
/// <param name="Bins">Edges of its numbers' deciles; null where it holds names.</param>
/// <param name="Names">Its most frequent values by hash, with their bin; null where it holds numbers.</param>
/// <param name="Counts">Rows in each bin: missing, all else, then the bins.</param>
internal sealed record ColumnBefore(long Rows, long Missing, double[]? Bins, Dictionary<Hash128, int>? Names, long[] Counts)
{
    /// <summary>Bins of numbers.</summary>
    public const int BinsMax = 10;

    /// <summary>Names counted by themselves; the others are one bin.</summary>
    public const int NamesMax = 50;

    /// <summary>A column is one of numbers when at most this share of its values reads as none.</summary>
    private const double UnreadMax = 0.01;

    /// <summary>Bins before the first of values: missing, and what is in no bin.</summary>
    private const int Others = 2;

    /// <param name="open">Opens the version before; two scans where the column holds names.</param>
    public static ColumnBefore Of(Func<ITableScan> open, CancellationToken cancel)
    {
        using var scan = open();
        var view = new BatchView(scan.Columns);
        var column = view.Columns[0];
        var numbers = new NumberSummary(column, -1, dates: false) { Quantiles = new QuantileStore() };
        using var distinct = new DistinctCounter(column, -1);
        long rows = 0, missing = 0;
        while (scan.Next(cancel) is { } batch)
        {
            view.Take(batch);
            (rows, missing) = (rows + batch.Rows, missing + column.Missing);
            numbers.Take(view);
            distinct.Take(view);
        }

        if (numbers.Count > 0 && numbers.Unread <= UnreadMax * (rows - missing))
        {
            var edges = Enumerable.Range(1, BinsMax - 1).Select(i => numbers.Quantiles!.Quantile(i / (double)BinsMax)).Distinct().ToArray();
            return Counted(new ColumnBefore(rows, missing, edges, null, new long[edges.Length + 1 + Others]), open, cancel);
        }

        var values = new List<DistinctValue>();
        distinct.Visit(values.Add);
        var most = values.OrderByDescending(value => value.Count).ThenBy(value => value.FirstRow).Take(NamesMax).ToList();
        var counts = new long[most.Count + Others];
        (counts[0], counts[1]) = (missing, rows - missing - most.Sum(value => value.Count));
        for (var i = 0; i < most.Count; i++)
        {
            counts[i + Others] = most[i].Count;
        }

        return new ColumnBefore(rows, missing, null, most.Select((value, i) => (value.Hash, i)).ToDictionary(pair => pair.Hash, pair => pair.i + Others), counts);
    }

    /// <summary>Counts the rows of a batch into the bins.</summary>
    public void Count(BatchView batch, ColumnView view, ValueHash hash, bool[]? selected, long[] counts)
    {
        var numbers = Bins is null ? [] : view.Numbers;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (selected?[row] == false)
            {
                continue;
            }

            counts[view.IsMissing(row) ? 0
                : Bins is null ? Names!.GetValueOrDefault(HashIndex.Kept(hash.At(row)), 1)
                : double.IsNaN(numbers[row]) ? 1
                : Array.BinarySearch(Bins, numbers[row]) is var at && at >= 0 ? at + Others : ~at + Others]++;
        }
    }

    private static ColumnBefore Counted(ColumnBefore before, Func<ITableScan> open, CancellationToken cancel)
    {
        using var scan = open();
        var view = new BatchView(scan.Columns);
        var hash = new ValueHash(view.Columns[0]);
        while (scan.Next(cancel) is { } batch)
        {
            view.Take(batch);
            before.Count(view, view.Columns[0], hash, null, before.Counts);
        }

        return before;
    }
}

/// <summary>null_proportion_change_between and distribution_change_below.</summary>
internal sealed class ColumnChanged(CheckRule rule, ColumnView view, int condition, ColumnBefore before) : FigureCheck(rule, view, condition)
{
    private readonly int _condition = condition;
    private readonly ChangeCheck _check = (ChangeCheck)rule.Table!;
    private readonly ValueHash _hash = new(view);
    private readonly long[] _counts = new long[before.Counts.Length];

    public override void Take(BatchView batch)
    {
        base.Take(batch);
        if (_check.Change == Change.Distribution)
        {
            before.Count(batch, View, _hash, batch.Selected(_condition), _counts);
        }
    }

    public override Verdict End()
    {
        if (Tally.Elements == 0 || before.Rows == 0)
        {
            return new Verdict(false, null);
        }

        if (_check.Change == Change.Distribution)
        {
            var index = PopulationStability.Compute(before.Counts, _counts);
            return new Verdict(index <= _check.Max, Number(index));
        }

        var change = ((double)Tally.Missing / Tally.Elements) - ((double)before.Missing / before.Rows);
        return new Verdict(ChangeBounds.Hold(_check, change), Number(change));
    }
}

/// <summary>row_count_change_between.</summary>
internal sealed class RowCountChanged(CheckRule rule, int condition, Func<long> rowsBefore) : RunningCheck(rule)
{
    public override void Take(BatchView batch) => Tally.Elements += batch.Selected(condition) is { } selected ? selected.AsSpan(0, batch.Rows).Count(true) : batch.Rows;

    public override Verdict End()
    {
        var before = rowsBefore();
        if (before == 0)
        {
            return new Verdict(false, null);
        }

        var change = (double)(Tally.Elements - before) / before;
        return new Verdict(ChangeBounds.Hold((ChangeCheck)Rule.Table!, change), JsonValue.Create(change));
    }
}

/// <summary>The version before, or why there is none.</summary>
/// <param name="Open">Opens it for some columns, or for all (null); null: there is nothing to compare with.</param>
/// <param name="Why">In a few words, why not; empty where there is one.</param>
internal sealed record EarlierTable(Func<IReadOnlyList<string>?, ITableScan>? Open, string Why = "");

/// <summary>A check of change without a version before: met, and it says why nothing was compared.</summary>
internal sealed class NothingEarlier(CheckRule rule, int condition, string why) : RunningCheck(rule)
{
    public override void Take(BatchView batch) => Tally.Elements += batch.Selected(condition) is { } selected ? selected.AsSpan(0, batch.Rows).Count(true) : batch.Rows;

    public override Verdict End() => new(true, JsonValue.Create(why));
}

internal static class ChangeBounds
{
    public static bool Hold(ChangeCheck check, double change) =>
        new NumberRange(check.Min ?? double.NegativeInfinity, check.Max ?? double.PositiveInfinity, false, false).Contains(change);
}
