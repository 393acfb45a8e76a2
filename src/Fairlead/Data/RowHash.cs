using System.Globalization;

namespace Fairlead.Data;

/// <summary>Texts of rows that hashes are taken of, and the dealing of rows by them.</summary>
internal static class RowHash
{
    /// <summary>2^53: shares are compared as whole numbers of this many.</summary>
    private const double Whole = 9_007_199_254_740_992;

    /// <summary>The values of a row as one text: the unit separator (U+001F) between them, the record separator (U+001E) for a missing one.</summary>
    public static string Of(IEnumerable<string> texts) =>
        "concat_ws(chr(31), " + string.Join(", ", texts.Select(text => $"COALESCE({text}, chr(30))").DefaultIfEmpty("''")) + ")";

    /// <summary>The side a text is dealt to: the first 53 bits of the MD5 of seed and text, below the sealed share, then the exam's, else training.</summary>
    /// <remarks>Depends on nothing but seed, text and the two shares: other rows, their order and labels never move a row.</remarks>
    public static string Side(string text, int seed, double exam, double @sealed) => SideOf(Bits(text, seed), exam, @sealed);

    /// <summary>The first 53 bits of the MD5 of seed and text: a BIGINT from 0 to 2^53 - 1.</summary>
    public static string Bits(string text, int seed) => $"CAST(md5_number_upper('{seed.ToString(CultureInfo.InvariantCulture)}:' || {text}) >> 11 AS BIGINT)";

    /// <summary>The side of such a number.</summary>
    public static string SideOf(string bits, double exam, double @sealed)
    {
        var (first, second) = ((long)(@sealed * Whole), (long)((@sealed + exam) * Whole));
        return string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {bits} < {first} THEN 'sealed' WHEN {bits} < {second} THEN 'exam' ELSE 'train' END");
    }

    /// <summary>A text as a number from 0 to 2^63 - 1.</summary>
    public static string Group(string text) => $"CAST(md5_number_lower({text}) >> 1 AS BIGINT)";

    /// <summary>What near-duplicates agree in: a number to three significant digits, a text as its set of lower-cased words.</summary>
    public static string Nearly(string column, bool isNumber, bool isText) =>
        isNumber ? $"printf('%.2e', {column} + 0.0)"
        : isText ? $"array_to_string(list_sort(list_distinct(regexp_split_to_array(lower({column}), '[^\\p{{L}}\\p{{N}}]+'))), ' ')"
        : $"lower({column})";
}
