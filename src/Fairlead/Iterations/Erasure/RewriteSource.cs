using System.IO.Compression;
using System.Text;
using Fairlead.Data;
using Fairlead.Data.Erasure;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Writes a source file again without some of its rows, in the way it is written: delimiter, quotes, header, encoding and compression stay. It is replaced in one step, and what it said before is overwritten (<see cref="ReplacedSource"/>).</summary>
internal static class RewriteSource
{
    /// <param name="without">Rows to leave out, 0-based in file order.</param>
    /// <param name="reading">What the project declares about its files.</param>
    /// <param name="isTheirs">Whether a text names the person: what other programs noted in a Parquet file and does is left out.</param>
    /// <returns>Other names (hard links) of the old file, which keep what it said.</returns>
    /// <exception cref="FaultException">The file can't be read or written.</exception>
    public static long Run(string path, IReadOnlySet<long> without, SourceOptions reading, Func<string, bool> isTheirs, CancellationToken cancel)
    {
        var source = SourceReader.Open(path, reading);
        if (source is ParquetFile)
        {
            return ReplacedSource.Run(path, file => Parquet(path, without, file.Name, isTheirs, cancel));
        }

        var packed = IsPacked(path);
        return ReplacedSource.Run(path, file =>
        {
            using var unpacked = packed ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
            var to = (Stream?)unpacked ?? file;
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

    /// <summary>Written by the engine: types stay, and so does what other programs noted beside the columns, but for the Arrow schema, which says how the bytes of another writer were laid out.</summary>
    private static void Parquet(string path, IReadOnlySet<long> without, string to, Func<string, bool> isTheirs, CancellationToken cancel)
    {
        using var engine = new DataEngine(new SpillFolder(), cancel);
        SubjectRows.Hold([.. without], engine);
        var from = SqlText.Text(Path.GetFullPath(path));
        var notes = engine.List($"SELECT decode(key), hex(value), TRY_CAST(value AS VARCHAR) FROM parquet_kv_metadata({from})", reader => (Key: reader.GetString(0), Bytes: reader.GetString(1), Text: reader.IsDBNull(2) ? "" : reader.GetString(2)))
            .Where(note => note.Key != ArrowSchema && !isTheirs(note.Key) && !isTheirs(note.Text)).DistinctBy(note => note.Key, StringComparer.OrdinalIgnoreCase) // names of a structure, to the engine
            .Select(note => $"{SqlText.Text(note.Key)}: unhex('{note.Bytes}')").ToList();
        engine.Execute($"""
            COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet({from}, file_row_number = true) WHERE file_row_number NOT IN (SELECT row FROM theirs) ORDER BY file_row_number)
            TO {SqlText.Text(to)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false{(notes.Count == 0 ? "" : $", KV_METADATA {{{string.Join(", ", notes)}}}")})
            """);
    }

    private const string ArrowSchema = "ARROW:schema";

    private static Encoding EncodingOf(TextFormat format) => format.Encoding switch
    {
        TextEncoding.Utf16Low => Encoding.Unicode,
        TextEncoding.Utf16High => Encoding.BigEndianUnicode,
        TextEncoding.Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        TextEncoding.Latin1 => Encoding.Latin1,
        _ => Encoding.UTF8,
    };
}
