using System.Numerics;
using System.Runtime.CompilerServices;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Storage;

/// <summary>Gathers DuckDB's texts of one column into a vector: as codes while there are few distinct ones, as bytes from then on.</summary>
/// <remarks>A text of DuckDB is 16 bytes: its length, then the text itself up to 12 bytes, or 4 bytes of it and a pointer. Short ones are known again by these 16 bytes, without hashing the text.</remarks>
/// <param name="rowsMax">Most rows of a batch.</param>
/// <param name="entries">Distinct texts up to which they are codes.</param>
internal sealed unsafe class TextColumnReader(int rowsMax, int entries)
{
    /// <summary>Bytes of a text that stand in place.</summary>
    public const int InPlace = 12;

    /// <summary>Texts that are known again, at most.</summary>
    private const int CacheMax = 1 << 10;

    private readonly ColumnDictionary _dictionary = new(entries);
    private readonly (ulong Low, ulong High, int After)[] _cache = new (ulong, ulong, int)[Math.Min(CacheMax, (int)BitOperations.RoundUpToPowerOf2((uint)entries))]; // the code + 1, 0: none
    private readonly int[] _codes = new int[rowsMax];
    private int[] _starts = [];
    private readonly int[] _lengths = new int[rowsMax];
    private byte[] _bytes = [];
    private int _used;
    private bool _plain;

    public ColumnVector Vector { get; } = new(VectorForm.Text);

    /// <summary>Takes rows of a DuckDB vector behind the rows taken since <see cref="Begin"/>.</summary>
    /// <param name="texts">16 bytes a row.</param>
    /// <param name="valid">A bit a row; null when all have a value.</param>
    /// <param name="from">First row of the vector to take.</param>
    /// <param name="at">Where it goes in the batch.</param>
    public void Take(byte* texts, ulong* valid, int from, int rows, int at)
    {
        for (var (row, place) = (from, at); row < from + rows; row++, place++)
        {
            if (valid != null && (valid[row >> 6] & (1UL << (row & 63))) == 0)
            {
                _codes[place] = -1;
                _lengths[place] = -1;
                continue;
            }

            var text = texts + (16 * row);
            var length = checked((int)*(uint*)text);
            if (!_plain)
            {
                var code = Code(text, length);
                _codes[place] = code;
                if (code >= 0)
                {
                    continue;
                }

                GoPlain(place);
            }

            Append(new ReadOnlySpan<byte>(length <= InPlace ? text + 4 : *(byte**)(text + 8), length), place);
        }
    }

    public void Begin() => _used = 0;

    public void End(int rows)
    {
        Vector.Rows = rows;
        (Vector.Codes, Vector.Dictionary) = _plain ? (null, null) : (_codes, _dictionary);
        (Vector.Bytes, Vector.Starts, Vector.Lengths) = _plain ? (_bytes, _starts, _lengths) : ([], [], []);
    }

    private int Code(byte* text, int length)
    {
        if (length > InPlace)
        {
            return _dictionary.Add(new ReadOnlySpan<byte>(*(byte**)(text + 8), length));
        }

        var (low, high) = (*(ulong*)text, *(ulong*)(text + 8));
        ref var known = ref _cache[(int)(((low * 0x9E3779B97F4A7C15UL) ^ (high * 0xC2B2AE3D27D4EB4FUL)) >> 32) & (_cache.Length - 1)];
        if (known.Low == low && known.High == high && known.After > 0)
        {
            return known.After - 1;
        }

        var code = _dictionary.Add(new ReadOnlySpan<byte>(text + 4, length));
        known = (low, high, code + 1);
        return code;
    }

    /// <summary>The batch's rows before this one become texts too.</summary>
    private void GoPlain(int place)
    {
        (_plain, _starts) = (true, new int[rowsMax]);
        for (var row = 0; row < place; row++)
        {
            if (_codes[row] >= 0)
            {
                Append(_dictionary.Text(_codes[row]), row);
            }
            else
            {
                _lengths[row] = -1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(ReadOnlySpan<byte> text, int place)
    {
        if (_used + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)_used + text.Length)));
        }

        text.CopyTo(_bytes.AsSpan(_used));
        _starts[place] = _used;
        _lengths[place] = text.Length;
        _used += text.Length;
    }
}
