using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>One check as written, on its way to a rule.</summary>
/// <param name="Shorthand">The columns in the short form, <c>- not_null: weight_kg</c> or <c>- unique: [a, b]</c>.</param>
/// <param name="Before">It looks at raw values.</param>
internal sealed record CheckItem(YamlText Name, MapReader Map, YamlNode? Shorthand, bool Before);

/// <summary>
/// Reads <c>checks:</c> of a project file and of a checks file. An item is <c>- between: {column: weight_kg, min: 0}</c>, <c>- not_null: weight_kg</c>,
/// or in the form of checks files <c>- {check: between, column: weight_kg, min: 0}</c>.
/// </summary>
/// <param name="inProject">A column's values after cleaning are what its kind says; otherwise they are looked at as they are written.</param>
internal sealed class CheckReader(ICheckableColumns columns, FaultList faults, bool inProject)
{
    /// <summary>Every check, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. RowCheckReader.Names, .. TableCheckReader.Names];

    private readonly RowCheckReader _rows = new(columns, faults);
    private readonly TableCheckReader _tables = new(columns, faults);
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
                var named = item is YamlMap unknown ? unknown.Entries.Select(entry => entry.Key.Value).FirstOrDefault(key => NearestName.Of(key, ["check"]) is not null) : null;
                faults.Add(item, named is null ? "This is not a check." : $"This is not a check: \"{named}\" is no key of one. Did you mean \"check\"?", $"Write one check an item, such as \"- between: {{column: weight_kg, min: 0}}\". Checks: {string.Join(", ", Names)}.");
            }
        }

        return _rules;
    }

    private void Check(YamlText name, MapReader map, YamlNode? shorthand)
    {
        if (!Names.Contains(name.Value))
        {
            faults.Add(name, $"\"{name.Value}\" is not a check.", $"{NearestName.Hint(name.Value, Names)} Use one of: {string.Join(", ", Names)}.".TrimStart());
            return;
        }

        var severity = map.Choice("severity", ["error", "warn"]);
        var action = map.Choice("action", ["quarantine", "fail", "warn"]);
        if (severity is not null && action is not null && (severity == "warn") != (action == "warn"))
        {
            faults.Add(map.At("action"), $"severity {severity} and action {action} contradict each other.", "Write one of them: severity error with action quarantine or fail, or severity warn.");
        }

        var id = map.Text("id");
        var condition = Condition(map);
        var when = map.Choice("when", ["before", "after"]);
        var looksAtText = name.Value is "type" or "in_type_list" or "date_format" or "parseable_date";
        var looksBeside = name.Value == "sql" || map.Has("other") || (name.Value == "row_count_equals_other" && map.Has("value")); // another file's values are not cleaned either
        var before = !inProject || (when is null ? looksAtText || looksBeside : when == "before");
        if (inProject && looksAtText && when == "after")
        {
            faults.Add(map.At("when"), $"\"{name.Value}\" looks at values as they were written: after cleaning every value has its column's type.", "Write \"when: before\" or nothing.");
        }

        var mostly = map.Number("mostly", 0, 1) ?? 1;
        var item = new CheckItem(name, map, shorthand, before);
        if (RowCheckReader.Names.Contains(name.Value))
        {
            foreach (var row in _rows.Read(item))
            {
                Add(row, null, row.Columns);
            }
        }
        else
        {
            foreach (var table in _tables.Read(item))
            {
                Add(null, table, table is ColumnExistsCheck exists ? [exists.Column] : table.About);
            }
        }

        map.Done();

        void Add(RowCheck? row, TableCheck? table, IReadOnlyList<string> about) =>
            _rules.Add(new CheckRule(Id(id ?? name.Value, id is null ? string.Join('+', about) : ""), row, table, severity != "warn" && action != "warn", before, mostly, faults.Where(name))
            {
                Condition = condition,
                KeepsRows = action == "fail",
            });
    }

    private string? Condition(MapReader map)
    {
        if (map.Text("where") is null || map.Find("where") is not YamlText text)
        {
            return null;
        }

        var known = columns.Names.ToHashSet(StringComparer.Ordinal);
        return ExpressionReader.Read(text, name => known.Contains(name) ? ExpressionType.Any : null, known, condition: true, faults)?.Source;
    }

    private string Id(string check, string about)
    {
        var id = about.Length == 0 ? check : $"{check}:{about}";
        var count = _ids[id] = _ids.GetValueOrDefault(id) + 1;
        return count == 1 ? id : $"{id}:{count}";
    }
}
