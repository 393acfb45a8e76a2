using System.Security.Cryptography;
using Apache.Arrow.Types;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>A Parquet file as a source of texts: numbers by their shortest text, days as 2024-02-29, moments as 2024-02-29 13:00:00 with Z where they are in UTC, lists and structures as JSON.</summary>
internal sealed class ParquetFile : ISource
{
    internal const string WholeNumber = "whole numbers";
    internal const string Number = "numbers";
    internal const string YesOrNo = "yes or no";
    internal const string Moment = "moments";
    internal const string Text = "text";

    private ParquetFile(string path, IReadOnlyList<string> columns, IReadOnlyList<string> kinds, long rows) => (Path, Columns, Kinds, Rows) = (path, columns, kinds, rows);

    public string Path { get; }

    public string Format => "parquet";

    public IReadOnlyList<string> Columns { get; }

    /// <summary>What the columns hold, by the file's own types: whole number, number, yes or no, moment, text (which is all else).</summary>
    public IReadOnlyList<string> Kinds { get; }

    public long? Rows { get; }

    public IReadOnlyList<string> Notes => [];

    public bool HasHeader => true;

    /// <exception cref="FaultException">Every fault of the file that its end tells.</exception>
    public static ParquetFile Open(string path)
    {
        using var batches = new ParquetBatches(path, [], 1);
        List<Fault> faults = [.. ColumnFaults.Of(path, [.. batches.Fields.Select(field => field.Name)])];
        if (batches.Rows == 0)
        {
            faults.Add(new Fault(path, "The file has no rows.", "Give a file with rows."));
        }

        if (batches.Rows > SourceLimits.RowsMax)
        {
            faults.Add(new Fault(path, $"The file has {batches.Rows:N0} rows; the limit is {SourceLimits.RowsMax:N0}.", "Take a sample."));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : new ParquetFile(path, [.. batches.Fields.Select(field => field.Name)], [.. batches.Fields.Select(field => KindOf(field.DataType.TypeId))], batches.Rows);
    }

    /// <summary>Of an Arrow type, by how its values are scanned.</summary>
    internal static string KindOf(ArrowTypeId type) => type switch
    {
        ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64 or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 => WholeNumber,
        ArrowTypeId.Float or ArrowTypeId.Double => Number,
        ArrowTypeId.Boolean => YesOrNo,
        ArrowTypeId.Timestamp => Moment,
        _ => Text,
    };

    public ISourceRows Read(IReadOnlyList<int> places, IncrementalHash? digest = null)
    {
        if (digest is not null)
        {
            using var stream = FetchedFile.Open(Path); // pages are not read in the file's order
            using var all = new DigestStream(stream, digest);
            all.CopyTo(Stream.Null, 1 << 18);
        }

        return new ParquetRows(Path, Columns.Count, [.. places.Distinct().Order()]);
    }
}

/// <summary>Rows of a Parquet file as texts.</summary>
internal sealed class ParquetRows(string path, int columns, int[] places) : ISourceRows
{
    private readonly ParquetBatches _batches = new(path, places.Length == 0 ? [0] : places, RowBlockBuilder.RowsMax);
    private readonly RowBlockBuilder _rows = new(columns);
    private readonly ArrowText _text = new();
    private Apache.Arrow.RecordBatch? _batch;
    private int _at;

    public RowBlock Block => _rows.Block;

    public int RowsMax => RowBlockBuilder.RowsMax;

    public bool Next(CancellationToken cancel)
    {
        _rows.Clear();
        if (_batch is null || _at == _batch.Length)
        {
            (_batch, _at) = (_batches.Next(cancel), 0);
        }

        for (; _batch is not null && _at < _batch.Length && !_rows.IsFull; _at++)
        {
            _rows.AddRow();
            for (var i = 0; i < places.Length; i++)
            {
                _rows.Set(places[i], _text.Of(_batch.Column(i), _at));
            }
        }

        return Block.Rows > 0;
    }

    public void Dispose() => _batches.Dispose();
}
