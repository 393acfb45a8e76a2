using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>Bounds of a check. Dates are days since 1970-01-01; <paramref name="Dates"/> says that the values are read as dates too.</summary>
internal sealed record CheckBounds(double? Min, double? Max, bool StrictMin, bool StrictMax, bool Dates);

/// <summary>Arguments that many checks share.</summary>
internal sealed class CheckArguments(ICheckableColumns columns, FaultList faults)
{
    /// <summary>The columns a check names under <c>column</c>, <c>columns</c> or in the short form; a fault when there is none. One that does not exist is a fault and named all the same, so that the arguments are read.</summary>
    public List<string> Columns(CheckItem item)
    {
        IReadOnlyList<YamlText>? named = item.Shorthand switch
        {
            YamlText { IsNull: false } one => [one],
            YamlList list => [.. list.Items.OfType<YamlText>()],
            _ => item.Map.Texts("column") is { } one ? [.. one, .. item.Map.Texts("columns") ?? []] : item.Map.Texts("columns"),
        };
        if (named is not { Count: > 0 })
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" names no column.", $"Write \"- {item.Name.Value}: {{column: NAME, …}}\".");
            return [];
        }

        return [.. named.Select(name => columns.Resolve(name) ?? name.Value)];
    }

    /// <summary>Values as written; true and false without quotes stand for every spelling of them.</summary>
    public static IReadOnlyList<string> Spellings(IReadOnlyList<YamlText> values) =>
        [.. values.SelectMany(value => value.Plain && value.Value is "true" or "false" ? [value.Value, value.Value == "true" ? "True" : "False", value.Value.ToUpperInvariant()] : (string[])[value.Value])];

    /// <summary>min and max, at least one of them; whole numbers from <paramref name="wholeFrom"/> when given.</summary>
    /// <param name="isDate">The column is a date: only dates are bounds. Otherwise a bound that reads as a date and not as a number makes it one.</param>
    public CheckBounds? Bounds(CheckItem item, int? wholeFrom, bool isDate)
    {
        var map = item.Map;
        var (strictMin, strictMax) = wholeFrom is null ? (map.YesNo("strict_min") ?? false, map.YesNo("strict_max") ?? false) : (false, false);
        var min = Read("min");
        var max = Read("max");
        if (!map.Has("min") && !map.Has("max"))
        {
            faults.Add(item.Name, $"\"{item.Name.Value}\" has neither min nor max.", "Write \"min: 0\", \"max: 100\" or both.");
            return null;
        }

        if ((min is null && map.Has("min")) || (max is null && map.Has("max")))
        {
            return null;
        }

        if (min is not null && max is not null && min.Value.Date != max.Value.Date)
        {
            faults.Add(map.At("max"), $"min {map.Text("min")} and max {map.Text("max")} are not of one kind.", "Write two numbers or two dates.");
            return null;
        }

        if (min?.Value > max?.Value)
        {
            faults.Add(map.At("min"), $"min {map.Text("min")} is above max {map.Text("max")}: no value can meet it.", "Swap them.");
            return null;
        }

        return new CheckBounds(min?.Value, max?.Value, strictMin, strictMax, !isDate && (min?.Date ?? max!.Value.Date));

        (double Value, bool Date)? Read(string key) => wholeFrom is { } from ? map.Whole(key, from, int.MaxValue) is { } whole ? (whole, false) : null : Bound(map, key, isDate);
    }

    /// <summary>A bound: a number, or a date as days since 1970-01-01.</summary>
    public (double Value, bool Date)? Bound(MapReader map, string key, bool isDate)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (!isDate && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return (number, false);
        }

        if (DateText.TryParse(text, null, out var days))
        {
            return (days, true);
        }

        if (isDate && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return ((at.UtcDateTime - DateTime.UnixEpoch).TotalDays, true);
        }

        faults.Add(map.At(key), isDate ? $"\"{text}\" is not a date." : $"\"{key}\" must be a number, not \"{text}\".", isDate ? "Write year-month-day, such as 2026-01-31." : "Write digits with a point, such as 0.2, or a date such as 2026-01-31.");
        return null;
    }

    /// <summary>Numbers of a list.</summary>
    public List<double>? Numbers(MapReader map, string key, string example, bool infinite = false)
    {
        if (map.Required(key, example) is not YamlList list)
        {
            if (map.Has(key))
            {
                faults.Add(map.At(key), $"\"{key}\" must be a list of numbers.", $"Write \"{key}: {example}\".");
            }

            return null;
        }

        var numbers = new List<double>();
        foreach (var item in list.Items)
        {
            if (item is YamlText text && Number(text.Value, infinite) is { } number)
            {
                numbers.Add(number);
            }
            else
            {
                faults.Add(item, $"\"{key}\" holds numbers only.", $"Write \"{key}: {example}\".");
            }
        }

        return numbers.Count == list.Items.Count ? numbers : null;
    }

    public static double? Number(string text, bool infinite = false) =>
        infinite && text is "-.inf" or "-inf" ? double.NegativeInfinity
        : infinite && text is ".inf" or "inf" or "+.inf" or "+inf" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
