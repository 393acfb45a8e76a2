using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>
/// Reads <c>checks:</c>. An item is <c>- between: {column: weight_kg, min: 0}</c>, <c>- not_null: weight_kg</c>,
/// or in the form of checks files <c>- {check: between, column: weight_kg, min: 0}</c>.
/// </summary>
internal sealed class CheckReader(DeclaredColumns columns, FaultList faults)
{
    private static readonly string[] Names =
        ["not_null", "unique", "type", "in_set", "between", "matches", "length_between", "row_count_between", "freshness", "pair_greater"];

    private static readonly string[] Types = ["integer", "number", "string", "boolean", "timestamp"];
    private readonly List<CheckRule> _rules = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public IReadOnlyList<CheckRule> Read(IReadOnlyList<YamlNode> items)
    {
        foreach (var item in items)
        {
            if (item is YamlMap map && map["check"] is YamlText name)
            {
                var arguments = new MapReader(map, "the check", faults);
                arguments.Find("check");
                Check(name, arguments, null);
            }
            else if (item is YamlMap { Entries.Count: 1 } single)
            {
                var (key, value) = single.Entries[0];
                if (value is YamlMap inner)
                {
                    Check(key, new MapReader(inner, $"\"{key.Value}\"", faults), null);
                }
                else
                {
                    Check(key, new MapReader(new YamlMap([], true, key.Line, key.Column, key.Index, key.EndIndex), $"\"{key.Value}\"", faults), value);
                }
            }
            else
            {
                faults.Add(item, "This is not a check.", $"Write one check an item, such as \"- between: {{column: weight_kg, min: 0}}\". Checks: {string.Join(", ", Names)}.");
            }
        }

        return _rules;
    }

    /// <param name="shorthand">The columns in the short form, <c>- not_null: weight_kg</c> or <c>- unique: [a, b]</c>.</param>
    private void Check(YamlText name, MapReader map, YamlNode? shorthand)
    {
        if (!Names.Contains(name.Value))
        {
            faults.Add(name, $"\"{name.Value}\" is not a check.", $"Use one of: {string.Join(", ", Names)}.{NearestName.Hint(name.Value, Names)}");
            return;
        }

        var error = (map.Choice("severity", ["error", "warn"]) ?? "error") == "error";
        var when = map.Choice("when", ["before", "after"]);
        var before = when is null ? name.Value == "type" : when == "before";
        if (name.Value == "type" && when == "after")
        {
            faults.Add(map.At("when"), "\"type\" looks at values as they were written: after cleaning every value has its column's type.", "Write \"when: before\" or nothing.");
        }

        var mostly = map.Number("mostly", 0.0001, 1) ?? 1;
        var where = faults.Where(name);
        switch (name.Value)
        {
            case "unique":
                if (Columns(name, map, shorthand) is { Count: > 0 } key)
                {
                    Add(new UniqueCheck(key), string.Join('+', key));
                }

                break;
            case "row_count_between":
                if (Bounds(name, map, 0) is { } rows)
                {
                    Add(new RowCountCheck((long?)rows.Min, (long?)rows.Max), "");
                }

                break;
            case "freshness":
                Freshness();
                break;
            case "pair_greater":
                Pair();
                break;
            default:
                foreach (var column in Columns(name, map, shorthand))
                {
                    if (RowCheckOf(name, column, map, before) is { } row)
                    {
                        _rules.Add(new CheckRule(Id(name.Value, column), row, null, error, before, mostly, where));
                    }
                }

                break;
        }

        map.Done();

        void Add(TableCheck table, string about) => _rules.Add(new CheckRule(Id(name.Value, about), null, table, error, before, mostly, where));

        void Freshness()
        {
            var days = map.Required("max", "7") is null ? null : map.Number("max", 0);
            foreach (var column in Columns(name, map, shorthand).Take(1))
            {
                if (columns.KindOf(column) != ColumnKind.Date)
                {
                    faults.Add(map.At("column"), $"\"{column}\" is not a date column, so its age can't be told.", "Name a column of kind date.");
                }
                else if (days is not null)
                {
                    Add(new FreshnessCheck(column, days.Value), column);
                }
            }
        }

        void Pair()
        {
            var orEqual = map.YesNo("or_equal") ?? false;
            var pair = Columns(name, map, shorthand);
            if (pair.Count == 2)
            {
                _rules.Add(new CheckRule(Id(name.Value, string.Join('+', pair)), new CompareCheck(pair[0], pair[1], orEqual), null, error, before, mostly, where));
            }
            else if (map.Texts("columns") is not { Count: 2 })
            {
                faults.Add(name, "\"pair_greater\" compares two columns.", "Write \"columns: [LARGER, SMALLER]\".");
            }
        }
    }

    private IReadOnlyList<string> Columns(YamlText name, MapReader map, YamlNode? shorthand)
    {
        IReadOnlyList<YamlText>? named = shorthand switch
        {
            YamlText { IsNull: false } one => [one],
            YamlList list => [.. list.Items.OfType<YamlText>()],
            _ => map.Texts("column") is { } one ? [.. one, .. map.Texts("columns") ?? []] : map.Texts("columns"),
        };
        if (named is not { Count: > 0 })
        {
            faults.Add(name, $"\"{name.Value}\" names no column.", $"Write \"- {name.Value}: {{column: NAME, …}}\".");
            return [];
        }

        return [.. named.Select(columns.Resolve).OfType<string>()];
    }

    private RowCheck? RowCheckOf(YamlText name, string column, MapReader map, bool before)
    {
        var kind = columns.KindOf(column);
        var isNumeric = kind is ColumnKind.Number or ColumnKind.Date;
        switch (name.Value)
        {
            case "not_null":
                return new NotNullCheck(column);
            case "type":
                return map.Required("type", "number") is not null && map.Choice("type", Types) is { } type ? new TypeCheck(column, type) : null;
            case "in_set":
                if (map.Required("values", "[a, b]") is null || map.Texts("values") is not { } values)
                {
                    return null;
                }

                foreach (var wrong in values.Where(v => kind == ColumnKind.Number && !before && CleanReader.NumberText(v.Value) is null))
                {
                    faults.Add(wrong, $"\"{wrong.Value}\" is not a number, but \"{column}\" is a number column.", "Write numbers, or make the column a category.");
                }

                return new InSetCheck(column, [.. values.Select(v => kind == ColumnKind.Number && !before ? CleanReader.NumberText(v.Value) ?? v.Value : v.Value)]);
            case "between":
                var bounds = Bounds(name, map, null, kind == ColumnKind.Date);
                var (strictMin, strictMax) = (map.YesNo("strict_min") ?? false, map.YesNo("strict_max") ?? false);
                if (!isNumeric)
                {
                    faults.Add(name, $"\"between\" needs a number or date column; \"{column}\" is {kind.ToString().ToLowerInvariant()}.", "Use in_set, matches or length_between, or change its kind.");
                    return null;
                }

                return bounds is { } b ? new BetweenCheck(column, b.Min, b.Max, strictMin, strictMax) : null;
            case "matches":
                var pattern = map.Required("pattern", "\"^[A-Z]{2}\"") is null ? null : map.Text("pattern");
                return TextOnly(name, column, isNumeric && !before) && pattern is not null && IsPattern(pattern, map) ? new MatchesCheck(column, pattern) : null;
            default:
                var lengths = Bounds(name, map, 0);
                return TextOnly(name, column, isNumeric && !before) && lengths is { } l ? new LengthCheck(column, (int?)l.Min, (int?)l.Max) : null;
        }
    }

    private bool TextOnly(YamlText name, string column, bool isNumeric)
    {
        if (isNumeric)
        {
            faults.Add(name, $"\"{name.Value}\" looks at text, but \"{column}\" is a {columns.KindOf(column).ToString().ToLowerInvariant()} column.", "Use between, or \"when: before\" to look at it as written.");
        }

        return !isNumeric;
    }

    private bool IsPattern(string pattern, MapReader map)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            faults.Add(map.At("pattern"), $"The pattern can't be read: {exception.Message}", "Use RE2 syntax: no look-around and no back-references; quote it with ' in YAML.");
            return false;
        }
    }

    /// <summary>min and max, at least one of them; whole numbers from <paramref name="wholeFrom"/> when given; dates as days since 1970-01-01.</summary>
    private (double? Min, double? Max)? Bounds(YamlText name, MapReader map, int? wholeFrom, bool isDate = false)
    {
        double? min = Bound("min"), max = Bound("max");
        if (!map.Has("min") && !map.Has("max"))
        {
            faults.Add(name, $"\"{name.Value}\" has neither min nor max.", "Write \"min: 0\", \"max: 100\" or both.");
            return null;
        }

        if (min > max)
        {
            faults.Add(map.At("min"), $"min {map.Text("min")} is above max {map.Text("max")}: no value can meet it.", "Swap them.");
            return null;
        }

        return (min is null && map.Has("min")) || (max is null && map.Has("max")) ? null : (min, max);

        double? Bound(string key)
        {
            if (!isDate)
            {
                return wholeFrom is { } from ? map.Whole(key, from, int.MaxValue) : map.Number(key);
            }

            if (map.Text(key) is not { } text)
            {
                return null;
            }

            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return (at.UtcDateTime - DateTime.UnixEpoch).TotalDays;
            }

            faults.Add(map.At(key), $"\"{text}\" is not a date.", "Write year-month-day, such as 2026-01-31.");
            return null;
        }
    }

    private string Id(string check, string about)
    {
        var id = about.Length == 0 ? check : $"{check}:{about}";
        var count = _ids[id] = _ids.GetValueOrDefault(id) + 1;
        return count == 1 ? id : $"{id}:{count}";
    }
}
