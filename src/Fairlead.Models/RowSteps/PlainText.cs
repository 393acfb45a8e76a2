namespace Fairlead.Models.RowSteps;

/// <summary>Text operations that managed code and SQL do alike: by code point, without culture.</summary>
public static class PlainText
{
    /// <summary>Takes <see cref="RowStep.WhiteSpace"/> off both ends.</summary>
    public static string Trim(string text) => text.AsSpan().Trim(RowStep.WhiteSpace).Length == text.Length ? text : text.AsSpan().Trim(RowStep.WhiteSpace).ToString();

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
