using Fairlead.Data.Scanning;

namespace Fairlead.Data.Profiles;

/// <summary>A sample of whole rows, of a bounded size: each row has a hash of its number, and those with the smallest hashes stay. The same rows each time, and no period in the file can hide in it.</summary>
internal sealed class RowSample(int columns, int most)
{
    private readonly List<double>[] _numbers = [.. Enumerable.Range(0, columns).Select(_ => new List<double>())];
    private readonly List<ulong>[] _hashes = [.. Enumerable.Range(0, columns).Select(_ => new List<ulong>())];
    private readonly List<ulong> _order = [];
    private ulong _bound = ulong.MaxValue;

    public int Rows => _order.Count;

    /// <summary>Columns in it, the first of the table.</summary>
    public int Columns => columns;

    /// <summary>Every row seen is in it.</summary>
    public bool IsAll => _bound == ulong.MaxValue;

    /// <summary>Values of a column as numbers (dates as days), NaN where missing or no number. Shape [rows].</summary>
    public IReadOnlyList<double> Numbers(int column) => _numbers[column];

    /// <summary>Hashes of the values of a column, 0 where missing. Shape [rows].</summary>
    public IReadOnlyList<ulong> HashesOf(int column) => _hashes[column];

    public void Add(TableBatch batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            var order = Hashes.Mix((ulong)(batch.FirstRow + row) + 0x2545_F491_4F6C_DD1D);
            if (order > _bound)
            {
                continue;
            }

            _order.Add(order);
            for (var column = 0; column < columns; column++)
            {
                var (number, hash) = ColumnCollector.Sampled(batch.Columns[column], row);
                _numbers[column].Add(number);
                _hashes[column].Add(hash == 0 && !batch.Columns[column].IsMissing(row) ? 1 : hash);
            }

            if (_order.Count >= most * 2)
            {
                Thin(most);
            }
        }
    }

    /// <summary>Leaves at most as many rows as are wanted.</summary>
    public void Finish()
    {
        if (_order.Count > most)
        {
            Thin(most);
        }
    }

    private void Thin(int keep)
    {
        var sorted = _order.ToArray();
        Array.Sort(sorted);
        _bound = sorted[keep - 1];
        var at = 0;
        for (var i = 0; i < _order.Count; i++)
        {
            if (_order[i] > _bound)
            {
                continue;
            }

            _order[at] = _order[i];
            for (var column = 0; column < columns; column++)
            {
                _numbers[column][at] = _numbers[column][i];
                _hashes[column][at] = _hashes[column][i];
            }

            at++;
        }

        _order.RemoveRange(at, _order.Count - at);
        for (var column = 0; column < columns; column++)
        {
            _numbers[column].RemoveRange(at, _numbers[column].Count - at);
            _hashes[column].RemoveRange(at, _hashes[column].Count - at);
        }
    }
}
