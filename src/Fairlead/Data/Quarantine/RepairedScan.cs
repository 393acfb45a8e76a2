using System.Text;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Quarantine;

/// <summary>A raw version in which some rows have other values in some columns.</summary>
internal sealed class RepairedScan : ITableScan
{
    private const string Row = "__row";

    private readonly ITableScan _scan;
    private readonly IReadOnlyDictionary<long, string?>?[] _values;
    private readonly ColumnVector?[] _own;
    private readonly TableBatch _batch = new();

    private RepairedScan(ITableScan scan, IReadOnlyList<string> columns, IReadOnlyDictionary<string, IReadOnlyDictionary<long, string?>> values)
    {
        _scan = scan;
        Columns = [.. scan.Columns.Take(columns.Count)];
        _values = [.. columns.Select(values.GetValueOrDefault)];
        _own = [.. _values.Select(repaired => repaired is null ? null : new ColumnVector(VectorForm.Text))];
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    /// <param name="source">The raw version, which has <c>__row</c>.</param>
    /// <param name="columns">The columns wanted, in order.</param>
    /// <param name="values">By column and <c>__row</c>; null is missing.</param>
    public static ITableScan Open(StepSource source, IReadOnlyList<string> columns, IReadOnlyDictionary<string, IReadOnlyDictionary<long, string?>> values) =>
        columns.Any(values.ContainsKey) ? new RepairedScan(source.Open([.. columns, Row]), columns, values) : source.Open(columns);

    public TableBatch? Next(CancellationToken cancel)
    {
        if (_scan.Next(cancel) is not { } read)
        {
            return null;
        }

        var rows = read.Columns[^1].Integers;
        (_batch.FirstRow, _batch.Rows) = (read.FirstRow, read.Rows);
        _batch.Columns = [.. _own.Select((own, i) => own is null ? read.Columns[i] : Repaired(own, read.Columns[i], _values[i]!, rows, read.Rows))];
        return _batch;
    }

    public void Dispose() => _scan.Dispose();

    private static ColumnVector Repaired(ColumnVector to, ColumnVector from, IReadOnlyDictionary<long, string?> values, long[] numbers, int rows)
    {
        (to.Rows, to.Starts, to.Lengths) = (rows, to.Starts.Length < rows ? new int[rows] : to.Starts, to.Lengths.Length < rows ? new int[rows] : to.Lengths);
        var used = 0;
        for (var row = 0; row < rows; row++)
        {
            (to.Starts[row], to.Lengths[row]) = (used, -1);
            var isRepaired = values.TryGetValue(numbers[row], out var value);
            if (isRepaired ? string.IsNullOrEmpty(value) : from.IsMissing(row))
            {
                continue;
            }

            var text = isRepaired ? Encoding.UTF8.GetBytes(value!) : from.Utf8(row);
            if (to.Bytes.Length - used < text.Length)
            {
                var bytes = to.Bytes;
                Array.Resize(ref bytes, Math.Max(2 * bytes.Length, used + text.Length));
                to.Bytes = bytes;
            }

            text.CopyTo(to.Bytes.AsSpan(used));
            to.Lengths[row] = text.Length;
            used += text.Length;
        }

        return to;
    }
}
