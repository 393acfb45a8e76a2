namespace Fairlead.Projects.Sources;

/// <summary>How a field of a CSV file is written.</summary>
public static class CsvText
{
    /// <summary>RFC 4180: quoted where it holds a comma, a quote or a line break.</summary>
    public static string Field(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
