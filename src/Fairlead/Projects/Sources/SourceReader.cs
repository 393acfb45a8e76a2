using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a source file: CSV, TSV, JSON lines, JSON arrays, Parquet; encoding, delimiter, quoting and header found where they are not declared.</summary>
/// <remarks>
/// Values are as published: leading zeros stay, nothing is interpreted, an empty field is missing. Of a delimited file only the first part is looked at here; what is wrong further on is told while it is read.
/// docs/data.md says what is accepted.
/// </remarks>
public static class SourceReader
{
    /// <summary>Finds out how a file is written and which columns it has. A folder or a pattern of files is one table; a file with an address is fetched first.</summary>
    /// <exception cref="FaultException">The file is empty, not UTF-8, ragged, has two columns of one name, …: every fault with file:line:column.</exception>
    public static ISource Open(string path, SourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SourceDownload.IsAddress(path))
        {
            return Open(SourcePlaces.Find("", path)[0].Path, options);
        }

        path = Path.GetFullPath(path);
        if (SourcePlaces.IsMany("", path))
        {
            return SourceSet.Open(path, SourcePlaces.Find("", path), options ?? SourceOptions.None);
        }

        var first = new byte[4_096];
        int read;
        try
        {
            using var stream = File.OpenRead(path);
            read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, File.Exists(path) ? $"The file can't be read: {exception.Message}" : "The file is not there.", "Check the name (relative names start at the project folder) and the right to read it.");
        }

        if (read == 0)
        {
            throw new FaultException(path, "The file is empty (0 bytes).", "Give a file with a header and rows.");
        }

        return Detect(path, first.AsSpan(0, read), options ?? SourceOptions.None);
    }

    private static ISource Detect(string path, ReadOnlySpan<byte> first, SourceOptions options)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (first.StartsWith("PAR1"u8) || extension is ".parquet" or ".pq")
        {
            return ParquetFile.Open(path);
        }

        var wrong = first switch
        {
            [0x1F, 0x8B, ..] => "compressed (gzip)",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive (an Excel workbook is one)",
            [(byte)'S', (byte)'Q', (byte)'L', (byte)'i', (byte)'t', (byte)'e', ..] => "a SQLite database",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new FaultException(path, $"The file is {wrong}, which is not read.", "Give CSV, TSV, JSON lines or a JSON array as UTF-8 text, or Parquet.");
        }

        var format = TextFormat.Of(first, options.Encoding);
        var start = Plain(first, format).TrimStart(" \t\r\n"u8);
        var looksJson = !start.IsEmpty && start[0] is (byte)'{' or (byte)'[';
        return extension is ".json" or ".jsonl" or ".ndjson" || (looksJson && extension is not (".csv" or ".tsv" or ".tab" or ".txt"))
            ? JsonFile.Open(path, format, start.StartsWith("["u8))
            : DelimitedFile.Open(path, options);
    }

    /// <summary>The first signs as UTF-8.</summary>
    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> first, TextFormat format)
    {
        using var text = TranscodedStream.Open(new MemoryStream(first.ToArray()), format);
        var plain = new byte[first.Length * 2];
        return plain.AsSpan(0, text.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false));
    }
}
