using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Data;

/// <summary>What a check knows of a column.</summary>
/// <param name="Reference">How SQL names it.</param>
/// <param name="IsNumber">It holds DOUBLE; otherwise text.</param>
/// <param name="Kind">Its declared kind: how raw text is read for a bound.</param>
/// <param name="Format">Order of day, month and year of its cast, or null.</param>
/// <param name="Unreadable">Condition: the column's cast could not read the value; null before cleaning and where there is no cast.</param>
internal sealed record CheckedColumn(string Reference, bool IsNumber, ColumnKind Kind, string? Format, string? Unreadable);

/// <summary>The SQL implementation of row checks. <see cref="RowCheckRunner"/> is the managed one; a property test holds them equal.</summary>
internal static class CheckSql
{
    /// <summary>A condition, never NULL, that is true for a row that fails the check.</summary>
    public static string Fails(RowCheck check, Func<string, CheckedColumn> columns, DataEngine engine)
    {
        var column = columns(check.Column);
        var value = column.Reference;
        return check switch
        {
            NotNullCheck => $"({value} IS NULL)",
            InSetCheck set => column.IsNumber ? NotIn(value, Numbers(set)) : NotInTexts(value, set),
            BetweenCheck between => Outside(value, column.IsNumber ? value : Read(column), between),
            MatchesCheck matches => column.IsNumber ? "false" : $"({value} IS NOT NULL AND NOT {engine.AddPattern(matches.Pattern)}({value}))",
            LengthCheck length => column.IsNumber ? "false" : Any(length.Min is { } min ? $"length({value}) < {min}" : null, length.Max is { } max ? $"length({value}) > {max}" : null),
            TypeCheck type => OtherType(column, type.Type),
            CompareCheck pair => pair.SkipAny
                ? NotGreater(column, columns(pair.Other), pair.OrEqual)
                : $"({NotGreater(column, columns(pair.Other), pair.OrEqual)} OR ({value} IS NULL) <> ({columns(pair.Other).Reference} IS NULL))",
            _ => throw new ArgumentException($"The check \"{check.Name}\" is run by `fairlead data check`, not in a project.", nameof(check)),
        };
    }

    private static IEnumerable<string> Numbers(InSetCheck set)
    {
        foreach (var value in set.Values)
        {
            if (NumberText.TryParse(value, out var number))
            {
                yield return RowStepSql.Number(number);
            }
        }
    }

    /// <summary>Texts by their bytes, and by value where both are numbers without leading zeros.</summary>
    private static string NotInTexts(string value, InSetCheck set)
    {
        var plain = new ValueSet(set.Values).Numbers.Select(RowStepSql.Number).ToList();
        var byText = NotIn(value, set.Values.Select(SqlText.Text));
        return plain.Count == 0 ? byText : $"({byText} AND COALESCE(CASE WHEN NOT regexp_matches({value}, '^[+-]?0[0-9]') THEN ({RowStepSql.NumberOf(value)}) END NOT IN ({string.Join(", ", plain)}), true))";
    }

    private static string NotIn(string value, IEnumerable<string> values) =>
        values.ToList() is { Count: > 0 } list ? $"COALESCE({value} NOT IN ({string.Join(", ", list)}), false)" : $"({value} IS NOT NULL)";

    private static string Any(params string?[] conditions) =>
        conditions.OfType<string>().ToList() is { Count: > 0 } list ? $"COALESCE({string.Join(" OR ", list)}, false)" : "false";

    private static string Outside(string value, string number, BetweenCheck between)
    {
        var low = between.Min is { } min ? $"({number}) {(between.StrictMin ? "<=" : "<")} {RowStepSql.Number(min)}" : null;
        var high = between.Max is { } max ? $"({number}) {(between.StrictMax ? ">=" : ">")} {RowStepSql.Number(max)}" : null;
        return value == number ? Any(low, high) : $"({value} IS NOT NULL AND (({number}) IS NULL OR {Any(low, high)}))";
    }

    private static string Read(CheckedColumn column) => column.Kind == ColumnKind.Date
        ? RowStepSql.Date(RowStepSql.Trim(column.Reference), column.Format)
        : RowStepSql.NumberOf(RowStepSql.Trim(column.Reference));

    private static string OtherType(CheckedColumn column, string type)
    {
        var value = column.Reference;
        if (column.IsNumber)
        {
            var wrong = type switch
            {
                "integer" => $"COALESCE({value} <> floor({value}), false)",
                "boolean" => $"COALESCE({value} NOT IN (0, 1), false)",
                _ => "false",
            };
            return type == "string" || column.Unreadable is null ? wrong : $"({column.Unreadable} OR {wrong})";
        }

        var text = RowStepSql.Trim(value);
        var number = RowStepSql.NumberOf(text);
        return type switch
        {
            "integer" => $"({value} IS NOT NULL AND COALESCE(({number}) <> floor({number}), true))",
            "number" => $"({value} IS NOT NULL AND ({number}) IS NULL)",
            "boolean" => $"COALESCE({RowStepSql.LowerAscii(text)} NOT IN ('true', 'false', 'yes', 'no', 'y', 'n', 't', 'f', '1', '0'), false)",
            "timestamp" => $"({value} IS NOT NULL AND ({RowStepSql.Date(text, column.Format)}) IS NULL)",
            _ => "false",
        };
    }

    private static string NotGreater(CheckedColumn left, CheckedColumn right, bool orEqual)
    {
        var sign = orEqual ? "<" : "<=";
        string Value(CheckedColumn column) => column.IsNumber ? column.Reference : $"({RowStepSql.NumberOf(RowStepSql.Trim(column.Reference))})";
        var numbers = $"{Value(left)} {sign} {Value(right)}";
        return left.IsNumber || right.IsNumber
            ? $"COALESCE({numbers}, false)"
            : $"COALESCE(CASE WHEN {Value(left)} IS NOT NULL AND {Value(right)} IS NOT NULL THEN {numbers} ELSE {left.Reference} {sign} {right.Reference} END, false)";
    }
}
