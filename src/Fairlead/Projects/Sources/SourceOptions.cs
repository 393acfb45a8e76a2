namespace Fairlead.Projects.Sources;

/// <summary>What is declared about how files are written; what is null is found.</summary>
/// <param name="Encoding">Of text files.</param>
/// <param name="Delimiter">Between the fields of a delimited file: one ASCII sign.</param>
/// <param name="Quoted">Whether fields may stand in double quotes.</param>
/// <param name="Header">Whether the first record holds the names.</param>
public sealed record SourceOptions(TextEncoding? Encoding = null, char? Delimiter = null, bool? Quoted = null, bool? Header = null)
{
    /// <summary>Nothing is declared.</summary>
    public static SourceOptions None { get; } = new();
}
