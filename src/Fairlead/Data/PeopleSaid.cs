using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Applies what people said to the working table: corrections of single values, then accepted repairs of slices.</summary>
internal sealed class PeopleSaid(CleanPlan plan, IReadOnlyList<SourceFile> files, DataEngine engine, ExampleReader examples)
{
    public List<StepOutcome> Steps { get; } = [];

    public List<Finding> Findings { get; } = [];

    /// <exception cref="FaultException">A correction or repair names what the data does not have.</exception>
    public void Apply(IReadOnlyList<Correction> corrections, IReadOnlyList<Repair> repairs)
    {
        List<Fault> faults = [];
        foreach (var group in corrections.GroupBy(correction => correction.Column, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Correct(group.Key, group, faults);
        }

        foreach (var repair in repairs.OrderBy(repair => repair.At).ThenBy(repair => repair.Id, StringComparer.Ordinal))
        {
            Repair(repair, faults);
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }
    }

    private void Correct(string name, IEnumerable<Correction> corrections, List<Fault> faults)
    {
        if (plan.Find(name) is not { Dropped: false } column)
        {
            faults.AddRange(corrections.Select(correction => new Fault($"correction {correction.Feedback}", $"It corrects the column \"{name}\", which cleaned rows do not have.{NearestName.Hint(name, plan.Kept.Select(kept => kept.Name))}", "Take it out of corrections/, or name another column.")));
            return;
        }

        // A corrected value is written as in the source: it goes through the column's own steps.
        var pipeline = new RowPipeline([name], [.. plan.Steps.Where(step => step.Column == name && step.IsAlone())]);
        var latest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var correction in corrections.OrderBy(correction => correction.At).ThenBy(correction => correction.Feedback, StringComparer.Ordinal))
        {
            Cell[] cell = [Cell.Of(correction.Now)];
            pipeline.Apply(cell);
            if (cell[0].IsMissing || cell[0].IsNumber != column.IsNumber)
            {
                faults.Add(new Fault($"correction {correction.Feedback}", $"\"{correction.Now}\" can't be a value of \"{name}\"{(column.IsNumber ? ": it is not a number or date" : "")}.", "Correct the correction, or take it out of corrections/."));
                continue;
            }

            latest[correction.Key] = cell[0].ToString();
        }

        engine.Execute("CREATE OR REPLACE TABLE said (key VARCHAR, now VARCHAR)");
        engine.Append("said", latest.Select(pair => new string?[] { pair.Key, pair.Value }));
        var now = column.IsNumber ? "CAST(said.now AS DOUBLE)" : "said.now";
        var rows = engine.List($"SELECT __row FROM r JOIN said ON __key = key WHERE {column.Sql} IS DISTINCT FROM {now} ORDER BY __row", reader => reader.GetInt64(0));
        var before = examples.Cleaned("r", $"__row IN ({string.Join(", ", rows.Take(ExampleReader.Shown).Select(row => row.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("-1"))})", column);
        if (column.IsTarget)
        {
            var was = column.IsNumber ? $"CAST({column.Sql} AS VARCHAR)" : column.Sql;
            engine.Execute($"""
                UPDATE r SET __label_was = COALESCE({was}, '') FROM said WHERE __key = key AND {column.Sql} IS DISTINCT FROM {now};
                UPDATE r SET __corrected = true FROM said WHERE __key = key
                """);
        }

        engine.Execute($"UPDATE r SET {column.Sql} = {now} FROM said WHERE __key = key");
        var after = examples.Cleaned("r", $"__row IN ({string.Join(", ", before.Select(example => example.Row.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("-1"))})", column);
        Steps.Add(new StepOutcome("correction", name, rows.Count, [.. before.Zip(after, (was, now) => was with { After = now.Before })]));
        var gone = engine.List("SELECT key FROM said WHERE key NOT IN (SELECT __key FROM r)", reader => reader.GetString(0));
        if (gone.Count is var lost and > 0)
        {
            var others = gone.Count(key => plan.Ids?.IsOfOtherKey(key) is true);
            Findings.Add(new Finding("correction", name, string.Create(CultureInfo.InvariantCulture, $"{lost:N0} {(lost == 1 ? "correction" : "corrections")} of {name} {(lost == 1 ? "names a row" : "name rows")} that the source no longer has{(others > 0 ? $"; {others:N0} of them under another pseudonym key than this workspace's" : "")}."), "Kept in corrections/ for the day the rows come back.", lost, []));
        }
    }

    private void Repair(Repair repair, List<Fault> faults)
    {
        var conditions = repair.Where.Select(condition => Condition(repair, condition, faults)).ToList();
        if (conditions.Count == 0 || conditions.Contains(null))
        {
            if (conditions.Count == 0)
            {
                faults.Add(new Fault($"repair {repair.Id}", "It has no condition, so it would apply to every row.", "Name the slice under \"where\"."));
            }

            return;
        }

        var slice = string.Join(" AND ", conditions);
        var target = plan.Target;
        switch (repair.Action)
        {
            case "distrust":
                var touched = engine.Count($"SELECT count(*) FROM r WHERE {slice}");
                Steps.Add(new StepOutcome($"distrust {repair.Id}", target.Name, touched, examples.Cleaned("r", slice, target)));
                engine.Execute($"""
                    UPDATE r SET __judge_only = true WHERE {slice} AND __corrected;
                    UPDATE r SET __distrust = {SqlText.Text($"label distrusted: {repair.Id.Replace(';', ',')}")} WHERE {slice} AND NOT __corrected
                    """);
                break;
            case "relabel" when Value(repair.From) is { } from && Value(repair.To) is { } to:
                var wrong = $"{slice} AND {target.Sql} = {from} AND NOT __corrected";
                Steps.Add(new StepOutcome($"relabel {repair.Id}", target.Name, engine.Count($"SELECT count(*) FROM r WHERE {wrong}"),
                    [.. examples.Cleaned("r", wrong, target).Select(example => example with { After = repair.To })]));
                engine.Execute($"UPDATE r SET {target.Sql} = {to} WHERE {wrong}");
                break;
            default:
                faults.Add(new Fault($"repair {repair.Id}", $"The action \"{repair.Action}\"{(repair.Action == "relabel" ? " needs \"from\" and \"to\", values of the target" : " is not known")}.", "Write distrust, or relabel with from and to."));
                break;
        }
    }

    private string? Value(string? label) =>
        string.IsNullOrEmpty(label) ? null : !plan.Target.IsNumber ? SqlText.Text(label) : NumberText.TryParse(label, out var number) ? SqlText.Number(number) : null;

    private string? Condition(Repair repair, Condition condition, List<Fault> faults)
    {
        if (condition is { Column: FileOfRow.Column, Level: { } file })
        {
            if (FileOfRow.Sql(files, file) is { } rows)
            {
                return rows;
            }

            Findings.Add(new Finding("correction", null, $"Repair {repair.Id} is of the file \"{file}\", which the source no longer has.", "Kept in corrections/ for the day the file comes back.", 0, []));
            return "false";
        }

        if (plan.Find(condition.Column) is not { Dropped: false } column)
        {
            faults.Add(new Fault($"repair {repair.Id}", $"It names the column \"{condition.Column}\", which cleaned rows do not have.{NearestName.Hint(condition.Column, plan.Kept.Select(kept => kept.Name))}", "Name a column of the cleaned data."));
            return null;
        }

        if (condition.Level is { } level)
        {
            if (!column.IsNumber)
            {
                return $"{column.Sql} = {SqlText.Text(level)}";
            }

            if (NumberText.TryParse(level, out var number))
            {
                return $"{column.Sql} = {SqlText.Number(number)}";
            }
        }
        else if (column.IsNumber && (condition.Min ?? condition.Max) is not null)
        {
            var low = condition.Min is { } min ? $"{column.Sql} >= {SqlText.Number(min)}" : null;
            var high = condition.Max is { } max ? $"{column.Sql} < {SqlText.Number(max)}" : null;
            return string.Join(" AND ", new[] { low, high }.OfType<string>());
        }

        faults.Add(new Fault($"repair {repair.Id}", $"Its condition on \"{condition.Column}\" does not fit a {column.Kind.ToString().ToLowerInvariant()} column.", "Give a level, or for numbers and dates a min or max."));
        return null;
    }
}
