using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Packaging;

/// <summary>Makes a package's contract from what the project declares and what the training rows hold.</summary>
internal static class ContractBuilder
{
    /// <summary>Most names listed for one column.</summary>
    public const int MostLevels = 1_000;

    public static ModelContract Build(ProjectFile project, DatasetVersion version, Dataset dataset, double threshold)
    {
        var training = TrainingRows(dataset);
        var columns = project.Columns.Select(column => Column(column, dataset, training, project.Training.LeastRows)).ToArray();
        var usable = project.Columns.Where(column => column.Protection != Protection.Drop).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        usable.UnionWith(project.Derived.Select(column => column.Name));
        var steps = version.RowSteps.Where(step => step.Reads().Concat(step.Writes()).All(usable.Contains)).ToArray();
        return new ModelContract(
            project.Project, project.Question, project.Task, project.Target, project.Unit,
            dataset.Classes, project.Positive, threshold, columns, steps,
            [.. project.Checks.Where(rule => IsRowRule(rule, [.. project.Columns.Concat(project.Derived).Select(column => column.Name), project.Target], usable, steps)).Select(rule => rule.Condition is { } condition ? new ConditionalCheck(rule.Row!, condition) : rule.Row!)],
            project.Wording)
        {
            Derived = project.Derived.Count == 0 ? null : [.. project.Derived.Select(column => Column(column, dataset, training, project.Training.LeastRows))],
        };
    }

    /// <summary>Rows that models learn from.</summary>
    public static int[] TrainingRows(Dataset dataset) =>
        [.. Enumerable.Range(0, dataset.Count).Where(row => UnseenJudge.Trains(dataset, row))];

    /// <summary>Names with at least this many rows (a package never carries one person's word), most frequent first, ties in ordinal order; and rows per name.</summary>
    public static IReadOnlyList<(string Name, int Rows)> Levels(string?[] texts, int[] rows, int least)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (texts[row] is { Length: > 0 } text)
            {
                counts[text] = counts.GetValueOrDefault(text) + 1;
            }
        }

        return
        [
            .. counts.Where(level => level.Value >= least)
                .OrderByDescending(level => level.Value)
                .ThenBy(level => level.Key, StringComparer.Ordinal)
                .Take(MostLevels)
                .Select(level => (level.Key, level.Value)),
        ];
    }

    private static ContractColumn Column(ProjectColumn column, Dataset dataset, int[] training, int least)
    {
        var feature = column.IsFeature;
        var contract = new ContractColumn(column.Name, column.Label, column.Kind, column.Required && feature, feature, column.Protection, column.Unit);
        if (!feature || column.Protection != Protection.None || !dataset.Features.Has(column.Name))
        {
            return contract;
        }

        var values = dataset.Features[column.Name];
        if (column.Kind == ColumnKind.Number && values.Numbers is { } numbers)
        {
            var seen = training.Select(row => numbers[row]).Where(double.IsFinite).Order().ToArray();
            return seen.Length < least ? contract : contract with { Min = Math.Min(seen[least - 1], seen[^least]), Max = Math.Max(seen[least - 1], seen[^least]) };
        }

        return column.Kind == ColumnKind.Category && values.Texts is { } texts
            ? contract with { Levels = [.. Levels(texts, training, least).Select(level => level.Name)] }
            : contract;
    }

    /// <summary>
    /// A check that would have sent the row to quarantine and that can be asked of one cleaned row. A check of raw values can be,
    /// where no step but a cast stands between the two.
    /// </summary>
    private static bool IsRowRule(CheckRule rule, string[] names, HashSet<string> usable, RowStep[] steps)
    {
        if (rule.Row is not { } check || !rule.Error || rule.Mostly < 1)
        {
            return false;
        }

        var columns = rule.Condition is { } condition ? [.. check.Columns, .. Expression.Condition(condition, names.Append(rule.Row.Column)).Columns] : check.Columns;
        if (!columns.All(usable.Contains))
        {
            return false;
        }

        return !rule.BeforeCleaning
            || !steps.Any(step => columns.Contains(step.Column, StringComparer.Ordinal)
                && !(step.ReadsAs() is not null && step.IsAlone() && check is NotNullCheck or BetweenCheck or GreaterThanCheck or LessThanCheck or CompareCheck));
    }
}
