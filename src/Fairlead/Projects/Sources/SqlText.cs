using System.Text;

namespace Fairlead.Projects.Sources;

/// <summary>Names and texts as DuckDB reads them.</summary>
internal static class SqlText
{
    /// <summary>A column or table name: in double quotes, those inside doubled.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text: in single quotes, those inside doubled.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A path as a text that names one file: the signs DuckDB would read as a pattern are bracketed.</summary>
    public static string FilePath(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (var sign in path)
        {
            _ = sign is '*' or '?' or '[' ? escaped.Append('[').Append(sign).Append(']') : escaped.Append(sign);
        }

        return Text(escaped.ToString());
    }
}
