using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Fairlead.Workspace;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Fairlead.Projects.Sources;

/// <summary>The rows of a Parquet file as Arrow record batches, some columns of it, in bounded memory: one batch and the pages it comes from.</summary>
internal sealed class ParquetBatches : IDisposable
{
    private readonly string _path;
    private readonly FileReader _reader;
    private readonly int[] _places;
    private readonly IArrowArrayStream? _stream;
    private RecordBatch? _batch;
    private long _row;

    /// <param name="places">Top-level columns wanted, ascending; none counts rows only.</param>
    /// <param name="decryption">Of an encrypted file.</param>
    /// <exception cref="FaultException">The file is damaged.</exception>
    public ParquetBatches(string path, IReadOnlyList<int>? places, int batchRows, FileDecryptionProperties? decryption = null)
    {
        _path = path;
        (_reader, Fields, Rows) = Guarded(path, () => Open(path, batchRows, decryption));
        _places = [.. places ?? [.. Enumerable.Range(0, Fields.Count)]];
        List<int> leaves = [];
        for (var (field, leaf) = (0, 0); field < Fields.Count; field++)
        {
            var count = Leaves(Fields[field].DataType);
            leaves.AddRange(_places.Contains(field) ? Enumerable.Range(leaf, count) : []);
            leaf += count;
        }

        _stream = leaves.Count == 0 ? null : Guarded(path, () => _reader.GetRecordBatchReader(columns: [.. leaves]));
    }

    /// <summary>All columns of the file.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Rows of the whole file.</summary>
    public long Rows { get; }

    /// <summary>The next rows: one array for each place asked for. Null at the end.</summary>
    public RecordBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _batch?.Dispose();
        _batch = _stream is null ? null : Guarded(_path, () => _stream.ReadNextRecordBatchAsync(cancel).AsTask().GetAwaiter().GetResult());
        if (_batch is null && _stream is not null && _row < Rows)
        {
            throw Damaged(_path, $"{_row} of {Rows} rows are there");
        }

        _row += _batch?.Length ?? 0;
        return _batch;
    }

    public void Dispose()
    {
        _batch?.Dispose();
        _stream?.Dispose();
        _reader.Dispose();
    }

    private static int Leaves(IArrowType type) => type switch
    {
        StructType nested => nested.Fields.Sum(field => Leaves(field.DataType)),
        MapType map => Leaves(map.KeyField.DataType) + Leaves(map.ValueField.DataType),
        ListType list => Leaves(list.ValueDataType),
        FixedSizeListType list => Leaves(list.ValueDataType),
        _ => 1,
    };

    private static (FileReader Reader, IReadOnlyList<Field> Fields, long Rows) Open(string path, int batchRows, FileDecryptionProperties? decryption)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        if (decryption is not null)
        {
            properties.FileDecryptionProperties = decryption;
        }

        properties.EnableBufferedStream(); // pages are read as they are needed, not a row group's column at once
        using var arrow = ArrowReaderProperties.GetDefault();
        arrow.BatchSize = batchRows;
        arrow.UseThreads = false;
        arrow.PreBuffer = false; // it would hold the whole file in memory
        using (var look = FetchedFile.Is(path) ? new ParquetFileReader(FetchedFile.Open(path), properties) : new ParquetFileReader(path, properties))
        {
            if (look.FileMetaData.NumRowGroups > 0)
            {
                using var group = look.RowGroup(0);
                for (var column = 0; column < look.FileMetaData.NumColumns; column++)
                {
                    using var chunk = group.MetaData.GetColumnChunkMetaData(column);
                    arrow.SetReadDictionary(column, chunk.Type == PhysicalType.ByteArray && chunk.Encodings.Any(encoding => encoding is Encoding.RleDictionary or Encoding.PlainDictionary));
                }
            }
        }

        var reader = FetchedFile.Is(path) ? new FileReader(FetchedFile.Open(path), properties, arrow) : new FileReader(path, properties, arrow);
        try
        {
            return (reader, reader.Schema.FieldsList, reader.ParquetReader.FileMetaData.NumRows);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ParquetException or IOException or InvalidDataException or NotSupportedException || exception.GetType() == typeof(Exception))
        {
            throw Damaged(path, exception.Message);
        }
    }

    private static FaultException Damaged(string path, string why) =>
        new(path, $"The Parquet file can't be read; it is damaged or was cut off: {Plain(why)}.", "Write or copy it again.");

    /// <summary>The first line of what the native library says, without the name of its exception (<c>N7parquet…ExceptionE (message: '…')</c>).</summary>
    private static string Plain(string why)
    {
        const string Before = "(message: '", Behind = "')", Kind = "Invalid: ";
        if (why.IndexOf(Before, StringComparison.Ordinal) is var at and >= 0)
        {
            why = why[(at + Before.Length)..].TrimEnd();
            why = why.EndsWith(Behind, StringComparison.Ordinal) ? why[..^Behind.Length] : why;
        }

        why = why.Split('\n')[0].TrimEnd('.', ' ', '\r');
        return why.StartsWith(Kind, StringComparison.Ordinal) ? why[Kind.Length..] : why;
    }
}
