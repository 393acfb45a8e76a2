using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>A delimited file (CSV, TSV and their kin) and how it is written, found from its first bytes.</summary>
internal sealed class DelimitedFile : ISource
{
    private readonly SourceOptions _options;
    private readonly byte[] _sample;
    private readonly bool _whole;

    private DelimitedFile(string path, TextFormat format, byte[] sample, bool whole, Dialect dialect, int fields, SourceOptions options)
    {
        (Path, Encoding, _sample, _whole, Dialect, Fields, _options) = (path, format, sample, whole, dialect, fields, options);
        var records = DialectSniffer.Records(dialect, sample, whole);
        IsBlank = records.Count == 0;
        HasHeader = !IsBlank && (options.Header ?? DialectSniffer.HasHeader(records));
        Returns = EndsByReturn(dialect, fields, sample, whole);
        List<string> notes = [];
        Names = IsBlank ? [] : NamesOf(records[0], fields, HasHeader, notes);
        if (format.Note is { } note)
        {
            notes.Add(note);
        }

        if (!dialect.Quoted && options.Quoted is null)
        {
            notes.Add("Double quotes in it are read as they stand: they do not enclose fields here.");
        }

        Notes = notes;
    }

    public string Path { get; }

    public TextFormat Encoding { get; }

    public Dialect Dialect { get; }

    public int Fields { get; }

    /// <summary>The first record holds the names.</summary>
    public bool HasHeader { get; }

    /// <summary>The sample holds no record.</summary>
    public bool IsBlank { get; }

    public string[] Names { get; }

    public IReadOnlyList<string> Columns => Names;

    public IReadOnlyList<string> Notes { get; }

    /// <summary>Lines end with a carriage return alone, as far as the sample goes.</summary>
    public bool Returns { get; }

    public string Format => Dialect.Delimiter == '\t' ? "tsv" : "csv";

    /// <exception cref="FaultException">It has too many columns, or nothing but blank lines.</exception>
    public static DelimitedFile Open(string path, SourceOptions options)
    {
        var extension = SourceBytes.Extension(path);
        var (format, sample, whole) = ReadSample(path, options.Encoding);
        var (dialect, fields) = options.Delimiter is { } delimiter
            ? DialectSniffer.Fitting(new Dialect((byte)delimiter, options.Quoted ?? true), sample, whole)
            : DialectSniffer.Guess(sample, whole, extension);
        if (options.Quoted is { } quoted)
        {
            dialect = dialect with { Quoted = quoted };
        }

        if (fields > SourceLimits.ColumnsMax)
        {
            throw new FaultException($"{path}:1:1", $"The file has {fields:N0} columns; the limit is {SourceLimits.ColumnsMax:N0}.", "Leave out columns that can't matter, or turn them into rows.");
        }

        var file = new DelimitedFile(path, format, sample, whole, dialect, fields, options);

        // Tab-separated text is often written without any quoting, and some programs write \" for a quote: only the whole file tells.
        var undecided = dialect.Quoted && options.Quoted is null && (dialect.Delimiter == '\t' ? file.Holds("\""u8) : sample.AsSpan().IndexOf("\\\""u8) >= 0);
        return undecided || file.IsBlank || ColumnFaults.Of(path, file.Names).Any() ? file.Explain() : file;
    }

    /// <summary>The file's text as UTF-8, without byte order mark.</summary>
    /// <param name="digest">Takes every byte of the file as it is read.</param>
    public Stream OpenText(IncrementalHash? digest = null) => TranscodedStream.Open(SourceBytes.Open(Path, digest), Encoding);

    /// <summary>The same file read in another way.</summary>
    public DelimitedFile As(Dialect dialect) => dialect == Dialect ? this : new DelimitedFile(Path, Encoding, _sample, _whole, dialect, Fields, _options);

    /// <summary>Walks the whole file. Returns how it is to be read, or throws every fault with its place.</summary>
    /// <exception cref="FaultException">What is wrong, all at once.</exception>
    public DelimitedFile Explain() => new DelimitedWalk(this).Run(_options);

    public ISourceRows Read(IReadOnlyList<int> places, IncrementalHash? digest = null) => new RecordReader(this, digest);

    /// <summary>Whether the text holds these bytes.</summary>
    public bool Holds(ReadOnlySpan<byte> wanted)
    {
        using var text = OpenText();
        var buffer = new byte[(1 << 18) + wanted.Length];
        var kept = 0;
        for (int read; (read = text.ReadAtLeast(buffer.AsSpan(kept), 1, throwOnEndOfStream: false)) > 0;)
        {
            var chunk = buffer.AsSpan(0, kept + read);
            if (chunk.IndexOf(wanted) >= 0)
            {
                return true;
            }

            kept = Math.Min(wanted.Length - 1, chunk.Length);
            chunk[^kept..].CopyTo(buffer);
        }

        return false;
    }

    private static (TextFormat Format, byte[] Sample, bool Whole) ReadSample(string path, TextEncoding? declared)
    {
        TextFormat format;
        using (var stream = SourceBytes.Open(path))
        {
            var first = new byte[stream.CanSeek ? (int)Math.Min(stream.Length + 1, DialectSniffer.SampleBytes) : DialectSniffer.SampleBytes];
            var read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            format = TextFormat.Of(first.AsSpan(0, read), declared);
            if (format.Encoding == TextEncoding.Utf8)
            {
                return (format, format.MarkBytes == 0 && read == first.Length ? first : first[format.MarkBytes..read], read < first.Length || (stream.CanSeek && stream.Position == stream.Length));
            }
        }

        using var text = TranscodedStream.Open(SourceBytes.Open(path), format);
        var sample = new byte[DialectSniffer.SampleBytes];
        var length = text.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
        return (format, sample[..length], length < sample.Length);
    }

    private static bool EndsByReturn(Dialect dialect, int fields, ReadOnlySpan<byte> sample, bool whole)
    {
        if (!HasLoneReturn(sample))
        {
            return false;
        }

        var scanner = new DelimitedScanner(dialect, fields);
        scanner.Feed(sample);
        if (whole)
        {
            scanner.End(); // a return that is the file's last byte is followed by no feed
        }

        return scanner.OnlyReturns;
    }

    private static bool HasLoneReturn(ReadOnlySpan<byte> text)
    {
        for (int at; (at = text.IndexOf((byte)'\r')) >= 0; text = text[(at + 2)..])
        {
            if (at + 1 == text.Length || text[at + 1] != '\n')
            {
                return true;
            }
        }

        return false;
    }

    private static string[] NamesOf(string[] first, int fields, bool header, List<string> notes)
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
}
