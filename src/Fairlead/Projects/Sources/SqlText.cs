namespace Fairlead.Projects.Sources;

/// <summary>Names and texts as DuckDB reads them.</summary>
internal static class SqlText
{
    /// <summary>A column or table name: in double quotes, those inside doubled.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text: in single quotes, those inside doubled.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
