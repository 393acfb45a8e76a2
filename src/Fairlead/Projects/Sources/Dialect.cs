namespace Fairlead.Projects.Sources;

/// <summary>How a delimited file is written.</summary>
/// <param name="Delimiter">Stands between fields.</param>
/// <param name="Quoted">Fields may stand in double quotes, which keep delimiters and line ends inside.</param>
/// <param name="Backslash">A quote inside a quoted field is written \" instead of "".</param>
internal readonly record struct Dialect(byte Delimiter, bool Quoted, bool Backslash = false)
{
    /// <summary>The delimiter of a file with one column: a sign that no text holds.</summary>
    public const byte OneColumn = 0x1f;
}
