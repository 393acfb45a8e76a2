using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Writing;

/// <summary>A check as an item of <c>checks:</c>.</summary>
internal static class CheckLines
{
    /// <summary>The lines, with the id of the check (of the first, where neighbouring not_null checks of one manner share a line).</summary>
    public static IEnumerable<(string Id, string Text)> Of(IReadOnlyList<CheckRule> rules, IReadOnlyDictionary<string, ColumnKind> kinds)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            var columns = new List<string>();
            for (var j = i; j < rules.Count && Shares(rule, rules[j]); j++)
            {
                columns.Add(rules[j].Row!.Column);
            }

            i += Math.Max(0, columns.Count - 1);
            yield return (rule.Id, Of(rule, columns, kinds));
        }

        static bool Shares(CheckRule a, CheckRule b) =>
            a.Row is NotNullCheck && b.Row is NotNullCheck && (a.Error, a.BeforeCleaning, a.Mostly) == (b.Error, b.BeforeCleaning, b.Mostly);
    }

    private static string Of(CheckRule rule, IReadOnlyList<string> shared, IReadOnlyDictionary<string, ColumnKind> kinds)
    {
        var arguments = new List<string>();
        var (name, columns) = rule switch
        {
            { Row: NotNullCheck } => ("not_null", shared),
            { Row: InSetCheck check } => ("in_set", [check.Column]),
            { Row: BetweenCheck check } => ("between", [check.Column]),
            { Row: MatchesCheck check } => ("matches", [check.Column]),
            { Row: LengthCheck check } => ("length_between", [check.Column]),
            { Row: TypeCheck check } => ("type", [check.Column]),
            { Row: CompareCheck check } => ("pair_greater", [check.Column, check.Other]),
            { Table: UniqueCheck check } => ("unique", check.Columns),
            { Table: FreshnessCheck check } => ("freshness", [check.Column]),
            { Table: RowCountCheck } => ("row_count_between", (IReadOnlyList<string>)[]),
            _ => throw new ArgumentException($"Check {rule.Id} has no rule.", nameof(rule)),
        };
        switch ((object?)rule.Row ?? rule.Table)
        {
            case InSetCheck check:
                arguments.Add($"values: {YamlFlow.List(check.Values)}");
                break;
            case BetweenCheck check:
                var isDate = kinds.GetValueOrDefault(check.Column) == ColumnKind.Date;
                Bound("min", check.Min is { } min ? isDate ? Date(min) : YamlFlow.Number(min) : null);
                Bound("strict_min", check.StrictMin ? "true" : null);
                Bound("max", check.Max is { } max ? isDate ? Date(max) : YamlFlow.Number(max) : null);
                Bound("strict_max", check.StrictMax ? "true" : null);
                break;
            case MatchesCheck check:
                arguments.Add($"pattern: {Yaml.Scalar(check.Pattern)}");
                break;
            case LengthCheck check:
                Bound("min", check.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Bound("max", check.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case TypeCheck check:
                arguments.Add($"type: {check.Type}");
                break;
            case CompareCheck { OrEqual: true }:
                arguments.Add("or_equal: true");
                break;
            case RowCountCheck check:
                Bound("min", check.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Bound("max", check.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case FreshnessCheck check:
                Bound("max", YamlFlow.Number(check.DaysMax));
                break;
        }

        if (rule.Mostly < 1)
        {
            arguments.Add($"mostly: {YamlFlow.Number(rule.Mostly)}");
        }

        if (!rule.Error)
        {
            arguments.Add("severity: warn");
        }

        if (rule.BeforeCleaning && rule.Row is not TypeCheck)
        {
            arguments.Add("when: before");
        }

        if (arguments.Count == 0 && columns.Count > 0 && rule.Row is not CompareCheck)
        {
            return $"{name}: {(columns.Count == 1 ? Yaml.Scalar(columns[0]) : YamlFlow.List(columns))}";
        }

        var about = columns.Count switch { 0 => "", 1 => $"column: {Yaml.Scalar(columns[0])}", _ => $"columns: {YamlFlow.List(columns)}" };
        return $"{name}: {{{string.Join(", ", arguments.Prepend(about).Where(a => a.Length > 0))}}}";

        void Bound(string key, string? value)
        {
            if (value is not null)
            {
                arguments.Add($"{key}: {value}");
            }
        }

        static string Date(double days) => YamlFlow.Moment(new DateTimeOffset(DateTime.UnixEpoch.AddDays(days), TimeSpan.Zero));
    }
}
