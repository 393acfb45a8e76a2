using Apache.Arrow;
using Apache.Arrow.Ipc;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Fairlead.Data.Storage;

/// <summary>Reads a stored table of the workspace, decrypted, in batches; only the columns asked for. Texts that the file keeps as codes come as codes.</summary>
/// <remarks>A code of the file is looked up once a row group and column, not once a row.</remarks>
internal sealed class StoredScan : ITableScan
{
    private readonly BlobStore _blobs;
    private readonly IReadOnlyList<string> _files;
    private readonly int[] _read;
    private readonly StoredColumn[] _stored;
    private readonly int[] _places;
    private readonly TableBatch _batch = new();
    private readonly string _where;
    private FileReader _reader;
    private IArrowArrayStream _batches;
    private int _file;
    private long _row;

    /// <param name="columns">Names in the order wanted; all when null. None at all counts the rows.</param>
    /// <exception cref="FaultException">The table is not in the workspace, was changed, or has no such column.</exception>
    public StoredScan(string blob, BlobStore blobs, IReadOnlyList<string>? columns = null)
    {
        _where = $"table {blob}";
        var parts = blobs.PartsOf(blob);
        (_blobs, _files) = (blobs, parts.Count == 0 ? [blob] : [.. parts.Select(part => part.Id)]);
        _reader = OpenFile();
        var schema = Guarded(() => _reader.Schema);
        var all = schema.FieldsList.Select((field, i) => (field.Name, Index: i)).ToDictionary(field => field.Name, field => field.Index, StringComparer.Ordinal);
        var names = columns ?? [.. schema.FieldsList.Select(field => field.Name)];
        int[] indices = [.. names.Select(name => all.TryGetValue(name, out var index) ? index : throw new FaultException(_where, $"It has no column \"{name}\".", ""))];
        Rows = parts.Count == 0 ? _reader.ParquetReader.FileMetaData.NumRows : parts.Sum(part => part.Rows);
        _read = [.. indices.Distinct().Order()];
        _places = [.. indices.Select(index => System.Array.IndexOf(_read, index))];
        _stored = [.. _read.Select(index => new StoredColumn(schema.FieldsList[index].DataType))];
        Columns = [.. names.Select((name, i) => new ScannedColumn(name, _stored[_places[i]].Form))];
        _batches = OpenBatches();
    }

    /// <summary>Rows of the whole table.</summary>
    public long Rows { get; }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _batch.FirstRow = _row;
        if (_stored.Length == 0)
        {
            _batch.Rows = (int)Math.Min(TableScan.BatchRows, Rows - _row);
            _row += _batch.Rows;
            return _batch.Rows > 0 ? _batch : null;
        }

        using var read = ReadNext(cancel);
        if (read is null)
        {
            return _row == Rows ? null : throw Changed($"{_row} of {Rows} rows are there");
        }

        for (var i = 0; i < _stored.Length; i++)
        {
            _stored[i].Read(read.Column(i));
        }

        _batch.Rows = read.Length;
        _batch.Columns = [.. _places.Select(place => _stored[place].Vector)];
        _row += read.Length;
        return _batch;
    }

    public void Dispose()
    {
        _batches.Dispose();
        _reader.Dispose();
    }

    private FileReader OpenFile()
    {
        var (path, key) = _blobs.Table(_files[_file]);
        return Guarded(() => Open(path, key));
    }

    private IArrowArrayStream OpenBatches() => Guarded(() => _read.Length == 0 ? new NoBatches() : _reader.GetRecordBatchReader(columns: _read));

    /// <summary>The next rows, of the next part where one ends.</summary>
    private RecordBatch? ReadNext(CancellationToken cancel)
    {
        while (true)
        {
            var read = Guarded(() => _batches.ReadNextRecordBatchAsync(cancel).AsTask().GetAwaiter().GetResult());
            if (read is not null || _file + 1 == _files.Count)
            {
                return read;
            }

            _file++;
            Dispose();
            _reader = OpenFile();
            _batches = OpenBatches();
        }
    }

    private static FileReader Open(string path, byte[]? key)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        using var decryption = key is null ? null : new FileDecryptionPropertiesBuilder().FooterKey(key).Build();
        if (decryption is not null)
        {
            properties.FileDecryptionProperties = decryption;
        }

        using var arrow = ArrowReaderProperties.GetDefault();
        arrow.BatchSize = TableScan.BatchRows;
        arrow.UseThreads = false;
        arrow.PreBuffer = false; // it would hold the whole file in memory
        using (var look = new ParquetFileReader(path, properties))
        {
            if (look.FileMetaData.NumRowGroups > 0)
            {
                using var group = look.RowGroup(0);
                for (var column = 0; column < look.FileMetaData.NumColumns; column++)
                {
                    using var chunk = group.MetaData.GetColumnChunkMetaData(column);
                    arrow.SetReadDictionary(column, chunk.Encodings.Any(encoding => encoding is Encoding.RleDictionary or Encoding.PlainDictionary) && chunk.Type == PhysicalType.ByteArray);
                }
            }
        }

        return new FileReader(path, properties, arrow);
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ParquetException exception)
        {
            throw Changed(exception.Message.Split('\n')[0]);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException || exception.GetType() == typeof(Exception))
        {
            throw Changed(exception.Message.Split('\n')[0]);
        }
    }

    private FaultException Changed(string why) => new(_where, $"The stored table can't be read; it was changed or cut off: {why}", "Restore it from a backup (fairlead workspace restore), or run iterate again after \"fairlead workspace verify\".");

    private sealed class NoBatches : IArrowArrayStream
    {
        public Schema Schema { get; } = new([], null);

        public ValueTask<RecordBatch> ReadNextRecordBatchAsync(CancellationToken cancellationToken = default) => new((RecordBatch)null!);

        public void Dispose()
        {
        }
    }
}
