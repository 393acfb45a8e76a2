namespace Fairlead.Data.Cleaning;

/// <summary>How near two texts are.</summary>
internal static class TextSimilarity
{
    /// <summary>Jaro-Winkler similarity, in [0, 1]; 1 means equal.</summary>
    /// <remarks>W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990: prefix of at most 4 signs, weight 0.1.</remarks>
    public static double JaroWinkler(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.SequenceEqual(right))
        {
            return 1;
        }

        if (left.IsEmpty || right.IsEmpty)
        {
            return 0;
        }

        var reach = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        Span<bool> leftMatched = left.Length <= 256 ? stackalloc bool[left.Length] : new bool[left.Length];
        Span<bool> rightMatched = right.Length <= 256 ? stackalloc bool[right.Length] : new bool[right.Length];
        leftMatched.Clear();
        rightMatched.Clear();
        var matches = 0;
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = Math.Max(0, i - reach); j < Math.Min(right.Length, i + reach + 1); j++)
            {
                if (!rightMatched[j] && left[i] == right[j])
                {
                    (leftMatched[i], rightMatched[j]) = (true, true);
                    matches++;
                    break;
                }
            }
        }

        if (matches == 0)
        {
            return 0;
        }

        var (swapped, at) = (0, 0);
        for (var i = 0; i < left.Length; i++)
        {
            if (leftMatched[i])
            {
                while (!rightMatched[at])
                {
                    at++;
                }

                swapped += left[i] == right[at++] ? 0 : 1;
            }
        }

        var m = (double)matches;
        var jaro = ((m / left.Length) + (m / right.Length) + ((m - (swapped / 2)) / m)) / 3;
        var prefix = 0;
        while (prefix < 4 && prefix < left.Length && prefix < right.Length && left[prefix] == right[prefix])
        {
            prefix++;
        }

        return jaro + (prefix * 0.1 * (1 - jaro));
    }

    /// <summary>Shared words of all words, in [0, 1], whatever their order: the index of P. Jaccard, 1901.</summary>
    public static double Tokens(string left, string right)
    {
        var (a, b) = (Words(left), Words(right));
        var shared = a.Count(b.Contains);
        return a.Count + b.Count == 0 ? 0 : (double)shared / (a.Count + b.Count - shared);
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                words.Add(text[start..i]);
            }
        }

        return words;
    }
}
