using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Data;

/// <summary>Profiles every column of the kept rows. Sums of doubles run on one thread, so that the same rows give the same bits.</summary>
internal static class ColumnProfiles
{
    /// <summary>Bins of a histogram.</summary>
    public const int Bins = 20;

    /// <summary>Most frequent values shown.</summary>
    public const int TopMax = 20;

    private const int ValueShown = 200;

    /// <summary>Columns in one scan: counting distinct values keeps a table for each.</summary>
    private const int ColumnsAtOnce = 64;

    public static IReadOnlyList<ColumnProfile> Of(CleanPlan plan, DataEngine engine)
    {
        engine.OnOneThread(true);
        var columns = plan.Kept.Where(column => !column.IsTarget).Append(plan.Target).ToList();
        var rows = engine.Count("SELECT count(*) FROM k");
        var figures = new Queue<object?>(columns.Chunk(ColumnsAtOnce).SelectMany(some => Figures(some, engine)));
        List<ColumnProfile> profiles = [];
        foreach (var column in columns)
        {
            long Whole() => Convert.ToInt64(figures.Dequeue(), CultureInfo.InvariantCulture);
            double? Real() => figures.Dequeue() is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;
            var (present, distinct) = (Whole(), Whole());
            profiles.Add(column.IsNumber
                ? new ColumnProfile(column.Name, column.Kind, rows, rows - present, distinct, Real(), Real(), Real(), Real(), Real(), [], [])
                : new ColumnProfile(column.Name, column.Kind, rows, rows - present, distinct, null, null, null, null, null, [], []));
        }

        Histograms(columns, profiles, engine);
        for (var i = 0; i < columns.Count; i++)
        {
            if (!columns[i].IsNumber && columns[i].Kind != ColumnKind.Id && profiles[i].Distinct > 0)
            {
                var top = engine.List($"SELECT left({columns[i].Sql}, {ValueShown}), count(*) AS n FROM k WHERE {columns[i].Sql} IS NOT NULL GROUP BY {columns[i].Sql} ORDER BY n DESC, {columns[i].Sql} LIMIT {TopMax}",
                    reader => new ValueCount(reader.GetString(0), reader.GetInt64(1)));
                profiles[i] = profiles[i] with { Top = top };
            }
        }

        engine.OnOneThread(false);
        return profiles;
    }

    private static object?[] Figures(PlanColumn[] columns, DataEngine engine)
    {
        var figures = columns.SelectMany(column => column.IsNumber
            ? new[] { $"count({column.Sql})", $"count(DISTINCT {column.Sql})", $"min({column.Sql})", $"max({column.Sql})", $"avg({column.Sql})", $"median({column.Sql})", $"stddev_samp({column.Sql})" }
            : [$"count({column.Sql})", $"count(DISTINCT {column.Sql})"]);
        return engine.List($"SELECT {string.Join(", ", figures)} FROM k", reader => Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)).ToArray())[0];
    }

    private static void Histograms(List<PlanColumn> columns, List<ColumnProfile> profiles, DataEngine engine)
    {
        var parts = new List<string>();
        for (var i = 0; i < columns.Count; i++)
        {
            if (profiles[i] is { Min: { } min, Max: { } max })
            {
                // A column of one value has one bin's worth of rows, the first.
                var bin = max > min ? $"LEAST({Bins - 1}, CAST(floor(({columns[i].Sql} - {RowStepSql.Number(min)}) / {RowStepSql.Number((max - min) / Bins)}) AS INTEGER))" : "0";
                parts.Add($"SELECT {i} AS c, {bin} AS bin, count(*) AS n FROM k WHERE {columns[i].Sql} IS NOT NULL GROUP BY bin");
            }
        }

        foreach (var column in parts.Chunk(ColumnsAtOnce).SelectMany(some => engine.List(string.Join(" UNION ALL ", some), reader => (Column: reader.GetInt32(0), Bin: reader.GetInt32(1), Count: reader.GetInt64(2)))).GroupBy(count => count.Column))
        {
            var histogram = new long[Bins];
            foreach (var (_, bin, count) in column)
            {
                histogram[Math.Clamp(bin, 0, Bins - 1)] += count;
            }

            profiles[column.Key] = profiles[column.Key] with { Histogram = histogram };
        }
    }
}
