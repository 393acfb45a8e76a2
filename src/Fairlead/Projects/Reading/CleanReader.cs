using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>Reads the steps of <c>clean:</c> in a project file, or of <c>steps:</c> in a recipe. One item a step, in the file's order.</summary>
/// <param name="columns">The columns; new ones are added as steps make them.</param>
/// <param name="recipe">A recipe runs its steps as written, on columns that are text until a step reads them as something else. In a project file the kinds are declared, and the steps of text stand before those of numbers.</param>
internal sealed partial class CleanReader(DeclaredColumns columns, FaultList faults, bool recipe = false)
{
    /// <summary>A step by its name, with how it is written.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["trim"] = "trim: all",
        ["missing"] = "missing: {column: weight_kg, values: [\"N/A\"]}",
        ["normalise"] = "normalise: {column: carrier, map: {gruenbote: Grünbote}}",
        ["case"] = "case: {column: city, to: title}",
        ["map"] = "map: {column: paid, values: {\"1\": paid, \"0\": open}}",
        ["parse number"] = "parse number: {column: weight, decimal: comma, unit: kg}",
        ["parse date"] = "parse date: {column: born, formats: [ymd, dmy]}",
        ["cast"] = "cast: {column: price, to: number}",
        ["clip"] = "clip: {column: price, quantiles: [0.01, 0.99]}",
        ["impute"] = "impute: {column: weight_kg, with: median}",
        ["split"] = "split: {column: size, by: \"x\", into: [width, height]}",
        ["join"] = "join: {columns: [street, city], by: \", \", into: address}",
        ["derive"] = "derive: {column: margin, as: \"price - cost\"}",
        ["drop"] = "drop: [notes]",
        ["drop duplicates"] = "drop duplicates",
        ["fuzzy duplicates"] = "fuzzy duplicates: {columns: [name, street], block: \"left(lower(name), 3)\"}",
        ["quarantine"] = "quarantine: {where: \"price < 0\", reason: negative price}",
        ["fill"] = "fill: {column: price, by: shop, order: day}",
    };

    private readonly List<string> _source = [.. columns.Names];
    private readonly HashSet<string> _trimmed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<RowStep> _before = [];
    private readonly List<RowStep> _reading = [];
    private readonly List<RowStep> _after = [];
    private readonly List<TableStep> _table = [];
    private readonly List<ProjectColumn> _derived = [];

    public IReadOnlyList<TableStep> TableSteps => _table;

    /// <summary>Columns that steps make.</summary>
    public IReadOnlyList<ProjectColumn> Derived => _derived;

    public void Read(IReadOnlyList<YamlNode> items)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case YamlText { Value: "drop duplicates" }:
                    _table.Add(new DropDuplicatesStep([]));
                    break;
                case YamlMap { Entries.Count: 1 } map:
                    Step(map.Entries[0].Key, new MapReader(map, "the step", faults));
                    break;
                default:
                    faults.Add(item, "This is not a cleaning step.", $"Write one step an item, such as \"- trim: all\" or \"- drop duplicates\". Steps: {string.Join(", ", Examples.Keys)}.");
                    break;
            }
        }
    }

    /// <summary>
    /// The row steps as they run. Of a project: trim, then what compares text as declared, mask, reading as number or date (always there for Number and Date columns),
    /// then all others as declared. Of a recipe: as written.
    /// </summary>
    /// <param name="formats">Order of day, month and year by column, where not ymd.</param>
    public IReadOnlyList<RowStep> RowSteps(IReadOnlyDictionary<string, string> formats)
    {
        if (recipe)
        {
            return _after;
        }

        var steps = new List<RowStep>();
        foreach (var name in _source)
        {
            if (_trimmed.Contains(name) || IsCast(name))
            {
                steps.Add(new TrimStep(name));
            }
        }

        steps.AddRange(_before);
        steps.AddRange(columns.Columns.Where(c => c.Protection == Protection.Mask).Select(c => new MaskStep(c.Name)));
        steps.AddRange(columns.Columns.Where(c => c.Protection == Protection.Pseudonym).Select(c => new PseudonymStep(c.Name)));
        steps.AddRange(columns.Columns.Where(c => c.Protection == Protection.Synthetic).Select(c => new SyntheticStep(c.Name)));
        steps.AddRange(_source.Where(IsCast).Select(n => _reading.Find(step => step.Column == n) ?? new CastStep(n, columns.KindOf(n), formats.GetValueOrDefault(n))));
        steps.AddRange(columns.Columns.Where(c => c is { Protection: Protection.Generalise, To: not null }).Select(c => new GeneraliseStep(c.Name, c.To!)));
        steps.AddRange(_after);
        return steps;
    }

    private bool IsCast(string name) => IsNumeric(columns.KindOf(name));

    private static bool IsNumeric(ColumnKind kind) => kind is ColumnKind.Number or ColumnKind.Date;

    private void Step(YamlText name, MapReader item)
    {
        if (!Examples.ContainsKey(name.Value))
        {
            faults.Add(name, $"\"{name.Value}\" is not a cleaning step.", name.Value == "mask" ? "Set \"personal: mask\" at the column under \"columns\"." : $"Use one of: {string.Join(", ", Examples.Keys)}.{NearestName.Hint(name.Value, Examples.Keys)}");
            return;
        }

        switch (name.Value)
        {
            case "trim":
                Trim(item);
                return;
            case "drop":
                Drop(item);
                return;
            case "drop duplicates" when item.Find(name.Value) is not YamlMap:
                var listed = item.Texts(name.Value)?.Select(columns.Resolve).OfType<string>().ToList();
                _table.Add(new DropDuplicatesStep(listed ?? []));
                return;
            case "cast" when !recipe:
                faults.Add(name, "Casting is not declared here: number and date columns are always cast.", "Set \"kind\" (and for dates \"format: dmy\") under \"columns\".");
                return;
        }

        if (item.Child(name.Value, $"\"{name.Value}\"") is { } arguments)
        {
            if (name.Value is "drop duplicates" or "fuzzy duplicates" or "quarantine" or "fill")
            {
                TableStep(name.Value, arguments);
            }
            else if (name.Value is "split" or "join" or "derive")
            {
                NewColumns(name.Value, arguments);
            }
            else
            {
                OneColumn(name.Value, arguments);
            }

            arguments.Done();
        }
        else if (item.Find(name.Value) is null)
        {
            faults.Add(name, $"\"{name.Value}\" says nothing to do.", $"Write \"- {Examples[name.Value]}\".");
        }
    }

    private void Trim(MapReader item)
    {
        List<string> names = [];
        if (item.Find("trim") is YamlText { Value: "all" })
        {
            names.AddRange(recipe ? columns.Names.Where(name => !IsCast(name)) : _source);
        }
        else if (item.Required("trim", "all") is not null)
        {
            names.AddRange(item.Texts("trim")?.Select(columns.Resolve).OfType<string>() ?? []);
        }

        foreach (var name in names)
        {
            if (recipe || !_source.Contains(name, StringComparer.Ordinal))
            {
                _after.Add(new TrimStep(name));
            }
            else
            {
                _trimmed.Add(name);
            }
        }
    }

    private void Drop(MapReader item)
    {
        if (item.Required("drop", "[notes]") is not null && item.Texts("drop") is { } names)
        {
            foreach (var name in names.Where(name => name.Value == columns.Target))
            {
                faults.Add(name, "The target can't be dropped: it is the answer.", "Take it away.");
            }

            _table.Add(new DropColumnsStep([.. names.Where(name => name.Value != columns.Target).Select(columns.Resolve).OfType<string>()]));
        }
    }

    private void OneColumn(string step, MapReader arguments)
    {
        // The arguments are read even where the column is wrong, so that all faults come at once.
        var named = arguments.Required("column", "NAME") is null ? null : columns.Resolve(arguments, "column");
        var column = named is not null && Readable(arguments.At("column"), named) ? named : null;
        switch (step)
        {
            case "missing":
                if (arguments.Required("values", "[\"N/A\"]") is not null && arguments.Texts("values") is { } values && column is not null)
                {
                    Missing(column, values);
                }

                break;
            case "normalise":
                Normalise(column, arguments);
                break;
            case "map":
                Map(column, arguments);
                break;
            case "case":
                if (arguments.Required("to", "lower") is not null && arguments.Choice("to", ["lower", "upper", "title"]) is { } to && column is not null && IsText(arguments, column, step))
                {
                    OfText(new CaseStep(column, to));
                }

                break;
            case "parse number":
                ParseNumber(column, arguments);
                break;
            case "parse date":
                ParseDate(column, arguments);
                break;
            case "cast":
                Cast(column, arguments);
                break;
            case "clip":
                Clip(column, arguments);
                break;
            default:
                Impute(column, arguments);
                break;
        }
    }

    /// <summary>A step that looks at text: before the reading of numbers, where the column comes from the source.</summary>
    private void OfText(RowStep step) => (recipe || !_source.Contains(step.Column, StringComparer.Ordinal) ? _after : _before).Add(step);

    /// <summary>A number column in a project holds text until its cast; in a recipe it holds numbers once a step read it.</summary>
    private bool IsText(MapReader arguments, string column, string step)
    {
        if (!IsNumeric(columns.KindOf(column)))
        {
            return true;
        }

        faults.Add(arguments.At("column"), $"\"{column}\" is a {Kind(column)} column; \"{step}\" looks at text.", "Use \"missing\" for marks such as \"N/A\", \"parse number\" or \"parse date\" to read it.");
        return false;
    }

    private bool Readable(YamlNode at, string column)
    {
        if (columns.Columns.FirstOrDefault(known => known.Name == column)?.Protection != Protection.Drop)
        {
            return true;
        }

        faults.Add(at, $"\"{column}\" is dropped as personal data, so no step looks at it.", "Take the step away, or protect the column in another way.");
        return false;
    }

    /// <summary>On a number column a numeric mark is compared after the cast, so that -999 and -999.0 are the same.</summary>
    private void Missing(string column, IReadOnlyList<YamlText> values)
    {
        var texts = values.Select(v => v.Value).ToList();
        var numbers = columns.KindOf(column) == ColumnKind.Number ? texts.Where(t => NumberText(t) is not null).ToList() : [];
        texts.RemoveAll(numbers.Contains);
        if (texts.Count > 0)
        {
            OfText(new MissingStep(column, texts));
        }

        if (numbers.Count > 0)
        {
            _after.Add(new MissingStep(column, [.. numbers.Select(n => NumberText(n)!)]));
        }
    }

    private void Normalise(string? column, MapReader arguments)
    {
        var ignoreCase = arguments.YesNo("ignore_case") ?? true;
        if (arguments.Required("map", "{gruenbote: Grünbote}") is null || Pairs(arguments, "map", "SPELLING: NAME", "spelling") is not { } names)
        {
            return;
        }

        if (column is not null && IsNumeric(columns.KindOf(column)))
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is a {Kind(column)} column; spellings are normalised in category, text and id columns.", "Use \"missing\" for marks such as \"N/A\".");
        }
        else if (column is not null)
        {
            OfText(new NormaliseStep(column, names, ignoreCase));
        }
    }

    private void Map(string? column, MapReader arguments)
    {
        var other = arguments.Find("else") is YamlText { IsNull: false } ? arguments.Text("else") : null;
        if (arguments.Required("values", "{y: yes, n: no}") is not null && Pairs(arguments, "values", "VALUE: VALUE", "value") is { } values && column is not null && IsText(arguments, column, "map"))
        {
            OfText(new MapStep(column, values, other));
        }
    }

    /// <summary>A mapping of texts to texts that is not empty.</summary>
    private Dictionary<string, string>? Pairs(MapReader arguments, string key, string form, string what)
    {
        if (arguments.Child(key, "the map") is not { } map)
        {
            return null;
        }

        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.Map.Entries)
        {
            if (map.Text(entry.Key.Value) is { } value)
            {
                pairs[entry.Key.Value] = value;
            }
            else if (map.Find(entry.Key.Value) is null)
            {
                faults.Add(entry.Key, $"No name is given for the {what} \"{entry.Key.Value}\".", $"Write \"{form}\", with quotes where one holds special characters; \"\" makes it missing.");
            }
        }

        map.Done();
        if (map.Map.Entries.Count == 0)
        {
            faults.Add(map.Map, "The map is empty, so nothing is normalised.", $"Write \"{{{form}}}\", with quotes where a spelling holds special characters.");
        }

        return pairs;
    }

    private bool NotTarget(string column, YamlNode at)
    {
        if (column != columns.Target)
        {
            return true;
        }

        faults.Add(at, "No step looks at the target: its answer would leak into the other columns.", "Name another column.");
        return false;
    }

    private string Kind(string column) => columns.KindOf(column).ToString().ToLowerInvariant();

    /// <summary>The shortest text of a number, or null when it is none.</summary>
    internal static string? NumberText(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : null;

    /// <summary>What a column holds where a step stands; null for a name that is none, and for the target, which a step may not look at.</summary>
    private ExpressionType? TypeOf(string name, bool target) =>
        columns.Has(name) && (target || name != columns.Target) && columns.Columns.FirstOrDefault(known => known.Name == name)?.Protection != Protection.Drop ? Expression.TypeOf(columns.KindOf(name)) : null;
}
