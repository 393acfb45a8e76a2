using System.Text;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Walks a delimited file sign by sign: decides what only the whole file tells, and names every fault with its place.</summary>
internal sealed class DelimitedWalk(DelimitedFile file)
{
    private const int ChunkBytes = 1 << 18;

    private readonly string _path = file.Path;

    /// <summary>Reads the whole file. Returns it as it is to be read.</summary>
    /// <exception cref="FaultException">Every fault with file:line:column.</exception>
    public DelimitedFile Run(SourceOptions options)
    {
        var bytes = new ByteCheck(_path, file.Encoding);
        var dialect = file.Dialect;
        var plain = dialect with { Quoted = false };
        var scanner = new DelimitedScanner(dialect, file.Fields);
        var unquoted = dialect is { Delimiter: (byte)'\t', Quoted: true } && options.Quoted is null ? new DelimitedScanner(plain, file.Fields) : null;
        Walk(chunk =>
        {
            bytes.Feed(chunk);
            scanner.Feed(chunk);
            unquoted?.Feed(chunk);
        });
        bytes.End();
        scanner.End();
        unquoted?.End();

        // Tab-separated text is often written without any quoting; then quotes are signs like others and don't balance.
        if (unquoted is { Faults.Count: 0 } && (scanner.Faults.Count > 0 || scanner.MultiLine > 0))
        {
            (scanner, dialect) = (unquoted, plain);
        }
        else if (scanner.QuotesBroken && !dialect.Backslash && file.Holds("\\\""u8))
        {
            var backslash = new DelimitedScanner(dialect with { Backslash = true }, file.Fields);
            Walk(backslash.Feed);
            backslash.End();
            if (backslash.Faults.Count == 0)
            {
                (scanner, dialect) = (backslash, dialect with { Backslash = true });
            }
        }

        var read = file.As(dialect);
        List<Fault> faults = [.. bytes.Faults];
        if (read.IsBlank && faults.Count == 0)
        {
            throw new FaultException(_path, "The file has only blank lines.", "Give a file with a header and rows.");
        }

        faults.AddRange(scanner.Faults.Select(fault => Describe(fault, read, scanner.Ragged)));
        faults.AddRange(ColumnFaults.Of($"{_path}:1", read.Columns));
        if (scanner.Records == (read.HasHeader ? 1 : 0) && faults.Count == 0)
        {
            faults.Add(new Fault($"{_path}:2:1", $"The file has a header ({Counted.Of(read.Names.Length, "column")}) and no rows.", "Give a file with rows."));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : read;
    }

    private delegate void Feed(ReadOnlySpan<byte> chunk);

    private void Walk(Feed content)
    {
        using var text = file.OpenText();
        var buffer = new byte[ChunkBytes];
        for (int read; (read = text.ReadAtLeast(buffer, ChunkBytes, throwOnEndOfStream: false)) > 0;)
        {
            content(buffer.AsSpan(0, read));
        }
    }

    private Fault Describe(ScanFault fault, DelimitedFile read, long ragged)
    {
        var where = $"{_path}:{fault.Line}:{CharactersBetween(fault.LineStart, fault.Offset) + 1}";
        return fault.Kind switch
        {
            ScanFaultKind.Ragged => new Fault(where, $"This row has {Counted.Of(fault.Field, "field")}, expected {read.Fields}.", ragged > 1 ? $"In all {ragged:N0} rows are so; put texts that hold the delimiter in double quotes." : "Put a text that holds the delimiter in double quotes."),
            ScanFaultKind.Unclosed => new Fault(where, "The quote that opens here is never closed.", "Close it, or write a quote inside a quoted field as \"\"."),
            ScanFaultKind.AfterQuote => new Fault(where, "There is text behind the closing quote of a field.", "Write a quote inside a quoted field as \"\"."),
            ScanFaultKind.CellTooLong => new Fault(where, $"The cell in column {(fault.Field < read.Names.Length ? read.Names[fault.Field] : fault.Field + 1)} has {fault.Bytes:N0} bytes; the limit for a cell is {SourceLimits.CellBytesMax:N0} (1 MiB).", "Shorten it, or keep such content outside the table."),
            ScanFaultKind.LoneReturn => new Fault(where, "A carriage return (0x0D) alone ends this line, while other lines end with a line feed.", "Write one kind of line end, and texts that hold a carriage return in double quotes."),
            _ => new Fault(where, $"This row has {fault.Bytes:N0} bytes; the limit for a row is {SourceLimits.RowBytesMax:N0} (16 MiB).", "Shorten it, or look for a missing line end."),
        };
    }

    private long CharactersBetween(long from, long to)
    {
        using var text = file.OpenText();
        var buffer = new byte[Math.Min(to - from, 1 << 22)];
        if (text.CanSeek)
        {
            text.Position += from;
        }
        else
        {
            for (long left = from, skipped; left > 0; left -= skipped)
            {
                var skip = new byte[Math.Min(left, ChunkBytes)];
                skipped = text.ReadAtLeast(skip, skip.Length, throwOnEndOfStream: false);
                if (skipped == 0)
                {
                    return 0;
                }
            }
        }

        var read = text.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetCharCount(buffer.AsSpan(0, read)) + Math.Max(0, to - from - buffer.Length);
    }
}
