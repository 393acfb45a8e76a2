using System.Globalization;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Runs the checks of a project over the working table: those of raw values and those of cleaned ones in one scan each.</summary>
internal sealed class CheckRun
{
    private readonly CleanPlan _plan;
    private readonly DataEngine _engine;
    private readonly List<RowRule> _rows = [];
    private long[] _counts = [];

    public CheckRun(CleanPlan plan, DataEngine engine)
    {
        (_plan, _engine) = (plan, engine);
        List<Fault> faults = [];
        foreach (var rule in plan.Project.Checks)
        {
            var unknown = rule.Columns.FirstOrDefault(name => plan.Find(name) is null);
            if (unknown is not null)
            {
                faults.Add(new Fault(rule.Where, $"The check names the column \"{unknown}\", which the data does not have.{NearestName.Hint(unknown, plan.Columns.Select(column => column.Name))}", "Name a column of the data."));
            }
            else if (rule.Condition is not null || rule.Table is not (null or UniqueCheck or RowCountCheck or FreshnessCheck))
            {
                faults.Add(new Fault(rule.Where, $"The check \"{rule.Name}\"{(rule.Condition is null ? "" : " with \"where\"")} is run by `fairlead data check`, not in a project.", "Move it to a checks file."));
            }
            else if (rule.Row is { } check)
            {
                // A dropped column exists only as it was read.
                var raw = rule.BeforeCleaning || rule.Columns.Any(name => plan.Find(name)!.Dropped);
                try
                {
                    _rows.Add(new RowRule(rule, raw, CheckSql.Fails(check, raw ? Raw : Cleaned, engine)));
                }
                catch (ArgumentException exception)
                {
                    faults.Add(new Fault(rule.Where, exception.Message, "Correct the check."));
                }
            }
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        RawConditions = [.. _rows.Where(rule => rule.OnRaw).Select(rule => rule.Fails)];
        for (int i = 0, b = 0; i < _rows.Count; i++)
        {
            _rows[i] = _rows[i].OnRaw ? _rows[i] with { Fails = $"b{b++}" } : _rows[i];
        }
    }

    /// <summary>Conditions over raw columns, in the order of the flags b0, b1, ….</summary>
    public IReadOnlyList<string> RawConditions { get; }

    /// <summary>Reasons for quarantine: per row check that is an error and that rows fail, its condition over the working table and its id. <c>mostly</c> says when the check as a whole fails, not which rows go.</summary>
    public IEnumerable<(string Fails, string Id)> Quarantines =>
        _rows.Where((rule, i) => rule.Declared.Error && _counts[2 * i] > 0).Select(rule => (rule.Fails, rule.Declared.Id));

    /// <summary>Counts, per row check, the rows of the working table that fail it and those without a value.</summary>
    public void CountRows(string table) => _counts = _engine.Aggregates([.. _rows.SelectMany(rule => new[] { $"count(*) FILTER (WHERE {rule.Fails})", Missing(rule) })], table);

    /// <summary>What every check found, in the order declared. After <see cref="CountRows"/>.</summary>
    /// <param name="table">The working table: what row checks look at.</param>
    /// <param name="kept">Condition on it: the rows that stay, which checks of the cleaned table look at.</param>
    public IReadOnlyList<CheckOutcome> Outcomes(string table, string kept, ExampleReader examples, DateTimeOffset now)
    {
        var (rows, stay) = _engine.List($"SELECT count(*), count(*) FILTER (WHERE {kept}) FROM {table}", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
        List<CheckOutcome> outcomes = [];
        var at = 0;
        foreach (var rule in _plan.Project.Checks)
        {
            outcomes.Add(rule.Row is null ? OfTable(rule, table, kept, examples, rule.BeforeCleaning ? rows : stay, now) : OfRow(_rows[at], _counts[2 * at], _counts[(2 * at++) + 1], table, examples, rows));
        }

        return outcomes;
    }

    private CheckOutcome OfRow(RowRule rule, long unexpected, long missing, string table, ExampleReader examples, long rows)
    {
        var looked = rule.Declared.Row is NotNullCheck ? rows : rows - missing;
        var passed = unexpected == 0 || unexpected <= ((1 - rule.Declared.Mostly) * looked) + 1e-9;
        var observed = unexpected == 0
            ? string.Create(CultureInfo.InvariantCulture, $"all {looked:N0} values meet it")
            : string.Create(CultureInfo.InvariantCulture, $"{unexpected:N0} of {looked:N0} values ({100.0 * unexpected / looked:0.##} %) do not meet it");
        var column = _plan.Find(rule.Declared.Row!.Column)!;
        return new CheckOutcome(rule.Declared.Id, rule.Declared.Name, column.Name, rule.Declared.Error, passed, rows, missing, unexpected, observed,
            unexpected == 0 ? [] : rule.OnRaw ? examples.Raw(table, rule.Fails, column) : examples.Cleaned(table, rule.Fails, column))
        { Quarantined = rule.Declared.Error && unexpected > 0 };
    }

    private CheckOutcome OfTable(CheckRule rule, string table, string kept, ExampleReader examples, long rows, DateTimeOffset now)
    {
        switch (rule.Table)
        {
            case UniqueCheck unique:
                var columns = unique.Columns.Select(name => _plan.Find(name)!).ToList();
                var raw = rule.BeforeCleaning || columns.Any(column => column.Dropped);
                string Name(PlanColumn column) => raw ? SqlText.Name(column.Name) : column.Sql;
                var values = string.Join(", ", columns.Select(Name));
                var present = string.Join(" AND ", columns.Select(column => $"{Name(column)} IS NOT NULL"));
                var stays = rule.BeforeCleaning ? "true" : raw ? $"__row IN (SELECT __row FROM {table} WHERE {kept})" : kept;
                present = $"{present} AND {stays}";
                var duplicates = $"(SELECT __row, {values} FROM {(raw ? _plan.RawTable : table)} WHERE {present} QUALIFY count(*) OVER (PARTITION BY {values}) > 1)";
                var counts = _engine.List($"SELECT (SELECT count(*) FROM {duplicates}), (SELECT count(*) FROM {(raw ? _plan.RawTable : table)} WHERE {present})", reader => (Twice: reader.GetInt64(0), Present: reader.GetInt64(1)))[0];
                return new CheckOutcome(rule.Id, "unique", columns.Count == 1 ? columns[0].Name : null, rule.Error, counts.Twice <= ((1 - rule.Mostly) * counts.Present) + 1e-9, rows, rows - counts.Present, counts.Twice,
                    counts.Twice == 0 ? "no value stands twice" : string.Create(CultureInfo.InvariantCulture, $"{counts.Twice:N0} rows share their value with another"),
                    counts.Twice == 0 ? [] : examples.Of(duplicates, "true", columns[0], raw));
            case RowCountCheck count:
                return new CheckOutcome(rule.Id, "row_count_between", null, rule.Error, !(rows < count.Min) && !(rows > count.Max), rows, 0, 0, string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows"), []);
            case FreshnessCheck fresh:
                var column = _plan.Find(fresh.Column)!;
                var newest = column.IsNumber && !column.Dropped ? _engine.List($"SELECT max({column.Sql}), count({column.Sql}) FROM {table} WHERE {kept}", reader => (Max: reader.IsDBNull(0) ? (double?)null : reader.GetDouble(0), Count: reader.GetInt64(1)))[0] : (null, 0);
                var age = (now.UtcDateTime - DateTime.UnixEpoch).TotalDays - newest.Max;
                return new CheckOutcome(rule.Id, "freshness", column.Name, rule.Error, age <= fresh.DaysMax, rows, rows - newest.Count, 0,
                    age is null ? "no date can be read" : string.Create(CultureInfo.InvariantCulture, $"the newest, {column.Say(newest.Max!.Value)}, is {age:0.#} days old"), []);
            default:
                throw new InvalidOperationException($"No implementation of {rule.Table?.GetType().Name}.");
        }
    }

    private CheckedColumn Raw(string name) => new(SqlText.Name(name), false, _plan.Find(name)!.Kind, _plan.Find(name)!.Format, null);

    private CheckedColumn Cleaned(string name) =>
        _plan.Find(name) is { } column ? new CheckedColumn(column.Sql, column.IsNumber, column.Kind, column.Format, _plan.Unreadable(name)) : throw new ArgumentException(name);

    private string Missing(RowRule rule) => rule.OnRaw
        ? $"(SELECT count(*) - count({SqlText.Name(rule.Declared.Row!.Column)}) FROM {_plan.RawTable})"
        : $"count(*) - count({_plan.Find(rule.Declared.Row!.Column)!.Sql})";

    /// <param name="Fails">Condition; over the raw columns at first, then over the working table.</param>
    private sealed record RowRule(CheckRule Declared, bool OnRaw, string Fails);
}
