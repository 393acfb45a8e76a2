using System.IO.Hashing;
using System.Text;

namespace Fairlead.Data.Scanning;

/// <summary>The distinct texts of a column in order of first appearance. Only grows, so that what was worked out for a code holds for the whole scan.</summary>
/// <remarks>Open addressing over a 64-bit hash; texts are compared byte by byte. Not safe for writers on several threads.</remarks>
public sealed class ColumnDictionary
{
    /// <summary>Most distinct texts a scan keeps for a column; a column with more is read as plain text from there on.</summary>
    public const int EntriesMax = 4_096;

    private byte[] _bytes = new byte[1_024];
    private int[] _ends = new int[64];
    private int[] _slots = NewSlots(256);
    private ulong[] _hashes = new ulong[64];

    /// <summary>Entries so far; codes are 0 to <see cref="Count"/> - 1.</summary>
    public int Count { get; private set; }

    /// <summary>The UTF-8 bytes of an entry. Valid until the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<byte> Text(int code) => _bytes.AsSpan(code == 0 ? 0 : _ends[code - 1], Length(code));

    /// <summary>An entry as a string.</summary>
    public string String(int code) => Encoding.UTF8.GetString(Text(code));

    /// <summary>The code of a text, added when it is new; -1 when it is new and the dictionary is full.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        var hash = XxHash3.HashToUInt64(text);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (int code; (code = _slots[slot]) >= 0; slot = (slot + 1) & mask)
        {
            if (_hashes[code] == hash && Text(code).SequenceEqual(text))
            {
                return code;
            }
        }

        return Count == EntriesMax ? -1 : Append(text, hash, slot);
    }

    private int Length(int code) => _ends[code] - (code == 0 ? 0 : _ends[code - 1]);

    private int Append(ReadOnlySpan<byte> text, ulong hash, int slot)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (start + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, start + text.Length));
        }

        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _hashes, Count * 2);
        }

        text.CopyTo(_bytes.AsSpan(start));
        _ends[Count] = start + text.Length;
        _hashes[Count] = hash;
        _slots[slot] = Count++;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private void Grow()
    {
        _slots = NewSlots(_slots.Length * 2);
        var mask = _slots.Length - 1;
        for (var code = 0; code < Count; code++)
        {
            var slot = (int)_hashes[code] & mask;
            while (_slots[slot] >= 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = code;
        }
    }

    private static int[] NewSlots(int count)
    {
        var slots = new int[count];
        Array.Fill(slots, -1);
        return slots;
    }
}
