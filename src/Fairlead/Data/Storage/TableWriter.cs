using Apache.Arrow;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Fairlead.Data.Storage;

/// <summary>
/// Writes a stored table: Parquet, LZ4, encrypted by Parquet modular encryption (AES-GCM-V1, one key for footer and columns), the content of a blob whose id says what the table holds and nothing of how it is written.
/// Memory is bounded by <see cref="GroupBytes"/> and one batch, not by rows.
/// </summary>
/// <remarks>Rows are gathered by column into row groups. Texts that come as codes are written as codes: nothing is hashed or compared again.</remarks>
internal sealed class TableWriter : IDisposable
{
    /// <summary>Rows of a row group, unless it gets too big.</summary>
    public const int GroupRows = 65_536;

    /// <summary>Bytes gathered before a row group is written, checked after every <see cref="SliceRows"/> rows.</summary>
    public const long GroupBytes = 96L << 20;

    private const int SliceRows = 2_048;

    private readonly IReadOnlyList<ScannedColumn> _columns;
    private readonly ColumnBuffer[] _buffers;
    private readonly TableHash _hash;
    private readonly byte[] _key;
    private readonly string _path;
    private FileWriter? _writer;
    private Schema? _schema;
    private int _gathered;

    /// <summary>Writes to a file.</summary>
    /// <param name="buffers">Of a writer of the same columns that has ended, to be used again.</param>
    public TableWriter(IReadOnlyList<ScannedColumn> columns, string path, byte[] key, ColumnBuffer[]? buffers = null)
    {
        _columns = columns;
        _buffers = buffers ?? BuffersOf(columns);
        System.Array.ForEach(_buffers, buffer => buffer.Reset());
        _hash = new TableHash(columns);
        (_path, _key) = (path, key);
    }

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Room for the rows of one row group.</summary>
    public static ColumnBuffer[] BuffersOf(IReadOnlyList<ScannedColumn> columns) => [.. columns.Select((column, i) => new ColumnBuffer(i, column))];

    /// <summary>Stores all rows of a scan. Returns the blob.</summary>
    /// <exception cref="FaultException">The disk is full or can't be written; nothing is stored.</exception>
    public static string Store(ITableScan scan, BlobStore blobs, CancellationToken cancel)
    {
        using var writer = new PartedTableWriter(scan.Columns, blobs);
        while (scan.Next(cancel) is { } batch)
        {
            writer.Write(batch);
        }

        return writer.Finish();
    }

    /// <summary>Further rows; the batch may be used again afterwards.</summary>
    public void Write(TableBatch batch) => Write(batch, 0, batch.Rows);

    /// <summary>Some rows of a batch.</summary>
    public void Write(TableBatch batch, int from, int to)
    {
        while (from < to)
        {
            var count = Math.Min(SliceRows - (_gathered % SliceRows), to - from);
            for (var i = 0; i < _buffers.Length; i++)
            {
                _buffers[i].Add(batch.Columns[i], from, count, _hash);
            }

            _hash.Rows(count);
            from += count;
            _gathered += count;
            Rows += count;
            if (_gathered >= GroupRows || _buffers.Sum(buffer => buffer.Held) >= GroupBytes)
            {
                Flush();
            }
        }
    }

    /// <summary>Ends the file, durable. Returns the hash of what it says.</summary>
    public string End()
    {
        if (_gathered > 0 || _writer is null)
        {
            Flush();
        }

        Guarded(() => _writer!.Close());
        _writer!.Dispose();
        using (var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        return _hash.Id();
    }

    public void Dispose()
    {
        try
        {
            _writer?.Dispose();
        }
        catch (ParquetException)
        {
            // a writer that failed fails to close as well; the draft goes with its folder
        }

        _hash.Dispose();
    }

    private void Flush() => Guarded(() =>
    {
        _writer ??= Open();
        if (_gathered > 0)
        {
            using var rows = new RecordBatch(_schema!, _buffers.Select(buffer => buffer.Array()), _gathered);
            _writer.WriteRecordBatch(rows, _gathered);
        }

        System.Array.ForEach(_buffers, buffer => buffer.Clear());
        _gathered = 0;
    });

    private FileWriter Open()
    {
        using var encryption = new FileEncryptionPropertiesBuilder(_key).Algorithm(ParquetCipher.AesGcmV1).Build();
        var builder = new WriterPropertiesBuilder().Compression(Compression.Lz4).Encryption(encryption)
            .MaxRowGroupLength(GroupRows + SliceRows).DisableStatistics().CreatedBy("fairlead");
        for (var i = 0; i < _columns.Count; i++)
        {
            var path = new ParquetSharp.Schema.ColumnPath([_columns[i].Name]);
            _buffers[i].WrittenCoded = _buffers[i].Coded;
            builder = _buffers[i].WrittenCoded ? builder.EnableDictionary(path) : builder.DisableDictionary(path);
            if (_columns[i].Form is VectorForm.Integer or VectorForm.Moment)
            {
                builder = builder.Encoding(path, Encoding.DeltaBinaryPacked);
            }
        }

        _schema = new Schema([.. _columns.Select((column, i) => new Field(column.Name, _buffers[i].ArrowType(_buffers[i].WrittenCoded), nullable: true))], null);
        using var properties = builder.Build();
        using var arrow = new ArrowWriterPropertiesBuilder().UseThreads(false).Build();
        return new FileWriter(_path, _schema, properties, arrow);
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (ParquetException exception)
        {
            throw new FaultException(_path, $"The table can't be written: {exception.Message.Split('\n')[0]}", "Free space on this disk, check its rights, and run again; nothing was recorded.");
        }
    }
}
