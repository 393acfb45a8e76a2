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
internal sealed class ValueCounts(int limit, int bits = HyperLogLog.BitsMax)
{
    /// <summary>Bytes of a value that are kept to be shown.</summary>
    public const int ShownMax = 120;

    /// <summary>Different values that are kept with their text at once; later ones when they come again: a value that comes once is never shown.</summary>
    private const int TextsAtOnce = 8_192;

    private const int TextMax = 4 << 20;
    private const int NoText = -1;
    private const int FrequentMax = 8_192;
    private const int LargeTable = 1 << 15;

    private ulong[] _keys = new ulong[64];
    private long[] _counts = new long[64];
    private int[] _starts = new int[64];
    private byte[] _lengths = new byte[64];
    private byte[] _text = new byte[256];
    private int _textEnd;
    private int _used;
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

    /// <summary>Counts a value; <paramref name="text"/> is what is shown of it.</summary>
    public void Add(ulong hash, ReadOnlySpan<byte> text, long count = 1)
    {
        hash = hash == 0 ? 1 : hash;
        _estimate?.Add(hash);
        var mask = _keys.Length - 1;
        var slot = (int)hash & mask;
        while (_keys[slot] != hash)
        {
            if (_keys[slot] == 0)
            {
                Insert(slot, hash, text, count);
                return;
            }

            slot = (slot + 1) & mask;
        }

        _counts[slot] += count;
        if (_starts[slot] == NoText)
        {
            Keep(slot, text);
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
        foreach (var slot in Enumerable.Range(0, _keys.Length).Where(i => _keys[i] != 0).OrderByDescending(i => _counts[i]))
        {
            if (found.Count >= most && _counts[slot] < least)
            {
                break;
            }

            if (_starts[slot] == NoText)
            {
                continue;
            }

            found.Add((Shown(slot), _counts[slot] + Error));
            least = _counts[slot];
        }

        return [.. found.OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>Counts by hash, while exact.</summary>
    public IEnumerable<(ulong Hash, long Count, string Value)> All()
    {
        for (var slot = 0; slot < _keys.Length; slot++)
        {
            if (_keys[slot] != 0 && _starts[slot] != NoText)
            {
                yield return (_keys[slot], _counts[slot], Shown(slot));
            }
        }
    }

    /// <summary>Every different value with its count; null where there are more than <paramref name="most"/>, or one is too long to be kept whole.</summary>
    public IReadOnlyList<(string Value, long Count)>? Names(int most) => !IsExact || _used > Math.Min(most, TextsAtOnce) || _lengths.AsSpan().Contains((byte)ShownMax) ? null : [.. All().Select(value => (value.Value, value.Count))];

    private string Shown(int slot)
    {
        var bytes = _text.AsSpan(_starts[slot], _lengths[slot]);
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
        if (_used >= (IsExact ? limit : Math.Min(limit, FrequentMax)) || (IsExact && _textEnd > TextMax))
        {
            Purge();
            Add(hash, text, count);
            return;
        }

        (_keys[slot], _counts[slot], _starts[slot]) = (hash, count, NoText);
        if (count > 1 || (IsExact && _used < TextsAtOnce))
        {
            Keep(slot, text);
        }

        if (++_used * 2 > _keys.Length)
        {
            Rebuild(_keys.Length * (_keys.Length < LargeTable ? 2 : 4), 0); // large arrays that are outgrown stay in memory for a while
        }
    }

    private void Keep(int slot, ReadOnlySpan<byte> text)
    {
        var length = Math.Min(text.Length, ShownMax);
        if (_textEnd + length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textEnd + length));
        }

        text[..length].CopyTo(_text.AsSpan(_textEnd));
        (_starts[slot], _lengths[slot]) = (_textEnd, (byte)length);
        _textEnd += length;
    }

    /// <summary>Takes the count of the value in the middle of the table (at most half of what fits stays) from every count.</summary>
    private void Purge()
    {
        var most = Math.Min(limit, FrequentMax);
        if (_estimate is null)
        {
            _estimate = new HyperLogLog(bits);
            foreach (var key in _keys)
            {
                if (key != 0)
                {
                    _estimate.Add(key);
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
        var (counts, at, often) = (new long[_used], 0, 0);
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_keys[i] != 0)
            {
                counts[at++] = _counts[i];
                often += _counts[i] > 1 ? 1 : 0;
            }
        }

        if (often <= above)
        {
            return 1; // nearly all came once: no need to sort
        }

        Array.Sort(counts);
        return counts[Math.Max(0, _used - 1 - above)];
    }

    private void Rebuild(int slots, long taken)
    {
        var (keys, counts, starts, lengths, text) = (_keys, _counts, _starts, _lengths, _text);
        (_keys, _counts, _starts, _lengths) = (new ulong[slots], new long[slots], new int[slots], new byte[slots]);
        if (taken > 0)
        {
            (_text, _textEnd) = (new byte[256], 0);
        }

        _used = 0;
        var mask = slots - 1;
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0 || counts[i] <= taken)
            {
                continue;
            }

            var slot = (int)keys[i] & mask;
            while (_keys[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            var start = starts[i];
            if (taken > 0 && start != NoText)
            {
                if (_textEnd + lengths[i] > _text.Length)
                {
                    Array.Resize(ref _text, Math.Max(_text.Length * 2, _textEnd + lengths[i]));
                }

                text.AsSpan(starts[i], lengths[i]).CopyTo(_text.AsSpan(_textEnd));
                start = _textEnd;
                _textEnd += lengths[i];
            }

            (_keys[slot], _counts[slot], _starts[slot], _lengths[slot]) = (keys[i], counts[i] - taken, start, lengths[i]);
            _used++;
        }
    }
}
