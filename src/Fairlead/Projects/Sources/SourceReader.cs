using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a source file as a DuckDB relation in which every column is text. CSV, TSV, JSON lines, JSON arrays, Parquet; delimiter, quoting and header found.</summary>
/// <remarks>
/// Values are as published: leading zeros stay, nothing is interpreted, an empty field is null. Delimited files and JSON are walked once by managed code that finds every fault with its place;
/// DuckDB then reads with explicit options. docs/data.md says what is accepted.
/// </remarks>
public static class SourceReader
{
    /// <summary>Finds out how a file is written and which columns it has.</summary>
    /// <exception cref="FaultException">The file is empty, not UTF-8, ragged, has two columns of one name, …: every fault with file:line:column.</exception>
    public static Source Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        var first = new byte[4_096];
        int read;
        try
        {
            using var stream = File.OpenRead(path);
            read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Directory.Exists(path)
                ? new FaultException(path, "This is a folder, not a file.", "Name the file to read.")
                : new FaultException(path, File.Exists(path) ? $"The file can't be read: {exception.Message}" : "The file is not there.", "Check the name (relative names start at the project folder) and the right to read it.");
        }

        if (read == 0)
        {
            throw new FaultException(path, "The file is empty (0 bytes).", "Give a file with a header and rows.");
        }

        return Detect(path, first.AsSpan(0, read));
    }

    private static Source Detect(string path, ReadOnlySpan<byte> first)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (first.StartsWith("PAR1"u8) || extension is ".parquet" or ".pq")
        {
            return ParquetSource.Open(path);
        }

        var wrong = first switch
        {
            [0x1F, 0x8B, ..] => "compressed (gzip)",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive (an Excel workbook is one)",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16 text",
            [(byte)'S', (byte)'Q', (byte)'L', (byte)'i', (byte)'t', (byte)'e', ..] => "a SQLite database",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new FaultException(path, $"The file is {wrong}, which is not read.", "Give CSV, TSV, JSON lines or a JSON array as UTF-8 text, or Parquet.");
        }

        var text = first.StartsWith("\uFEFF"u8) ? first[3..] : first;
        var start = text.TrimStart(" \t\r\n"u8);
        var looksJson = !start.IsEmpty && start[0] is (byte)'{' or (byte)'[';
        return extension is ".json" or ".jsonl" or ".ndjson" || (looksJson && extension is not (".csv" or ".tsv" or ".tab" or ".txt"))
            ? JsonSource.Open(path, start.StartsWith("["u8))
            : DelimitedSource.Open(path);
    }
}

/// <summary>A source file, ready to be read.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Format">csv, tsv, jsonl, json or parquet.</param>
/// <param name="Columns">Column names, in order.</param>
/// <param name="Sql">A DuckDB table expression that gives these columns as VARCHAR (null where empty), in file order.</param>
public sealed record Source(string Path, string Format, IReadOnlyList<string> Columns, string Sql)
{
    /// <summary>Rows, without the header.</summary>
    public required long Rows { get; init; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file's size.</summary>
    public required long Bytes { get; init; }

    /// <summary>What was assumed and a person should know, such as that no header was found.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>False when a delimited file names no columns: they are called column0, column1, ….</summary>
    public bool HasHeader { get; init; } = true;
}
