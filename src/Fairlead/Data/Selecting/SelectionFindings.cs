using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Selecting;

/// <summary>What makes a model look better than it will be: columns that tell the answer, rows on both sides of the split, columns filled in only after the event. And classes of unequal size.</summary>
/// <remarks>Columns are judged on at most <see cref="RowsMax"/> kept rows, every n-th of them. Each finding carries its evidence; nothing is left out by itself.</remarks>
internal sealed class SelectionFindings(CleanPlan plan, DataEngine engine)
{
    /// <summary>Rows that columns are judged on.</summary>
    public const int RowsMax = 20_000;

    /// <summary>Cells that are looked at: a very wide table is judged on fewer rows.</summary>
    private const int CellsMax = 2_000_000;
    private const int RowsMin = 200;

    /// <summary>A class below this share of the rows is called small.</summary>
    public const double SmallShare = 0.10;

    /// <summary>Exam rows of a class below which its figures have wide intervals.</summary>
    private const int ExamRowsFew = 50;

    /// <summary>Share of exam rows with a near-copy in training from which it is said.</summary>
    private const double CopiesShare = 0.01;

    /// <summary>Share of rows in which a date lies after the event from which the column is called known only later.</summary>
    private const double LaterShare = 0.5;

    /// <summary>How much more often a value is missing in the newest tenth of the rows than before, in shares, from which it is called filled in later.</summary>
    private const double FilledLater = 0.2;

    private const int TenthRowsMin = 50;

    /// <summary>From here a column is suspect when nothing else comes near it.</summary>
    private const double AloneArea = 0.78;
    private const double AheadBy = 0.05;

    /// <summary>Whole numbers, another in every row, that spread over at most so many times the number of rows are ids.</summary>
    private const double IdSpread = 10;

    private readonly List<Finding> _found = [];

    public IReadOnlyList<Finding> All()
    {
        Imbalance();
        AcrossTheSplit();
        NamedLikeTheTarget();
        TellingAlone();
        KnownLater();
        return _found;
    }

    private void Imbalance()
    {
        if (plan.Project.Task == ModelTask.Regression)
        {
            return;
        }

        var classes = engine.List($"SELECT {plan.Target.Sql}, count(*), count(*) FILTER (WHERE __side = 'exam') FROM k GROUP BY 1 ORDER BY 2 DESC, 1", reader => (Name: reader.GetString(0), Rows: reader.GetInt64(1), Exam: reader.GetInt64(2)));
        var all = classes.Sum(one => one.Rows);
        var small = classes.Skip(1).Where(one => one.Rows < SmallShare * all * Math.Min(1, 2.0 / classes.Count)).ToList();
        if (small.Count == 0)
        {
            return;
        }

        var named = string.Join(", ", small.Take(5).Select(one => $"\"{one.Name}\" {Percent(one.Rows, all)} ({Number(one.Rows)})"));
        var least = small.Min(one => one.Exam);
        _found.Add(new Finding(
            "imbalance", plan.Target.Name, $"Classes are of unequal size: {named}{(small.Count > 5 ? ", …" : "")} of {Counted.Of(all, "row")}; the largest, \"{classes[0].Name}\", has {Percent(classes[0].Rows, all)}.",
            $"Kept as they are: the search weighs no class, and probabilities stay true. Always answering \"{classes[0].Name}\" is right in {Percent(classes[0].Rows, all)}, so accuracy says little: gate on {(classes.Count == 2 ? "average_precision or auc" : "balanced_accuracy or log_loss")}."
                + (least < ExamRowsFew ? $" The exam has only {Counted.Of(least, "row")} of the smallest: its figures have wide intervals, and `data next` names rows whose labels would help." : ""),
            small.Sum(one => one.Rows), []));
    }

    private void AcrossTheSplit()
    {
        const string Trained = "(SELECT __group, min(__row) AS twin FROM k WHERE __side = 'train' AND NOT __judge_only GROUP BY 1)";
        var (copies, exam) = engine.List($"SELECT count(*) FILTER (WHERE __group IN (SELECT __group FROM {Trained})), count(*) FROM k WHERE __side = 'exam'", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
        if (copies == 0 || copies < CopiesShare * exam)
        {
            return;
        }

        var shown = engine.List($"SELECT k.__row, t.twin FROM k JOIN {Trained} t ON k.__group = t.__group WHERE k.__side = 'exam' ORDER BY k.__row LIMIT {ExampleReader.Shown}",
            reader => new RowExample(reader.GetInt64(0), string.Create(CultureInfo.InvariantCulture, $"nearly the same as training row {reader.GetInt64(1)}"), null));
        _found.Add(new Finding(
            "leak", null, $"{Number(copies)} of {Number(exam)} exam rows have a near-copy among the training rows.",
            "Kept: sides never move. Cross-validation and the comparison with the champion leave them out, the exam's own figures do not. Add \"drop duplicates\" under clean, or split by a group that keeps copies together.", copies, shown));
    }

    private void NamedLikeTheTarget()
    {
        var target = Words(plan.Target.Name);
        foreach (var column in plan.Kept.Where(column => column.IsFeature))
        {
            var words = Words(column.Name);
            if (target.Count > 0 && target.All(words.Contains))
            {
                _found.Add(new Finding(
                    "leak", column.Name, $"{column.Name} has the name of the target in it.", $"Kept. If it is known only after the answer, leave it out: \"ignore: leak\" at the column.", engine.Count($"SELECT count({column.Sql}) FROM k"), []));
            }
        }
    }

    private void TellingAlone()
    {
        var columns = plan.Kept.Where(column => column.IsFeature && column.Kind != ColumnKind.Text).ToList();
        if (columns.Count == 0)
        {
            return;
        }

        var most = Math.Clamp(CellsMax / columns.Count, RowsMin, RowsMax);
        var step = Math.Max(1, (engine.Count("SELECT count(*) FROM k") + most - 1) / most);
        var rows = engine.List(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {plan.Target.Sql}, {string.Join(", ", columns.Select(column => column.Sql))} FROM k WHERE __row IN (SELECT __row FROM (SELECT __row, row_number() OVER (ORDER BY __row) AS n FROM k) WHERE n % {step} = 0) ORDER BY __row"),
            reader => (Target: plan.Target.IsNumber ? (object)reader.GetDouble(0) : reader.GetString(0), Cells: Enumerable.Range(1, columns.Count).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)).ToArray()));
        Ids(columns, [.. columns.Select((_, c) => rows.Select(row => row.Cells[c]).OfType<object>().ToList())]);
        var isArea = plan.Project.Task != ModelTask.Regression;
        var classes = rows.Select(row => row.Target).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var labels = isArea ? rows.Select(row => classes.IndexOf((string)row.Target)).ToArray() : null;
        var values = isArea ? [] : rows.Select(row => (double)row.Target).ToArray();
        var strengths = columns.Select((column, c) =>
        {
            var numbers = column.IsNumber ? rows.Select(row => row.Cells[c] is double number ? number : double.NaN).ToArray() : null;
            var codes = numbers is null ? Codes(rows.Select(row => row.Cells[c] as string)) : [];
            var tooMany = numbers is null && codes.Length > 0 && codes.Max() + 1 > rows.Count / 4;
            return (Column: column, Strength: tooMany ? 0 : SingleColumn.Strength(numbers, codes, labels, values, classes.Count));
        }).OrderByDescending(pair => pair.Strength).ThenBy(pair => pair.Column.Name, StringComparer.Ordinal).ToList();
        var measure = plan.Project.Task switch { ModelTask.Binary => "AUC", ModelTask.Multiclass => "mean AUC", _ => "R²" };
        foreach (var (column, strength) in strengths.Where(pair => pair.Strength >= (isArea ? LeakSuspects.AreaLeak : LeakSuspects.R2Leak)))
        {
            _found.Add(new Finding(
                "leak", column.Name, string.Create(CultureInfo.InvariantCulture, $"{column.Name} alone tells {plan.Target.Name} ({measure} {strength:0.000})."),
                "Kept. Real single causes hardly ever reach this: if it is known only after the answer, leave it out: \"ignore: leak\" at the column.", rows.Count, []));
        }

        if (strengths is [var first, var second, ..] && isArea && first.Strength is >= AloneArea and < LeakSuspects.AreaLeak && first.Strength >= second.Strength + AheadBy)
        {
            _found.Add(new Finding(
                "leak", first.Column.Name, string.Create(CultureInfo.InvariantCulture, $"{first.Column.Name} alone tells {plan.Target.Name} better than any other column by far ({measure} {first.Strength:0.00}, the next {second.Strength:0.00})."),
                "Kept. Ask whether it is known before the answer; a duration or a result of the event itself is not.", rows.Count, []));
        }
    }

    /// <summary>Names and whole numbers that are another in every row: a model can only learn them by heart, and their order may tell when a row came.</summary>
    private void Ids(List<PlanColumn> columns, List<List<object>> values)
    {
        foreach (var (column, seen) in columns.Zip(values).Where(pair => pair.First.Kind != ColumnKind.Date && pair.Second.Count >= RowsMin && pair.Second.Distinct().Count() == pair.Second.Count))
        {
            // Measurements may all differ too; numbers given one after the other lie close together.
            var numbers = seen.OfType<double>().ToList();
            if (numbers.Count == 0 || (numbers.All(number => number == Math.Floor(number)) && numbers.Max() - numbers.Min() <= IdSpread * engine.Count("SELECT count(*) FROM k")))
            {
                _found.Add(new Finding("leak", column.Name, $"{column.Name} is another in every row: it is an id.", "Kept. A new row has a new one, so nothing learnt from it holds, and its order may give the answer away: declare \"kind: id\".", engine.Count($"SELECT count({column.Sql}) FROM k"), []));
            }
        }
    }

    /// <summary>Dates after the event, and values that the newest rows do not have yet.</summary>
    private void KnownLater()
    {
        if (plan.Project.Time is not { } name || plan.Find(name) is not { IsNumber: true, Dropped: false } time)
        {
            return;
        }

        foreach (var column in plan.Kept.Where(column => column.IsFeature && column.Kind == ColumnKind.Date && column != time))
        {
            var (later, both) = engine.List($"SELECT count(*) FILTER (WHERE {column.Sql} > {time.Sql}), count(*) FILTER (WHERE {column.Sql} IS NOT NULL AND {time.Sql} IS NOT NULL) FROM k", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
            if (both > 0 && later > LaterShare * both)
            {
                _found.Add(new Finding(
                    "leak", column.Name, $"{column.Name} lies after {time.Name} in {Percent(later, both)} of the rows: it may not be known yet when the answer is needed.", "Kept. A date that is planned beforehand is fine; one that is recorded afterwards is not: \"ignore: leak\".", later, []));
            }
        }

        var filled = plan.Steps.Select((step, i) => (step, i)).Where(pair => pair.step is ImputeStep).ToLookup(pair => pair.step.Column, pair => $"s{pair.i}");
        var columns = plan.Kept.Where(column => column.IsFeature && column != time).ToList();
        var edge = engine.List($"SELECT quantile_cont({time.Sql}, 0.9), min({time.Sql}) FROM k", reader => reader.IsDBNull(0) ? ((double, double)?)null : (reader.GetDouble(0), reader.GetDouble(1)))[0];
        if (columns.Count == 0 || edge is not { } moments || moments.Item1 <= moments.Item2)
        {
            return;
        }

        string Missing(PlanColumn column) => $"({string.Join(" OR ", filled[column.Name].Append($"{column.Sql} IS NULL"))})";
        var newest = $"{time.Sql} >= {SqlText.Number(moments.Item1)}";
        var counts = engine.Aggregates(
            [$"count(*) FILTER (WHERE {newest})", $"count(*) FILTER (WHERE NOT ({newest}))", .. columns.SelectMany(column => new[] { $"count(*) FILTER (WHERE {newest} AND {Missing(column)})", $"count(*) FILTER (WHERE NOT ({newest}) AND {Missing(column)})" })], "k");
        if (counts[0] < TenthRowsMin || counts[1] < TenthRowsMin)
        {
            return;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            var (now, before) = ((double)counts[2 + (2 * i)] / counts[0], (double)counts[3 + (2 * i)] / counts[1]);
            if (now >= before + FilledLater && now >= 2 * before)
            {
                _found.Add(new Finding(
                    "leak", columns[i].Name, $"{columns[i].Name} has no value in {Percent(counts[2 + (2 * i)], counts[0])} of the newest rows and in {Percent(counts[3 + (2 * i)], counts[1])} of the others: it seems to be filled in only after the event.",
                    "Kept. A new row will not have it when it is asked about: leave it out, or give the value as it stood at the time.", counts[2 + (2 * i)], []));
            }
        }
    }

    private static int[] Codes(IEnumerable<string?> texts)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. texts.Select(text => text is null ? -1 : known.TryGetValue(text, out var code) ? code : known[text] = known.Count)];
    }

    private static HashSet<string> Words(string name) => [.. Naming.Words(name).Select(word => word.ToLowerInvariant())];

    private static string Percent(long part, long all) => (100.0 * part / Math.Max(1, all)).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
