using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>Reads the arguments of checks that look at one row.</summary>
internal sealed class RowCheckReader(ICheckableColumns columns, FaultList faults)
{
    public static readonly string[] Names =
    [
        "not_null", "is_null", "type", "in_set", "not_in_set", "between", "greater_than", "less_than", "length_between", "length_equals", "matches", "not_matches",
        "matches_any", "matches_all", "matches_none", "date_format", "parseable_date", "json", "json_schema", "in_type_list",
        "pair_equal", "pair_greater", "pair_in_set", "unique_within_row", "row_sum_equals",
    ];

    private static readonly string[] Types = ["integer", "number", "string", "boolean", "timestamp"];
    private readonly CheckArguments _arguments = new(columns, faults);

    /// <summary>One check for each column named, or one of several columns; none when there is a fault.</summary>
    public IEnumerable<RowCheck> Read(CheckItem item)
    {
        var name = item.Name.Value;
        var skipAny = name is "pair_equal" or "pair_greater" or "pair_in_set" or "unique_within_row" or "row_sum_equals" && item.Map.Choice("skip_missing", ["any", "all"]) == "any";
        switch (name)
        {
            case "pair_equal":
                return Pair(item) is [var a, var b] ? [new PairEqualCheck(a, b, skipAny)] : [];
            case "pair_greater":
                var orEqual = item.Map.YesNo("or_equal") ?? false;
                return Pair(item) is [var larger, var smaller] ? [new CompareCheck(larger, smaller, orEqual, skipAny)] : [];
            case "pair_in_set":
                var pairs = Pairs(item);
                return Pair(item) is [var left, var right] && pairs is not null ? [new PairInSetCheck(left, right, pairs, skipAny)] : [];
            case "unique_within_row":
                return Several(item) is { Count: > 1 } among ? [new UniqueWithinRowCheck(among, skipAny)] : [];
            case "row_sum_equals":
                var total = item.Map.Required("total", "100") is null ? null : item.Map.Number("total");
                return Several(item) is { Count: > 1 } parts && total is { } sum ? [new RowSumCheck(parts, sum, skipAny)] : [];
            default:
                return [.. _arguments.Columns(item).Select(column => OfColumn(item, column)).OfType<RowCheck>()];
        }
    }

    private RowCheck? OfColumn(CheckItem item, string column)
    {
        var map = item.Map;
        var kind = columns.KindOf(column);
        switch (item.Name.Value)
        {
            case "not_null":
                return new NotNullCheck(column);
            case "is_null":
                return new IsNullCheck(column);
            case "type":
                return map.Required("type", "number") is not null && map.Choice("type", Types) is { } type ? new TypeCheck(column, type) : null;
            case "in_type_list":
                return TypeList(map) is { } types ? new TypeListCheck(column, types) : null;
            case "in_set":
                return Values(item, column) is { } values ? new InSetCheck(column, values) : null;
            case "not_in_set":
                return Values(item, column) is { } none ? new NotInSetCheck(column, none) : null;
            case "between":
                return IsOrdered(item, column) && _arguments.Bounds(item, null, IsDate(kind)) is { } b ? new BetweenCheck(column, b.Min, b.Max, b.StrictMin, b.StrictMax, b.Dates) : null;
            case "greater_than" or "less_than":
                return IsOrdered(item, column) && Limit(item, kind) is { } limit ? limit(column) : null;
            case "length_between":
                return _arguments.Bounds(item, 0, false) is { } l && TextOnly(item, column) ? new LengthCheck(column, (int?)l.Min, (int?)l.Max) : null;
            case "length_equals":
                var length = map.Required("value", "5") is null ? null : map.Whole("value", 0, int.MaxValue);
                return TextOnly(item, column) && length is { } count ? new LengthEqualsCheck(column, count) : null;
            case "matches" or "not_matches":
                var pattern = map.Required("pattern", "\"^[A-Z]{2}\"") is null ? null : map.Text("pattern");
                return TextOnly(item, column) && pattern is not null && IsPattern(pattern, map.At("pattern")) ? item.Name.Value == "matches" ? new MatchesCheck(column, pattern) : new NotMatchesCheck(column, pattern) : null;
            case "matches_any" or "matches_all" or "matches_none":
                return Patterns(item) is { } patterns && TextOnly(item, column)
                    ? item.Name.Value switch { "matches_any" => new MatchesAnyCheck(column, patterns), "matches_all" => new MatchesAllCheck(column, patterns), _ => new MatchesNoneCheck(column, patterns) }
                    : null;
            case "date_format":
                return map.Required("format", "\"%Y-%m-%d\"") is not null && map.Text("format") is { } format && Reads(() => _ = new TimeFormat(format), map.At("format"), "Use strftime directives, such as \"%Y-%m-%d\" or \"%d.%m.%Y %H:%M\".") ? new DateFormatCheck(column, format) : null;
            case "parseable_date":
                return new ParseableDateCheck(column);
            case "json":
                return new JsonCheck(column);
            default:
                return map.Required("schema", "{type: object}") is { } schema && SchemaText(schema) is { } text && Reads(() => _ = new JsonRules(text), schema, "Write a JSON Schema, as YAML or as JSON text.") ? new JsonSchemaCheck(column, text) : null;
        }
    }

    private static bool IsDate(ColumnKind? kind) => kind == ColumnKind.Date;

    private IReadOnlyList<string>? Values(CheckItem item, string column)
    {
        var map = item.Map;
        if (map.Required("values", "[a, b]") is null || map.Texts("values") is not { } values)
        {
            return null;
        }

        var isNumber = columns.KindOf(column) == ColumnKind.Number && !item.Before;
        foreach (var wrong in values.Where(v => isNumber && CleanReader.NumberText(v.Value) is null))
        {
            faults.Add(wrong, $"\"{wrong.Value}\" is not a number, but \"{column}\" is a number column.", "Write numbers, or make the column a category.");
        }

        return isNumber ? [.. values.Select(v => CleanReader.NumberText(v.Value) ?? v.Value)] : CheckArguments.Spellings(values);
    }

    private IReadOnlyList<string>? TypeList(MapReader map)
    {
        var key = map.Has("types") ? "types" : "type";
        if (map.Required(key, "[integer, number]") is null || map.Texts(key) is not { Count: > 0 } types)
        {
            return null;
        }

        foreach (var wrong in types.Where(type => !Types.Contains(type.Value)))
        {
            faults.Add(wrong, $"\"{wrong.Value}\" is not a type.", $"Use some of: {string.Join(", ", Types)}.{NearestName.Hint(wrong.Value, Types)}");
        }

        return types.All(type => Types.Contains(type.Value)) ? [.. types.Select(type => type.Value)] : null;
    }

    private Func<string, RowCheck>? Limit(CheckItem item, ColumnKind? kind)
    {
        var greater = item.Name.Value == "greater_than";
        var key = item.Map.Has("value") ? "value" : greater && item.Map.Has("min") ? "min" : !greater && item.Map.Has("max") ? "max" : "value";
        var orEqual = item.Map.YesNo("or_equal") ?? false;
        if (item.Map.Required(key, "0") is null || _arguments.Bound(item.Map, key, IsDate(kind)) is not { } bound)
        {
            return null;
        }

        var dates = bound.Date && kind is null;
        return column => greater ? new GreaterThanCheck(column, bound.Value, orEqual, dates) : new LessThanCheck(column, bound.Value, orEqual, dates);
    }

    private IReadOnlyList<string>? Patterns(CheckItem item)
    {
        if (item.Map.Required("patterns", "['^A', 'B$']") is null || item.Map.Texts("patterns") is not { Count: > 0 } patterns)
        {
            return null;
        }

        return patterns.Count(pattern => IsPattern(pattern.Value, pattern)) == patterns.Count ? [.. patterns.Select(pattern => pattern.Value)] : null;
    }

    private bool IsOrdered(CheckItem item, string column)
    {
        var kind = columns.KindOf(column);
        if (kind is null or ColumnKind.Number or ColumnKind.Date)
        {
            return true;
        }

        faults.Add(item.Name, $"\"{item.Name.Value}\" needs a number or date column; \"{column}\" is {Named(kind.Value)}.", "Use in_set, matches or length_between, or change its kind.");
        return false;
    }

    private bool TextOnly(CheckItem item, string column)
    {
        var kind = columns.KindOf(column);
        var isNumeric = kind is ColumnKind.Number or ColumnKind.Date && !(item.Before && columns is DeclaredColumns);
        if (isNumeric)
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" looks at text, but \"{column}\" is a {Named(kind!.Value)} column.", columns is DeclaredColumns ? "Use between, or \"when: before\" to look at it as written." : "Use between, in_set or type.");
        }

        return !isNumeric;
    }

    private static string Named(ColumnKind kind) => kind.ToString().ToLowerInvariant();

    private bool IsPattern(string pattern, YamlNode at)
    {
        try
        {
            _ = AsciiPattern.Of(pattern) is null ? RowCheckRunner.Pattern(pattern) : null;
            return true;
        }
        catch (ArgumentException exception)
        {
            faults.Add(at, $"The pattern can't be read: {(exception.InnerException ?? exception).Message}", "Use RE2 syntax: no look-around and no back-references; quote it with ' in YAML.");
            return false;
        }
    }

    private bool Reads(Action read, YamlNode at, string fix)
    {
        try
        {
            read();
            return true;
        }
        catch (ArgumentException exception)
        {
            faults.Add(at, exception.Message.Split(" (Parameter")[0], fix);
            return false;
        }
    }

    private List<string>? Pair(CheckItem item)
    {
        var named = _arguments.Columns(item);
        if (named.Count == 2)
        {
            return named;
        }

        if (item.Map.Texts("columns") is not { Count: 2 })
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" compares two columns.", item.Name.Value == "pair_greater" ? "Write \"columns: [LARGER, SMALLER]\"." : "Write \"columns: [A, B]\".");
        }

        return null;
    }

    private List<string>? Several(CheckItem item)
    {
        var named = _arguments.Columns(item);
        if (named.Count < 2 && item.Map.Texts("columns") is not { Count: > 1 })
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" looks at several columns.", "Write \"columns: [A, B, C]\".");
        }

        return named;
    }

    private List<IReadOnlyList<string?>>? Pairs(CheckItem item)
    {
        if (item.Map.Required("values", "[[a, b], [c, d]]") is not { } node)
        {
            return null;
        }

        var pairs = new List<IReadOnlyList<string?>>();
        foreach (var one in node is YamlList list ? list.Items : [node])
        {
            if (one is not YamlList { Items: [YamlText a, YamlText b] })
            {
                faults.Add(one, "This is not a pair.", "Write \"values: [[a, b], [c, d]]\"; null is a missing value.");
                return null;
            }

            foreach (var first in a.IsNull ? [null] : CheckArguments.Spellings([a]).Cast<string?>())
            {
                foreach (var second in b.IsNull ? [null] : CheckArguments.Spellings([b]).Cast<string?>())
                {
                    pairs.Add([first, second]);
                }
            }
        }

        return pairs;
    }

    /// <summary>A schema written as YAML, as JSON text; or the text itself.</summary>
    private static string? SchemaText(YamlNode schema)
    {
        if (schema is YamlText text)
        {
            return text.Value;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(schema, writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());

        static void Write(YamlNode node, Utf8JsonWriter writer)
        {
            switch (node)
            {
                case YamlMap map:
                    writer.WriteStartObject();
                    foreach (var (key, value) in map.Entries)
                    {
                        writer.WritePropertyName(key.Value);
                        Write(value, writer);
                    }

                    writer.WriteEndObject();
                    break;
                case YamlList list:
                    writer.WriteStartArray();
                    foreach (var value in list.Items)
                    {
                        Write(value, writer);
                    }

                    writer.WriteEndArray();
                    break;
                case YamlText { IsNull: true }:
                    writer.WriteNullValue();
                    break;
                case YamlText { Plain: true, Value: "true" or "false" } flag:
                    writer.WriteBooleanValue(flag.Value == "true");
                    break;
                case YamlText { Plain: true } number when NumberText.TryParse(number.Value, out var value):
                    writer.WriteNumberValue(value);
                    break;
                case YamlText other:
                    writer.WriteStringValue(other.Value);
                    break;
            }
        }
    }
}
