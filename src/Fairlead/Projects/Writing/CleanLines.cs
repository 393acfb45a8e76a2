using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Writing;

/// <summary>The cleaning of a project as the items of <c>clean:</c>. Casts and masks follow from the columns and are not written.</summary>
internal static class CleanLines
{
    public static IReadOnlyList<(string Column, string Text)> Of(ProjectFile project)
    {
        var lines = new List<(string, string)>();
        var source = project.Columns.Select(c => c.Name).Append(project.Target).ToList();
        var cast = project.RowSteps.Where(s => s.ReadsAs() is not null && source.Contains(s.Column)).Select(s => s.Column).ToHashSet(StringComparer.Ordinal);
        var trimmed = project.RowSteps.OfType<TrimStep>().Select(s => s.Column).Where(c => !cast.Contains(c) && source.Contains(c)).ToHashSet(StringComparer.Ordinal);
        if (trimmed.Count > 0)
        {
            lines.Add(("", "trim: " + (source.Where(c => !cast.Contains(c)).All(trimmed.Contains) ? "all" : YamlFlow.List(source.Where(trimmed.Contains)))));
        }

        var missing = project.RowSteps.OfType<MissingStep>().ToLookup(s => s.Column, StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in project.RowSteps)
        {
            if (step is MissingStep)
            {
                if (written.Add(step.Column))
                {
                    lines.Add((step.Column, $"missing: {{column: {Yaml.Scalar(step.Column)}, values: {YamlFlow.List(missing[step.Column].SelectMany(s => s.Values))}}}"));
                }
            }
            else if (step is SplitStep split)
            {
                lines.Add((step.Column, Split(split, project.Derived)));
            }
            else if (step is TrimStep && !source.Contains(step.Column) && !project.RowSteps.Any(other => other is CastStep && other.Column == step.Column))
            {
                lines.Add((step.Column, $"trim: {YamlFlow.List([step.Column])}"));
            }
            else if (Text(step, cast, project.Derived) is { } text)
            {
                lines.Add((step.Column, text));
            }
        }

        lines.AddRange(project.TableSteps.Select(step => ("", Text(step))));
        return lines;
    }

    private static string? Text(RowStep step, HashSet<string> cast, IReadOnlyList<ProjectColumn> derived)
    {
        var column = $"column: {Yaml.Scalar(step.Column)}";
        return step switch
        {
            NormaliseStep normalise => $"normalise: {{{column}, map: {YamlFlow.Map(normalise.Map)}{(normalise.IgnoreCase ? "" : ", ignore_case: false")}}}",
            ImputeStep impute => $"impute: {{{column}, {(impute.Fit is null ? $"value: {(cast.Contains(step.Column) ? impute.Value : Yaml.Scalar(impute.Value))}" : $"with: {impute.Fit}")}}}",
            GroupImputeStep group => $"impute: {{{column}, with: {group.Fit}, by: {Yaml.Scalar(group.By)}}}",
            ModelImputeStep model => $"impute: {{{column}, with: model, from: {YamlFlow.List(model.From)}}}",
            ClassImputeStep classes => $"impute: {{{column}, with: model, from: {YamlFlow.List(classes.From)}}}",
            CaseStep change => $"case: {{{column}, to: {change.To}}}",
            MapStep map => $"map: {{{column}, values: {YamlFlow.Map(map.Values)}{(map.Else is { } other ? $", else: {Yaml.Scalar(other)}" : "")}}}",
            ParseNumberStep number => $"parse number: {{{column}{(number.DecimalComma ? ", decimal: comma" : "")}{Named("unit", number.Unit)}{Named("assumed", number.Assumed)}}}",
            ParseDateStep date => $"parse date: {{{column}, formats: {YamlFlow.List(date.Formats)}{(date.Formats.Any(format => format.Contains("%y", StringComparison.Ordinal)) ? FormattableString.Invariant($", pivot: {date.Pivot}") : "")}}}",
            ClipStep { LowQuantile: { } low, HighQuantile: { } high } => $"clip: {{{column}, quantiles: [{YamlFlow.Number(low)}, {YamlFlow.Number(high)}]}}",
            ClipStep clip => $"clip: {{{column}{(clip.Min is { } min ? $", min: {YamlFlow.Number(min)}" : "")}{(clip.Max is { } max ? $", max: {YamlFlow.Number(max)}" : "")}}}",
            JoinStep join => $"join: {{columns: {YamlFlow.List(join.From)}, by: {Yaml.Scalar(join.Separator)}, into: {Yaml.Scalar(join.Column)}{Kind(derived, join.Column)}}}",
            DeriveStep derive => $"derive: {{{column}, as: {Yaml.Scalar(derive.Expression)}{Kind(derived, derive.Column)}}}",
            _ => null,
        };
    }

    private static string Named(string key, string? value) => value is null ? "" : $", {key}: {Yaml.Scalar(value)}";

    private static string Kind(IReadOnlyList<ProjectColumn> derived, string name) => $", kind: {KindOf(derived, name)}";

    private static string KindOf(IReadOnlyList<ProjectColumn> derived, string name) => derived.First(column => column.Name == name).Kind.ToString().ToLowerInvariant();

    private static string Split(SplitStep step, IReadOnlyList<ProjectColumn> derived)
    {
        var how = step.Pattern is { } pattern ? $"pattern: {Yaml.Scalar(pattern)}" : $"by: {Yaml.Scalar(step.Separator!)}";
        return $"split: {{column: {Yaml.Scalar(step.Column)}, {how}, into: {{{string.Join(", ", step.Into.Select(name => $"{Yaml.Scalar(name)}: {KindOf(derived, name)}"))}}}}}";
    }

    private static string Text(TableStep step) => step switch
    {
        DropDuplicatesStep { Keep: "first", Merge: null } drop => drop.Columns.Count == 0 ? "drop duplicates" : $"drop duplicates: {YamlFlow.List(drop.Columns)}",
        DropDuplicatesStep drop => $"drop duplicates: {{{string.Join(", ", new[] { drop.Columns.Count == 0 ? "" : $"columns: {YamlFlow.List(drop.Columns)}", $"keep: {drop.Keep}", Merge(drop.Merge) }.Where(part => part.Length > 0))}}}",
        FuzzyDuplicatesStep fuzzy => $"fuzzy duplicates: {{{string.Join(", ", new[] { $"columns: {YamlFlow.List(fuzzy.Columns)}", $"block: {Yaml.Scalar(fuzzy.Block)}", $"threshold: {YamlFlow.Number(fuzzy.Threshold)}", $"similarity: {fuzzy.Similarity}", $"keep: {fuzzy.Keep}", Merge(fuzzy.Merge) }.Where(part => part.Length > 0))}}}",
        QuarantineStep quarantine => $"quarantine: {{where: {Yaml.Scalar(quarantine.Where)}, reason: {Yaml.Scalar(quarantine.Reason)}}}",
        FillStep fill => $"fill: {{column: {Yaml.Scalar(fill.Column)}{Named("by", fill.By)}, order: {Yaml.Scalar(fill.Order)}, from: {fill.From}}}",
        DropColumnsStep drop => $"drop: {YamlFlow.List(drop.Columns)}",
        _ => throw new ArgumentException($"{step.GetType().Name} can't be written.", nameof(step)),
    };

    private static string Merge(IReadOnlyDictionary<string, string>? merge) => merge is null ? "" : $"merge: {YamlFlow.Map(merge)}";
}
