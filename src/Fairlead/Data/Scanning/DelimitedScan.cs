using System.Security.Cryptography;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Scanning;

/// <summary>A delimited file column by column: texts are slices of the reader's buffer, or codes while a column has few distinct ones.</summary>
internal sealed class DelimitedScan : ITableScan
{
    private readonly RecordReader _reader;
    private readonly int _fields;
    private readonly int[] _places;
    private readonly ColumnVector[] _vectors;
    private readonly TableBatch _batch;
    private long _given;

    /// <param name="places">The columns wanted, by their place in the file.</param>
    public DelimitedScan(DelimitedFile file, SourceOptions options, int[] places, IncrementalHash? digest)
    {
        (_reader, _fields, _places) = (new RecordReader(file, options, digest), file.Fields, places);
        Columns = [.. places.Select(place => new ScannedColumn(file.Columns[place], VectorForm.Text))];
        _vectors = [.. places.Select(_ => new ColumnVector(VectorForm.Text) { Codes = new int[_reader.RowsMax], Dictionary = new ColumnDictionary() })];
        _batch = new TableBatch { Columns = _vectors };
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_reader.Next())
        {
            return null;
        }

        (_batch.FirstRow, _batch.Rows) = (_given, _reader.Rows);
        _given += _reader.Rows;
        for (var column = 0; column < _places.Length; column++)
        {
            Fill(_vectors[column], (_reader.FirstRow * _fields) + _places[column]);
        }

        return _batch;
    }

    public void Dispose() => _reader.Dispose();

    private void Fill(ColumnVector vector, int first)
    {
        vector.Rows = _reader.Rows;
        if (vector.Codes is { } codes && !Encode(vector.Dictionary!, codes, first))
        {
            vector.Codes = null; // too many distinct texts: plain from here on
        }

        if (vector.Codes is null)
        {
            if (vector.Starts.Length == 0)
            {
                (vector.Starts, vector.Lengths) = (new int[_reader.RowsMax], new int[_reader.RowsMax]);
            }

            vector.Bytes = _reader.Buffer;
            Slice(vector.Starts.AsSpan(0, vector.Rows), vector.Lengths, first);
        }
    }

    private bool Encode(ColumnDictionary dictionary, int[] codes, int first)
    {
        var (buffer, starts, ends) = (_reader.Buffer, _reader.Starts, _reader.Ends);
        var count = _reader.Rows;
        for (int row = 0, at = first; row < count; row++, at += _fields)
        {
            var start = starts[at];
            var length = ends[at] - start;
            if (length == 0)
            {
                codes[row] = -1;
                continue;
            }

            var code = dictionary.Add(buffer.AsSpan(start, length));
            if (code < 0)
            {
                return false;
            }

            codes[row] = code;
        }

        return true;
    }

    private void Slice(Span<int> to, int[] lengths, int first)
    {
        var (starts, ends) = (_reader.Starts, _reader.Ends);
        for (int row = 0, at = first; row < to.Length; row++, at += _fields)
        {
            var start = starts[at];
            var length = ends[at] - start;
            to[row] = start;
            lengths[row] = length == 0 ? -1 : length;
        }
    }
}
