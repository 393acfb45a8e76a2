using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Writing;

/// <summary>The cleaning of a project as the items of <c>clean:</c>. Casts and masks follow from the columns and are not written.</summary>
internal static class CleanLines
{
    public static IReadOnlyList<(string Column, string Text)> Of(ProjectFile project)
    {
        var lines = new List<(string, string)>();
        var cast = project.RowSteps.OfType<CastStep>().Select(s => s.Column).ToHashSet(StringComparer.Ordinal);
        var trimmed = project.RowSteps.OfType<TrimStep>().Select(s => s.Column).Where(c => !cast.Contains(c)).ToHashSet(StringComparer.Ordinal);
        if (trimmed.Count > 0)
        {
            var all = project.Columns.Select(c => c.Name).Append(project.Target).Where(c => !cast.Contains(c));
            lines.Add(("", "trim: " + (all.All(trimmed.Contains) ? "all" : YamlFlow.List(project.Columns.Select(c => c.Name).Append(project.Target).Where(trimmed.Contains)))));
        }

        var missing = project.RowSteps.OfType<MissingStep>().ToLookup(s => s.Column, StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in project.RowSteps)
        {
            switch (step)
            {
                case MissingStep when written.Add(step.Column):
                    lines.Add((step.Column, $"missing: {{column: {Yaml.Scalar(step.Column)}, values: {YamlFlow.List(missing[step.Column].SelectMany(s => s.Values))}}}"));
                    break;
                case NormaliseStep normalise:
                    lines.Add((step.Column, $"normalise: {{column: {Yaml.Scalar(step.Column)}, map: {YamlFlow.Map(normalise.Map)}{(normalise.IgnoreCase ? "" : ", ignore_case: false")}}}"));
                    break;
                case ImputeStep impute:
                    lines.Add((step.Column, $"impute: {{column: {Yaml.Scalar(step.Column)}, {(impute.Fit is null ? $"value: {ValueText(impute, cast)}" : $"with: {impute.Fit}")}}}"));
                    break;
            }
        }

        foreach (var step in project.TableSteps.OfType<DropDuplicatesStep>())
        {
            lines.Add(("", step.Columns.Count == 0 ? "drop duplicates" : $"drop duplicates: {YamlFlow.List(step.Columns)}"));
        }

        return lines;
    }

    private static string ValueText(ImputeStep impute, HashSet<string> cast) => cast.Contains(impute.Column) ? impute.Value : Yaml.Scalar(impute.Value);
}
