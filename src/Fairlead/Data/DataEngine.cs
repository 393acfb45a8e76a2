using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>One DuckDB connection in memory for one run, with its limits set. What does not fit spills to a folder in the workspace that is gone afterwards.</summary>
internal sealed class DataEngine : IDisposable
{
    /// <summary>What DuckDB may hold before it spills, in MB. Resident memory is some 70 MB more.</summary>
    public const int MemoryMegabytes = 384;

    /// <summary>Columns that fit into <see cref="MemoryMegabytes"/>; each further one may hold <see cref="ColumnKilobytes"/> more, since DuckDB keeps vectors of 2,048 rows for every column at once, several times in one query.</summary>
    public const int ColumnsWithin = 200;

    /// <summary>What each column beyond <see cref="ColumnsWithin"/> may hold, in KB.</summary>
    public const int ColumnKilobytes = 192;

    /// <summary>Blocks of a wide table, the smallest that DuckDB has: while a table is made, two of each column are held. Tables in memory always have such of 256 KB.</summary>
    private const int WideBlockBytes = 16_384;

    /// <summary>Threads, whatever the machine has: the same input must give the same bytes.</summary>
    public const int Threads = 2;

    private const int AggregatesAtOnce = 128;

    // What spills is encrypted by DuckDB's built-in AES with a key of this connection that is never written. DuckDB calls it "unsafe" because its random numbers are not of cryptographic quality
    // (its module with OpenSSL can't be had offline): docs/safeguarding.md says what holds.
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly CancellationToken _cancel;
    private readonly string _spill;
    private readonly SpillFolder? _own;
    private readonly long _megabytes;
    private readonly bool _isWide;
    private readonly List<ScanRelation> _relations = [];
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);
    private int _patterns;

    /// <summary>One whose folder for what does not fit into memory is its own.</summary>
    /// <param name="spill">Gone with the engine.</param>
    /// <param name="columns">Columns of the data.</param>
    public DataEngine(SpillFolder spill, CancellationToken cancel, int columns = 0)
        : this(spill.Path, cancel, columns) => _own = spill;

    /// <param name="spill">Folder for what does not fit into memory; made when needed, gone afterwards.</param>
    /// <param name="columns">Columns of the data.</param>
    /// <param name="megabytes">What DuckDB may hold before it spills, for up to <see cref="ColumnsWithin"/> columns.</param>
    public DataEngine(string spill, CancellationToken cancel, int columns = 0, int megabytes = MemoryMegabytes)
    {
        (_spill, _cancel, _isWide) = (spill, cancel, columns > ColumnsWithin);
        _megabytes = megabytes + (Math.Max(0, columns - ColumnsWithin) * ColumnKilobytes / 1_024);
        _connection.Open();
        Execute($"""
            SET memory_limit = '{_megabytes}MB'; SET threads = {(_isWide ? 1 : Threads)}; SET preserve_insertion_order = true; SET temp_directory = {SqlText.Text(spill)}; SET force_mbedtls_unsafe = true; SET temp_file_encryption = true;
            SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET TimeZone = 'UTC';
            """);
        if (_isWide)
        {
            // Its tables stand in a file of small blocks in the spill folder, encrypted as what spills is: with a key that is drawn here and kept nowhere.
            Directory.CreateDirectory(spill);
            Execute($"""
                ATTACH {SqlText.Text(Path.Combine(spill, "wide.db"))} AS wide (BLOCK_SIZE {WideBlockBytes}, ENCRYPTION_KEY '{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}', RECOVERY_MODE no_wal_writes);
                USE wide; PRAGMA disable_checkpoint_on_shutdown;
                """);
        }
    }

    /// <summary>The data has very many columns: queries that hold all of them several times are to be avoided.</summary>
    public bool IsWide => _isWide;

    /// <summary>Ends the run.</summary>
    public CancellationToken Cancel => _cancel;

    /// <summary>Makes a function of a text that gives a text; missing gives the empty text.</summary>
    public void AddText(string name, Func<string, string> of) =>
        _connection.RegisterScalarFunction<string?, string>(name, text => text is null ? "" : of(text));

    /// <summary>Makes a function that tells whether a text matches; returns its name. The managed engine runs in SQL too, so both agree on every pattern.</summary>
    public string AddPattern(string pattern)
    {
        var regex = RowCheckRunner.Pattern(pattern);
        var name = $"fairlead_match_{_patterns++}";
        _connection.RegisterScalarFunction<string?, bool>(name, text => text is not null && regex.IsMatch(text));
        return name;
    }

    /// <summary>Makes a function of a number, once; a NULL gives NaN.</summary>
    public void AddFunction(string name, Func<double, double> function) =>
        Once(name, () => _connection.RegisterScalarFunction<double?, double>(name, value => value is { } number ? function(number) : double.NaN));

    /// <summary>Makes a function of two numbers, once; a NULL gives NaN.</summary>
    public void AddFunction(string name, Func<double, double, double> function) =>
        Once(name, () => _connection.RegisterScalarFunction<double?, double?, double>(name, (first, second) => first is { } a && second is { } b ? function(a, b) : double.NaN));

    /// <summary>Makes a function from text to text, once; a NULL gives the empty text.</summary>
    public void AddFunction(string name, Func<string, string> function) =>
        Once(name, () => _connection.RegisterScalarFunction<string?, string>(name, text => text is null ? "" : function(text)));

    /// <summary>Makes a function from text to a number, once; a NULL gives NaN.</summary>
    public void AddFunction(string name, Func<string, double> function) =>
        Once(name, () => _connection.RegisterScalarFunction<string?, double>(name, text => text is null ? double.NaN : function(text)));

    /// <summary>Makes a function from a number to text, once; a NULL gives the empty text.</summary>
    public void AddFunction(string name, Func<double, string> function) =>
        Once(name, () => _connection.RegisterScalarFunction<double?, string>(name, value => value is { } number ? function(number) : ""));

    /// <summary>Sums of doubles are the same bits only when one thread adds them in the rows' order.</summary>
    public void OnOneThread(bool one) => Execute($"SET threads = {(one || _isWide ? 1 : Threads)}");

    public void Execute(string sql) => Run(sql, static command => command.ExecuteNonQuery());

    /// <summary>The first value of the first row; 0 when it is null.</summary>
    public long Count(string sql) => Run(sql, static command => command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0);

    /// <summary>Whole numbers that aggregates over one table give, a few scans for very many of them: planning grows faster than their number.</summary>
    public long[] Aggregates(IReadOnlyList<string> aggregates, string from) => [.. aggregates.Chunk(AggregatesAtOnce).SelectMany(some =>
        List($"SELECT {string.Join(", ", some)} FROM {from}", reader => Enumerable.Range(0, some.Length).Select(reader.GetInt64).ToArray())[0])];

    /// <summary>Every row, read by <paramref name="read"/>.</summary>
    public List<T> List<T>(string sql, Func<DuckDBDataReader, T> read) => Run(sql, command =>
    {
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    });

    /// <summary>Hands every row to <paramref name="row"/>, in the query's order, without holding the result.</summary>
    public void Read(string sql, Action<DuckDBDataReader> row) => Run(sql, command =>
    {
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            row(reader);
        }

        return 0;
    });

    /// <summary>Appends rows to a table: texts, or null.</summary>
    public void Append(string table, IEnumerable<string?[]> rows)
    {
        using var appender = _connection.CreateAppender(table);
        foreach (var values in rows)
        {
            var row = appender.CreateRow();
            foreach (var value in values)
            {
                _ = value is null ? row.AppendNullValue() : row.AppendValue(value);
            }

            row.EndRow();
        }
    }

    /// <summary>A stored table as a table expression of this engine: decrypted while it is read, only the columns the query needs.</summary>
    /// <exception cref="FaultException">The workspace has no such table, or it was changed.</exception>
    public string Table(string blob, BlobStore blobs)
    {
        using var stored = new StoredScan(blob, blobs);
        return Relation(stored.Columns, stored.Rows, columns => new StoredScan(blob, blobs, columns));
    }

    /// <summary>A source as a table expression of this engine, every column as text. It is read again by each query.</summary>
    public string Relation(ISource source)
    {
        var places = source.Columns.Select((name, place) => (name, place)).ToDictionary(column => column.name, column => column.place, StringComparer.Ordinal);
        return Relation([.. source.Columns.Select(name => new ScannedColumn(name, VectorForm.Text))], source.Rows, columns => new TextScan(source, [.. columns.Select(name => places[name])]));
    }

    /// <summary>Rows from elsewhere as a table expression of this engine.</summary>
    /// <param name="rows">How many there are; null where that is not known.</param>
    /// <param name="open">Opens them for some columns, in the order given; for none, batches only count.</param>
    public string Relation(IReadOnlyList<ScannedColumn> columns, long? rows, Func<IReadOnlyList<string>, ITableScan> open)
    {
        var name = $"fairlead_rows_{_relations.Count}";
        _relations.Add(ScanRelation.Register(_connection, name, columns, rows, open, _cancel));
        return name + "()";
    }

    /// <summary>The rows of a query in batches, in the query's order, without holding the result. The engine does nothing else until the scan is disposed.</summary>
    /// <remarks>Types other than texts, whole numbers up to 64 bits, FLOAT, DOUBLE, BOOLEAN, DATE and TIMESTAMP come as the text DuckDB writes for them.</remarks>
    public ITableScan Scan(string sql)
    {
        var columns = List($"DESCRIBE {sql}", reader => (Name: reader.GetString(0), Type: reader.GetString(1)));
        var taken = columns.TrueForAll(column => QueryScan.Takes(column.Type))
            ? sql
            : $"SELECT {string.Join(", ", columns.Select(column => QueryScan.Takes(column.Type) ? SqlText.Name(column.Name) : $"CAST({SqlText.Name(column.Name)} AS VARCHAR) AS {SqlText.Name(column.Name)}"))} FROM ({sql})";
        return new QueryScan(this, _connection, taken);
    }

    /// <summary>Stores the rows of a query as a table of the workspace, encrypted; the same rows are the same blob, whatever it was called before. Returns the blob.</summary>
    public string Store(string query, BlobStore blobs)
    {
        using var scan = Scan(query);
        return TableWriter.Store(scan, blobs, _cancel);
    }

    public void Dispose()
    {
        _connection.Dispose();
        if (Directory.Exists(_spill))
        {
            Directory.Delete(_spill, recursive: true);
        }

        _own?.Dispose();
    }

    /// <summary>What an error of DuckDB is to the caller; null when it is a mistake of ours.</summary>
    internal Exception? Fault(string error)
    {
        var first = error.Split('\n')[0];
        return _cancel.IsCancellationRequested ? new OperationCanceledException(_cancel)
            : _relations.Find(relation => relation.Failure is not null) is { Failure: { } failure } ? failure
            : error.StartsWith("Out of Memory", StringComparison.Ordinal) ? new FaultException(_spill, $"The data does not fit: {_megabytes} MB of memory are allowed, and what exceeds them could not be put on this disk: {first}", "Free space on this disk, or take fewer rows or columns.")
            : error.StartsWith("IO Error", StringComparison.Ordinal) ? new FaultException(_spill, $"The disk can't be read or written: {first}", "Free space on it, check its rights, and run again; nothing was recorded.")
            : null;
    }

    private void Once(string name, Action register)
    {
        if (_functions.Add(name))
        {
            register();
        }
    }

    private T Run<T>(string sql, Func<DuckDBCommand, T> run)
    {
        _cancel.ThrowIfCancellationRequested();
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var registration = _cancel.Register(command.Cancel);
        try
        {
            return run(command);
        }
        catch (DuckDBException exception) when (Fault(exception.Message) is not null)
        {
            throw Fault(exception.Message)!;
        }
    }
}
