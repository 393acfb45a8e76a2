using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>Reads the keys of one mapping, strictly: a key that no one asked for is a fault (<see cref="Done"/>), as is one given twice.</summary>
internal sealed class MapReader
{
    private readonly Dictionary<string, KeyValuePair<YamlText, YamlNode>> _entries = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private readonly FaultList _faults;

    public MapReader(YamlMap map, string name, FaultList faults)
    {
        (Map, Name, _faults) = (map, name, faults);
        foreach (var entry in map.Entries)
        {
            if (!_entries.TryAdd(entry.Key.Value, entry))
            {
                faults.Add(entry.Key, $"\"{entry.Key.Value}\" is given twice in {name} (first on line {_entries[entry.Key.Value].Key.Line}).", "Keep one of them.");
            }
        }
    }

    public YamlMap Map { get; }

    /// <summary>What the mapping is to a person, such as "target".</summary>
    public string Name { get; }

    public FaultList Faults => _faults;

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The node at a key, or null when it is absent or empty.</summary>
    public YamlNode? Find(string key)
    {
        _asked.TryAdd(key, true);
        return _entries.TryGetValue(key, out var entry) && entry.Value is not YamlText { IsNull: true } ? entry.Value : null;
    }

    /// <summary>Where to point for a key: its value, its key when the value is empty, or the mapping.</summary>
    public YamlNode At(string key) => Find(key) ?? (_entries.TryGetValue(key, out var entry) ? entry.Key : Map);

    /// <summary>The node, or a fault that shows how to write the line.</summary>
    public YamlNode? Required(string key, string example)
    {
        if (Find(key) is { } node)
        {
            return node;
        }

        _faults.Add(At(key), $"\"{key}\" is missing in {Name}.", $"Add \"{key}: {example}\".");
        return null;
    }

    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlText text:
                return text.Value;
            case var other:
                _faults.Add(other, $"\"{key}\" must be text.", $"Write \"{key}: …\" on one line.");
                return null;
        }
    }

    /// <summary>Text that must be there.</summary>
    public string? Text(string key, string example) => Required(key, example) is null ? null : Text(key);

    /// <summary>One of a few words.</summary>
    public string? Choice(string key, IReadOnlyList<string> choices)
    {
        if (Text(key) is not { } text || choices.Contains(text))
        {
            return Text(key);
        }

        _faults.Add(At(key), $"\"{key}\" can't be \"{text}\".", $"Use one of: {string.Join(", ", choices)}.{NearestName.Hint(text, choices)}");
        return null;
    }

    /// <summary>A number within [min, max].</summary>
    public double? Number(string key, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            _faults.Add(At(key), $"\"{key}\" must be a number, not \"{text}\".", "Write digits with a point, such as 0.2.");
            return null;
        }

        if (number < min || number > max)
        {
            var (said, wanted) = double.IsInfinity(max) ? ($"below {NumberText.Shortest(min)}", $"that is at least {NumberText.Shortest(min)}")
                : double.IsInfinity(min) ? ($"above {NumberText.Shortest(max)}", $"that is at most {NumberText.Shortest(max)}")
                : ($"outside {NumberText.Shortest(min)} to {NumberText.Shortest(max)}", $"from {NumberText.Shortest(min)} to {NumberText.Shortest(max)}");
            _faults.Add(At(key), $"\"{key}\" is {text}, {said}.", $"Write a number {wanted}.");
            return null;
        }

        return number;
    }

    public int? Whole(string key, int min, int max)
    {
        if (Number(key, min, max) is not { } number)
        {
            return null;
        }

        if (number == Math.Floor(number))
        {
            return (int)number;
        }

        _faults.Add(At(key), $"\"{key}\" must be a whole number, not {Text(key)}.", $"Write a whole number from {min} to {max}.");
        return null;
    }

    public bool? YesNo(string key)
    {
        switch (Text(key)?.ToLowerInvariant())
        {
            case null:
                return null;
            case "true" or "yes":
                return true;
            case "false" or "no":
                return false;
            case var other:
                _faults.Add(At(key), $"\"{key}\" must be true or false, not \"{other}\".", $"Write \"{key}: true\" or \"{key}: false\".");
                return null;
        }
    }

    /// <summary>A list of texts; one text alone counts as a list of one.</summary>
    public IReadOnlyList<YamlText>? Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlText one:
                return [one];
            case YamlList list:
                foreach (var wrong in list.Items.Where(i => i is not YamlText))
                {
                    _faults.Add(wrong, $"\"{key}\" holds text only.", $"Write \"{key}: [a, b]\".");
                }

                return [.. list.Items.OfType<YamlText>()];
            case var other:
                _faults.Add(other, $"\"{key}\" must be a list.", $"Write \"{key}: [a, b]\".");
                return null;
        }
    }

    /// <summary>The mapping at a key.</summary>
    public MapReader? Child(string key, string? name = null)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMap map:
                return new MapReader(map, name ?? key, _faults);
            case var other:
                _faults.Add(other, $"\"{key}\" must hold keys and values.", $"Write \"{key}:\" and below it indented lines \"key: value\".");
                return null;
        }
    }

    /// <summary>The items at a key; empty when absent.</summary>
    public IReadOnlyList<YamlNode> List(string key, string example)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlList list:
                return list.Items;
            case var other:
                _faults.Add(other, $"\"{key}\" must be a list.", $"Write \"{key}:\" and below it lines such as \"- {example}\".");
                return [];
        }
    }

    /// <summary>Ends the reading: every key that no one asked for is a fault.</summary>
    public void Done()
    {
        foreach (var (key, entry) in _entries.Where(e => !_asked.ContainsKey(e.Key)))
        {
            _faults.Add(entry.Key, $"\"{key}\" is not a key of {Name}.", $"{NearestName.Hint(key, _asked.Keys).TrimStart()} Keys of {Name}: {string.Join(", ", _asked.Keys)}.".TrimStart());
        }
    }
}
