using System.IO.Hashing;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Data.Scanning;

/// <summary>The distinct texts of a column in order of first appearance. Only grows, so that what was worked out for a code holds for the whole scan.</summary>
/// <remarks>Open addressing. Texts of up to 16 bytes, the usual ones, are hashed and compared as two words; longer ones by XxHash3 and byte by byte. Not safe for writers on several threads.</remarks>
/// <param name="entriesMax">Distinct texts after which <see cref="Add"/> takes no new ones.</param>
public sealed class ColumnDictionary(int entriesMax = ColumnDictionary.EntriesMax)
{
    /// <summary>Most distinct texts a scan keeps for a column; a column with more is read as plain text from there on.</summary>
    public const int EntriesMax = 4_096;

    /// <summary>Distinct texts that the dictionaries of one scan hold together, each of which may have <see cref="EntriesLeast"/>.</summary>
    private const int EntriesTotal = 1 << 19;

    private const int EntriesLeast = 64;

    private byte[] _bytes = new byte[64];
    private Entry[] _entries = new Entry[16];
    private int[] _slots = NewSlots(64);

    /// <summary>Entries so far; codes are 0 to <see cref="Count"/> - 1.</summary>
    public int Count { get; private set; }

    /// <summary>Distinct texts that a dictionary of one of so many columns takes.</summary>
    public static int EntriesOf(int columns) => Math.Clamp(EntriesTotal / Math.Max(1, columns), EntriesLeast, EntriesMax);

    /// <summary>The UTF-8 bytes of an entry. Valid until the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<byte> Text(int code) => _bytes.AsSpan(_entries[code].Start, _entries[code].Length);

    /// <summary>An entry as a string.</summary>
    public string String(int code) => Encoding.UTF8.GetString(Text(code));

    /// <summary>The code of a text, added when it is new; -1 when it is new and the dictionary is full.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        var (low, high) = text.Length <= 16 ? Words(text) : (XxHash3.HashToUInt64(text), 0UL);
        var hash = Mix(low, high, text.Length);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (int code; (code = _slots[slot]) >= 0; slot = (slot + 1) & mask)
        {
            ref var entry = ref _entries[code];
            if (entry.Low == low && entry.High == high && entry.Length == text.Length && (text.Length <= 16 || Text(code).SequenceEqual(text)))
            {
                return code;
            }
        }

        return Count == entriesMax ? -1 : Append(text, low, high, slot);
    }

    /// <summary>Works something out for the entries that have none yet: once an entry, not once a row.</summary>
    /// <param name="known">What is known of each code; made longer.</param>
    public void Extend<T>(ref T[] known, Func<ReadOnlySpan<byte>, T> of)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(of);
        var from = known.Length;
        if (from < Count)
        {
            Array.Resize(ref known, Count);
            for (var code = from; code < Count; code++)
            {
                known[code] = of(Text(code));
            }
        }
    }

    /// <summary>A text of at most 16 bytes as two words: texts of one length with the same words are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) Words(ReadOnlySpan<byte> text)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        var length = text.Length;
        if (length >= 8)
        {
            return (Unsafe.ReadUnaligned<ulong>(ref first), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8)));
        }

        if (length >= 4)
        {
            return (Unsafe.ReadUnaligned<uint>(ref first) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << 32), 0UL);
        }

        return length == 0 ? (0UL, 0UL) : ((ulong)first | ((ulong)Unsafe.Add(ref first, length >> 1) << 8) | ((ulong)Unsafe.Add(ref first, length - 1) << 16), 0UL);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(ulong low, ulong high, int length)
    {
        var mixed = (low ^ (ulong)length) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ BitOperations.RotateLeft(high, 29)) * 0xBF58476D1CE4E5B9;
        return (uint)(mixed >> 32);
    }

    private int Append(ReadOnlySpan<byte> text, ulong low, ulong high, int slot)
    {
        var start = Count == 0 ? 0 : _entries[Count - 1].Start + _entries[Count - 1].Length;
        if (start + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, start + text.Length));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        text.CopyTo(_bytes.AsSpan(start));
        _entries[Count] = new Entry(low, high, start, text.Length);
        _slots[slot] = Count++;
        if (Count * 4 > _slots.Length)
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
            ref var entry = ref _entries[code];
            var slot = (int)Mix(entry.Low, entry.High, entry.Length) & mask;
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

    private readonly record struct Entry(ulong Low, ulong High, int Start, int Length);
}
