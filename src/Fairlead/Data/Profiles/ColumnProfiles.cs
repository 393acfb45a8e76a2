using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Profiles;

/// <summary>Profiles every column of the kept rows of a version, in their order: the same rows give the same bits.</summary>
internal static class ColumnProfiles
{
    /// <summary>Most frequent values shown.</summary>
    public const int TopMax = 20;

    /// <summary>Correlations that are kept with a version.</summary>
    private const int PairsMax = 60;

    /// <returns>The figures that other stages read, and the whole profile; of personal columns the latter holds no value.</returns>
    public static (IReadOnlyList<ColumnProfile> Columns, TableProfile Table) Of(CleanPlan plan, DataEngine engine)
    {
        var columns = plan.Kept.Where(column => !column.IsTarget).Append(plan.Target).ToList();
        var profiler = new TableProfiler([.. columns.Select(column => column.Name)]);
        var dates = columns.Select(column => column is { IsNumber: true, Kind: ColumnKind.Date } ? new ColumnVector(VectorForm.Moment) : null).ToList();
        using (var scan = engine.Scan($"SELECT {string.Join(", ", columns.Select(column => column.Sql))} FROM k"))
        {
            while (scan.Next(engine.Cancel) is { } batch)
            {
                profiler.Add(new TableBatch { FirstRow = batch.FirstRow, Rows = batch.Rows, Columns = [.. batch.Columns.Select((vector, i) => dates[i] is { } moments ? Moments(vector, moments) : vector)] });
            }
        }

        var table = profiler.Finish(plan.Target.Name);
        var figures = columns.Select((column, i) => Figures(column, profiler.Columns[i], table.Columns[i])).ToList();
        var personal = columns.Where(column => column.Protection != Protection.None).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return (figures, table with
        {
            Columns = [.. table.Columns.Select(column => personal.Contains(column.Name) ? WithoutValues(column) : column)],
            Correlations = table.Correlations with { Pairs = [.. table.Correlations.Pairs.Take(PairsMax)] },
            Target = personal.Contains(plan.Target.Name) ? null : table.Target,
        });
    }

    private static ColumnProfile Figures(PlanColumn column, ColumnCollector gathered, ProfiledColumn profile)
    {
        if (column.IsNumber && gathered.Moments.Count > 0)
        {
            var ranked = gathered.Ranked();
            var (min, max) = (gathered.Extremes.Low[0].Value, gathered.Extremes.High[0].Value);
            return new ColumnProfile(column.Name, column.Kind, gathered.Rows, gathered.Missing, profile.Distinct.Count, min, max, ColumnSummary.Saturated(gathered.Moments.Mean), ranked.Quantile(0.5), ColumnSummary.Finite(gathered.Moments.StandardDeviation), ranked.Histogram(min, max, ColumnSummary.Bins), []);
        }

        IReadOnlyList<ValueCount> top = column.IsNumber || column.Kind == ColumnKind.Id || column.Protection != Protection.None ? [] : [.. gathered.Values.Top(TopMax).Select(value => new ValueCount(value.Value, value.Count))];
        return new ColumnProfile(column.Name, column.Kind, gathered.Rows, gathered.Missing, profile.Distinct.Count, null, null, null, null, null, [], top);
    }

    /// <summary>A profile is stored in clear and shown: of a personal column it says how many, never what.</summary>
    private static ProfiledColumn WithoutValues(ProfiledColumn column) => column with
    {
        Unlike = column.Unlike is { } unlike ? unlike with { Examples = [] } : null,
        Numbers = null,
        Dates = null,
        Texts = null,
        Top = new TopValues([], column.Top.Exact, column.Top.Error),
    };

    /// <summary>Days as the profile looks at them.</summary>
    private static ColumnVector Moments(ColumnVector days, ColumnVector moments)
    {
        if (moments.Integers.Length < days.Rows)
        {
            moments.Integers = new long[Math.Max(days.Rows, TableScan.BatchRows)];
        }

        (moments.Rows, moments.Missing) = (days.Rows, days.Missing);
        for (var row = 0; row < days.Rows; row++)
        {
            moments.Integers[row] = days.Missing[row] ? 0 : (long)Math.Round(days.Doubles[row] * DateText.DayMicroseconds);
        }

        return moments;
    }
}
