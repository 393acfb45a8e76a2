using System.Globalization;
using System.Text;

namespace Fairlead.Projects.Inference;

/// <summary>Finds levels that are other spellings of one name: the same letters after folding case, umlauts, accents and punctuation, or one typing error away from a much more frequent name.</summary>
internal static class SpellingClusters
{
    /// <summary>Most levels that are compared pairwise.</summary>
    private const int LevelsMax = 500;

    /// <summary>A misspelling is at least this much rarer than the name.</summary>
    private const int RarerTimes = 20;

    /// <summary>Spelling (ASCII lower case) to name. Empty when every name has one spelling.</summary>
    /// <param name="typing">Also names that are one edit away, not only those that differ in case, umlauts, accents and punctuation.</param>
    public static IReadOnlyDictionary<string, string> Of(ColumnSample column, bool typing) => Of(column.Levels, typing);

    /// <param name="values">Distinct values with their rows, most frequent first.</param>
    /// <param name="typing">As above.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<(string Value, int Count)> values, bool typing)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (values.Count > LevelsMax)
        {
            return map;
        }

        var clusters = values.GroupBy(l => Fold(l.Value), StringComparer.Ordinal).Where(c => c.Key.Length > 0)
            .Select(c => (c.Key, Levels: c.ToList(), Count: c.Sum(l => l.Count))).OrderByDescending(c => c.Count).ToList();
        foreach (var (_, levels, count) in clusters)
        {
            // Without a clear majority nothing says which spelling is right.
            if (levels.Count > 1 && levels[0].Count > 0.6 * count)
            {
                foreach (var (value, _) in levels.Skip(1))
                {
                    map[AsciiLower(value)] = levels[0].Value;
                }
            }
        }

        if (typing)
        {
            for (var rare = 1; rare < clusters.Count; rare++)
            {
                var frequent = clusters.Take(rare).FirstOrDefault(c => c.Count >= RarerTimes * clusters[rare].Count && IsTypingError(c.Key, clusters[rare].Key));
                foreach (var (value, _) in frequent.Levels is null ? [] : clusters[rare].Levels)
                {
                    map[AsciiLower(value)] = frequent.Levels![0].Value;
                }
            }
        }

        return map;
    }

    /// <summary>Comparison form: lower case, ä as ae, accents off, letters and digits only.</summary>
    public static string Fold(string value)
    {
        var folded = new StringBuilder(value.Length);
        var plain = value.ToLowerInvariant().Replace("ä", "ae", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal)
            .Replace("ü", "ue", StringComparison.Ordinal).Replace("ß", "ss", StringComparison.Ordinal);
        foreach (var c in plain.Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c) || "+<>=%$€".Contains(c, StringComparison.Ordinal))
            {
                folded.Append(c);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && folded.Length > 0 && char.IsDigit(folded[^1]))
            {
                folded.Append('.'); // 1.5 and 15 differ
            }
        }

        return folded.ToString().TrimEnd('.');
    }

    public static string AsciiLower(string value) => string.Create(value.Length, value, (span, v) =>
    {
        for (var i = 0; i < v.Length; i++)
        {
            span[i] = v[i] is >= 'A' and <= 'Z' ? (char)(v[i] + 32) : v[i];
        }
    });

    /// <summary>
    /// A letter left out, doubled, put in or swapped with its neighbour in a name of at least 6 letters. Not another letter in place of one, and no digit:
    /// ISLAND is not a misspelt INLAND, and "area 1" is not "area 2".
    /// </summary>
    private static bool IsTypingError(string name, string other) =>
        name.Length >= 6 && name[0] == other[0] && !name.Any(char.IsDigit) && !other.Any(char.IsDigit) && NearestName.Distance(name, other) == 1
        && (name.Length != other.Length || name.Order().SequenceEqual(other.Order()));
}
