namespace Fairlead.Data.Profiles;

/// <summary>Counts rows that repeat an earlier one, by a 64-bit hash of each row.</summary>
/// <remarks>
/// Exact up to <see cref="ProfileLimits.RowsMax"/> different rows. Beyond that only rows whose hash ends in so many zeros are held against each other (all repeats of such a row are seen), and the count is scaled up:
/// P. B. Gibbons, "Distinct Sampling for Highly-Accurate Answers to Distinct Values Queries and Event Reports", VLDB 2001.
/// </remarks>
internal sealed class RowRepeats(int limit = ProfileLimits.RowsMax)
{
    private const int ExamplesMax = 5;
    private const int LargeTable = 1 << 15;

    private readonly List<RowPair> _examples = [];
    private ulong[] _keys = new ulong[1_024];
    private uint[] _counts = new uint[1_024];
    private uint[] _rows = new uint[1_024];
    private int _used;
    private int _level;

    public IReadOnlyList<RowPair> Examples => _examples;

    public bool IsExact => _level == 0;

    /// <param name="hash">Of the row, all bits good.</param>
    /// <param name="row">0-based.</param>
    public void Add(ulong hash, long row)
    {
        hash = hash == 0 ? 1UL << 63 : hash;
        if ((hash & ((1UL << _level) - 1)) != 0)
        {
            return;
        }

        var slot = Slot(_keys, hash);
        if (_keys[slot] == hash)
        {
            _counts[slot]++;
            if (_examples.Count < ExamplesMax)
            {
                _examples.Add(new RowPair(row, _rows[slot]));
            }

            return;
        }

        (_keys[slot], _counts[slot], _rows[slot]) = (hash, 1, (uint)Math.Min(row, uint.MaxValue));
        if (++_used > limit)
        {
            _level++;
            Rebuild(_keys.Length);
        }
        else if (_used * 2L > _keys.Length)
        {
            Rebuild(_keys.Length * (_keys.Length < LargeTable ? 2 : 4)); // large arrays that are outgrown stay in memory for a while
        }
    }

    /// <summary>Rows beyond the first of each kind, and the standard error of that number.</summary>
    public (long Rows, double Error) Count()
    {
        double sum = 0, squares = 0;
        for (var slot = 0; slot < _keys.Length; slot++)
        {
            if (_keys[slot] != 0 && _counts[slot] > 1)
            {
                double more = _counts[slot] - 1;
                sum += more;
                squares += more * more;
            }
        }

        // Each kind of row is in the part with probability 1/s: the variance of the sum scaled by s is (s - 1) times that of what is seen, scaled.
        var scale = Math.Pow(2, _level);
        return ((long)Math.Round(sum * scale), Math.Sqrt((scale - 1) * squares * scale));
    }

    // The lowest bits are all zero where only a part is kept, so that the slot comes from the highest.
    private static int Slot(ulong[] keys, ulong hash)
    {
        var mask = keys.Length - 1;
        var slot = (int)(hash >> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != hash)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Rebuild(int size)
    {
        var (keys, counts, rows) = (_keys, _counts, _rows);
        (_keys, _counts, _rows, _used) = (new ulong[size], new uint[size], new uint[size], 0);
        var mask = (1UL << _level) - 1;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != 0 && (keys[i] & mask) == 0)
            {
                var slot = Slot(_keys, keys[i]);
                (_keys[slot], _counts[slot], _rows[slot]) = (keys[i], counts[i], rows[i]);
                _used++;
            }
        }
    }
}
