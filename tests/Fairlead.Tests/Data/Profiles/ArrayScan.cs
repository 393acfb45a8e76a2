using System.Text;
using Fairlead.Data.Scanning;

namespace Fairlead.Tests.Data.Profiles;

/// <summary>A table held in memory, given out in batches: texts plain or as codes, and doubles.</summary>
internal sealed class ArrayScan : ITableScan
{
    private readonly List<(string?[]? Texts, double[]? Numbers, ColumnDictionary? Dictionary)> _columns = [];
    private readonly List<ScannedColumn> _described = [];
    private int _at;
    private int _rows;

    public IReadOnlyList<ScannedColumn> Columns => _described;

    public int BatchRows { get; init; } = TableScan.BatchRows;

    public ArrayScan Text(string name, string?[] values, bool coded = false)
    {
        _columns.Add((values, null, coded ? new ColumnDictionary() : null));
        _described.Add(new ScannedColumn(name, VectorForm.Text));
        _rows = values.Length;
        return this;
    }

    /// <summary>NaN is missing.</summary>
    public ArrayScan Numbers(string name, double[] values)
    {
        _columns.Add((null, values, null));
        _described.Add(new ScannedColumn(name, VectorForm.Double));
        _rows = values.Length;
        return this;
    }

    public TableBatch? Next(CancellationToken cancel)
    {
        var count = Math.Min(BatchRows, _rows - _at);
        if (count <= 0)
        {
            return null;
        }

        var batch = new TableBatch { FirstRow = _at, Rows = count, Columns = [.. _columns.Select(column => Vector(column.Texts, column.Numbers, column.Dictionary, _at, count))] };
        _at += count;
        return batch;
    }

    public void Dispose()
    {
    }

    private static ColumnVector Vector(string?[]? texts, double[]? numbers, ColumnDictionary? dictionary, int first, int count)
    {
        if (numbers is not null)
        {
            var some = numbers[first..(first + count)];
            return new ColumnVector(VectorForm.Double) { Rows = count, Doubles = some, Missing = [.. some.Select(double.IsNaN)] };
        }

        var part = texts![first..(first + count)];
        if (dictionary is not null)
        {
            return new ColumnVector(VectorForm.Text) { Rows = count, Dictionary = dictionary, Codes = [.. part.Select(text => text is null ? -1 : dictionary.Add(Encoding.UTF8.GetBytes(text)))] };
        }

        var bytes = new List<byte>();
        var (starts, lengths) = (new int[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            starts[i] = bytes.Count;
            lengths[i] = -1;
            if (part[i] is { } text)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text));
                lengths[i] = bytes.Count - starts[i];
            }
        }

        return new ColumnVector(VectorForm.Text) { Rows = count, Bytes = [.. bytes], Starts = starts, Lengths = lengths };
    }
}
