using System.Numerics;
using Fairlead.Data.Scanning;
using ParquetSharp;

namespace Fairlead.Data.Storage;

/// <summary>Gathers the texts of a stored column: as codes of the scan's dictionary while the file keeps codes and they are few, as bytes from then on.</summary>
/// <remarks>
/// Decoded texts lie where a page or its dictionary lies, and only until the next call of the reader; what a call gives comes from one page. Two texts of one call at the same place are the same text,
/// so that a code is looked up once a call and distinct text, not once a row. A wide table has very many of these, each with few rows a batch: nothing is made larger than they need.
/// </remarks>
/// <param name="coded">The file keeps the column as codes.</param>
/// <param name="entriesMax">Distinct texts that codes are kept for.</param>
internal sealed class StoredTexts(ColumnVector vector, bool coded, int entriesMax)
{
    /// <summary>Bytes that the texts of a call may reach over, and fewest of them, for a table of places.</summary>
    private const int PlacesMax = 4_096;

    private const int BytesLeast = 1 << 10;

    private readonly ColumnDictionary _dictionary = new(entriesMax);
    private int[] _byPlace = [];
    private Seen[] _seen = [];
    private ByteArray[] _values = [];
    private int[] _codes = [];
    private int[] _starts = [];
    private int[] _lengths = [];
    private byte[] _bytes = [];
    private int _used;
    private int _call;
    private bool _plain = !coded;

    /// <summary>Room for the values of one call.</summary>
    public Span<ByteArray> Values(int rows) => _values.AsSpan(0, rows);

    public void Begin(int rows)
    {
        _used = 0;
        if (_values.Length < rows)
        {
            (_values, _starts, _lengths, _codes) = (new ByteArray[rows], new int[rows], new int[rows], coded ? new int[rows] : []);
            _seen = coded ? new Seen[(int)BitOperations.RoundUpToPowerOf2((uint)(rows / 4) + 1)] : [];
        }
    }

    /// <summary>Takes the texts of one call.</summary>
    /// <param name="values">The texts there are, in order.</param>
    /// <param name="levels">1 where a row has a text, 0 where it is missing.</param>
    /// <param name="from">First row of the call in the batch.</param>
    public void Take(ReadOnlySpan<ByteArray> values, ReadOnlySpan<short> levels, int from)
    {
        var (row, next) = (0, 0);
        if (!_plain)
        {
            var (first, range) = Places(values);
            var known = _byPlace.AsSpan(0, range);
            var codes = _codes.AsSpan(from, levels.Length);
            for (; row < levels.Length; row++)
            {
                if (levels[row] == 0)
                {
                    codes[row] = -1;
                    continue;
                }

                var text = values[next];
                var code = range > 0 && text.Length > 0 ? known[(int)(text.Pointer - first)] - 1 : -1; // an empty text lies where the next one begins
                if (code < 0)
                {
                    code = Code(text);
                    if (code < 0)
                    {
                        GoPlain(from + row); // more texts than a dictionary keeps
                        break;
                    }

                    if (range > 0 && text.Length > 0)
                    {
                        known[(int)(text.Pointer - first)] = code + 1;
                    }
                }

                codes[row] = code;
                next++;
            }

            if (!_plain)
            {
                return;
            }
        }

        Append(values[next..], levels[row..], from + row);
    }

    /// <summary>The lowest place of a call's texts, and how far they reach when that is little: then a text's code is looked up by its place alone.</summary>
    private (nint First, int Range) Places(ReadOnlySpan<ByteArray> values)
    {
        _call++;
        var (first, last) = (nint.MaxValue, nint.Zero);
        foreach (var text in values)
        {
            first = text.Pointer < first ? text.Pointer : first;
            last = text.Pointer > last ? text.Pointer : last;
        }

        if (values.Length < PlacesMax || last - first >= PlacesMax)
        {
            return (0, 0);
        }

        _byPlace = _byPlace.Length == 0 ? new int[PlacesMax] : _byPlace;
        _byPlace.AsSpan(0, (int)(last - first) + 1).Clear();
        return (first, (int)(last - first) + 1);
    }

    public void End()
    {
        (vector.Codes, vector.Dictionary) = _plain ? (null, null) : (_codes, _dictionary);
        (vector.Bytes, vector.Starts, vector.Lengths) = _plain ? (_bytes, _starts, _lengths) : ([], [], []);
    }

    private static unsafe ReadOnlySpan<byte> Span(ByteArray text) => new((void*)text.Pointer, text.Length);

    /// <summary>The code of a text; -2 when it is new and the dictionary is full.</summary>
    private int Code(ByteArray text)
    {
        ref var seen = ref _seen[(int)(((ulong)text.Pointer * 0x9E3779B97F4A7C15UL) >> 40) & (_seen.Length - 1)];
        if (seen.Place == text.Pointer && seen.Length == text.Length && seen.Call == _call)
        {
            return seen.Code;
        }

        var code = _dictionary.Add(Span(text));
        if (code < 0)
        {
            return -2;
        }

        seen = new Seen(text.Pointer, text.Length, _call, code);
        return code;
    }

    /// <summary>The batch's rows before this one become texts too.</summary>
    private void GoPlain(int rows)
    {
        _plain = true;
        for (var row = 0; row < rows; row++)
        {
            var text = _codes[row] < 0 ? [] : _dictionary.Text(_codes[row]);
            Room(text.Length);
            text.CopyTo(_bytes.AsSpan(_used));
            (_starts[row], _lengths[row]) = (_used, _codes[row] < 0 ? -1 : text.Length);
            _used += text.Length;
        }
    }

    private unsafe void Append(ReadOnlySpan<ByteArray> values, ReadOnlySpan<short> levels, int from)
    {
        // Texts of a plain page stand one after another, four bytes of length between them: one copy takes them all.
        var (first, end, total, ordered) = (values.Length == 0 ? 0 : values[0].Pointer, values.Length == 0 ? 0 : values[0].Pointer, 0L, true);
        foreach (var text in values)
        {
            ordered &= text.Pointer >= end;
            end = text.Pointer + text.Length;
            total += text.Length;
        }

        var whole = ordered && end - first <= total + (4L * values.Length);
        Room(checked((int)(whole ? end - first : total)));
        if (whole)
        {
            new ReadOnlySpan<byte>((void*)first, (int)(end - first)).CopyTo(_bytes.AsSpan(_used));
        }

        var at = _used;
        for (var (row, next) = (0, 0); row < levels.Length; row++)
        {
            if (levels[row] == 0)
            {
                (_starts[from + row], _lengths[from + row]) = (0, -1);
                continue;
            }

            var text = values[next++];
            if (whole)
            {
                at = _used + (int)(text.Pointer - first);
            }
            else
            {
                Span(text).CopyTo(_bytes.AsSpan(at));
            }

            (_starts[from + row], _lengths[from + row]) = (at, text.Length);
            at += whole ? 0 : text.Length;
        }

        _used = whole ? _used + (int)(end - first) : at;
    }

    private void Room(int more)
    {
        if (_used + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(BitOperations.RoundUpToPowerOf2((uint)(_used + more)), BytesLeast)));
        }
    }

    private readonly record struct Seen(nint Place, int Length, int Call, int Code);
}
