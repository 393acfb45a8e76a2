using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Sources;

/// <summary>Names and values as DuckDB reads them, and what is said of texts in several places.</summary>
internal static class SqlText
{
    /// <summary>A column or table name: in double quotes, those inside doubled.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text: in single quotes, those inside doubled.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A finite DOUBLE, bit by bit.</summary>
    public static string Number(double value) => $"'{NumberText.Shortest(value)}'::DOUBLE";

    /// <summary>Takes <see cref="RowStep.WhiteSpace"/> off both ends of an expression.</summary>
    public static string Trim(string expression) => $"trim({expression}, '{RowStep.WhiteSpace}')";

    /// <summary>A to Z of an expression in lower case.</summary>
    public static string LowerAscii(string expression) => $"translate({expression}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
}
