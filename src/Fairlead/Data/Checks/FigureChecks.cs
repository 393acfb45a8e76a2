using System.Globalization;
using System.Text.Json.Nodes;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>A check of a figure that is known after the last row.</summary>
internal abstract class FigureCheck(CheckRule rule, ColumnView view, int condition) : RunningCheck(rule)
{
    protected ColumnView View { get; } = view;

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(condition);
        if (selected is null)
        {
            Tally.Elements += batch.Rows;
            Tally.Missing += View.Missing;
            return;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (selected[row])
            {
                Tally.Elements++;
                Tally.Missing += View.IsMissing(row) ? 1 : 0;
            }
        }
    }

    protected static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>A date as text, such as 2024-02-29.</summary>
    protected static string Date(double days)
    {
        var at = DateTime.UnixEpoch.AddTicks((long)Math.Round(days * DateText.DayMicroseconds) * TimeSpan.TicksPerMicrosecond);
        return at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}

/// <summary>mean, median, stdev, sum, min, max, distinct_count, unique_proportion and null_proportion, each within bounds.</summary>
internal sealed class StatisticBetween(CheckRule rule, ColumnView view, int condition, NumberSummary? numbers, DistinctCounter? distinct) : FigureCheck(rule, view, condition)
{
    private readonly StatisticCheck _check = (StatisticCheck)rule.Table!;

    public override Verdict End()
    {
        var value = _check.Statistic switch
        {
            Statistic.Mean => numbers!.Mean,
            Statistic.Median => numbers!.Quantiles!.Median(),
            Statistic.Stdev => numbers!.Stdev,
            Statistic.Sum => numbers!.Count == 0 ? double.NaN : numbers.Sum,
            Statistic.Min => numbers!.Count == 0 ? double.NaN : numbers.Min,
            Statistic.Max => numbers!.Count == 0 ? double.NaN : numbers.Max,
            Statistic.DistinctCount => distinct!.Distinct(),
            Statistic.UniqueProportion => distinct!.Present == 0 ? double.NaN : (double)distinct.Distinct() / distinct.Present,
            _ => Tally.Elements == 0 ? double.NaN : (double)Tally.Missing / Tally.Elements,
        };
        var range = new NumberRange(_check.Min ?? double.NegativeInfinity, _check.Max ?? double.PositiveInfinity, _check.StrictMin && _check.Min is not null, _check.StrictMax && _check.Max is not null);
        return new Verdict(range.Contains(value), _check.Dates && double.IsFinite(value) ? JsonValue.Create(Date(value)) : _check.Statistic == Statistic.DistinctCount ? JsonValue.Create((long)value) : Number(value));
    }
}

/// <summary>quantiles_between.</summary>
internal sealed class QuantilesBetween(CheckRule rule, ColumnView view, int condition, NumberSummary numbers) : FigureCheck(rule, view, condition)
{
    public override Verdict End()
    {
        var check = (QuantilesCheck)Rule.Table!;
        var values = check.Quantiles.Select(numbers.Quantiles!.Quantile).ToList();
        var within = values.Zip(check.Ranges).All(pair => !double.IsNaN(pair.First) && !(pair.First < pair.Second[0]) && !(pair.First > pair.Second[1]));
        return new Verdict(within, new JsonArray([.. values.Select(Number)]));
    }
}

/// <summary>freshness.</summary>
internal sealed class FreshEnough(CheckRule rule, ColumnView view, int condition, NumberSummary days, DateTimeOffset now) : FigureCheck(rule, view, condition)
{
    public override Verdict End()
    {
        var check = (FreshnessCheck)Rule.Table!;
        return days.Count == 0 ? new Verdict(false, null) : new Verdict((now.UtcDateTime - DateTime.UnixEpoch).TotalDays - days.Max <= check.DaysMax, JsonValue.Create(Date(days.Max)));
    }
}
