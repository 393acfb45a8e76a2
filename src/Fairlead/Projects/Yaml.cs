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

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text.Length > 1000 || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) || Ambiguous.Contains(text)
            || double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _)
            || "-?:,[]{}#&*!|>'\"%@`=<.+~".Contains(text[0]) || text[^1] == ':' || char.IsAsciiDigit(text[0]) && text.Any(c => c is ':' or '-' or '_'))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ',' or '[' or ']' or '{' or '}' || char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\u0085' or '\ufeff'
                || (c == '#' && text[i - 1] == ' ') || (c == ':' && text[i + 1] is ' ' or ','))
            {
                return false;
            }
        }

        return true;
    }

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
