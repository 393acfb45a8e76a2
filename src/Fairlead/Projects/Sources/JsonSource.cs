using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens JSON lines (one object a line) or an array of objects. Columns are all names that occur, in the order first seen.</summary>
/// <remarks>A number's text is its shortest one (1.10 is read as 1.1); lists and objects inside a row are kept as JSON text.</remarks>
internal static class JsonSource
{
    private const int ChunkBytes = 1 << 18;

    public static Source Open(string path, bool array)
    {
        var bytes = new ByteCheck(path, new TextFormat(TextEncoding.Utf8, 0, false));
        var scan = new JsonScan(path);
        var mark = array ? ReadArray(path, bytes, scan) : ReadLines(path, bytes, scan);
        List<Fault> faults = [.. bytes.Faults, .. scan.Faults, .. ColumnFaults.Of(path, scan.Columns)];
        if (faults.Count == 0 && (scan.Rows == 0 || scan.Columns.Count == 0))
        {
            faults.Add(new Fault(path, scan.Rows == 0 ? "The file has no rows." : "The file's objects have no fields.", "Give a file with rows."));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        // The reader of JSON lines refuses a byte order mark; the one of loose objects takes it.
        var format = array ? "array" : mark ? "unstructured" : "newline_delimited";
        var names = string.Join(", ", scan.Columns.Select((name, i) => $"NULLIF({SqlText.Name(name)}, '') AS {SqlText.Name(name)}"));
        var types = string.Join(", ", scan.Columns.Select(name => $"{SqlText.Text(name)}: 'VARCHAR'"));
        var sql = string.Create(CultureInfo.InvariantCulture, $"""
            (SELECT {names} FROM read_json({SqlText.FilePath(path)}, format = '{format}', columns = {'{'}{types}{'}'}, compression = 'uncompressed',
            maximum_object_size = {Math.Max(scan.LongestRow + 1_024, 1 << 16)}))
            """);
        return new Source(path, array ? "json" : "jsonl", scan.Columns, sql) { Rows = scan.Rows, Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.OpenRead(path))), Bytes = new FileInfo(path).Length };
    }

    private static bool ReadArray(string path, ByteCheck bytes, JsonScan scan)
    {
        if (new FileInfo(path).Length > SourceLimits.JsonArrayBytesMax)
        {
            throw new FaultException(path, $"The JSON array is larger than the limit of {SourceLimits.JsonArrayBytesMax:N0} bytes.", "Write one object a line (JSON lines) instead.");
        }

        var content = File.ReadAllBytes(path);
        bytes.Feed(content);
        bytes.End();
        var mark = content.AsSpan().StartsWith("\uFEFF"u8);
        if (bytes.Faults.Count == 0)
        {
            scan.Array(content.AsSpan(mark ? 3 : 0));
        }

        return mark;
    }

    private static bool ReadLines(string path, ByteCheck bytes, JsonScan scan)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        var buffer = new byte[ChunkBytes];
        var (filled, mark, start) = (0, false, true);
        for (int read; (read = stream.Read(buffer, filled, buffer.Length - filled)) > 0;)
        {
            bytes.Feed(buffer.AsSpan(filled, read));
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            if (start && rest.StartsWith("\uFEFF"u8))
            {
                mark = true;
                rest = rest[3..];
            }

            start = false;
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                scan.Line(rest[..end]);
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
            if (filled == buffer.Length)
            {
                if (filled > SourceLimits.RowBytesMax)
                {
                    throw new FaultException($"{path}:{scan.LineNumber + 1}:1", $"This line is longer than the limit of {SourceLimits.RowBytesMax:N0} bytes (16 MiB).", "Shorten it, or look for a missing line end.");
                }

                System.Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        scan.Line(buffer.AsSpan(0, filled));
        bytes.End();
        return mark;
    }
}

/// <summary>Collects rows, columns and faults of JSON.</summary>
internal sealed class JsonScan(string path)
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<Fault> _faults = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _wrong;

    public List<string> Columns { get; } = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public long Rows { get; private set; }

    public long LongestRow { get; private set; }

    /// <summary>Lines walked so far.</summary>
    public long LineNumber { get; private set; }

    /// <summary>One line: an object, or blank.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        LineNumber++;
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        LongestRow = Math.Max(LongestRow, line.Length);
        var reader = new Utf8JsonReader(line);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Add(LineNumber, 1, "This line is JSON but not an object.", "Write one object {\"column\": value, …} a line.");
                return;
            }

            Row(ref reader, LineNumber, 0);
            reader.Read();
        }
        catch (JsonException exception)
        {
            var at = (int)Math.Min(exception.BytePositionInLine ?? 0, line.Length);
            Add(LineNumber, Encoding.UTF8.GetCharCount(line[..at]) + 1, $"This line is not JSON: {Plain(exception)}", "Write one whole object a line.");
        }
    }

    /// <summary>A whole file that is an array of objects.</summary>
    public void Array(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        try
        {
            reader.Read();
            var (line, counted) = (1L, 0);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                line += content[counted..start].Count((byte)'\n');
                counted = start;
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    Add(line, start - content[..start].LastIndexOf((byte)'\n'), "An element of the array is not an object.", "Write [{\"column\": value, …}, …].");
                    reader.Skip();
                    continue;
                }

                Row(ref reader, line, start);
                LongestRow = Math.Max(LongestRow, reader.BytesConsumed - start);
            }

            reader.Read();
        }
        catch (JsonException exception)
        {
            Add((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, $"The file is not JSON: {Plain(exception)}", "Repair it there, or write it again.");
        }
    }

    private void Row(ref Utf8JsonReader reader, long line, int start)
    {
        Rows++;
        _seen.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = reader.TokenStartIndex - start + 1;
            if (Text(ref reader) is not { } name)
            {
                Add(line, at, "A name holds half a surrogate pair or a NUL.", "Write it as UTF-8.");
                name = "";
            }

            if (!_seen.Add(name))
            {
                Add(line, at, $"The field \"{name}\" stands twice in one row.", "Keep one of them.");
            }

            if (_columns.TryAdd(name, Columns.Count))
            {
                Columns.Add(name);
                if (Columns.Count == SourceLimits.ColumnsMax + 1)
                {
                    Add(line, at, $"The file has more than {SourceLimits.ColumnsMax:N0} columns, which is the limit.", "Leave out columns that can't matter, or turn them into rows.");
                }
            }

            reader.Read();
            var value = reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped && Text(ref reader) is null)
            {
                Add(line, value - start + 1, $"The text of \"{name}\" holds half a surrogate pair or a NUL.", "Write it as UTF-8 without NUL.");
            }

            reader.Skip();
            if (reader.BytesConsumed - value > SourceLimits.CellBytesMax)
            {
                Add(line, value - start + 1, $"The value of \"{name}\" has {reader.BytesConsumed - value:N0} bytes; the limit for a cell is {SourceLimits.CellBytesMax:N0} (1 MiB).", "Shorten it, or keep such content outside the table.");
            }
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (InvalidOperationException) // half a surrogate pair, or not UTF-8
        {
            return null;
        }
    }

    private static string Plain(JsonException exception) => exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private void Add(long line, long column, string what, string fix)
    {
        if (++_wrong <= SourceLimits.FaultsShown)
        {
            _faults.Add(new Fault($"{path}:{line}:{column}", what, fix));
        }
    }
}
