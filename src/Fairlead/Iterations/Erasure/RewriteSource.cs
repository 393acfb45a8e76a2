using System.IO.Compression;
using System.Text;
using Fairlead.Data;
using Fairlead.Data.Erasure;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Writes a source file again without some of its rows, in the way it is written: delimiter, quotes, header, encoding and compression stay. It is replaced in one step, and what it said before is overwritten.</summary>
internal static class RewriteSource
{
    /// <param name="without">Rows to leave out, 0-based in file order.</param>
    /// <param name="reading">What the project declares about its files.</param>
    /// <exception cref="FaultException">The file can't be read or written.</exception>
    public static void Run(string path, IReadOnlySet<long> without, SourceOptions reading, CancellationToken cancel)
    {
        var source = SourceReader.Open(path, reading);
        if (source is ParquetFile)
        {
            Parquet(path, without, cancel);
            return;
        }

        var packed = IsPacked(path);
        ShreddedFile.Replace(path, file =>
        {
            using var unpacked = packed ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
            var to = unpacked ?? file;
            if (source is DelimitedFile delimited)
            {
                Delimited(delimited, without, to, reading, cancel);
            }
            else
            {
                Json((JsonFile)source, without, to, cancel);
            }
        });
    }

    private static bool IsPacked(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> first = stackalloc byte[2];
        return file.ReadAtLeast(first, 2, throwOnEndOfStream: false) == 2 && first is [0x1F, 0x8B];
    }

    private static void Delimited(DelimitedFile file, IReadOnlySet<long> without, Stream to, SourceOptions reading, CancellationToken cancel)
    {
        var encoding = EncodingOf(file.Encoding);
        to.Write(file.Encoding.MarkBytes > 0 ? encoding.GetPreamble() : []);
        void Line(IEnumerable<string?> values)
        {
            var line = string.Join((char)file.Dialect.Delimiter, values.Select(value => Field(value ?? "", file.Dialect)));
            to.Write(encoding.GetBytes(line.Length == 0 && file.Dialect.Quoted ? "\"\"\n" : line + "\n")); // a line of one empty field would be no line
        }

        if (file.HasHeader)
        {
            Line(file.Columns);
        }

        using var scan = TableScan.Open(file.Path, null, reading);
        while (scan.Next(cancel) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                if (!without.Contains(batch.FirstRow + row))
                {
                    Line(batch.Columns.Select(column => column.Text(row)));
                }
            }
        }
    }

    private static string Field(string text, Dialect dialect)
    {
        if (!dialect.Quoted)
        {
            return text; // was read so: it holds neither delimiter nor line end
        }

        var special = text.AsSpan().IndexOfAny("\"\r\n") >= 0 || text.Contains((char)dialect.Delimiter, StringComparison.Ordinal) || (dialect.Backslash && text.Contains('\\', StringComparison.Ordinal));
        return !special && (text.Length == 0 || !(char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))) ? text
            : dialect.Backslash ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Objects as they are written, one a line.</summary>
    private static void Json(JsonFile file, IReadOnlySet<long> without, Stream to, CancellationToken cancel)
    {
        var encoding = EncodingOf(file.Encoding);
        var array = file.Format == "json";
        to.Write(file.Encoding.MarkBytes > 0 ? encoding.GetPreamble() : []);
        using var elements = new JsonElements(file.Path, file.OpenText(null), array);
        var (row, written) = (0L, 0L);
        while (elements.Next())
        {
            cancel.ThrowIfCancellationRequested();
            if ((!array && elements.Current.Trim(" \t\r"u8).IsEmpty) || without.Contains(row++))
            {
                continue;
            }

            var text = Encoding.UTF8.GetString(elements.Current.TrimEnd((byte)'\r'));
            to.Write(encoding.GetBytes(array ? (written++ == 0 ? "[\n" : ",\n") + text : text + "\n"));
        }

        if (array)
        {
            to.Write(encoding.GetBytes(written == 0 ? "[]\n" : "\n]\n"));
        }
    }

    /// <summary>Written by the engine: types stay, what other programs noted beside the columns does not.</summary>
    private static void Parquet(string path, IReadOnlySet<long> without, CancellationToken cancel)
    {
        var full = Path.GetFullPath(path);
        var written = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.parquet");
        try
        {
            using (var engine = new DataEngine(written + ".spill", cancel))
            {
                SubjectRows.Hold([.. without], engine);
                engine.Execute($"""
                    COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet({SqlText.Text(full)}, file_row_number = true) WHERE file_row_number NOT IN (SELECT row FROM theirs) ORDER BY file_row_number)
                    TO {SqlText.Text(written)} (FORMAT parquet, COMPRESSION zstd)
                    """);
            }

            ShreddedFile.Replace(path, to =>
            {
                using var from = File.OpenRead(written);
                from.CopyTo(to);
            });
        }
        finally
        {
            if (File.Exists(written))
            {
                ShreddedFile.Delete(written);
            }
        }
    }

    private static Encoding EncodingOf(TextFormat format) => format.Encoding switch
    {
        TextEncoding.Utf16Low => Encoding.Unicode,
        TextEncoding.Utf16High => Encoding.BigEndianUnicode,
        TextEncoding.Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        TextEncoding.Latin1 => Encoding.Latin1,
        _ => Encoding.UTF8,
    };
}
