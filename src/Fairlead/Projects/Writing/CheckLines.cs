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
            a.Row is NotNullCheck && b.Row is NotNullCheck && (a.Error, a.KeepsRows, a.BeforeCleaning, a.Mostly, a.Condition) == (b.Error, b.KeepsRows, b.BeforeCleaning, b.Mostly, b.Condition);
    }

    /// <summary>A check as <c>name: {arguments}</c>, or in the short form where it has none.</summary>
    /// <param name="shared">The columns of neighbouring not_null checks that share the line.</param>
    private static string Of(CheckRule rule, List<string> shared, IReadOnlyDictionary<string, ColumnKind> kinds)
    {
        var columns = shared.Count > 0 && rule.Row is NotNullCheck ? shared : rule.Columns;
        var arguments = new List<string>();
        if (rule.Row is { } row)
        {
            Row(row, arguments, kinds);
        }
        else
        {
            Table(rule.Table!, arguments, kinds);
        }

        Add("where", rule.Condition is { } condition ? Yaml.Scalar(condition) : null);
        Add("mostly", rule.Mostly < 1 ? YamlFlow.Number(rule.Mostly) : null);
        Add("severity", rule.Error ? null : "warn");
        Add("action", rule.KeepsRows ? "fail" : null);
        Add("when", rule.BeforeCleaning && rule.Row is not (TypeCheck or TypeListCheck or DateFormatCheck or ParseableDateCheck) ? "before" : null);
        if (arguments.Count == 0 && columns.Count > 0 && rule.Row is null or NotNullCheck or IsNullCheck or JsonCheck or ParseableDateCheck)
        {
            return $"{rule.Name}: {(columns.Count == 1 ? Yaml.Scalar(columns[0]) : YamlFlow.List(columns))}";
        }

        var about = columns.Count switch { 0 => "", 1 => $"column: {Yaml.Scalar(columns[0])}", _ => $"columns: {YamlFlow.List(columns)}" };
        return $"{rule.Name}: {{{string.Join(", ", arguments.Prepend(about).Where(a => a.Length > 0))}}}";

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                arguments.Add($"{key}: {value}");
            }
        }
    }

    private static void Row(RowCheck row, List<string> arguments, IReadOnlyDictionary<string, ColumnKind> kinds)
    {
        switch (row)
        {
            case InSetCheck check:
                arguments.Add($"values: {YamlFlow.List(check.Values)}");
                break;
            case NotInSetCheck check:
                arguments.Add($"values: {YamlFlow.List(check.Values)}");
                break;
            case BetweenCheck check:
                Range(arguments, check.Min, check.Max, check.StrictMin, check.StrictMax, check.Dates || kinds.GetValueOrDefault(check.Column) == ColumnKind.Date);
                break;
            case GreaterThanCheck check:
                Limit(check.Value, check.OrEqual, check.Dates || kinds.GetValueOrDefault(check.Column) == ColumnKind.Date);
                break;
            case LessThanCheck check:
                Limit(check.Value, check.OrEqual, check.Dates || kinds.GetValueOrDefault(check.Column) == ColumnKind.Date);
                break;
            case MatchesCheck check:
                arguments.Add($"pattern: {Yaml.Scalar(check.Pattern)}");
                break;
            case NotMatchesCheck check:
                arguments.Add($"pattern: {Yaml.Scalar(check.Pattern)}");
                break;
            case MatchesAnyCheck check:
                arguments.Add($"patterns: {YamlFlow.List(check.Patterns)}");
                break;
            case MatchesAllCheck check:
                arguments.Add($"patterns: {YamlFlow.List(check.Patterns)}");
                break;
            case MatchesNoneCheck check:
                arguments.Add($"patterns: {YamlFlow.List(check.Patterns)}");
                break;
            case LengthCheck check:
                Range(arguments, check.Min, check.Max, false, false, false);
                break;
            case LengthEqualsCheck check:
                arguments.Add($"value: {Whole(check.Value)}");
                break;
            case TypeCheck check:
                arguments.Add($"type: {check.Type}");
                break;
            case TypeListCheck check:
                arguments.Add($"types: {YamlFlow.List(check.Types)}");
                break;
            case DateFormatCheck check:
                arguments.Add($"format: {Yaml.Scalar(check.Format)}");
                break;
            case JsonSchemaCheck check:
                arguments.Add($"schema: {Yaml.Scalar(check.Schema)}");
                break;
            case CompareCheck check:
                OrEqual(check.OrEqual);
                Skip(check.SkipAny);
                break;
            case PairEqualCheck check:
                Skip(check.SkipAny);
                break;
            case PairInSetCheck check:
                arguments.Add($"values: [{string.Join(", ", check.Values.Select(pair => $"[{string.Join(", ", pair.Select(value => value is null ? "null" : Yaml.Scalar(value)))}]"))}]");
                Skip(check.SkipAny);
                break;
            case UniqueWithinRowCheck check:
                Skip(check.SkipAny);
                break;
            case RowSumCheck check:
                arguments.Add($"total: {YamlFlow.Number(check.Total)}");
                Skip(check.SkipAny);
                break;
        }

        void Limit(double value, bool orEqual, bool isDate)
        {
            arguments.Add($"value: {(isDate ? Date(value) : YamlFlow.Number(value))}");
            OrEqual(orEqual);
        }

        void OrEqual(bool orEqual)
        {
            if (orEqual)
            {
                arguments.Add("or_equal: true");
            }
        }

        void Skip(bool any)
        {
            if (any)
            {
                arguments.Add("skip_missing: any");
            }
        }
    }

    private static void Table(TableCheck table, List<string> arguments, IReadOnlyDictionary<string, ColumnKind> kinds)
    {
        switch (table)
        {
            case CompoundUniqueCheck { SkipAny: true }:
                arguments.Add("skip_missing: any");
                break;
            case OrderCheck { Strict: true }:
                arguments.Add("strict: true");
                break;
            case ZScoreCheck check:
                arguments.Add($"threshold: {YamlFlow.Number(check.Threshold)}");
                if (check.DoubleSided)
                {
                    arguments.Add("double_sided: true");
                }

                break;
            case StatisticCheck check:
                Range(arguments, check.Min, check.Max, check.StrictMin, check.StrictMax, check.Dates || (check.Statistic is Statistic.Min or Statistic.Max && kinds.GetValueOrDefault(check.Column) == ColumnKind.Date));
                break;
            case DistinctCheck check:
                arguments.Add($"values: {YamlFlow.List(check.Values)}");
                break;
            case MostCommonCheck check:
                arguments.Add($"values: {YamlFlow.List(check.Values)}");
                if (check.TiesOkay)
                {
                    arguments.Add("ties_okay: true");
                }

                break;
            case QuantilesCheck check:
                arguments.Add($"quantiles: [{string.Join(", ", check.Quantiles.Select(YamlFlow.Number))}]");
                arguments.Add($"ranges: [{string.Join(", ", check.Ranges.Select(range => $"[{string.Join(", ", range.Select(bound => bound is { } number ? Infinite(number) : "null"))}]"))}]");
                break;
            case DivergenceCheck check:
                arguments.Add($"threshold: {YamlFlow.Number(check.Threshold)}");
                var over = check.Bins is { } bins ? $"bins: [{string.Join(", ", bins.Select(Infinite))}]" : $"values: {YamlFlow.List(check.Values!)}";
                var tails = check.TailWeights is { } weights ? $", tail_weights: [{string.Join(", ", weights.Select(YamlFlow.Number))}]" : "";
                arguments.Add($"distribution: {{{over}, weights: [{string.Join(", ", check.Weights.Select(YamlFlow.Number))}]{tails}}}");
                Holdout("tail_weight_holdout", check.TailWeightHoldout);
                Holdout("internal_weight_holdout", check.InternalWeightHoldout);
                break;
            case ReferencesCheck check:
                arguments.Add($"other: {Yaml.Scalar(check.File)}");
                if (check.OtherColumn != check.Column)
                {
                    arguments.Add($"other_column: {Yaml.Scalar(check.OtherColumn)}");
                }

                break;
            case RowCountCheck check:
                Range(arguments, check.Min, check.Max, false, false, false);
                break;
            case ColumnCountCheck check:
                Range(arguments, check.Min, check.Max, false, false, false);
                break;
            case RowCountEqualsCheck check:
                arguments.Add($"value: {Whole(check.Value)}");
                break;
            case ColumnCountEqualsCheck check:
                arguments.Add($"value: {Whole(check.Value)}");
                break;
            case RowCountOtherCheck check:
                arguments.Add($"other: {Yaml.Scalar(check.File)}");
                break;
            case ColumnsInOrderCheck check:
                arguments.Add($"columns: {YamlFlow.List(check.Columns)}");
                break;
            case ColumnsSetCheck check:
                arguments.Add($"columns: {YamlFlow.List(check.Columns)}");
                if (!check.Exact)
                {
                    arguments.Add("exact: false");
                }

                break;
            case ColumnExistsCheck check:
                arguments.Add($"column: {Yaml.Scalar(check.Column)}");
                if (check.Index is { } index)
                {
                    arguments.Add($"index: {Whole(index)}");
                }

                break;
            case FreshnessCheck check:
                arguments.Add($"max: {YamlFlow.Number(check.DaysMax)}");
                break;
            case SqlCheck check:
                arguments.Add($"sql: {Yaml.Scalar(check.Sql)}");
                break;
            case ChangeCheck check:
                if (check.Change == Change.Distribution)
                {
                    arguments.Add($"threshold: {YamlFlow.Number(check.Max!.Value)}");
                }
                else
                {
                    Range(arguments, check.Min, check.Max, false, false, false);
                }

                if (check.File is { } file)
                {
                    arguments.Add($"other: {Yaml.Scalar(file)}");
                }

                break;
        }

        void Holdout(string key, double share)
        {
            if (share > 0)
            {
                arguments.Add($"{key}: {YamlFlow.Number(share)}");
            }
        }
    }

    private static void Range(List<string> arguments, double? min, double? max, bool strictMin, bool strictMax, bool isDate)
    {
        Add("min", min, strictMin);
        Add("max", max, strictMax);

        void Add(string key, double? bound, bool strict)
        {
            if (bound is { } value)
            {
                arguments.Add($"{key}: {(isDate ? Date(value) : YamlFlow.Number(value))}");
                if (strict)
                {
                    arguments.Add($"strict_{key}: true");
                }
            }
        }
    }

    private static string Infinite(double number) => double.IsNegativeInfinity(number) ? "-.inf" : double.IsPositiveInfinity(number) ? ".inf" : YamlFlow.Number(number);

    private static string Whole(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Date(double days) => YamlFlow.Moment(new DateTimeOffset(DateTime.UnixEpoch.AddDays(days), TimeSpan.Zero));
}
