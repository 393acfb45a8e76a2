using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>Runs the checks of a project over the working table: those of raw values, those of cleaned rows and those of the rows that stay, in one scan each.</summary>
internal sealed class CheckRun
{
    /// <summary>Rows that fail a check of rows: rule (its place in the project file), __row.</summary>
    private const string Failing = "check_failing";

    private readonly CleanPlan _plan;
    private readonly DataEngine _engine;
    private readonly CheckInputs _inputs;
    private readonly BlobStore _blobs;
    private readonly DateTimeOffset _now;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<int, CheckResult> _results = [];

    /// <param name="inputs">What checks look at beside the data.</param>
    /// <exception cref="FaultException">A check names a column the data does not have.</exception>
    public CheckRun(CleanPlan plan, DataEngine engine, CheckInputs inputs, BlobStore blobs, DateTimeOffset now, CancellationToken cancel)
    {
        (_plan, _engine, _inputs, _blobs, _now, _cancel) = (plan, engine, inputs, blobs, now, cancel);
        List<Fault> faults = [];
        foreach (var rule in Rules)
        {
            var names = rule.Columns.Concat(rule.Condition is { } condition ? Expression.Condition(condition, plan.Columns.Select(column => column.Name)).Columns : []);
            if (names.FirstOrDefault(name => plan.Find(name) is null) is { } unknown)
            {
                faults.Add(new Fault(rule.Where, $"The check names the column \"{unknown}\", which the data does not have.{NearestName.Hint(unknown, plan.Columns.Select(column => column.Name))}", "Name a column of the data."));
            }
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    /// <summary>Reasons for quarantine: per check of rows that is an error and that rows fail, its condition over the working table and its id. <c>mostly</c> says when the check as a whole fails, not which rows go.</summary>
    public IEnumerable<(string Fails, string Id)> Quarantines =>
        _results.Where(pair => Quarantined(pair.Value)).OrderBy(pair => pair.Key).Select(pair => (Fails(pair.Key), Rules[pair.Key].Id));

    private IReadOnlyList<CheckRule> Rules => _plan.Project.Checks;

    /// <summary>Runs the checks of raw values and those of cleaned rows.</summary>
    /// <param name="table">The working table.</param>
    public void CheckRows(string table)
    {
        Run(i => OnRaw(Rules[i]) && (Rules[i].TellsRows || Rules[i].BeforeCleaning), _plan.RawTable, raw: true);
        Run(i => !OnRaw(Rules[i]) && Rules[i].TellsRows, table, raw: false);
        _engine.Execute($"CREATE TABLE {Failing}_text(rule VARCHAR, row VARCHAR)");
        _engine.Append($"{Failing}_text", _results.Where(pair => pair.Value.Rule.TellsRows).SelectMany(pair => pair.Value.UnexpectedRows.Select(row => new[] { Text(pair.Key), Text(row) })));
        _engine.Execute($"CREATE TABLE {Failing} AS SELECT CAST(rule AS INTEGER) AS rule, CAST(row AS BIGINT) AS __row FROM {Failing}_text; DROP TABLE {Failing}_text");
    }

    /// <summary>What every check found, in the order declared. After <see cref="CheckRows"/>.</summary>
    /// <param name="table">The working table.</param>
    /// <param name="kept">Condition on it: the rows that stay, which checks of the cleaned table look at.</param>
    public IReadOnlyList<CheckOutcome> Outcomes(string table, string kept, ExampleReader examples)
    {
        Run(i => !_results.ContainsKey(i) && !OnRaw(Rules[i]), $"{table} WHERE {kept}", raw: false);
        Run(i => !_results.ContainsKey(i), $"{_plan.RawTable} WHERE __row IN (SELECT __row FROM {table} WHERE {kept})", raw: true);
        return [.. Rules.Select((rule, i) => Outcome(i, rule, _results[i], table, examples))];
    }

    private CheckOutcome Outcome(int i, CheckRule rule, CheckResult result, string table, ExampleReader examples)
    {
        var column = rule.Columns is [var first, ..] ? _plan.Find(first) : null;
        var shown = result.UnexpectedCount == 0 || column is null ? []
            : rule.TellsRows ? examples.Of(table, Fails(i), column, OnRaw(rule))
            : examples.Of(table, $"__row IN ({string.Join(", ", result.UnexpectedRows.Take(ExampleReader.Shown).Select(row => Text(row)))})", column, OnRaw(rule));
        return new CheckOutcome(rule.Id, rule.Name, rule.Columns.Count == 1 || rule.Row is not null ? column?.Name : null, rule.Error, result.Success, result.Elements, result.Missing, result.UnexpectedCount, Observed(result), shown)
        {
            Quarantined = Quarantined(result),
        };
    }

    private static bool Quarantined(CheckResult result) => result.Rule is { TellsRows: true, Error: true, KeepsRows: false } && result.UnexpectedCount > 0;

    /// <summary>What a check found, in words.</summary>
    private string Observed(CheckResult result)
    {
        var looked = result.Rule.Row is NotNullCheck or IsNullCheck ? result.Elements : result.Elements - result.Missing;
        switch (result.Rule)
        {
            case { Table: UniqueCheck or CompoundUniqueCheck }:
                return result.UnexpectedCount == 0 ? "no value stands twice" : string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(result.UnexpectedCount, "row")} {(result.UnexpectedCount == 1 ? "shares its" : "share their")} value with another");
            case { Table: RowCountCheck or RowCountEqualsCheck }:
                return Counted.Of(result.Elements, "row");
            case { Table: FreshnessCheck }:
                var newest = result.Observed?.GetValue<string>();
                return newest is null || !DateText.TryParse(newest, null, out var day) ? "no date can be read"
                    : string.Create(CultureInfo.InvariantCulture, $"the newest, {newest.Replace('T', ' ').TrimEnd('Z')}, is {(_now.UtcDateTime - DateTime.UnixEpoch).TotalDays - day:0.#} days old");
            case { Table: RowCountOtherCheck other }:
                return string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(result.Elements, "row")}; {other.File} has {result.Observed!["other"]!.GetValue<long>():N0}");
            case { Table: SqlCheck }:
                return result.Observed!.GetValue<long>() is var given && given == 0 ? "the query gives no row" : string.Create(CultureInfo.InvariantCulture, $"the query gives {given:N0} {(given == 1 ? "row" : "rows")}{(result.UnexpectedCount == 0 ? ", without their __row" : "")}");
            case { Table: ChangeCheck change } when result.Observed is JsonValue moved && moved.GetValueKind() == JsonValueKind.Number:
                return Changed(change, moved.GetValue<double>());
            case { Row: null, Table: not (OrderCheck or ZScoreCheck or ReferencesCheck) }:
                return result.Observed is JsonArray list ? string.Join(", ", list.Take(ValuesShown).Select(Text)) + (list.Count > ValuesShown ? ", …" : "") : result.Observed is { } figure ? Text(figure) : "no figure";
            default:
                return result.UnexpectedCount == 0
                    ? looked == 1 ? "the one value meets it" : string.Create(CultureInfo.InvariantCulture, $"all {looked:N0} values meet it")
                    : string.Create(CultureInfo.InvariantCulture, $"{result.UnexpectedCount:N0} of {Counted.Of(looked, "value")} ({100.0 * result.UnexpectedCount / looked:0.##} %) {(result.UnexpectedCount == 1 ? "does" : "do")} not meet it");
        }
    }

    /// <summary>How much changed, in words.</summary>
    private static string Changed(ChangeCheck check, double change) => check.Change switch
    {
        Change.RowCount => change == 0 ? "as many rows as before" : string.Create(CultureInfo.InvariantCulture, $"{100 * Math.Abs(change):0.##} % {(change > 0 ? "more" : "fewer")} rows than before"),
        Change.NullProportion => string.Create(CultureInfo.InvariantCulture, $"missing in {100 * Math.Abs(change):0.##} of 100 rows {(change < 0 ? "less" : "more")} than before"),
        _ => string.Create(CultureInfo.InvariantCulture, $"population stability index {change:0.####} against before"),
    };

    /// <summary>Values of a list that a sentence shows.</summary>
    private const int ValuesShown = 6;

    private static string Text(JsonNode? value) => value is null ? "none" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Fails(int rule) => $"__row IN (SELECT __row FROM {Failing} WHERE rule = {Text(rule)})";

    /// <summary>It looks at values as they were read: it says so, it is about how they are written, or its column exists only so.</summary>
    private bool OnRaw(CheckRule rule) =>
        rule.BeforeCleaning || rule.Row is TypeCheck or TypeListCheck or DateFormatCheck or ParseableDateCheck || rule.Columns.Any(name => _plan.Find(name)!.Dropped);

    private void Run(Func<int, bool> which, string from, bool raw)
    {
        var places = Enumerable.Range(0, Rules.Count).Where(which).ToList();
        if (places.Count == 0)
        {
            return;
        }

        var rows = new List<long>();
        var columns = _plan.Columns.Where(column => raw ? !column.Derived : !column.Dropped).ToList();
        var rules = places.Select(i => raw ? AsRead(Rules[i]) : Rules[i]).ToList();
        var order = rules.Any(rule => rule.Table is OrderCheck) ? " ORDER BY __row" : "";
        ITableScan Open(IReadOnlyList<string> looked)
        {
            rows.Clear();
            var selected = looked.Select(name => columns.First(column => column.Name == name)).Select(column => $"{(raw ? SqlText.Name(column.Name) : column.Sql)} AS {SqlText.Name(column.Name)}");
            return new NumberedScan(_engine.Scan($"SELECT __row, {string.Join(", ", selected)} FROM {from}{order}"), rows);
        }

        using var sql = SqlTable.Copied(_engine, $"SELECT __row{string.Concat(columns.Select(column => $", {Queried(column, raw)}"))} FROM {from}", _blobs, _cancel);
        var sources = new CheckSources(Open, _inputs.Open, sql.Failing, rule => _inputs.Earlier(rule, raw, _blobs), _now);
        var report = CheckEngine.Run(rules, [.. columns.Select(column => column.Name)], sources, _cancel, raw ? name => _plan.Find(name)!.Format : _ => null);
        foreach (var (i, result) in places.Zip(report.Results))
        {
            _results[i] = result with { Rule = Rules[i], Listed = Rules[i].Table is SqlCheck ? result.Listed : [.. result.UnexpectedRows.Select(row => rows[(int)row]).Order()] };
        }
    }

    /// <summary>A column as a query sees it: as text as it was read; cleaned numbers as DOUBLE, dates as TIMESTAMP.</summary>
    private static string Queried(PlanColumn column, bool raw) =>
        $"{(raw ? SqlText.Name(column.Name) : column.Kind == ColumnKind.Date ? $"make_timestamp(CAST(floor({column.Sql} * {SqlText.Number(DateText.DayMicroseconds)} + 0.5::DOUBLE) AS BIGINT))" : column.Sql)} AS {SqlText.Name(column.Name)}";

    /// <summary>Bounds of a date column are days: raw text is then read as a date.</summary>
    private CheckRule AsRead(CheckRule rule) => rule.Row is { } row && _plan.Find(row.Column)!.Kind == ColumnKind.Date
        ? rule with
        {
            Row = row switch
            {
                BetweenCheck between => between with { Dates = true },
                GreaterThanCheck greater => greater with { Dates = true },
                LessThanCheck less => less with { Dates = true },
                _ => row,
            },
        }
        : rule.Table is StatisticCheck statistic && _plan.Find(statistic.Column)!.Kind == ColumnKind.Date && statistic.Statistic is Statistic.Min or Statistic.Max ? rule with { Table = (StatisticCheck)rule.Table with { Dates = true } }
        : rule;

    /// <summary>A scan whose first column is <c>__row</c>, which it takes off and keeps.</summary>
    private sealed class NumberedScan(ITableScan scan, List<long> rows) : ITableScan
    {
        public IReadOnlyList<ScannedColumn> Columns { get; } = [.. scan.Columns.Skip(1)];

        public TableBatch? Next(CancellationToken cancel)
        {
            if (scan.Next(cancel) is not { } batch)
            {
                return null;
            }

            rows.AddRange(batch.Columns[0].Integers.AsSpan(0, batch.Rows));
            return new TableBatch { FirstRow = batch.FirstRow, Rows = batch.Rows, Columns = [.. batch.Columns.Skip(1)] };
        }

        public void Dispose() => scan.Dispose();
    }
}
