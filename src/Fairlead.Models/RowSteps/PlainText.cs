using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>Text operations that managed code and SQL do alike: by code point, without culture.</summary>
public static class PlainText
{
    /// <summary>Takes <see cref="RowStep.WhiteSpace"/> off both ends.</summary>
    public static string Trim(string text) => text.AsSpan().Trim(RowStep.WhiteSpace).Length == text.Length ? text : text.AsSpan().Trim(RowStep.WhiteSpace).ToString();

    /// <summary>Yes or no: true, yes, y, t, 1 or false, no, n, f, 0 in any case; null for anything else.</summary>
    public static bool? Flag(Cell cell) =>
        cell.IsNumber ? cell.Number switch { 1 => true, 0 => false, _ => null }
        : cell.Text is not { Length: <= 5 } text ? null
        : LowerAscii(text) switch { "true" or "yes" or "y" or "t" or "1" => true, "false" or "no" or "n" or "f" or "0" => false, _ => null };

    /// <summary>A to Z in lower case; all other signs stay.</summary>
    public static string LowerAscii(string text) => text.AsSpan().IndexOfAnyInRange('A', 'Z') < 0
        ? text
        : string.Create(text.Length, text, static (lower, text) =>
        {
            for (var i = 0; i < lower.Length; i++)
            {
                lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
            }
        });

    /// <summary>a to z in upper case; all other signs stay.</summary>
    public static string UpperAscii(string text) => text.AsSpan().IndexOfAnyInRange('a', 'z') < 0
        ? text
        : string.Create(text.Length, text, static (upper, text) =>
        {
            for (var i = 0; i < upper.Length; i++)
            {
                upper[i] = char.IsAsciiLetterLower(text[i]) ? (char)(text[i] & ~0x20) : text[i];
            }
        });

    /// <summary>The first letter of each word in upper case, the others in lower case: a to z only. A word goes on over letters, digits and apostrophes.</summary>
    public static string TitleAscii(string text) => string.Create(text.Length, text, static (title, text) =>
    {
        var inside = false;
        for (var i = 0; i < title.Length; i++)
        {
            title[i] = inside ? char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i] : char.IsAsciiLetterLower(text[i]) ? (char)(text[i] & ~0x20) : text[i];
            inside = char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]) || text[i] is '\'' or '\u2019';
        }
    });

    /// <summary>Code points from <paramref name="start"/> (the first is 0), at most <paramref name="count"/>.</summary>
    public static string Slice(string text, int start, int count)
    {
        var from = Offset(text, 0, start);
        var to = Offset(text, from, count);
        return from == 0 && to == text.Length ? text : text[from..to];
    }

    /// <summary>The part of this number (the first is 1) between separators; empty when there are fewer.</summary>
    public static string Part(string text, string separator, int number)
    {
        var start = 0;
        for (var part = 1; ; part++)
        {
            var end = text.IndexOf(separator, start, StringComparison.Ordinal);
            if (part == number)
            {
                return text[start..(end < 0 ? text.Length : end)];
            }

            if (end < 0)
            {
                return "";
            }

            start = end + separator.Length;
        }
    }

    private static int Offset(string text, int at, int codePoints)
    {
        for (var passed = 0; at < text.Length && passed < codePoints; passed++)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }

        return at;
    }

    /// <summary>Unicode code points.</summary>
    public static int Length(string text)
    {
        var count = 0;
        foreach (var sign in text)
        {
            count += char.IsLowSurrogate(sign) ? 0 : 1;
        }

        return count;
    }

    /// <summary>Order by code point, which is the order of the UTF-8 bytes.</summary>
    public static int Compare(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] != right[i])
            {
                // Halves of a pair (U+D800 to U+DFFF) stand for code points above all single ones.
                var (leftPair, rightPair) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
                return leftPair == rightPair ? left[i] - right[i] : leftPair ? 1 : -1;
            }
        }

        return left.Length - right.Length;
    }
}
