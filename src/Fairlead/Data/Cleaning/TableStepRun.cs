using System.Globalization;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Cleaning;

/// <summary>Runs table steps over the working table r: its columns, __row (file order), __reason (why a row is set aside) and __dropped (why it is left out).</summary>
/// <param name="column">How the table names a column and whether it holds DOUBLE; null where it does not stand in the table.</param>
/// <param name="all">Columns of the rows, in order.</param>
/// <param name="trains">Condition: the row is one that constants are learnt from.</param>
/// <param name="filled">How many of the columns that do not stand in the table have a value, as SQL; null: nothing is known of them.</param>
internal sealed class TableStepRun(DataEngine engine, Func<string, SqlColumn?> column, IReadOnlyList<string> all, string trains, string? filled = null)
{
    /// <summary>Where a row of the working table stays.</summary>
    public const string IsKept = "__reason IS NULL AND __dropped IS NULL";

    /// <summary>Why duplicates are left out.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Why near-duplicates are left out.</summary>
    public const string NearDuplicate = "near duplicate";

    private const int Shown = 5;

    /// <param name="further">Further values that rows must share to be duplicates (a hash of what does not stand in the table), separated by commas, or null.</param>
    public StepOutcome Run(TableStep step, string? further = null)
    {
        switch (step)
        {
            case DropDuplicatesStep exact:
                Exact(exact, further);
                return Drop("drop_duplicates", Duplicate, exact.Merge);
            case FuzzyDuplicatesStep fuzzy:
                Fuzzy(fuzzy);
                return Drop("fuzzy_duplicates", NearDuplicate, fuzzy.Merge);
            case QuarantineStep quarantine:
                return Quarantine(quarantine);
            case FillStep fill:
                return Fill(fill);
            case DropColumnsStep drop:
                return new StepOutcome("drop", string.Join(", ", drop.Columns), 0, []);
            default:
                throw new ArgumentException($"No implementation of {step.GetType().Name}.", nameof(step));
        }
    }

    /// <summary>As it is written to a row: reasons are put together by "; ".</summary>
    public static string ReasonOf(QuarantineStep step) => step.Reason.Replace("; ", ", ", StringComparison.Ordinal);

    private string Sql(string name) => Known(name).Sql;

    private SqlColumn Known(string name) => column(name) ?? throw new InvalidOperationException($"The table step names the column \"{name}\", which is not in the table.");

    private string Complete => string.Join(" + ", all.Select(column).OfType<SqlColumn>().Select(known => $"CAST({known.Sql} IS NOT NULL AS INTEGER)").Prepend(filled ?? "0"));

    private string Order(string keep) => keep switch { "last" => "__row DESC", "most complete" => $"{Complete} DESC, __row", _ => "__row" };

    /// <summary>A 64-bit hash finds the few rows that may have a copy; only those are compared value by value.</summary>
    private void Exact(DropDuplicatesStep step, string? further)
    {
        var compared = (step.Columns.Count == 0 ? all : step.Columns).Where(name => column(name) is not null).Select(Sql);
        var key = string.Join(", ", further is null ? compared : compared.Append(further));
        engine.Execute($"""
            CREATE OR REPLACE TABLE maybe AS SELECT __row FROM r WHERE {IsKept} AND hash({key}) IN (SELECT hash({key}) FROM r WHERE {IsKept} GROUP BY 1 HAVING count(*) > 1);
            CREATE OR REPLACE TABLE copies AS SELECT __row, original FROM
            (SELECT __row, first_value(__row) OVER (PARTITION BY {key} ORDER BY {Order(step.Keep)}) AS original FROM r WHERE __row IN (SELECT __row FROM maybe)) WHERE __row <> original
            """);
    }

    private void Fuzzy(FuzzyDuplicatesStep step)
    {
        var block = ExpressionSql.Value(Expression.Parse(step.Block, name => step.Reads.TryGetValue(name, out var type) ? type : null), Sql, engine);
        engine.AddFunction("fairlead_number_text", NumberText.Shortest);
        var texts = step.Columns.Select(name => Known(name) is { IsNumber: true } number ? $"NULLIF(fairlead_number_text({number.Sql}), '')" : Sql(name)).ToList();
        var pairs = new NearDuplicates(step.Threshold, step.Similarity == "tokens", step.Keep);
        engine.Read($"SELECT __row, CAST(b AS VARCHAR), {Complete}, {string.Join(", ", texts)} FROM (SELECT *, {block} AS b FROM r WHERE {IsKept}) WHERE b IS NOT NULL ORDER BY b, concat_ws(' ', {string.Join(", ", texts)}), __row",
            reader => pairs.Add(reader.GetInt64(0), reader.GetString(1), Convert.ToInt32(reader.GetValue(2), CultureInfo.InvariantCulture), [.. Enumerable.Range(3, texts.Count).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]));
        engine.Execute("CREATE OR REPLACE TABLE pairs (a VARCHAR, b VARCHAR)");
        engine.Append("pairs", pairs.Finish().Select(pair => new[] { pair.Row.ToString(CultureInfo.InvariantCulture), pair.Original.ToString(CultureInfo.InvariantCulture) }));
        engine.Execute("CREATE OR REPLACE TABLE copies AS SELECT CAST(a AS BIGINT) AS __row, CAST(b AS BIGINT) AS original FROM pairs");
    }

    private StepOutcome Drop(string name, string reason, IReadOnlyDictionary<string, string>? merge)
    {
        if (merge is not null)
        {
            var rules = merge.Where(pair => column(pair.Key) is not null).ToList();
            var made = string.Join(", ", rules.Select((pair, i) => $"{Merged(Sql(pair.Key), pair.Value)} AS m{i}"));
            engine.Execute($"""
                CREATE OR REPLACE TABLE merged AS SELECT original, {made} FROM
                (SELECT g.original, r.* FROM r JOIN (SELECT __row AS member, original FROM copies UNION ALL SELECT DISTINCT original, original FROM copies) g ON r.__row = g.member) GROUP BY original;
                UPDATE r SET {string.Join(", ", rules.Select((pair, i) => $"{Sql(pair.Key)} = merged.m{i}"))} FROM merged WHERE r.__row = merged.original
                """);
        }

        engine.Execute($"UPDATE r SET __dropped = {SqlText.Text(reason)} FROM copies WHERE r.__row = copies.__row");
        var shown = engine.List($"SELECT __row, original FROM copies ORDER BY __row LIMIT {Shown}",
            reader => new RowExample(reader.GetInt64(0), string.Create(CultureInfo.InvariantCulture, $"{(reason == Duplicate ? "the same as" : "nearly the same as")} row {reader.GetInt64(1)}"), null));
        return new StepOutcome(name, null, engine.Count("SELECT count(*) FROM copies"), shown);
    }

    /// <summary>Missing values are left out; sums are added in the rows' order.</summary>
    private static string Merged(string sql, string rule) => rule switch
    {
        "last" => $"arg_max({sql}, __row)",
        "min" => $"min({sql})",
        "max" => $"max({sql})",
        "sum" => $"sum({sql} ORDER BY __row)",
        "mean" => $"avg({sql} ORDER BY __row)",
        "longest" => $"first({sql} ORDER BY length({sql}) DESC NULLS LAST, __row)",
        "join" => $"string_agg(DISTINCT {sql}, '; ' ORDER BY {sql})",
        _ => $"arg_min({sql}, __row)",
    };

    private StepOutcome Quarantine(QuarantineStep step)
    {
        var condition = ExpressionSql.Condition(Expression.Parse(step.Where, name => step.Reads.TryGetValue(name, out var type) ? type : null, condition: true), Sql, engine);
        engine.Execute($"CREATE OR REPLACE TABLE aside AS SELECT __row FROM r WHERE {IsKept} AND {condition}");
        engine.Execute($"UPDATE r SET __reason = {SqlText.Text(ReasonOf(step))} FROM aside WHERE r.__row = aside.__row");
        var shown = engine.List($"SELECT __row FROM aside ORDER BY __row LIMIT {Shown}", reader => new RowExample(reader.GetInt64(0), step.Reason, null));
        return new StepOutcome("quarantine", null, engine.Count("SELECT count(*) FROM aside"), shown);
    }

    private StepOutcome Fill(FillStep step)
    {
        var (filled, number) = (Sql(step.Column), Known(step.Column).IsNumber);
        var order = step.From == "next" ? $"{Sql(step.Order)} DESC NULLS LAST, __row DESC" : $"{Sql(step.Order)} NULLS LAST, __row";
        engine.Execute($"""
            CREATE OR REPLACE TABLE filled AS SELECT __row, v FROM (SELECT __row, {filled} AS own, {Sql(step.Order)} AS o, last_value(CASE WHEN {trains} THEN {filled} END IGNORE NULLS) OVER ({(step.By is { } by ? $"PARTITION BY {Sql(by)} " : "")}ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS v FROM r WHERE {IsKept})
            WHERE own IS NULL AND v IS NOT NULL AND o IS NOT NULL;
            UPDATE r SET {filled} = filled.v FROM filled WHERE r.__row = filled.__row
            """);
        var shown = engine.List($"SELECT __row, v FROM filled ORDER BY __row LIMIT {Shown}", reader => new RowExample(reader.GetInt64(0), null, number ? NumberText.Shortest(reader.GetDouble(1)) : reader.GetString(1)));
        return new StepOutcome("fill", step.Column, engine.Count("SELECT count(*) FROM filled"), shown);
    }
}
