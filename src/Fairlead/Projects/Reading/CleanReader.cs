using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>Reads <c>clean:</c>. One item a step, in the file's order.</summary>
internal sealed class CleanReader(DeclaredColumns columns, FaultList faults)
{
    private static readonly string[] StepNames = ["trim", "missing", "normalise", "impute", "drop duplicates"];
    private readonly HashSet<string> _trimmed = new(StringComparer.Ordinal);
    private readonly List<RowStep> _before = [];
    private readonly List<RowStep> _after = [];
    private readonly List<TableStep> _table = [];

    public IReadOnlyList<TableStep> TableSteps => _table;

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
                    faults.Add(item, "This is not a cleaning step.", $"Write one step an item, such as \"- trim: all\" or \"- drop duplicates\". Steps: {string.Join(", ", StepNames)}.");
                    break;
            }
        }
    }

    /// <summary>
    /// The row steps as they run: trim, then what compares text (missing, normalise) as declared, mask, cast (always there for Number and Date columns),
    /// then numeric marks for "missing" and impute as declared.
    /// </summary>
    /// <param name="formats">Order of day, month and year by column, where not ymd.</param>
    public IReadOnlyList<RowStep> RowSteps(IReadOnlyDictionary<string, string> formats)
    {
        var steps = new List<RowStep>();
        foreach (var name in columns.Names)
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
        steps.AddRange(columns.Names.Where(IsCast).Select(n => new CastStep(n, columns.KindOf(n), formats.GetValueOrDefault(n))));
        steps.AddRange(columns.Columns.Where(c => c is { Protection: Protection.Generalise, To: not null }).Select(c => new GeneraliseStep(c.Name, c.To!)));
        steps.AddRange(_after);
        return steps;
    }

    private bool IsCast(string name) => columns.KindOf(name) is ColumnKind.Number or ColumnKind.Date;

    private void Step(YamlText name, MapReader item)
    {
        switch (name.Value)
        {
            case "trim":
                Trim(item);
                break;
            case "drop duplicates":
                var listed = item.Texts(name.Value)?.Select(columns.Resolve).OfType<string>().ToList();
                _table.Add(new DropDuplicatesStep(listed ?? []));
                break;
            case "missing" or "normalise" or "impute":
                if (item.Child(name.Value, $"\"{name.Value}\"") is { } arguments)
                {
                    RowStep(name.Value, arguments);
                    arguments.Done();
                }
                else if (item.Find(name.Value) is null)
                {
                    faults.Add(name, $"\"{name.Value}\" says nothing to do.", $"Write \"- {Example(name.Value)}\".");
                }

                break;
            case "cast":
                faults.Add(name, "Casting is not declared here: number and date columns are always cast.", "Set \"kind\" (and for dates \"format: dmy\") under \"columns\".");
                break;
            case "mask":
                faults.Add(name, "Masking is not declared here.", "Set \"personal: mask\" at the column under \"columns\".");
                break;
            default:
                faults.Add(name, $"\"{name.Value}\" is not a cleaning step.", $"Use one of: {string.Join(", ", StepNames)}.{NearestName.Hint(name.Value, StepNames)}");
                break;
        }
    }

    private void Trim(MapReader item)
    {
        if (item.Find("trim") is YamlText { Value: "all" })
        {
            _trimmed.UnionWith(columns.Names);
            return;
        }

        if (item.Required("trim", "all") is not null)
        {
            _trimmed.UnionWith(item.Texts("trim")?.Select(columns.Resolve).OfType<string>() ?? []);
        }
    }

    private void RowStep(string step, MapReader arguments)
    {
        if (arguments.Required("column", "NAME") is null)
        {
            arguments.Texts("values");
            arguments.Find("map");
            arguments.Find("ignore_case");
            arguments.Find("value");
            arguments.Find("with");
            return;
        }

        var column = columns.Resolve(arguments, "column");
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
            default:
                Impute(column, arguments);
                break;
        }
    }

    /// <summary>On a number column a numeric mark is compared after the cast, so that -999 and -999.0 are the same.</summary>
    private void Missing(string column, IReadOnlyList<YamlText> values)
    {
        var texts = values.Select(v => v.Value).ToList();
        var numbers = columns.KindOf(column) == ColumnKind.Number ? texts.Where(t => NumberText(t) is not null).ToList() : [];
        texts.RemoveAll(numbers.Contains);
        if (texts.Count > 0)
        {
            _before.Add(new MissingStep(column, texts));
        }

        if (numbers.Count > 0)
        {
            _after.Add(new MissingStep(column, [.. numbers.Select(n => NumberText(n)!)]));
        }
    }

    private void Normalise(string? column, MapReader arguments)
    {
        var ignoreCase = arguments.YesNo("ignore_case") ?? true;
        if (arguments.Required("map", "{gruenbote: Grünbote}") is null || arguments.Child("map", "the map") is not { } map)
        {
            return;
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.Map.Entries)
        {
            if (map.Text(entry.Key.Value) is { } name)
            {
                names[entry.Key.Value] = name;
            }
            else if (map.Find(entry.Key.Value) is null)
            {
                faults.Add(entry.Key, $"No name is given for the spelling \"{entry.Key.Value}\".", "Write \"SPELLING: NAME\", with quotes where one holds special characters.");
            }
        }

        map.Done();
        if (map.Map.Entries.Count == 0)
        {
            faults.Add(map.Map, "The map is empty, so nothing is normalised.", "Write \"{SPELLING: NAME}\", with quotes where a spelling holds special characters.");
        }

        if (column is not null && columns.KindOf(column) is ColumnKind.Number or ColumnKind.Date)
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is a {columns.KindOf(column).ToString().ToLowerInvariant()} column; spellings are normalised in category, text and id columns.", "Use \"missing\" for marks such as \"N/A\".");
        }
        else if (column is not null)
        {
            _before.Add(new NormaliseStep(column, names, ignoreCase));
        }
    }

    private void Impute(string? column, MapReader arguments)
    {
        var value = arguments.Text("value");
        var fit = arguments.Choice("with", [ImputeStep.Median, ImputeStep.MostFrequent]);
        if (arguments.Has("value") == arguments.Has("with"))
        {
            faults.Add(arguments.Map, "\"impute\" needs either a value or how to find it.", "Write \"value: 0\", or \"with: median\" (numbers) or \"with: most_frequent\".");
        }
        else if (column is not null && column == columns.Target)
        {
            faults.Add(arguments.At("column"), "The target is never filled in: an invented answer is no answer.", "Take the step away; rows without a target are quarantined.");
        }
        else if (column is not null)
        {
            var isNumber = columns.KindOf(column) == ColumnKind.Number;
            if (value is not null && isNumber && NumberText(value) is null)
            {
                faults.Add(arguments.At("value"), $"\"{value}\" is not a number, but \"{column}\" is a number column.", "Write a number with a point.");
            }
            else if (fit == ImputeStep.Median && !isNumber)
            {
                faults.Add(arguments.At("with"), $"\"{column}\" has no median: it is a {columns.KindOf(column).ToString().ToLowerInvariant()} column.", "Write \"with: most_frequent\".");
            }
            else if (value is not null || fit is not null)
            {
                _after.Add(new ImputeStep(column, value is null ? "" : isNumber ? NumberText(value)! : value, fit));
            }
        }
    }

    private static string Example(string step) => step switch
    {
        "missing" => "missing: {column: weight_kg, values: [\"N/A\"]}",
        "normalise" => "normalise: {column: carrier, map: {gruenbote: Grünbote}}",
        _ => "impute: {column: weight_kg, with: median}",
    };

    /// <summary>The shortest text of a number, or null when it is none.</summary>
    internal static string? NumberText(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : null;
}
