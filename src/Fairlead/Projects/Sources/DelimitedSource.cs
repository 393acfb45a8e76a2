using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>A delimited file as a relation that DuckDB reads.</summary>
internal static class DelimitedSource
{
    public static Source Open(string path)
    {
        var (file, records, blank, mixed) = DelimitedFile.Open(path, SourceOptions.None).Explain(SourceOptions.None);
        if (mixed && file.Fields == 1)
        {
            throw new FaultException($"{path}:1:1", "Some lines of this file of one column end with a line feed, some with carriage return and line feed.", "Write one kind of line end."); // a blank line would be a row to DuckDB, or none
        }

        using var stream = File.OpenRead(path);
        return new Source(path, file.Kind, file.Columns, Sql(file, blank))
        {
            Rows = records - (file.HasHeader ? 1 : 0),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)),
            Bytes = stream.Length,
            Notes = file.Notes,
            HasHeader = file.HasHeader,
        };
    }

    private static string Sql(DelimitedFile file, long blank)
    {
        var names = string.Join(", ", file.Columns.Select((name, i) => $"c{i} AS {SqlText.Name(name)}"));
        var types = string.Join(", ", file.Columns.Select((_, i) => $"'c{i}': 'VARCHAR'"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            (SELECT {names} FROM read_csv({SqlText.FilePath(file.Path)}, auto_detect = false, columns = {'{'}{types}{'}'}, header = {(file.HasHeader ? "true" : "false")},
            delim = chr({file.Dialect.Delimiter}), quote = {(file.Dialect.Quoted ? "'\"'" : "''")}, escape = {(file.Dialect.Quoted ? file.Dialect.Backslash ? "'\\'" : "'\"'" : "''")},
            nullstr = '', strict_mode = false, compression = 'none', skip = {blank}, max_line_size = {SourceLimits.RowBytesMax}, parallel = false))
            """);
    }
}
