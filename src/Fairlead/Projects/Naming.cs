using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;

namespace Fairlead.Projects;

/// <summary>Plain words from column names: "distance_km" is "Distance" in km, "customerID" is "Customer ID".</summary>
internal static partial class Naming
{
    private const string WillProbably = "will probably ";

    private static readonly Dictionary<string, string> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        ["km"] = "km",
        ["m"] = "m",
        ["cm"] = "cm",
        ["mm"] = "mm",
        ["mi"] = "mi",
        ["miles"] = "miles",
        ["kg"] = "kg",
        ["g"] = "g",
        ["lb"] = "lb",
        ["lbs"] = "lb",
        ["eur"] = "EUR",
        ["usd"] = "USD",
        ["gbp"] = "GBP",
        ["chf"] = "CHF",
        ["pct"] = "%",
        ["percent"] = "%",
        ["ms"] = "ms",
        ["sec"] = "s",
        ["secs"] = "s",
        ["seconds"] = "s",
        ["min"] = "min",
        ["mins"] = "min",
        ["minutes"] = "min",
        ["hours"] = "h",
        ["hrs"] = "h",
        ["celsius"] = "°C",
        ["kwh"] = "kWh",
        ["kw"] = "kW",
    };

    /// <summary>Words that stay in the label because they also say what is counted.</summary>
    private static readonly HashSet<string> Counted = new(["days", "weeks", "months", "years"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Adjectives = new(
        ["late", "delayed", "active", "inactive", "fraudulent", "defective", "damaged", "faulty", "broken", "sick", "ill", "paid", "sold", "approved", "accepted", "rejected", "returned",
            "cancelled", "canceled", "converted", "satisfied", "readmitted", "empty", "safe", "eligible", "successful"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Verbs = new(
        ["churn", "default", "buy", "cancel", "click", "leave", "return", "subscribe", "convert", "fail", "pay", "accept", "renew", "attend", "respond", "survive", "stay"], StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Stems = new(StringComparer.OrdinalIgnoreCase) { ["churned"] = "churn", ["defaulted"] = "default", ["survived"] = "survive", ["failed"] = "fail", ["clicked"] = "click", ["subscribed"] = "subscribe" };

    /// <summary>Words of a name: split at _ - . blanks and at capitals.</summary>
    public static IReadOnlyList<string> Words(string name) => [.. WordPattern().Matches(name).Select(m => m.Value)];

    public static (string Label, string? Unit) LabelOf(string name)
    {
        var words = Words(name).ToList();
        if (words.Count == 0 || name.Length <= 3)
        {
            return (name, null);
        }

        string? unit = null;
        if (words.Count > 1 && Units.TryGetValue(words[^1], out var known))
        {
            unit = known;
            words.RemoveAt(words.Count - 1);
        }
        else if (words.Count > 1 && Counted.Contains(words[^1]))
        {
            unit = words[^1].ToLowerInvariant();
        }

        // "customerID" keeps its ID; in "LIMIT_BAL" capitals mean nothing.
        var isShouted = !name.Any(char.IsLower);
        var label = string.Join(' ', words.Select(w => !isShouted && w.Length is 2 or 3 && w.All(char.IsUpper) ? w : w.ToLowerInvariant()));
        return (char.ToUpperInvariant(label[0]) + label[1..], unit);
    }

    /// <summary>What a row is: "Order" from the key "order_id"; "Row" when the key does not say.</summary>
    public static string ThingOf(string? key)
    {
        var words = key is null ? [] : Words(key).ToList();
        if (words.Count < 2 || words[^1].ToLowerInvariant() is not ("id" or "no" or "nr" or "number" or "key" or "uuid" or "guid"))
        {
            return "Row";
        }

        var thing = string.Join(' ', words.Take(words.Count - 1)).ToLowerInvariant();
        return char.ToUpperInvariant(thing[0]) + thing[1..];
    }

    /// <summary>How the two answers of a yes/no question are said; "" where the word is not known well enough to make a sentence.</summary>
    public static (string Yes, string No) Phrases(string target)
    {
        var word = string.Join(' ', Words(target)).ToLowerInvariant();
        word = word.StartsWith("is ", StringComparison.Ordinal) ? word[3..] : word;
        return Adjectives.Contains(word) ? ($"will probably be {word}", $"will probably not be {word}")
            : Verbs.Contains(Stems.GetValueOrDefault(word, word)) ? ($"will probably {Stems.GetValueOrDefault(word, word)}", $"will probably not {Stems.GetValueOrDefault(word, word)}")
            : ("", "");
    }

    /// <summary>The question in plain words.</summary>
    /// <param name="positive">Binary: the class of interest.</param>
    /// <param name="other">Binary: the other class.</param>
    public static string Question(string target, string thing, ModelTask task, string? positive, string? other, string? says)
    {
        var label = LabelOf(target).Label;
        label = label.Length > 1 && char.IsLower(label[1]) ? char.ToLowerInvariant(label[0]) + label[1..] : label;
        return task switch
        {
            ModelTask.Binary when says is not null && says.StartsWith(WillProbably, StringComparison.Ordinal) => $"Which {thing.ToLowerInvariant()}s will {says[WillProbably.Length..]}?",
            ModelTask.Binary => $"Is {label} {positive} or {other}?",
            ModelTask.Multiclass => $"Which {label} is it?",
            _ => $"What {(label.EndsWith('s') && !label.EndsWith("ss", StringComparison.Ordinal) ? "are" : "is")} the {label}?",
        };
    }

    [GeneratedRegex(@"\p{Lu}{2,}(?![\p{Ll}])|\p{Lu}?[\p{Ll}']+|\p{Lu}+|\p{N}+|[^\p{L}\p{N}\s_\-.]+", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}
