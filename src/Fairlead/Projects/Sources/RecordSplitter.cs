using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fairlead.Projects.Sources;

/// <summary>Cuts bytes into records and fields, 64 bytes at a time: the fast half of the grammar that <see cref="DelimitedScanner"/> describes and explains faults by.</summary>
/// <remarks>
/// Bits of a block tell delimiters, line ends and quotes; a running exclusive or of the quote bits tells what stands inside quotes (the way of G. Langdale and D. Lemire,
/// "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019). A record with quotes in unusual places is walked sign by sign. Whatever is not well-formed is <see cref="Trouble"/>, without saying what:
/// the caller then has the file explained. Escapes are resolved in place, so every field is a slice of the buffer.
/// </remarks>
internal sealed partial class RecordSplitter
{
    /// <summary>Bytes that must stand readable behind the last byte to split.</summary>
    public const int Padding = 64;

    /// <summary>Most records that a call gives of any file.</summary>
    public const int RowsLimit = 16_384;

    private const int FieldsAtOnce = 1 << 17;

    private readonly Dialect _dialect;
    private readonly int _fields;
    private readonly byte _lineEnd;
    private readonly byte _otherEnd;
    private readonly int _capacity;
    private readonly List<int> _quoted = []; // first fields of records that hold quotes
    private readonly List<int> _escaped = []; // fields that may hold escapes
    private int _first; // index of the first field of the record being read

    /// <param name="returns">Lines end with a carriage return alone.</param>
    public RecordSplitter(Dialect dialect, int fields, bool returns)
    {
        (_dialect, _fields) = (dialect, fields);
        (_lineEnd, _otherEnd) = returns ? ((byte)'\r', (byte)'\n') : ((byte)'\n', (byte)'\r');
        RowsMax = Math.Max(1, Math.Min(RowsLimit, FieldsAtOnce / fields));
        _capacity = (RowsMax * fields) + fields + 2;
        (Starts, Ends) = (new int[_capacity + Padding + 1], new int[_capacity + Padding + 1]);
    }

    /// <summary>Most records one call gives.</summary>
    public int RowsMax { get; }

    /// <summary>Where fields start in the buffer, record after record: shape [rows x fields].</summary>
    public int[] Starts { get; }

    /// <summary>Where they end, exclusive; a field that ends where it starts is empty.</summary>
    public int[] Ends { get; }

    /// <summary>Records found by the last call.</summary>
    public int Rows { get; private set; }

    /// <summary>Something is not well-formed; what, only a walk that explains can say.</summary>
    public bool Trouble { get; private set; }

    /// <summary>A quoted field with a backslash has been given out: it would read otherwise if the backslash turned out to escape.</summary>
    public bool Backslashes { get; private set; }

    /// <summary>Blank lines are skipped even where there is one column: before the first record.</summary>
    public bool Leading { get; set; } = true;

    /// <summary>Splits whole records from <paramref name="from"/> on.</summary>
    /// <param name="end">Behind the last byte; <see cref="Padding"/> more must be allocated.</param>
    /// <returns>The place behind the last whole record.</returns>
    public int Split(byte[] buffer, int from, int end)
    {
        (Rows, Trouble, _first) = (0, false, 0);
        _quoted.Clear();
        _escaped.Clear();
        while (from < end && Rows < RowsMax)
        {
            (from, var odd) = Blocks(buffer, from, end);
            if (!odd || Trouble)
            {
                break;
            }

            var after = Walk(buffer, from, end);
            if (after < 0)
            {
                break;
            }

            from = after;
        }

        if (!Trouble)
        {
            Resolve(buffer);
        }

        return from;
    }

    /// <summary>Splits records by blocks. Returns the start of the first record it did not finish, and whether that one has to be walked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // vectors are not compiled ahead of time: at once the best code, instead of a slow one first
    private (int Next, bool Odd) Blocks(byte[] buffer, int from, int end)
    {
        ref var origin = ref MemoryMarshal.GetArrayDataReference(buffer);
        ref var starts = ref MemoryMarshal.GetArrayDataReference(Starts);
        ref var ends = ref MemoryMarshal.GetArrayDataReference(Ends);
        var (delimiter, lineEnd, otherEnd, quote) = (Vector256.Create(_dialect.Delimiter), Vector256.Create(_lineEnd), Vector256.Create(_otherEnd), Vector256.Create((byte)'"'));
        var pairs = _lineEnd == '\n';
        var (quotes, backslash) = (_dialect.Quoted, _dialect.Backslash);
        var (recordStart, count) = (from, _first);
        ulong inside = 0, edge = 1, closed = 0, returned = 0; // carried over blocks: inside quotes; a field may open here; a quote closed at the end; a carriage return stood at the end
        var hasQuotes = false;
        Unsafe.Add(ref starts, count) = from;
        for (var at = from; at < end; at += 64)
        {
            ref var block = ref Unsafe.Add(ref origin, at);
            var (low, high) = (Vector256.LoadUnsafe(ref block), Vector256.LoadUnsafe(ref block, 32));
            var delimiters = BlockBits.Of(low, high, delimiter);
            var lines = BlockBits.Of(low, high, lineEnd);
            var others = BlockBits.Of(low, high, otherEnd);
            var marks = quotes ? BlockBits.Of(low, high, quote) : 0;
            if (end - at < 64)
            {
                var there = (1UL << (end - at)) - 1;
                (delimiters, lines, others, marks) = (delimiters & there, lines & there, others & (pairs ? there >> 1 : there), marks & there); // what follows a last carriage return is not known
            }

            var active = delimiters | lines;
            if ((marks | inside | closed) != 0)
            {
                hasQuotes = true;
                var within = BlockBits.PrefixXor(marks) ^ inside;
                var (opening, closing) = (marks & within, marks & ~within);
                (active, lines, others) = (active & ~within, lines & ~within, others & ~within);
                var opens = ((active | closing) << 1) | edge;
                var follows = active | opening | (pairs ? others : 0);
                var odd = (opening & ~opens) | (closing & ~(follows >> 1) & (ulong.MaxValue >> 1)) | (closed & ~follows) | (backslash ? marks : 0);
                if (odd != 0)
                {
                    var before = (odd & (0 - odd)) - 1; // bits below the first odd one, where parity still tells what is inside
                    Trouble = (BlockBits.Lone(others, lines, returned, pairs) & before) != 0;
                    var left = FinishBefore(buffer, at, ref recordStart, ref count, active & before, lines);
                    return (recordStart, !left);
                }

                inside = (ulong)((long)within >> 63);
                closed = closing >> 63;
                edge = (active | closing) >> 63;
            }
            else
            {
                edge = active >> 63;
            }

            if ((others | returned) != 0)
            {
                if (BlockBits.Lone(others, lines, returned, pairs) != 0)
                {
                    Trouble = true;
                    return (recordStart, true);
                }

                returned = pairs ? others >> 63 : 0;
            }

            if (lines == 0)
            {
                for (; active != 0; active &= active - 1)
                {
                    var place = at + BitOperations.TrailingZeroCount(active);
                    Unsafe.Add(ref ends, count) = place;
                    Unsafe.Add(ref starts, ++count) = place + 1;
                }
            }
            else
            {
                for (; active != 0; active &= active - 1)
                {
                    var bit = BitOperations.TrailingZeroCount(active);
                    var place = at + bit;
                    Unsafe.Add(ref ends, count) = place;
                    Unsafe.Add(ref starts, ++count) = place + 1;
                    if (((lines >> bit) & 1) == 0)
                    {
                        continue;
                    }

                    count = EndRecord(buffer, recordStart, place, count, hasQuotes);
                    recordStart = place + 1;
                    Unsafe.Add(ref starts, count) = recordStart;
                    hasQuotes = marks >> bit != 0;
                    if (Rows == RowsMax || Trouble)
                    {
                        return (recordStart, false);
                    }
                }
            }

            if (count > _capacity)
            {
                Trouble = true; // more fields than any record may have
                return (recordStart, false);
            }
        }

        return (recordStart, false);
    }

    /// <summary>Ends the records of a block that stand before an odd place. True when the block has been left for another reason.</summary>
    private bool FinishBefore(byte[] buffer, int at, ref int recordStart, ref int count, ulong active, ulong lines)
    {
        for (var rest = active; rest != 0; rest &= rest - 1)
        {
            var bit = BitOperations.TrailingZeroCount(rest);
            (Ends[count], Starts[count + 1]) = (at + bit, at + bit + 1);
            count++;
            if (((lines >> bit) & 1) != 0)
            {
                count = EndRecord(buffer, recordStart, at + bit, count, hasQuotes: true);
                recordStart = at + bit + 1;
                Starts[count] = recordStart;
                if (Rows == RowsMax || Trouble)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A record whose last field is noted. Returns the number of fields noted in all: the record's own are taken back when it is blank.</summary>
    private int EndRecord(byte[] buffer, int start, int end, int count, bool hasQuotes)
    {
        if (end > start && _lineEnd == '\n' && buffer[end - 1] == '\r')
        {
            Ends[count - 1]--;
        }

        var fields = count - _first;
        if (fields == 1 && Ends[count - 1] == Starts[_first] && (_fields > 1 || Leading))
        {
            return _first;
        }

        if (fields != _fields)
        {
            Trouble = true;
            return _first;
        }

        if (hasQuotes)
        {
            _quoted.Add(_first);
        }

        return Keep(start, end, count);
    }

    private int Keep(int start, int end, int count)
    {
        if (end - start > SourceLimits.CellBytesMax)
        {
            Trouble = end - start > SourceLimits.RowBytesMax;
            for (var field = _first; field < count; field++)
            {
                Trouble |= Ends[field] - Starts[field] > SourceLimits.CellBytesMax;
            }
        }

        Rows++;
        (_first, Leading) = (count, false);
        return count;
    }
}
