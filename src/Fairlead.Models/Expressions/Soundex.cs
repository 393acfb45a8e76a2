namespace Fairlead.Models.Expressions;

/// <summary>The American Soundex code of a name: its first letter and three digits.</summary>
/// <remarks>Rules of the United States National Archives (General Information Leaflet 55), after R. C. Russell's patent of 1918: letters of one group in a row count once, also across h and w; vowels part them. A to Z only.</remarks>
public static class Soundex
{
    private const string Groups = "01230120022455012623010202"; // a to z; 0: not coded

    /// <summary>The code; empty where the text holds no letter of A to Z.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<char> code = ['0', '0', '0', '0'];
        var (count, last) = (0, '0');
        foreach (var sign in text)
        {
            if (!char.IsAsciiLetter(sign))
            {
                continue;
            }

            var letter = (char)(sign | 0x20);
            var group = Groups[letter - 'a'];
            if (count == 0)
            {
                code[count++] = (char)(letter & ~0x20);
            }
            else if (group != '0' && group != last && count < code.Length)
            {
                code[count++] = group;
            }

            last = group == '0' && letter is 'h' or 'w' ? last : group;
        }

        return count == 0 ? "" : code.ToString();
    }
}
