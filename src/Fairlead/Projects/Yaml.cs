using System.Globalization;
using System.Text;

namespace Fairlead.Projects;

/// <summary>Writes YAML scalars so that every YAML 1.1 or 1.2 reader takes them as the text they are.</summary>
public static class Yaml
{
    private static readonly HashSet<string> Ambiguous = new(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Plain where that is safe anywhere, in braces too; in double quotes otherwise.</summary>
    public static string Scalar(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsPlain(text) ? text : Quoted(text);
    }

    /// <summary>
    /// Starts with a letter, a digit or a slash, and holds only letters, digits, single blanks and signs that mean nothing in YAML.
    /// Narrower than YAML allows: readers differ on the rest (YamlDotNet loses <c>{a *b: a *b}</c>).
    /// </summary>
    private static bool IsPlain(string text)
    {
        if (text.Length is 0 or > 1000 || !(char.IsLetterOrDigit(text[0]) || text[0] == '/') || text[^1] == ' ' || Ambiguous.Contains(text) || LooksLikeNumber(text))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isSafe = (char.IsLetterOrDigit(c) && !char.IsSurrogate(c)) || "_-./()+%°;=$€'".Contains(c, StringComparison.Ordinal)
                || (c == ' ' && text[i + 1] != ' ' && (char.IsLetterOrDigit(text[i + 1]) || text[i + 1] == '('))
                || (c == '?' && i == text.Length - 1);
            if (!isSafe)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Numbers of any YAML version: 1e5, 1_000, 0x1F, 12:30 (base 60), dates.</summary>
    private static bool LooksLikeNumber(string text) =>
        char.IsAsciiDigit(text[0]) && (text.All(c => char.IsAsciiHexDigit(c) || c is '.' or '_' or '-' or '+' or 'x' or 'o' or 'b' or 'T' or 'Z' or ' ') || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\u00a0' or '\ufeff' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
