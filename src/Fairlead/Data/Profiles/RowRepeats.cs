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
    private Entry[] _entries = new Entry[1_024];
    private int _used;
    private int _level;
    private ulong _touched;

    public IReadOnlyList<RowPair> Examples => _examples;

    public bool IsExact => _level == 0;

    /// <summary>Adds rows one after the other.</summary>
    /// <param name="hashes">Of each row, all bits good.</param>
    /// <param name="firstRow">0-based.</param>
    public void Add(ReadOnlySpan<ulong> hashes, long firstRow)
    {
        for (var row = 0; row < hashes.Length; row++)
        {
            if (row % ValueCounts.Together == 0)
            {
                // Fetches the places of the next rows together, as ValueCounts.Expect does.
                var (entries, touched) = (_entries, 0UL);
                foreach (var hash in hashes.Slice(row, Math.Min(ValueCounts.Together, hashes.Length - row)))
                {
                    touched |= entries[(int)(hash >> 32) & (entries.Length - 1)].Key;
                }

                _touched = touched;
            }

            Add(hashes[row], firstRow + row);
        }
    }

    /// <param name="hash">Of the row, all bits good.</param>
    /// <param name="row">0-based.</param>
    public void Add(ulong hash, long row)
    {
        hash = hash == 0 ? 1UL << 63 : hash;
        if ((hash & ((1UL << _level) - 1)) != 0)
        {
            return;
        }

        ref var entry = ref Slot(_entries, hash);
        if (entry.Key == hash)
        {
            entry.Count++;
            if (_examples.Count < ExamplesMax)
            {
                _examples.Add(new RowPair(row, entry.Row));
            }

            return;
        }

        entry = new Entry { Key = hash, Count = 1, Row = (uint)Math.Min(row, uint.MaxValue) };
        if (++_used > limit)
        {
            _level++;
            Rebuild(_entries.Length);
        }
        else if (_used * 2L > _entries.Length)
        {
            Rebuild(_entries.Length * (_entries.Length < LargeTable ? 2 : 4)); // large arrays that are outgrown stay in memory for a while
        }
    }

    /// <summary>Rows beyond the first of each kind, and the standard error of that number.</summary>
    public (long Rows, double Error) Count()
    {
        double sum = 0, squares = 0;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Count > 1)
            {
                double more = entry.Count - 1;
                sum += more;
                squares += more * more;
            }
        }

        // Each kind of row is in the part with probability 1/s: the variance of the sum scaled by s is (s - 1) times that of what is seen, scaled.
        var scale = Math.Pow(2, _level);
        return ((long)Math.Round(sum * scale), Math.Sqrt((scale - 1) * squares * scale));
    }

    // The lowest bits are all zero where only a part is kept, so that the slot comes from the highest.
    private static ref Entry Slot(Entry[] entries, ulong hash)
    {
        var mask = entries.Length - 1;
        var slot = (int)(hash >> 32) & mask;
        while (entries[slot].Key != 0 && entries[slot].Key != hash)
        {
            slot = (slot + 1) & mask;
        }

        return ref entries[slot];
    }

    private void Rebuild(int size)
    {
        var before = _entries;
        (_entries, _used) = (new Entry[size], 0);
        var mask = (1UL << _level) - 1;
        foreach (ref readonly var old in before.AsSpan())
        {
            if (old.Key != 0 && (old.Key & mask) == 0)
            {
                Slot(_entries, old.Key) = old;
                _used++;
            }
        }
    }

    /// <summary>A kind of row: its key, how often it came, the first of them. None where the key is 0.</summary>
    private struct Entry
    {
        public ulong Key;
        public uint Count;
        public uint Row;
    }
}
