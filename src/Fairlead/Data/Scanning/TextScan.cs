using Fairlead.Projects.Sources;

namespace Fairlead.Data.Scanning;

/// <summary>A source column by column, every value as text: slices of the source's buffer, or codes while a column has few distinct ones.</summary>
internal sealed class TextScan : ITableScan
{
    private readonly ISourceRows _rows;
    private readonly int[] _places;
    private readonly ColumnVector[] _vectors;
    private readonly TableBatch _batch;
    private long _given;

    /// <param name="places">The columns wanted, by their place in the source.</param>
    /// <param name="coded">Distinct texts are looked for; without it every column is plain, which is less work where nearly all differ.</param>
    public TextScan(ISource source, IReadOnlyList<int> places, bool coded = true)
        : this(source, places, source.Read(places), coded)
    {
    }

    /// <param name="rows">The rows to scan, of this source.</param>
    public TextScan(ISource source, IReadOnlyList<int> places, ISourceRows rows, bool coded = true)
    {
        (_rows, _places) = (rows, [.. places]);
        Columns = [.. places.Select(place => new ScannedColumn(source.Columns[place], VectorForm.Text))];
        var entries = ColumnDictionary.EntriesOf(places.Count);
        _vectors = [.. places.Select(_ => coded ? new ColumnVector(VectorForm.Text) { Codes = [], Dictionary = new ColumnDictionary(entries) } : new ColumnVector(VectorForm.Text))];
        _batch = new TableBatch { Columns = _vectors };
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        if (!_rows.Next(cancel))
        {
            return null;
        }

        var block = _rows.Block;
        (_batch.FirstRow, _batch.Rows) = (_given, block.Rows);
        _given += block.Rows;
        for (var column = 0; column < _places.Length; column++)
        {
            Fill(_vectors[column], block, block.Offset + _places[column]);
        }

        return _batch;
    }

    public void Dispose() => _rows.Dispose();

    private static void Fill(ColumnVector vector, RowBlock block, int first)
    {
        vector.Rows = block.Rows;
        if (vector.Codes is { } codes)
        {
            if (codes.Length < block.Rows)
            {
                vector.Codes = codes = new int[TableScan.Room(block.Rows)];
            }

            if (!Encode(vector.Dictionary!, codes, block, first))
            {
                vector.Codes = null; // too many distinct texts: plain from here on
            }
        }

        if (vector.Codes is null)
        {
            if (vector.Starts.Length < block.Rows)
            {
                (vector.Starts, vector.Lengths) = (new int[TableScan.Room(block.Rows)], new int[TableScan.Room(block.Rows)]);
            }

            vector.Bytes = block.Bytes;
            Slice(vector.Starts.AsSpan(0, block.Rows), vector.Lengths, block, first);
        }
    }

    private static bool Encode(ColumnDictionary dictionary, int[] codes, RowBlock block, int first)
    {
        var (buffer, starts, ends, stride, count) = (block.Bytes, block.Starts, block.Ends, block.Stride, block.Rows);
        for (int row = 0, at = first; row < count; row++, at += stride)
        {
            var start = starts[at];
            var length = ends[at] - start;
            var code = length == 0 ? -1 : dictionary.Add(buffer.AsSpan(start, length));
            if (code < 0 && length > 0)
            {
                return false;
            }

            codes[row] = code;
        }

        return true;
    }

    private static void Slice(Span<int> to, int[] lengths, RowBlock block, int first)
    {
        var (starts, ends, stride) = (block.Starts, block.Ends, block.Stride);
        for (int row = 0, at = first; row < to.Length; row++, at += stride)
        {
            var start = starts[at];
            var length = ends[at] - start;
            to[row] = start;
            lengths[row] = length == 0 ? -1 : length;
        }
    }
}
