using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Some rows of a scan, beside values that a query has for each of them.</summary>
internal sealed class KeptScan : ITableScan
{
    private readonly ITableScan _rows;
    private readonly RowSet _chosen;
    private readonly bool _areLeft;
    private readonly long _count;
    private readonly string _source;
    private readonly Output[] _outputs;
    private readonly PickedRows[] _picked;
    private readonly RowValues? _values;
    private readonly TableBatch _batch = new();
    private int[] _kept = [];
    private long _read;
    private long _given;

    /// <param name="Name">Of the column that comes out.</param>
    /// <param name="Place">Where it stands.</param>
    /// <param name="OfValues">Among the values, not in the rows.</param>
    public sealed record Output(string Name, int Place, bool OfValues);

    /// <param name="rows">All rows.</param>
    /// <param name="chosen">Numbers of rows.</param>
    /// <param name="areLeft">These are left out; otherwise they alone stay.</param>
    /// <param name="count">How many rows there were when they were chosen.</param>
    /// <param name="source">How messages name the source.</param>
    /// <param name="outputs">The columns that come out, in order.</param>
    /// <param name="values">Of each row that stays, in order: first its number, then values; null: none are wanted.</param>
    public KeptScan(ITableScan rows, RowSet chosen, bool areLeft, long count, string source, IReadOnlyList<Output> outputs, ITableScan? values)
    {
        (_rows, _chosen, _areLeft, _count, _source) = (rows, chosen, areLeft, count, source);
        _outputs = [.. outputs];
        _values = values is null ? null : new RowValues(values);
        Columns = [.. outputs.Select(output => new ScannedColumn(output.Name, (output.OfValues ? values! : rows).Columns[output.Place].Form))];
        _picked = [.. Columns.Select(column => new PickedRows(column.Form))];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    /// <exception cref="FaultException">The source has more rows or fewer than before.</exception>
    public TableBatch? Next(CancellationToken cancel)
    {
        while (_rows.Next(cancel) is { } read)
        {
            _read += read.Rows;
            var rows = Kept(read);
            if (rows.Length == 0)
            {
                continue;
            }

            _values?.Take(rows, read.FirstRow, cancel);
            var columns = new ColumnVector[_outputs.Length];
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = _outputs[i].OfValues ? _values!.Vectors[_outputs[i].Place]
                    : rows.Length == read.Rows ? read.Columns[_outputs[i].Place]
                    : _picked[i].Of(read.Columns[_outputs[i].Place], rows);
            }

            (_batch.FirstRow, _batch.Rows, _batch.Columns) = (_given, rows.Length, columns);
            _given += rows.Length;
            return _batch;
        }

        return _read == _count ? null
            : throw new FaultException(_source, string.Create(CultureInfo.InvariantCulture, $"The table changed while it was read: it had {_count:N0} rows and has {_read:N0}."), "Run again once nothing writes to it.");
    }

    public void Dispose()
    {
        _rows.Dispose();
        _values?.Dispose();
    }

    private ReadOnlySpan<int> Kept(TableBatch read)
    {
        if (_kept.Length < read.Rows)
        {
            _kept = new int[TableScan.Room(read.Rows)];
        }

        var count = 0;
        for (var row = 0; row < read.Rows; row++)
        {
            if (_chosen.Contains(read.FirstRow + row) != _areLeft)
            {
                _kept[count++] = row;
            }
        }

        return _kept.AsSpan(0, count);
    }

    /// <summary>The next values of a scan, as many as asked for, whatever the batches they come in.</summary>
    private sealed class RowValues(ITableScan scan) : IDisposable
    {
        private TableBatch? _from;
        private int _at;

        public ColumnVector[] Vectors { get; } = [.. scan.Columns.Select(column => new ColumnVector(column.Form))];

        public void Dispose() => scan.Dispose();

        public void Take(ReadOnlySpan<int> rows, long firstRow, CancellationToken cancel)
        {
            foreach (var vector in Vectors)
            {
                vector.Rows = rows.Length;
                (vector.Starts, vector.Lengths) = vector.Form == VectorForm.Text ? (Room(vector.Starts, rows.Length), Room(vector.Lengths, rows.Length)) : ([], []);
                vector.Missing = vector.Form == VectorForm.Text ? [] : Room(vector.Missing, rows.Length);
                vector.Doubles = vector.Form == VectorForm.Double ? Room(vector.Doubles, rows.Length) : [];
                vector.Integers = vector.Form == VectorForm.Integer ? Room(vector.Integers, rows.Length) : [];
            }

            var used = new int[Vectors.Length];
            for (var row = 0; row < rows.Length; row++)
            {
                if (_from is null || _at == _from.Rows)
                {
                    (_from, _at) = (scan.Next(cancel) ?? throw new InvalidOperationException("Rows are missing among the values."), 0);
                }

                if (_from.Columns[0].Integers[_at] != firstRow + rows[row])
                {
                    throw new InvalidOperationException($"Row {firstRow + rows[row]} was to come among the values, and {_from.Columns[0].Integers[_at]} came.");
                }

                for (var i = 0; i < Vectors.Length; i++)
                {
                    Copy(_from.Columns[i], Vectors[i], row, ref used[i]);
                }

                _at++;
            }
        }

        private void Copy(ColumnVector from, ColumnVector to, int row, ref int used)
        {
            if (to.Form == VectorForm.Double)
            {
                (to.Missing[row], to.Doubles[row]) = (from.Missing[_at], from.Doubles[_at]);
            }
            else if (to.Form != VectorForm.Text)
            {
                (to.Missing[row], to.Integers[row]) = (from.Missing[_at], from.Integers[_at]);
            }
            else if (from.IsMissing(_at))
            {
                (to.Starts[row], to.Lengths[row]) = (used, -1);
            }
            else
            {
                var text = from.Utf8(_at);
                if (to.Bytes.Length - used < text.Length)
                {
                    var bytes = to.Bytes;
                    Array.Resize(ref bytes, Math.Max(2 * bytes.Length, used + text.Length));
                    to.Bytes = bytes;
                }

                text.CopyTo(to.Bytes.AsSpan(used));
                (to.Starts[row], to.Lengths[row]) = (used, text.Length);
                used += text.Length;
            }
        }

        private static T[] Room<T>(T[] array, int count) => array.Length >= count ? array : new T[TableScan.Room(count)];
    }
}

/// <summary>Numbers of rows: a bit a row, up to the greatest.</summary>
internal sealed class RowSet
{
    private ulong[] _bits = [];

    public void Add(long row)
    {
        var word = checked((int)(row >> 6));
        if (word >= _bits.Length)
        {
            Array.Resize(ref _bits, Math.Max(word + 1, 2 * _bits.Length));
        }

        _bits[word] |= 1UL << (int)(row & 63);
    }

    public bool Contains(long row) => (row >> 6) < _bits.Length && (_bits[row >> 6] & (1UL << (int)(row & 63))) != 0;
}
