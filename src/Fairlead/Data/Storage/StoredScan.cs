using Fairlead.Data.Scanning;
using Fairlead.Workspace;
using ParquetSharp;

namespace Fairlead.Data.Storage;

/// <summary>Reads a stored table of the workspace, decrypted, in batches; only the columns asked for. Texts that the file keeps as codes come as codes.</summary>
/// <remarks>One row group is open at a time: memory is that of its pages and of one batch.</remarks>
internal sealed class StoredScan : ITableScan
{
    /// <summary>Cells of a batch: wide tables have shorter ones.</summary>
    private const int CellsMax = 4_000_000;

    private readonly BlobStore _blobs;
    private readonly IReadOnlyList<string> _files; // the table, or its parts
    private readonly StoredColumn[] _stored;
    private readonly int[] _indices;
    private readonly TableBatch _batch = new();
    private readonly string _where;
    private readonly int _batchRows;
    private ParquetFileReader _reader;
    private RowGroupReader? _group;
    private int _file;
    private int _groups;
    private long _left; // rows of the open row group that are still to come
    private long _row;

    /// <param name="columns">Names in the order wanted; all when null. None at all counts the rows.</param>
    /// <exception cref="FaultException">The table is not in the workspace, was changed, or has no such column.</exception>
    public StoredScan(string blob, BlobStore blobs, IReadOnlyList<string>? columns = null)
    {
        _where = $"table {blob}";
        var parts = blobs.PartsOf(blob);
        (_blobs, _files) = (blobs, parts.Count == 0 ? [blob] : [.. parts.Select(part => part.Id)]);
        _reader = OpenFile();
        try
        {
            var fields = Guarded(() => Fields(_reader));
            var all = fields.Select((field, i) => (field, i)).ToDictionary(field => field.field, field => field.i, StringComparer.Ordinal);
            var names = columns ?? fields;
            int[] indices = [.. names.Select(name => all.TryGetValue(name, out var index) ? index : throw new FaultException(_where, $"It has no column \"{name}\".", ""))];
            Rows = parts.Count == 0 ? _reader.FileMetaData.NumRows : parts.Sum(part => part.Rows);
            _indices = [.. indices.Distinct().Order()];
            int[] places = [.. indices.Select(index => Array.IndexOf(_indices, index))];
            _batchRows = Math.Clamp(CellsMax / Math.Max(1, _indices.Length), 64, TableScan.BatchRows);
            _stored = Guarded(() => ColumnsOf(_reader, _indices));
            Columns = [.. names.Select((name, i) => new ScannedColumn(name, _stored[places[i]].Form))];
            _batch.Columns = [.. places.Select(place => _stored[place].Vector)];
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
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
            _batch.Rows = (int)Math.Min(_batchRows, Rows - _row);
        }
        else
        {
            while (_left == 0 && Guarded(NextGroup))
            {
            }

            if (_left == 0 && _row < Rows)
            {
                throw Changed($"{_row} of {Rows} rows are there");
            }

            _batch.Rows = (int)Math.Min(_batchRows, _left);
            _left -= _batch.Rows;
            Guarded(() => Decode(_batch.Rows));
        }

        _row += _batch.Rows;
        return _batch.Rows > 0 ? _batch : null;
    }

    public void Dispose()
    {
        Array.ForEach(_stored, column => column.Dispose());
        _group?.Dispose();
        _reader.Dispose();
    }

    private static ParquetFileReader Open(string path, byte[]? key)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        using var decryption = key is null ? null : new FileDecryptionPropertiesBuilder().FooterKey(key).Build();
        if (decryption is not null)
        {
            properties.FileDecryptionProperties = decryption;
        }

        return new ParquetFileReader(path, properties);
    }

    private static string[] Fields(ParquetFileReader reader)
    {
        var schema = reader.FileMetaData.Schema;
        return [.. Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i).Name)];
    }

    private static StoredColumn[] ColumnsOf(ParquetFileReader reader, int[] indices)
    {
        var schema = reader.FileMetaData.Schema;
        using var group = reader.FileMetaData.NumRowGroups > 0 ? reader.RowGroup(0) : null;
        var entries = ColumnDictionary.EntriesOf(indices.Length);
        return [.. indices.Select(index => new StoredColumn(schema.Column(index), IsCoded(group, index), entries))];
    }

    private static bool IsCoded(RowGroupReader? group, int index)
    {
        using var chunk = group?.MetaData.GetColumnChunkMetaData(index);
        return chunk?.Encodings.Any(encoding => encoding is Encoding.RleDictionary or Encoding.PlainDictionary) == true;
    }

    private ParquetFileReader OpenFile()
    {
        var (path, key) = _blobs.Table(_files[_file]);
        return Guarded(() => Open(path, key));
    }

    /// <summary>Opens the next row group, of the next part where one ends; false behind the last.</summary>
    private bool NextGroup()
    {
        Array.ForEach(_stored, column => column.Close());
        _group?.Dispose();
        _group = null;
        if (_groups == _reader.FileMetaData.NumRowGroups)
        {
            if (_file + 1 == _files.Count)
            {
                return false;
            }

            _file++;
            var next = OpenFile();
            _reader.Dispose();
            (_reader, _groups) = (next, 0);
            return true;
        }

        _group = _reader.RowGroup(_groups++);
        _left = _group.MetaData.NumRows;
        for (var i = 0; i < _stored.Length; i++)
        {
            _stored[i].Open(_group.Column(_indices[i]));
        }

        return true;
    }

    private bool Decode(int rows)
    {
        foreach (var column in rows == 0 ? [] : _stored)
        {
            column.Read(rows);
        }

        return true;
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
}
