using Fairlead.Data.Scanning;

namespace Fairlead.Data.Cleaning;

/// <summary>What table steps look at of a table: the number of each row, the columns they name, and of all others a fingerprint and how many have a value.</summary>
/// <remarks>So that the working table holds some columns of a wide table, and rows can be compared in all of them.</remarks>
internal sealed class LookedRows : ITableScan
{
    /// <summary>The fingerprint of the other columns, as two whole numbers.</summary>
    public const string Print = "__print_high, __print_low";

    /// <summary>How many of the other columns have a value.</summary>
    public const string Filled = "__filled";

    private readonly ITableScan _scan;
    private readonly int _looked;
    private readonly bool _filled;
    private readonly Fingerprints? _prints;
    private readonly ColumnVector[] _own;
    private readonly TableBatch _batch = new();

    /// <param name="scan">The columns that are looked at, then the others.</param>
    /// <param name="names">Names for those that are looked at.</param>
    /// <param name="prints">The fingerprint of the others is wanted.</param>
    /// <param name="filled">How many of the others have a value is wanted.</param>
    public LookedRows(ITableScan scan, IReadOnlyList<string> names, bool prints, bool filled)
    {
        (_scan, _looked, _filled) = (scan, names.Count, filled);
        _prints = prints ? new Fingerprints() : null;
        Columns = ColumnsOf([.. scan.Columns.Take(names.Count).Select(column => column.Form)], names, prints, filled);
        _own = [.. Columns.Skip(names.Count).Select(column => new ColumnVector(column.Form))];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public static IReadOnlyList<ScannedColumn> ColumnsOf(IReadOnlyList<VectorForm> forms, IReadOnlyList<string> names, bool prints, bool filled) =>
    [
        .. names.Select((name, i) => new ScannedColumn(name, forms[i])), new ScannedColumn("__row", VectorForm.Integer),
        .. prints ? (IEnumerable<ScannedColumn>)[new ScannedColumn("__print_high", VectorForm.Integer), new ScannedColumn("__print_low", VectorForm.Integer)] : [],
        .. filled ? (IEnumerable<ScannedColumn>)[new ScannedColumn(Filled, VectorForm.Integer)] : [],
    ];

    public TableBatch? Next(CancellationToken cancel)
    {
        if (_scan.Next(cancel) is not { } read)
        {
            return null;
        }

        foreach (var vector in _own)
        {
            vector.Rows = read.Rows;
            if (vector.Integers.Length < read.Rows)
            {
                (vector.Integers, vector.Missing) = (new long[TableScan.Room(read.Rows)], new bool[TableScan.Room(read.Rows)]);
            }
        }

        for (var row = 0; row < read.Rows; row++)
        {
            _own[0].Integers[row] = read.FirstRow + row;
        }

        ColumnVector[] others = [.. read.Columns.Skip(_looked)];
        if (_prints is not null)
        {
            var prints = _prints.Of(others, read.Rows);
            for (var row = 0; row < read.Rows; row++)
            {
                (_own[1].Integers[row], _own[2].Integers[row]) = ((long)(ulong)(prints[row] >> 64), (long)(ulong)(prints[row] & ulong.MaxValue));
            }
        }

        if (_filled)
        {
            Count(others, _own[^1].Integers.AsSpan(0, read.Rows));
        }

        (_batch.FirstRow, _batch.Rows, _batch.Columns) = (read.FirstRow, read.Rows, [.. read.Columns.Take(_looked), .. _own]);
        return _batch;
    }

    public void Dispose() => _scan.Dispose();

    private static void Count(ColumnVector[] vectors, Span<long> filled)
    {
        filled.Clear();
        foreach (var vector in vectors)
        {
            for (var row = 0; row < filled.Length; row++)
            {
                filled[row] += vector.IsMissing(row) ? 0 : 1;
            }
        }
    }
}
