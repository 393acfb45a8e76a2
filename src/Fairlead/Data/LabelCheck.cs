using System.Globalization;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Whether the kept rows have labels a model can learn from and be judged by.</summary>
internal static class LabelCheck
{
    /// <summary>Fewest rows with a label.</summary>
    public const int RowsMin = 20;

    /// <summary>Most classes.</summary>
    public const int ClassesMax = 1_000;

    /// <summary>The rows that stay.</summary>
    private const string Kept = $"r WHERE {TableStepRun.IsKept}";

    /// <param name="Findings">What is short but can be worked with.</param>
    /// <param name="Faults">Why there is nothing to learn: every reason; empty where there is something.</param>
    public sealed record Outcome(IReadOnlyList<Finding> Findings, IReadOnlyList<Fault> Faults)
    {
        public static Outcome Of(Fault fault) => new([], [fault]);
    }

    /// <summary>Looks at the rows of the working table that stay.</summary>
    public static Outcome Of(CleanPlan plan, DataEngine engine)
    {
        var (project, target) = (plan.Project, plan.Target);
        var where = $"{project.Sources[0]}, column {target.Name}";
        var kept = engine.Count($"SELECT count(*) FROM {Kept}");
        var reasons = string.Join(", ", engine.List("SELECT COALESCE(__reason, __dropped) AS why, count(*) FROM r WHERE __reason IS NOT NULL OR __dropped IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3",
            reader => string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(1):N0} left out ({reader.GetString(0)})")));
        if (project.Task == ModelTask.Regression && plan.UnreadLabel is { } unreadable)
        {
            var (wrong, all) = engine.List($"SELECT count(*) FILTER (WHERE {unreadable}), count(*) FROM r", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
            if (wrong * 2 > all)
            {
                return Outcome.Of(new Fault(where, string.Create(CultureInfo.InvariantCulture, $"The task is regression, but {wrong:N0} of {all:N0} values of the target {(wrong == 1 ? "is no number" : "are not numbers")}."), "Set \"task: multiclass\" (or binary), or name another target."));
            }
        }

        if (kept < RowsMin)
        {
            return Outcome.Of(new Fault(where, string.Create(CultureInfo.InvariantCulture, $"Only {Counted.Of(kept, "row")} with a usable label {(kept == 1 ? "is" : "are")} left; at least {RowsMin} are needed.{(reasons.Length > 0 ? $" Of the others: {reasons}." : "")}"), "Give more rows, or loosen the checks that put them into quarantine."));
        }

        var sides = engine.List($"SELECT __side, count(*) FROM {Kept} AND NOT (__judge_only AND __side = 'train') GROUP BY 1", reader => (Side: reader.GetString(0), Count: reader.GetInt64(1))).ToDictionary(side => side.Side, side => side.Count);
        List<Fault> faults = [];
        foreach (var (side, use) in new[] { ("train", "to train on"), ("exam", "to judge models on") })
        {
            if (!sides.ContainsKey(side))
            {
                faults.Add(new Fault($"{ProjectFile.FileName}, split", $"No row is left {use} (side \"{side}\").", project.Split.By == "time" ? "Set exam_from to a time within the data." : "Give more rows, or set another exam share."));
            }
        }

        var findings = project.Task == ModelTask.Regression ? Values(plan, engine, where, faults) : Classes(plan, engine, where, kept, faults);
        return new Outcome(findings, faults);
    }

    private static List<Finding> Values(CleanPlan plan, DataEngine engine, string where, List<Fault> faults)
    {
        if (engine.Count($"SELECT count(DISTINCT {plan.Target.Sql}) FROM {Kept}") == 1)
        {
            faults.Add(new Fault(where, $"The target is the same in every row ({engine.List($"SELECT any_value({plan.Target.Sql}) FROM {Kept}", reader => plan.Target.Say(reader.GetDouble(0)))[0]}): there is nothing to learn.", "Name another target, or give rows where it differs."));
        }

        return [];
    }

    private static List<Finding> Classes(CleanPlan plan, DataEngine engine, string where, long kept, List<Fault> faults)
    {
        var project = plan.Project;
        var counts = engine.List($"SELECT {plan.Target.Sql}, __side, count(*) FROM {Kept} AND NOT (__judge_only AND __side = 'train') GROUP BY 1, 2 ORDER BY 1, 2", reader => (Class: reader.GetString(0), Side: reader.GetString(1), Rows: reader.GetInt64(2)));
        var classes = counts.GroupBy(count => count.Class).OrderByDescending(group => group.Sum(count => count.Rows)).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        var named = string.Join(", ", classes.Take(10).Select(group => string.Create(CultureInfo.InvariantCulture, $"\"{group.Key}\" ({group.Sum(count => count.Rows):N0})"))) + (classes.Count > 10 ? ", …" : "");
        if (classes.Count == 1)
        {
            faults.Add(new Fault(where, $"The target has one class only, {named}: there is nothing to learn.", "Name another target, or give rows of another class too."));
        }
        else if (classes.Count > ClassesMax || (classes.Count > 20 && classes.Count * 2L > kept))
        {
            faults.Add(new Fault(where, string.Create(CultureInfo.InvariantCulture, $"The target has {classes.Count:N0} different values in {Counted.Of(kept, "row")}: it looks like an id or a quantity, not a class (at most {ClassesMax:N0})."), "Name another target, or set \"task: regression\" for a quantity."));
        }
        else if (project.Task == ModelTask.Binary && classes.Count > 2)
        {
            faults.Add(new Fault(where, $"The task is binary, but the target has {classes.Count} classes: {named}.", "Set \"task: multiclass\", or merge spellings of one class in \"clean\"."));
        }
        else if (project is { Task: ModelTask.Binary, Positive: { } positive } && classes.All(group => group.Key != positive))
        {
            faults.Add(new Fault(where, $"The positive class \"{positive}\" is not among the target's classes: {named}.{NearestName.Hint(positive, classes.Select(group => group.Key))}", "Name one of them as \"positive\"."));
        }
        else if (classes.Count(group => group.Any(count => count.Side == "train")) == 1)
        {
            faults.Add(new Fault(where, "The training side has one class only.", "Give more rows of the other classes; sides never move."));
        }

        return [.. classes.Where(group => !group.Any(count => count.Side == "exam")).Take(5).Select(group => new Finding("rare", plan.Target.Name,
            string.Create(CultureInfo.InvariantCulture, $"No exam row has the class \"{group.Key}\" ({Counted.Of(group.Sum(count => count.Rows), "row")} in all): how well it is answered can't be told."), "Rows keep their side; more rows of it will fall to the exam.", group.Sum(count => count.Rows), []))];
    }
}
