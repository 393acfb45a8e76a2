using System.Globalization;
using System.Text;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a delimited file (CSV, TSV and their kin).</summary>
internal static class DelimitedSource
{
    private const int ChunkBytes = 1 << 18;

    public static Source Open(string path, string extension)
    {
        var (sample, whole, mark) = ReadSample(path);
        var (dialect, fields) = DialectSniffer.Guess(sample, whole, extension);
        if (fields > SourceLimits.ColumnsMax)
        {
            throw new FaultException($"{path}:1:1", $"The file has {fields:N0} columns; the limit is {SourceLimits.ColumnsMax:N0}.", "Leave out columns that can't matter, or turn them into rows.");
        }

        using var bytes = new ByteCheck(path);
        var plain = dialect with { Quoted = false };
        var scanner = new DelimitedScanner(dialect, fields);
        var unquoted = dialect is { Delimiter: (byte)'\t', Quoted: true } ? new DelimitedScanner(plain, fields) : null;
        Walk(path, mark, chunk =>
        {
            bytes.Feed(chunk);
            scanner.Feed(chunk);
            unquoted?.Feed(chunk);
        }, bytes.Feed);
        bytes.End();
        scanner.End();
        unquoted?.End();

        // Tab-separated text is often written without any quoting; then quotes are signs like others and don't balance.
        if (unquoted is { Faults.Count: 0 } && (scanner.Faults.Count > 0 || scanner.MultiLine > 0))
        {
            (scanner, dialect) = (unquoted, plain);
        }
        else if (scanner.QuotesBroken && Contains(path, mark, "\\\""u8))
        {
            var backslash = new DelimitedScanner(dialect with { Backslash = true }, fields);
            Walk(path, mark, backslash.Feed, static _ => { });
            backslash.End();
            if (backslash.Faults.Count == 0)
            {
                (scanner, dialect) = (backslash, dialect with { Backslash = true });
            }
        }

        List<Fault> faults = [.. bytes.Faults];
        var records = DialectSniffer.Records(dialect, sample, whole);
        if (records.Count == 0 && faults.Count == 0)
        {
            throw new FaultException(path, "The file has only blank lines.", "Give a file with a header and rows.");
        }

        var header = records.Count > 0 && DialectSniffer.HasHeader(records);
        string[] columns = [];
        List<string> notes = [];
        if (records.Count > 0)
        {
            columns = Names(records[0], fields, header, notes);
        }

        faults.AddRange(scanner.Faults.Select(fault => Describe(path, mark, fault, columns, fields, scanner.Ragged)));
        faults.AddRange(ColumnFaults.Of($"{path}:1", columns));
        var rows = scanner.Records - (header ? 1 : 0);
        if (rows == 0 && faults.Count == 0)
        {
            faults.Add(new Fault($"{path}:2:1", $"The file has a header ({columns.Length} columns) and no rows.", "Give a file with rows."));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        if (!dialect.Quoted)
        {
            notes.Add("Double quotes in it are read as they stand: they do not enclose fields here.");
        }

        return new Source(path, dialect.Delimiter == '\t' ? "tsv" : "csv", columns, Sql(path, dialect, columns, header, scanner))
        {
            Rows = rows,
            Sha256 = bytes.Sha256,
            Bytes = bytes.Bytes,
            Notes = notes,
            HasHeader = header,
        };
    }

    private static string[] Names(string[] first, int fields, bool header, List<string> notes)
    {
        if (!header)
        {
            notes.Add($"No header was found; the columns are named column0 to column{fields - 1}.");
            return [.. Enumerable.Range(0, fields).Select(column => $"column{column}")];
        }

        var names = first.ToArray();
        for (var column = 0; column < names.Length; column++)
        {
            if (names[column].Length == 0)
            {
                names[column] = $"column{column}";
                notes.Add($"Column {column + 1} has no name; it is named {names[column]}.");
            }
        }

        return names;
    }

    private static string Sql(string path, Dialect dialect, string[] columns, bool header, DelimitedScanner scanner)
    {
        // DuckDB's default allows lines of 2 MB and keeps 32 MB of buffers a thread; the scan knows what the file needs.
        var lineMax = Math.Max(scanner.LongestRecord + 1_024, 1 << 16);
        var names = string.Join(", ", columns.Select((name, i) => $"c{i} AS {SqlText.Name(name)}"));
        var types = string.Join(", ", columns.Select((_, i) => $"'c{i}': 'VARCHAR'"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            (SELECT {names} FROM read_csv({SqlText.FilePath(path)}, auto_detect = false, columns = {'{'}{types}{'}'}, header = {(header ? "true" : "false")},
            delim = chr({dialect.Delimiter}), quote = {(dialect.Quoted ? "'\"'" : "''")}, escape = {(dialect.Quoted ? dialect.Backslash ? "'\\'" : "'\"'" : "''")},
            nullstr = '', strict_mode = false, compression = 'none', skip = {scanner.BlankBefore}, max_line_size = {lineMax}, buffer_size = {Math.Max(4 * lineMax, 1 << 22)},
            parallel = {(scanner.MultiLine > 0 ? "false" : "true")}))
            """);
    }

    private static Fault Describe(string path, int mark, ScanFault fault, string[] columns, int fields, long ragged)
    {
        var column = CharactersBetween(path, mark + fault.LineStart, mark + fault.Offset) + 1;
        var where = $"{path}:{fault.Line}:{column}";
        return fault.Kind switch
        {
            ScanFaultKind.Ragged => new Fault(where, $"This row has {fault.Field} fields, expected {fields}.", ragged > 1 ? $"In all {ragged:N0} rows are so; put texts that hold the delimiter in double quotes." : "Put a text that holds the delimiter in double quotes."),
            ScanFaultKind.Unclosed => new Fault(where, "The quote that opens here is never closed.", "Close it, or write a quote inside a quoted field as \"\"."),
            ScanFaultKind.AfterQuote => new Fault(where, "There is text behind the closing quote of a field.", "Write a quote inside a quoted field as \"\"."),
            ScanFaultKind.CellTooLong => new Fault(where, $"The cell in column {(fault.Field < columns.Length ? columns[fault.Field] : fault.Field + 1)} has {fault.Bytes:N0} bytes; the limit for a cell is {SourceLimits.CellBytesMax:N0} (1 MiB).", "Shorten it, or keep such content outside the table."),
            ScanFaultKind.LoneReturn => new Fault(where, "A carriage return (0x0D) alone ends this line, while other lines end with a line feed.", "Write one kind of line end, and texts that hold a carriage return in double quotes."),
            ScanFaultKind.MixedEnds => new Fault(where, "Some lines of this file of one column end with a line feed, some with carriage return and line feed.", "Write one kind of line end."),
            _ => new Fault(where, $"This row has {fault.Bytes:N0} bytes; the limit for a row is {SourceLimits.RowBytesMax:N0} (16 MiB).", "Shorten it, or look for a missing line end."),
        };
    }

    private static long CharactersBetween(string path, long from, long to)
    {
        var length = (int)Math.Min(to - from, 1 << 22);
        var line = new byte[length];
        using var handle = File.OpenHandle(path);
        var read = RandomAccess.Read(handle, line, from);
        return Encoding.UTF8.GetCharCount(line.AsSpan(0, read)) + Math.Max(0, to - from - length);
    }

    private static (byte[] Sample, bool Whole, int Mark) ReadSample(string path)
    {
        using var stream = File.OpenRead(path);
        var buffer = new byte[Math.Min(stream.Length, DialectSniffer.SampleBytes)];
        stream.ReadExactly(buffer);
        var mark = buffer.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        return (buffer[mark..], stream.Length == buffer.Length, mark);
    }

    private delegate void Feed(ReadOnlySpan<byte> chunk);

    private static void Walk(string path, int mark, Feed content, Feed skipped)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        var buffer = new byte[ChunkBytes];
        stream.ReadExactly(buffer, 0, mark);
        skipped(buffer.AsSpan(0, mark));
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content(buffer.AsSpan(0, read));
        }
    }

    private static bool Contains(string path, int mark, ReadOnlySpan<byte> wanted)
    {
        var (found, pattern, last) = (false, wanted.ToArray(), (byte)0);
        Walk(path, mark, chunk =>
        {
            found |= chunk.IndexOf(pattern) >= 0 || (last == pattern[0] && chunk[0] == pattern[1]);
            last = chunk[^1];
        }, static _ => { });
        return found;
    }
}
