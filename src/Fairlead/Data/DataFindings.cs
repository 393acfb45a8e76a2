using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Drift;
using Fairlead.Data.Privacy;
using Fairlead.Data.Profiles;
using Fairlead.Data.Selecting;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Says in plain sentences what is wrong with the data, with rows to look at: what the first screen shows.</summary>
internal sealed class DataFindings(CleanPlan plan, DataEngine engine, ExampleReader examples, TableProfile profile)
{
    /// <summary>A level with fewer rows than this is called rare.</summary>
    public const int RareRows = 5;

    /// <summary>Names in a column up to which rare ones are told; a column with more is no list of names.</summary>
    public const int LevelsMax = 1_000;

    /// <summary>Most findings of one kind; the rest is one more that counts them.</summary>
    public const int PerKindMax = 8;

    private readonly List<Finding> _found = [];

    public IReadOnlyList<Finding> All(IReadOnlyList<CheckOutcome> checks, IReadOnlyList<StepOutcome> steps, IReadOnlyList<Finding> more)
    {
        Duplicates(steps);
        Checks(checks);
        Steps(steps);
        Leaks();
        _found.AddRange(new SelectionFindings(plan, engine).All());
        Missing();
        Personal();
        _found.AddRange(ShiftOverTime.Find(plan, engine));
        Rare();
        Outliers();
        Undeclared();
        _found.AddRange(more);
        return [.. _found.GroupBy(finding => finding.Kind).SelectMany(Limited)];
    }

    private static IEnumerable<Finding> Limited(IGrouping<string, Finding> kind)
    {
        var largest = kind.OrderByDescending(finding => finding.Rows).ToList();
        return largest.Count <= PerKindMax ? largest : [.. largest.Take(PerKindMax - 1), Rest(kind.Key, largest.Skip(PerKindMax - 1).ToList())];
    }

    private static Finding Rest(string kind, List<Finding> rest) =>
        new(kind, null, $"{rest.Count} more columns have the same: {string.Join(", ", rest.Select(finding => finding.Column).OfType<string>().Distinct().Take(20))}.", rest[0].Done, rest.Sum(finding => finding.Rows), []);

    private void Duplicates(IReadOnlyList<StepOutcome> steps)
    {
        foreach (var step in steps.Where(step => step is { Step: "drop_duplicates", Touched: > 0 }))
        {
            _found.Add(new Finding("duplicate", null, $"{Rows(step.Touched)} {(step.Touched == 1 ? "is a copy of another row" : "are copies of other rows")}.", "Dropped; the first of each stays.", step.Touched, step.Examples));
        }

        if (plan.Project.Key is not { } key)
        {
            return;
        }

        const string Twice = "(SELECT *, count(*) OVER (PARTITION BY __key) AS same FROM k)";
        var twice = engine.Count($"SELECT count(*) FROM {Twice} WHERE same > 1");
        if (twice > 0)
        {
            var column = plan.Find(key);
            _found.Add(new Finding("duplicate", key, $"{Rows(twice)} {(twice == 1 ? "shares its" : "share their")} {key} with another row that differs from it.", "Kept, on the same side of the split.", twice, column is null ? [] : examples.Of(Twice, "same > 1", column, raw: true)));
        }

        var none = plan.Find(key) is { } named ? engine.Count($"SELECT count(*) FROM {plan.RawTable} WHERE {SqlText.Name(named.Name)} IS NULL") : 0;
        if (none > 0)
        {
            _found.Add(new Finding("missing", key, $"{Rows(none)} {(none == 1 ? "has" : "have")} no {key}.", "Known by a hash of the row instead.", none, []));
        }
    }

    private void Checks(IReadOnlyList<CheckOutcome> checks)
    {
        foreach (var check in checks.Where(check => !check.Passed || check.Quarantined))
        {
            var rule = plan.Project.Checks.First(rule => rule.Id == check.Id);
            var kind = check.Check == "between" ? "impossible" : check.Check == "unique" ? "duplicate" : "check";
            var title = rule.Row switch
            {
                BetweenCheck between => $"{check.Column} is {Bounds(between)} in {Rows(check.Unexpected)}.",
                NotNullCheck => $"{check.Column} has no value in {Rows(check.Unexpected)}, but must have one.",
                InSetCheck => $"{check.Column} has a value that is not on its list in {Rows(check.Unexpected)}.",
                MatchesCheck => $"{check.Column} is not written as it should be in {Rows(check.Unexpected)}.",
                LengthCheck => $"{check.Column} is too long or too short in {Rows(check.Unexpected)}.",
                TypeCheck type => $"{check.Column} is not {(type.Type == "integer" ? "an" : "a")} {type.Type} in {Rows(check.Unexpected)}.",
                CompareCheck pair => $"{pair.Column} is not greater than {pair.Other} in {Rows(check.Unexpected)}.",
                { } other => $"{string.Join(" and ", other.Columns)} {(other.Columns.Count == 1 ? "does" : "do")} not meet {other.Name} in {Rows(check.Unexpected)}.",
                _ => rule.Table switch
                {
                    UniqueCheck unique => $"{string.Join(" and ", unique.Columns)} should differ from row to row, but {Rows(check.Unexpected)} share theirs.",
                    ReferencesCheck other => $"{check.Column} is not in {other.File} in {Rows(check.Unexpected)}.",
                    SqlCheck => $"The check {check.Id} names {check.Observed["the query gives ".Length..]}.",
                    FreshnessCheck => $"{check.Column} is out of date: {check.Observed}.",
                    RowCountCheck or RowCountEqualsCheck => $"The number of rows is not what it should be: {check.Observed}.",
                    _ => $"The check {check.Id} is not met: {check.Observed}.",
                },
            };
            _found.Add(new Finding(kind, check.Column, title, check.Quarantined ? "Put into quarantine." : check.Error ? "Kept; the gate \"checks pass\" fails." : "Kept; a warning only.", check.Unexpected, check.Examples));
        }
    }

    private void Steps(IReadOnlyList<StepOutcome> steps)
    {
        foreach (var step in steps.Where(step => step.Touched > 0))
        {
            switch (step.Step)
            {
                case "normalise":
                    var merged = engine.List($"""
                        SELECT DISTINCT left({plan.Find(step.Column!)!.RawOf("raw")}, 60), left(r.{plan.Find(step.Column!)!.Sql}, 60) FROM {plan.RawTable} raw JOIN r ON raw.__row = r.__row
                        WHERE {Normalised(step.Column!)} ORDER BY 2, 1 LIMIT 6
                        """, reader => $"{reader.GetString(0)} → {(reader.IsDBNull(1) ? "no value" : reader.GetString(1))}");
                    _found.Add(new Finding("spelling", step.Column, $"{step.Column} is spelled in several ways: {Rows(step.Touched)} use another spelling of a name.", $"Merged: {string.Join(", ", merged)}{(merged.Count == 6 ? ", …" : "")}.", step.Touched, step.Examples));
                    break;
                case "cast" or "parse_number" or "parse_date" when step.Unreadable > 0:
                    var kind = plan.Find(step.Column!)!.Kind == ColumnKind.Date ? "date" : "number";
                    _found.Add(new Finding("unreadable", step.Column, $"{step.Column} can't be read as a {kind} in {Rows(step.Unreadable)}.", step.Column == plan.Target.Name ? "Put into quarantine: a row without a label teaches nothing." : "Read as missing.", step.Unreadable, [.. step.Examples.Where(example => example.After is null)]));
                    break;
            }
        }
    }

    private string Normalised(string column) =>
        string.Join(" OR ", plan.Steps.Select((step, i) => (step, i)).Where(pair => pair.step.Column == column && pair.step is NormaliseStep).Select(pair => $"r.s{pair.i}"));

    private void Leaks()
    {
        foreach (var declared in plan.Project.Columns.Where(column => column.Ignore?.Contains("leak", StringComparison.OrdinalIgnoreCase) == true))
        {
            if (plan.Find(declared.Name) is { } column)
            {
                var rows = engine.Count($"SELECT count({SqlText.Name(column.Name)}) FROM {plan.RawTable}");
                var shown = column.Dropped ? [] : engine.List($"SELECT __row, {column.Sql}, {plan.Target.Sql} FROM k WHERE {column.Sql} IS NOT NULL ORDER BY {plan.Target.Sql} = (SELECT {plan.Target.Sql} FROM k GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1), __row LIMIT {ExampleReader.Shown}",
                    reader => new RowExample(reader.GetInt64(0), column.IsNumber ? column.Say(reader.GetDouble(1)) : reader.GetString(1), $"{plan.Target.Name}: {(plan.Target.IsNumber ? plan.Target.Say(reader.GetDouble(2)) : reader.GetString(2))}"));
                _found.Add(new Finding("leak", column.Name, $"{column.Name} gives the answer away.", $"Not used: {declared.Ignore!.TrimEnd('.', '?', '!')}.", rows, shown));
            }
        }
    }

    private void Missing()
    {
        var columns = plan.Kept.Where(column => column.IsFeature && column.Kind != ColumnKind.Text).ToList(); // a remark that nobody made is not missing

        // Before imputing: what is filled in was missing too.
        var imputed = plan.Steps.Select((step, i) => (step, i)).Where(pair => pair.step is ImputeStep).ToLookup(pair => pair.step.Column, pair => $"s{pair.i}");
        var conditions = columns.Select(column => string.Join(" OR ", imputed[column.Name].Append($"{column.Sql} IS NULL"))).ToList();
        var counts = engine.Aggregates(["count(*)", .. conditions.Select(condition => $"count(*) FILTER (WHERE {condition})")], "k");
        for (var i = 0; i < columns.Count; i++)
        {
            if (counts[i + 1] > 0)
            {
                var fill = plan.Steps.OfType<ImputeStep>().FirstOrDefault(step => step.Column == columns[i].Name);
                _found.Add(new Finding("missing", columns[i].Name, $"{columns[i].Name} has no value in {Rows(counts[i + 1])} of {Number(counts[0])}.",
                    fill is null ? "Left missing; the model takes missing as missing." : $"Filled with {fill.Value}{(fill.Fit is null ? "" : $" ({fill.Fit.Replace('_', ' ')} of the training rows)")}.", counts[i + 1], examples.Both("k", conditions[i], columns[i])));
            }
        }
    }

    private void Personal()
    {
        foreach (var column in plan.Columns.Where(column => column.Protection != Protection.None))
        {
            var rows = engine.Count($"SELECT count({SqlText.Name(column.Name)}) FROM {plan.RawTable}");
            var done = column.Protection switch
            {
                Protection.Drop => "Left out of everything after reading.",
                Protection.Mask => "Masked inside the text.",
                Protection.Pseudonym => "A pseudonym stands in its place.",
                Protection.Generalise => "Made coarse.",
                Protection.Synthetic => "A made-up value stands in its place; no feature.",
                _ => $"Kept: {plan.Project.Columns.First(declared => declared.Name == column.Name).Why ?? "the project file says so"}.",
            };
            _found.Add(new Finding("personal", column.Name, $"{column.Name} holds personal data in {Rows(rows)}.", done, rows, []));
        }
    }

    private void Rare()
    {
        foreach (var column in plan.Kept.Where(column => column is { IsFeature: true, Kind: ColumnKind.Category }))
        {
            var (levels, rare, rows, names) = engine.List($"""
                SELECT count(*), count(*) FILTER (WHERE n < {RareRows}), COALESCE(CAST(sum(n) FILTER (WHERE n < {RareRows}) AS BIGINT), 0), COALESCE(array_to_string(min(level, 5) FILTER (WHERE n < {RareRows}), ', '), '')
                FROM (SELECT left({column.Sql}, 60) AS level, count(*) AS n FROM k WHERE {column.Sql} IS NOT NULL GROUP BY {column.Sql})
                """, reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3)))[0];
            if (rare > 0 && levels <= LevelsMax)
            {
                _found.Add(new Finding("rare", column.Name, $"{column.Name} has {Counted.Of(rare, "name")} with fewer than {RareRows} rows{(column.Protection == Protection.Pseudonym ? "" : $": {names}{(rare > 5 ? ", …" : "")}")}.", "Kept; too few to learn each by itself.", rows, []));
            }
        }
    }

    private void Outliers()
    {
        var columns = plan.Kept.Where(column => column is { IsFeature: true, Kind: ColumnKind.Number }).Select(column => (Column: column, Fences: FarValues.Fences(profile, column.Name)))
            .Where(pair => pair.Fences is not null).Select(pair => (pair.Column, pair.Fences!.Value.Low, pair.Fences.Value.High)).ToList();
        if (columns.Count == 0)
        {
            return;
        }

        var conditions = columns.ConvertAll(far => $"({far.Column.Sql} < {SqlText.Number(far.Low)} OR {far.Column.Sql} > {SqlText.Number(far.High)})");
        var counts = engine.Aggregates(["count(*)", .. conditions.Select(condition => $"count(*) FILTER (WHERE {condition})")], "k");
        for (var i = 0; i < columns.Count; i++)
        {
            var (column, low, high) = columns[i];
            if (counts[i + 1] is var rows and > 0 && rows <= FarValues.ShareMax * counts[0])
            {
                _found.Add(new Finding(
                    "outlier", column.Name, $"{column.Name} is far from all others in {Rows(rows)}: below {Short(low)} or above {Short(high)}.", "Kept. An error is bounded by a \"between\" check, a rare event by a \"clip\" step.", rows, examples.Of("k", conditions[i], column, raw: false)));
            }
        }
    }

    private static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private void Undeclared()
    {
        foreach (var (name, words) in plan.Undeclared.Zip(PersonalGuard.Words(engine, plan.RawTable, plan.Source.Rows ?? SourceLimits.RowsMax, plan.Undeclared)))
        {
            var holds = words is { } what ? $" It holds personal data: {what}." : "";
            _found.Add(new Finding("column", name, $"The source has a column \"{name}\" that {ProjectFile.FileName} does not name.{holds}", "Left out; add it under \"columns\" to use it.", 0, []));
        }
    }

    private static string Bounds(BetweenCheck between)
    {
        var low = between.Min is { } min ? $"{(between.StrictMin ? "not above" : "below")} {NumberText.Shortest(min)}" : null;
        var high = between.Max is { } max ? $"{(between.StrictMax ? "not below" : "above")} {NumberText.Shortest(max)}" : null;
        return string.Join(" or ", new[] { low, high }.OfType<string>());
    }

    private static string Rows(long count) => $"{Number(count)} {(count == 1 ? "row" : "rows")}";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
