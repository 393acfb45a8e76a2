using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fairlead.Data.Erasure;

/// <summary>Takes a person's own texts out of sentences and JSON, where they stand as whole words.</summary>
/// <remarks>
/// Their value from three characters on, its pseudonym, keys of their rows, and texts that stand in no other row: with a letter from four characters on, others from six on.
/// Shorter ones can't be told from ordinary words and numbers; only the fields that are known to hold them are cleared.
/// </remarks>
public sealed class SubjectText
{
    /// <summary>What stands in the place of an erased text.</summary>
    public const string Erased = "[erased]";

    /// <summary>Fewest characters of a person's value that are looked for in texts.</summary>
    public const int ValueMin = 3;

    private const int WordMin = 4;
    private const int OtherMin = 6;
    private readonly Regex? _words;

    public SubjectText(Subject subject)
        : this(subject, withOwn: true)
    {
    }

    private SubjectText(Subject subject, bool withOwn)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var words = subject.Keys.Concat(subject.Names).Where(text => text.Length >= ValueMin)
            .Concat(subject.OwnTexts.Where(text => withOwn && text.Length >= (text.Any(char.IsLetter) ? WordMin : OtherMin)))
            .Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length).ThenBy(text => text, StringComparer.Ordinal).ToList();
        _words = words.Count == 0 ? null : new Regex($@"(?<![\p{{L}}\p{{N}}])(?:{string.Join('|', words.Select(Regex.Escape))})(?![\p{{L}}\p{{N}}])", RegexOptions.CultureInvariant);
    }

    private static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Looks for their value and keys only: in rows of service another person may have the same words.</summary>
    public static SubjectText OfValue(Subject subject) => new(subject, withOwn: false);

    /// <summary>The text says something of the person.</summary>
    public bool IsIn(string text) => _words?.IsMatch(text) == true;

    /// <summary>The text without it.</summary>
    public string Clean(string text) => _words?.Replace(text, Erased) ?? text;

    /// <summary>JSON without it: values that are texts. The same instance when there was nothing to take out.</summary>
    public string CleanJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (_words is null || JsonNode.Parse(json) is not { } node)
        {
            return json;
        }

        return Clean(node) ? node.ToJsonString(Readable) : json;
    }

    private bool Clean(JsonNode node)
    {
        var changed = false;
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    if (Replaced(value) is { } text)
                    {
                        (fields[name], changed) = (text, true);
                    }
                    else if (value is not null)
                    {
                        changed |= Clean(value);
                    }
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (Replaced(items[i]) is { } text)
                    {
                        (items[i], changed) = (text, true);
                    }
                    else if (items[i] is { } value)
                    {
                        changed |= Clean(value);
                    }
                }

                break;
        }

        return changed;
    }

    private string? Replaced(JsonNode? value) =>
        value is JsonValue leaf && leaf.TryGetValue<string>(out var text) && !IsMoment(text) && Clean(text) is var clean && clean != text ? clean : null;

    // Moments of records are read back as such.
    private static bool IsMoment(string text) =>
        text.Length >= 19 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
