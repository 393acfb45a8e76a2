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
internal sealed class RecordSplitter
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
            var delimiters = Bits(low, high, delimiter);
            var lines = Bits(low, high, lineEnd);
            var others = Bits(low, high, otherEnd);
            var marks = quotes ? Bits(low, high, quote) : 0;
            if (end - at < 64)
            {
                var there = (1UL << (end - at)) - 1;
                (delimiters, lines, others, marks) = (delimiters & there, lines & there, others & (pairs ? there >> 1 : there), marks & there); // what follows a last carriage return is not known
            }

            var active = delimiters | lines;
            if ((marks | inside | closed) != 0)
            {
                hasQuotes = true;
                var within = PrefixXor(marks) ^ inside;
                var (opening, closing) = (marks & within, marks & ~within);
                (active, lines, others) = (active & ~within, lines & ~within, others & ~within);
                var opens = ((active | closing) << 1) | edge;
                var follows = active | opening | (pairs ? others : 0);
                var odd = (opening & ~opens) | (closing & ~(follows >> 1) & (ulong.MaxValue >> 1)) | (closed & ~follows) | (backslash ? marks : 0);
                if (odd != 0)
                {
                    var before = (odd & (0 - odd)) - 1; // bits below the first odd one, where parity still tells what is inside
                    Trouble = (Lone(others, lines, returned, pairs) & before) != 0;
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
                if (Lone(others, lines, returned, pairs) != 0)
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

    /// <summary>Carriage returns that no line feed follows; where lines end with returns, line feeds.</summary>
    private static ulong Lone(ulong others, ulong lines, ulong returned, bool pairs) =>
        pairs ? (others & ~(lines >> 1) & (ulong.MaxValue >> 1)) | (returned & ~lines) : others;

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

    /// <summary>Takes quotes and escapes off all fields, once nothing can go wrong any more.</summary>
    private void Resolve(byte[] buffer)
    {
        foreach (var first in _quoted)
        {
            for (var field = first; field < first + _fields; field++)
            {
                if (Starts[field] < Ends[field] && buffer[Starts[field]] == '"')
                {
                    (Starts[field], Ends[field]) = (Starts[field] + 1, Ends[field] - 1);
                    Resolve(buffer, field, (byte)'"');
                }
            }
        }

        foreach (var field in _escaped)
        {
            Resolve(buffer, field, _dialect.Backslash ? (byte)'\\' : (byte)'"');
        }
    }

    private void Resolve(byte[] buffer, int field, byte escape)
    {
        var content = buffer.AsSpan(Starts[field], Ends[field] - Starts[field]);
        Backslashes |= content.Contains((byte)'\\');
        Ends[field] = Starts[field] + Unescape(content, escape);
    }

    /// <summary>Takes escapes out of a field in place: the sign behind each escape stands. Returns the new length.</summary>
    private static int Unescape(Span<byte> content, byte escape)
    {
        var written = content.IndexOf(escape);
        if (written < 0)
        {
            return content.Length;
        }

        var read = written;
        while (read < content.Length)
        {
            read += content[read] == escape ? 1 : 0;
            var rest = content[Math.Min(read + 1, content.Length)..];
            var next = rest.IndexOf(escape);
            var length = Math.Min(next < 0 ? content.Length - read : next + 1, content.Length - read);
            content.Slice(read, length).CopyTo(content[written..]);
            (read, written) = (read + length, written + length);
        }

        return written;
    }

    /// <summary>One record sign by sign. Returns the place behind it, or -1 when it is not whole.</summary>
    private int Walk(byte[] buffer, int start, int end)
    {
        var (count, at, escaped) = (_first, start, _escaped.Count);
        while (true)
        {
            if (count - _first > _fields)
            {
                Trouble = true;
                return -1;
            }

            var open = at + Spaces(buffer.AsSpan(at, end - at));
            int stop;
            if (_dialect.Quoted && open < end && buffer[open] == '"')
            {
                var close = Closing(buffer, open + 1, end);
                if (close < 0)
                {
                    break;
                }

                _escaped.Add(count);
                (Starts[count], Ends[count]) = (open + 1, close);
                stop = close + 1 + Spaces(buffer.AsSpan(close + 1, end - close - 1));
                if (stop < end && buffer[stop] != _dialect.Delimiter && buffer[stop] is not ((byte)'\n' or (byte)'\r'))
                {
                    Trouble = true;
                    return -1;
                }
            }
            else
            {
                var plain = buffer.AsSpan(at, end - at).IndexOfAny(_dialect.Delimiter, (byte)'\n', (byte)'\r');
                stop = plain < 0 ? end : at + plain;
                (Starts[count], Ends[count]) = (at, stop);
            }

            if (stop >= end)
            {
                break;
            }

            count++;
            at = stop + 1;
            if (buffer[stop] == _dialect.Delimiter)
            {
                continue;
            }

            if (buffer[stop] != _lineEnd)
            {
                if (_lineEnd != '\n' || at >= end || buffer[at] != '\n')
                {
                    Trouble = _lineEnd != '\n' || at < end;
                    break;
                }

                at++;
            }

            return EndWalk(start, stop, count) ? at : -1;
        }

        _escaped.RemoveRange(escaped, _escaped.Count - escaped);
        return -1;
    }

    private bool EndWalk(int start, int end, int count)
    {
        var blank = count - _first == 1 && end == start && (_fields > 1 || Leading);
        if (blank)
        {
            return true;
        }

        if (count - _first != _fields)
        {
            Trouble = true;
            return false;
        }

        _ = Keep(start, end, count);
        return !Trouble;
    }

    /// <summary>The quote that closes a field, or -1.</summary>
    private int Closing(byte[] buffer, int from, int end)
    {
        for (var at = from; at < end;)
        {
            var rest = buffer.AsSpan(at, end - at);
            var found = _dialect.Backslash ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOf((byte)'"');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (buffer[at] == '\\' || (!_dialect.Backslash && at + 1 < end && buffer[at + 1] == '"'))
            {
                at += 2;
                continue;
            }

            return at;
        }

        return -1;
    }

    private static int Spaces(ReadOnlySpan<byte> bytes)
    {
        var other = bytes.IndexOfAnyExcept((byte)' ');
        return other < 0 ? bytes.Length : other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high, Vector256<byte> sign) =>
        Vector256.Equals(low, sign).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, sign).ExtractMostSignificantBits() << 32);

    /// <summary>Bit i: whether an odd number of bits stands at 0 to i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
