using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Drift;

/// <summary>Finds columns whose values moved between the first and the last third of the time a source covers.</summary>
/// <remarks>
/// Measure: <see cref="PopulationStability"/> over levels or over the deciles of the first third.
/// Rule of thumb, not a test: above 0.1 it is said. Needs at least <see cref="RowsMin"/> rows in each third.
/// </remarks>
internal static class ShiftOverTime
{
    public const double Threshold = Divergences.Threshold;
    public const int RowsMin = 100;
    private const int LevelsMax = 200;

    public static IEnumerable<Finding> Find(CleanPlan plan, DataEngine engine)
    {
        if (plan.Project.Time is not { } name || plan.Find(name) is not { IsNumber: true, Dropped: false } time)
        {
            return [];
        }

        var edges = engine.List($"SELECT quantile_cont({time.Sql}, 1.0 / 3), quantile_cont({time.Sql}, 2.0 / 3) FROM k", reader => reader.IsDBNull(0) ? ((double, double)?)null : (reader.GetDouble(0), reader.GetDouble(1)))[0];
        if (edges is not { } thirds || thirds.Item1 >= thirds.Item2)
        {
            return [];
        }

        var third = $"CASE WHEN {time.Sql} <= {SqlText.Number(thirds.Item1)} THEN 0 WHEN {time.Sql} > {SqlText.Number(thirds.Item2)} THEN 1 END";
        List<Finding> found = [];
        foreach (var column in plan.Kept.Where(column => (column.IsFeature || column.IsTarget) && column != time && column.Kind is ColumnKind.Number or ColumnKind.Category))
        {
            if ((column.IsNumber ? OfNumber(column, third, engine) : OfLevels(column, third, engine)) is { } finding)
            {
                found.Add(finding);
            }
        }

        return found;
    }

    private static Finding? OfLevels(PlanColumn column, string third, DataEngine engine)
    {
        var counts = engine.List($"SELECT {column.Sql}, {third} AS third, count(*) FROM k WHERE {column.Sql} IS NOT NULL AND ({third}) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2", reader => (Level: reader.GetString(0), Third: reader.GetInt32(1), Rows: reader.GetInt64(2)));
        var levels = counts.Select(count => count.Level).Distinct().ToList();
        if (levels.Count is < 2 or > LevelsMax)
        {
            return null;
        }

        long Rows(string level, int part) => counts.Where(count => count.Level == level && count.Third == part).Sum(count => count.Rows);
        var (first, last) = (levels.Select(level => Rows(level, 0)).ToArray(), levels.Select(level => Rows(level, 1)).ToArray());
        if (first.Sum() < RowsMin || last.Sum() < RowsMin || PopulationStability.Compute(first, last) <= Threshold)
        {
            return null;
        }

        var most = Enumerable.Range(0, levels.Count).MaxBy(i => Math.Abs(Share(last, i) - Share(first, i)));
        return new Finding("shift", column.Name, string.Create(CultureInfo.InvariantCulture,
            $"{column.Name} shifts over time: {levels[most]} goes from {100 * Share(first, most):0} to {100 * Share(last, most):0} in 100 rows between the first and the last third."), Done(first, last), last[most], []);
    }

    private static Finding? OfNumber(PlanColumn column, string third, DataEngine engine)
    {
        var deciles = engine.List($"SELECT unnest(quantile_disc({column.Sql}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])) FROM k WHERE ({third}) = 0", reader => reader.IsDBNull(0) ? double.NaN : reader.GetDouble(0)).Where(double.IsFinite).Distinct().ToList();
        if (deciles.Count == 0)
        {
            return null;
        }

        var bin = string.Join(" + ", deciles.Select(edge => $"CAST({column.Sql} > {SqlText.Number(edge)} AS INTEGER)"));
        var counts = engine.List($"SELECT {bin} AS bin, {third} AS third, count(*) FROM k WHERE {column.Sql} IS NOT NULL AND ({third}) IS NOT NULL GROUP BY 1, 2", reader => (Bin: reader.GetInt32(0), Third: reader.GetInt32(1), Rows: reader.GetInt64(2)));
        var (first, last) = (new long[deciles.Count + 1], new long[deciles.Count + 1]);
        foreach (var (at, part, rows) in counts)
        {
            (part == 0 ? first : last)[at] += rows;
        }

        if (first.Sum() < RowsMin || last.Sum() < RowsMin || PopulationStability.Compute(first, last) <= Threshold)
        {
            return null;
        }

        var medians = engine.List($"SELECT median({column.Sql}) FROM k WHERE ({third}) IS NOT NULL AND {column.Sql} IS NOT NULL GROUP BY {third} ORDER BY {third}", reader => NumberText.Shortest(Math.Round(reader.GetDouble(0), 4)));
        return new Finding("shift", column.Name, $"{column.Name} shifts over time: its middle value goes from {medians[0]} to {medians[1]} between the first and the last third.", Done(first, last), last.Sum(), []);
    }

    private static string Done(long[] first, long[] last) =>
        string.Create(CultureInfo.InvariantCulture, $"Nothing was changed (stability index {PopulationStability.Compute(first, last):0.00}; over {Threshold} is said). Judging by time shows what it does to the model.");

    private static double Share(long[] counts, int i) => counts[i] / (double)Math.Max(1, counts.Sum());
}
