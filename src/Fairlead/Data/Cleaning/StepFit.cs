using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>Finds the constants, tables and models of steps from the training rows, so that serving applies the same.</summary>
internal static class StepFit
{
    /// <summary>Most groups of a table; the others get the overall value.</summary>
    public const int GroupsMax = 1_000;

    /// <summary>The step with what it needs, or null when there is nothing to learn it from.</summary>
    /// <param name="step">A step that is not fitted.</param>
    /// <param name="rows">Table expression of the training rows as they are before the step.</param>
    /// <param name="column">How it names a column.</param>
    /// <param name="least">Fewest rows that a constant must stand for, so that none is one person's value; 1 where nothing leaves with the steps.</param>
    public static RowStep? Of(RowStep step, string rows, Func<string, SqlColumn> column, int least, DataEngine engine)
    {
        engine.OnOneThread(true); // the same bits whatever the threads
        try
        {
            return step switch
            {
                ImputeStep { Fit: { } fit } impute => Overall(fit, rows, column(impute.Column), least, engine) is { } value ? impute with { Value = value } : null,
                GroupImputeStep group => Group(group, rows, column, least, engine),
                ModelImputeStep model => LinearFit.Of(model, rows, column, least, engine),
                ClassImputeStep classes => LinearFit.Of(classes, rows, column, engine),
                ClipStep clip => Clip(clip, rows, column(clip.Column).Sql, least, engine),
                _ => throw new ArgumentException($"{step.GetType().Name} is not fitted.", nameof(step)),
            };
        }
        finally
        {
            engine.OnOneThread(false);
        }
    }

    private static string? Overall(string fit, string rows, SqlColumn column, int least, DataEngine engine)
    {
        var present = $"(SELECT {column.Sql} AS v FROM {rows} WHERE {column.Sql} IS NOT NULL)";
        return engine.List(fit == ImputeStep.MostFrequent ? $"SELECT v FROM {present} GROUP BY v HAVING count(*) >= {least} ORDER BY count(*) DESC, v LIMIT 1" : $"SELECT {Center(fit)}(v) FROM {present} HAVING count(*) >= {least}",
            reader => column.IsNumber ? NumberText.Shortest(reader.GetDouble(0)) : reader.GetString(0)).FirstOrDefault();
    }

    private static string Center(string fit) => fit == ImputeStep.Mean ? "avg" : "median";

    private static GroupImputeStep? Group(GroupImputeStep step, string rows, Func<string, SqlColumn> column, int least, DataEngine engine)
    {
        var (value, by) = (column(step.Column), column(step.By));
        var present = $"(SELECT {by.Sql} AS g, {value.Sql} AS v FROM {rows} WHERE {value.Sql} IS NOT NULL)";
        var most = $"SELECT g, v, n FROM (SELECT g, v, count(*) AS same, sum(count(*)) OVER (PARTITION BY g) AS n, row_number() OVER (PARTITION BY g ORDER BY count(*) DESC, v) AS place FROM {present} WHERE g IS NOT NULL GROUP BY g, v) WHERE place = 1 AND same >= {least}";
        var table = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (group, found) in engine.List($"SELECT g, v FROM ({(step.Fit == ImputeStep.MostFrequent ? most : $"SELECT g, {Center(step.Fit)}(v) AS v, count(*) AS n FROM {present} WHERE g IS NOT NULL GROUP BY g")}) WHERE n >= {GroupImputeStep.LeastRows} ORDER BY n DESC, g LIMIT {GroupsMax}",
            reader => (by.IsNumber ? NumberText.Shortest(reader.GetDouble(0) == 0 ? 0 : reader.GetDouble(0)) : reader.GetString(0), value.IsNumber ? NumberText.Shortest(reader.GetDouble(1)) : reader.GetString(1))))
        {
            table[group] = found;
        }

        return Overall(step.Fit, rows, value, least, engine) is { } overall ? step with { Table = table, Otherwise = overall } : null;
    }

    private static ClipStep? Clip(ClipStep step, string rows, string column, int least, DataEngine engine)
    {
        // A quantile that fewer rows lie beyond goes as far in as they are.
        var count = engine.Count($"SELECT count({column}) FROM {rows}");
        var outermost = count < (2 * least) - 1 ? (double?)null : count == 1 ? 0 : (least - 1) / (double)(count - 1);
        double? Quantile(double? share) => share is not { } at || outermost is not { } end ? null
            : engine.List($"SELECT quantile_cont({column}, {SqlText.Number(Math.Clamp(at, end, 1 - end))}) FROM {rows} WHERE {column} IS NOT NULL HAVING count(*) > 0", reader => (double?)reader.GetDouble(0)).FirstOrDefault();
        var fitted = step with { Min = Quantile(step.LowQuantile) ?? step.Min, Max = Quantile(step.HighQuantile) ?? step.Max };
        return fitted.IsFitted() ? fitted : null;
    }
}
