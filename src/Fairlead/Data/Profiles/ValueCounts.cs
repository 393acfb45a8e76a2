using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Data.Profiles;

/// <summary>How many different values a column has, and how often the frequent ones come.</summary>
/// <remarks>
/// Exact up to a limit of different values. Beyond it the number is an estimate (<see cref="HyperLogLog"/>), and the counts are those of frequent items by
/// J. Misra and D. Gries, "Finding repeated elements", Sci. Comput. Program. 2, 1982, with the batched decrement of D. Anderson et al., "A High-Performance Algorithm for Identifying Frequent Items in Data Streams", IMC 2017:
/// a value's true count lies in [count - <see cref="Error"/>, count], and every value with more than <see cref="Error"/> rows is there. Values are told apart by a 64-bit hash.
/// </remarks>
/// <param name="limit">Different values that are counted exactly.</param>
/// <param name="bits">Of <see cref="HyperLogLog"/>, beyond.</param>
/// <param name="more">Asked at the limit for as many values again; null: there are none.</param>
internal sealed class ValueCounts(int limit, int bits = HyperLogLog.BitsMax, Func<int, bool>? more = null)
{
    /// <summary>Bytes of a value that are kept to be shown.</summary>
    public const int ShownMax = 120;

    /// <summary>Different values that are kept with their text at once; later ones when they come again: a value that comes once is never shown.</summary>
    private const int TextsAtOnce = 8_192;

    /// <summary>Values to <see cref="Expect"/> before they are added.</summary>
    public const int Together = 32;

    private const int TextMax = 4 << 20;
    private const int NoText = -1;
    private const int FrequentMax = 8_192;
    private const int LargeTable = 1 << 15;

    /// <summary>A text buffer that is larger is not kept for the next purge.</summary>
    private const int SpareTextMax = 1 << 18;

    private Entry[] _entries = new Entry[64]; // what is known of a value lies together: a value costs one place in memory, not three
    private Entry[] _spare = []; // outgrown by a purge, used by the next one
    private byte[] _text = new byte[256];
    private byte[] _spareText = [];
    private long[] _sorted = [];
    private int _limit = limit;
    private int _textEnd;
    private int _used;
    private ulong _touched;
    private HyperLogLog? _estimate;

    /// <summary>Says a value that was counted as 64 bits; null where texts are counted.</summary>
    public Func<long, string>? Show { get; set; }

    /// <summary>The counts and the number are exact.</summary>
    public bool IsExact => _estimate is null;

    /// <summary>Most that a count may be too high; 0 while exact.</summary>
    public long Error { get; private set; }

    /// <summary>Different values, exact or estimated.</summary>
    public long Distinct => _estimate is { } estimate ? (long)Math.Round(estimate.Estimate()) : _used;

    /// <summary>Standard error of <see cref="Distinct"/> as a share of it; 0 while exact.</summary>
    public double DistinctError => _estimate?.Error ?? 0;

    /// <summary>Fetches the places of values that come next: the processor waits for many places of memory at a time, but when each value is decided before the next is looked at, for one.</summary>
    public void Expect(ReadOnlySpan<ulong> hashes)
    {
        var (entries, touched) = (_entries, 0UL);
        foreach (var hash in hashes)
        {
            touched |= entries[(int)hash & (entries.Length - 1)].Key;
        }

        _touched = touched; // so that the reads are not left out
    }

    /// <summary>Counts a value; <paramref name="text"/> is what is shown of it.</summary>
    public void Add(ulong hash, ReadOnlySpan<byte> text, long count = 1)
    {
        hash = hash == 0 ? 1 : hash;
        _estimate?.Add(hash);
        var entries = _entries;
        var slot = (int)hash & (entries.Length - 1);
        while (entries[slot].Key != hash)
        {
            if (entries[slot].Key == 0)
            {
                Insert(slot, hash, text, count);
                return;
            }

            slot = (slot + 1) & (entries.Length - 1);
        }

        ref var entry = ref entries[slot];
        entry.Count += count;
        if (entry.Start == NoText)
        {
            Keep(ref entry, text);
        }
    }

    /// <summary>Counts a value of 64 bits, which <see cref="Show"/> will say.</summary>
    public void Add(ulong hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Add(hash, bytes);
    }

    /// <summary>The most frequent values, by count and then by text.</summary>
    public IReadOnlyList<(string Value, long Count)> Top(int most)
    {
        var found = new List<(string Value, long Count)>();
        var least = 0L;
        foreach (var slot in Enumerable.Range(0, _entries.Length).Where(i => _entries[i].Key != 0).OrderByDescending(i => _entries[i].Count))
        {
            ref var entry = ref _entries[slot];
            if (found.Count >= most && entry.Count < least)
            {
                break;
            }

            if (entry.Start == NoText)
            {
                continue;
            }

            found.Add((Shown(entry), entry.Count + Error));
            least = entry.Count;
        }

        return [.. found.OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>Counts by hash, while exact.</summary>
    public IEnumerable<(ulong Hash, long Count, string Value)> All()
    {
        foreach (var entry in _entries)
        {
            if (entry.Key != 0 && entry.Start != NoText)
            {
                yield return (entry.Key, entry.Count, Shown(entry));
            }
        }
    }

    /// <summary>Every different value with its count; null where there are more than <paramref name="most"/>, or one is too long to be kept whole.</summary>
    public IReadOnlyList<(string Value, long Count)>? Names(int most) =>
        !IsExact || _used > Math.Min(most, TextsAtOnce) || Array.Exists(_entries, entry => entry.Key != 0 && entry.Length == ShownMax) ? null : [.. All().Select(value => (value.Value, value.Count))];

    private string Shown(Entry entry)
    {
        var bytes = _text.AsSpan(entry.Start, entry.Length);
        if (Show is { } show)
        {
            return show(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        }

        var cut = bytes.Length == ShownMax;
        while (cut && bytes.Length > 0 && (bytes[^1] & 0xC0) == 0x80)
        {
            bytes = bytes[..^1]; // not in the middle of a letter
        }

        return cut && bytes.Length > 0 ? Encoding.UTF8.GetString(bytes[..^1]) + "…" : Encoding.UTF8.GetString(bytes);
    }

    private void Insert(int slot, ulong hash, ReadOnlySpan<byte> text, long count)
    {
        if (IsExact && _used == _limit && more?.Invoke(_limit) == true)
        {
            _limit *= 2;
        }

        if (_used >= (IsExact ? _limit : Math.Min(_limit, FrequentMax)) || (IsExact && _textEnd > TextMax))
        {
            Purge();
            Add(hash, text, count);
            return;
        }

        _entries[slot] = new Entry { Key = hash, Count = count, Start = NoText };
        if (count > 1 || (IsExact && _used < TextsAtOnce))
        {
            Keep(ref _entries[slot], text);
        }

        if (++_used * 2 > _entries.Length)
        {
            Rebuild(_entries.Length * (_entries.Length < LargeTable ? 2 : 4), 0); // large arrays that are outgrown stay in memory for a while
        }
    }

    private void Keep(ref Entry entry, ReadOnlySpan<byte> text)
    {
        var length = Math.Min(text.Length, ShownMax);
        if (_textEnd + length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textEnd + length));
        }

        text[..length].CopyTo(_text.AsSpan(_textEnd));
        (entry.Start, entry.Length) = (_textEnd, (byte)length);
        _textEnd += length;
    }

    /// <summary>Takes the count of the value in the middle of the table (at most half of what fits stays) from every count.</summary>
    private void Purge()
    {
        var most = Math.Min(_limit, FrequentMax);
        if (_estimate is null)
        {
            _estimate = new HyperLogLog(bits);
            foreach (var entry in _entries)
            {
                if (entry.Key != 0)
                {
                    _estimate.Add(entry.Key);
                }
            }
        }

        var taken = Middle(most / 2);
        Error += taken;
        var slots = 64;
        while (slots < most * 2)
        {
            slots *= 2;
        }

        Rebuild(slots, taken);
    }

    /// <summary>The count of which at most <paramref name="above"/> values have more.</summary>
    private long Middle(int above)
    {
        if (_sorted.Length < _used)
        {
            _sorted = new long[_used];
        }

        var counts = _sorted.AsSpan(0, _used);
        var (at, often) = (0, 0);
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Key != 0)
            {
                counts[at++] = entry.Count;
                often += entry.Count > 1 ? 1 : 0;
            }
        }

        if (often <= above)
        {
            return 1; // nearly all came once: no need to sort
        }

        counts.Sort();
        return counts[Math.Max(0, _used - 1 - above)];
    }

    private void Rebuild(int slots, long taken)
    {
        var (before, text) = (_entries, _text);
        _entries = _spare.Length == slots ? _spare : new Entry[slots];
        Array.Clear(_entries);
        _spare = before.Length == slots ? before : [];
        if (taken > 0)
        {
            (_text, _spareText, _textEnd) = (_spareText.Length > 0 ? _spareText : new byte[256], text.Length <= SpareTextMax ? text : [], 0);
        }

        _used = 0;
        var mask = slots - 1;
        foreach (ref readonly var old in before.AsSpan())
        {
            if (old.Key == 0 || old.Count <= taken)
            {
                continue;
            }

            var slot = (int)old.Key & mask;
            while (_entries[slot].Key != 0)
            {
                slot = (slot + 1) & mask;
            }

            ref var entry = ref _entries[slot];
            entry = new Entry { Key = old.Key, Count = old.Count - taken, Start = old.Start, Length = old.Length };
            if (taken > 0 && old.Start != NoText)
            {
                Keep(ref entry, text.AsSpan(old.Start, old.Length));
            }

            _used++;
        }
    }

    /// <summary>A value of the table; none where the key is 0.</summary>
    private struct Entry
    {
        public ulong Key;
        public long Count;
        public int Start;
        public byte Length;
    }
}
