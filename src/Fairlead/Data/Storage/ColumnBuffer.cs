using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Fairlead.Data.Scanning;

namespace Fairlead.Data.Storage;

/// <summary>One column of the row group that is being gathered: texts as bytes or as codes, other forms as 64-bit values; and its share of the table's id.</summary>
internal sealed class ColumnBuffer(int column, ScannedColumn name)
{
    private byte[] _bytes = [];
    private byte[] _offsets = new byte[sizeof(int)]; // 32-bit, as Arrow takes them without a copy
    private byte[] _codes = []; // 32-bit
    private byte[] _values = []; // 64-bit
    private byte[] _valid = [];
    private int[] _lengths = [];
    private byte[] _scratch = [];
    private ColumnDictionary? _dictionary;
    private bool _plain;
    private int _rows;
    private int _used;

    /// <summary>Bytes held for the row group under way.</summary>
    public long Held => _used + (8L * _rows);

    /// <summary>True while every text so far came as a code: then the file keeps codes.</summary>
    public bool Coded => name.Form == VectorForm.Text && !_plain && _dictionary is not null;

    /// <summary>Whether the file keeps this column as codes; settled when its first row group is written.</summary>
    public bool WrittenCoded { get; set; }

    public void Add(ColumnVector vector, int from, int count, TableHash hash)
    {
        Room(ref _valid, (_rows + count + 7) / 8);
        if (name.Form == VectorForm.Text)
        {
            AddTexts(vector, from, count, hash);
        }
        else
        {
            AddValues(vector, from, count, hash);
        }

        _rows += count;
    }

    /// <summary>The gathered rows as an array that looks at this buffer; write it before <see cref="Clear"/>.</summary>
    public IArrowArray Array()
    {
        var valid = new ArrowBuffer(_valid.AsMemory(0, (_rows + 7) / 8));
        if (name.Form == VectorForm.Text)
        {
            if (!WrittenCoded)
            {
                return new StringArray(_rows, Buffer(_offsets, sizeof(int) * (_rows + 1)), new ArrowBuffer(_bytes.AsMemory(0, _used)), valid, -1, 0);
            }

            var texts = new StringArray.Builder();
            var dictionary = _plain ? Identity(texts) : _dictionary!;
            for (var code = 0; code < (dictionary?.Count ?? 0); code++)
            {
                texts.Append(dictionary!.Text(code));
            }

            var codes = new Int32Array(Buffer(_codes, sizeof(int) * _rows), valid, _rows, -1, 0);
            return new DictionaryArray(ArrowType(coded: true) as DictionaryType, codes, texts.Build());
        }

        if (name.Form == VectorForm.Boolean)
        {
            var bits = new byte[(_rows + 7) / 8];
            var flags = Longs(_values);
            for (var row = 0; row < _rows; row++)
            {
                bits[row >> 3] |= (byte)((flags[row] & 1) << (row & 7));
            }

            return new BooleanArray(new ArrowBuffer(bits), valid, _rows, -1, 0);
        }

        var values = Buffer(_values, sizeof(long) * _rows);
        return name.Form switch
        {
            VectorForm.Integer => new Int64Array(values, valid, _rows, -1, 0),
            VectorForm.Double => new DoubleArray(values, valid, _rows, -1, 0),
            _ => new TimestampArray((TimestampType)ArrowType(coded: false), values, valid, _rows, -1, 0),
        };
    }

    public IArrowType ArrowType(bool coded) => name.Form switch
    {
        VectorForm.Text => coded ? new DictionaryType(Int32Type.Default, StringType.Default, false) : StringType.Default,
        VectorForm.Integer => Int64Type.Default,
        VectorForm.Double => DoubleType.Default,
        VectorForm.Boolean => BooleanType.Default,
        _ => new TimestampType(TimeUnit.Microsecond, "UTC"),
    };

    public void Clear()
    {
        _rows = 0;
        _used = 0;
        System.Array.Clear(_valid);
    }

    /// <summary>Ready for another file; what was allocated is used again.</summary>
    public void Reset()
    {
        Clear();
        (_dictionary, _plain, WrittenCoded) = (null, false, false);
    }

    private static ArrowBuffer Buffer(byte[] numbers, int bytes) => new(numbers.AsMemory(0, bytes));

    private static Span<int> Ints(byte[] numbers) => MemoryMarshal.Cast<byte, int>(numbers.AsSpan());

    private static Span<long> Longs(byte[] numbers) => MemoryMarshal.Cast<byte, long>(numbers.AsSpan());

    private static void Room<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            System.Array.Resize(ref array, Math.Max(count, (int)Math.Min(2L * array.Length, System.Array.MaxLength & ~7)));
        }
    }

    private void AddTexts(ColumnVector vector, int from, int count, TableHash hash)
    {
        Room(ref _lengths, count);
        Room(ref _offsets, sizeof(int) * (_rows + count + 1));
        Room(ref _codes, sizeof(int) * (_rows + count));
        if (vector.Codes is { } codes)
        {
            _dictionary ??= vector.Dictionary;
            AddCodes(codes.AsSpan(from, count), vector.Dictionary!, hash);
            return;
        }

        if (WrittenCoded && !_plain)
        {
            KeepTexts();
        }

        _plain = true;
        var lengths = vector.Lengths.AsSpan(from, count);
        var starts = vector.Starts.AsSpan(from, count);
        var offsets = Ints(_offsets);
        var total = 0;
        var whole = true; // texts that stand one after another are copied as one
        var first = -1;
        for (var row = 0; row < count; row++)
        {
            if (lengths[row] >= 0)
            {
                first = first < 0 ? starts[row] : first;
                whole &= starts[row] == first + total;
                total = checked(total + lengths[row]);
                _valid[(_rows + row) >> 3] |= (byte)(1 << ((_rows + row) & 7));
            }

            offsets[_rows + row + 1] = _used + total;
        }

        Room(ref _bytes, checked(_used + total));
        if (whole && total > 0)
        {
            vector.Bytes.AsSpan(first, total).CopyTo(_bytes.AsSpan(_used));
        }
        else
        {
            for (var (row, at) = (0, _used); row < count; row++)
            {
                if (lengths[row] > 0)
                {
                    vector.Bytes.AsSpan(starts[row], lengths[row]).CopyTo(_bytes.AsSpan(at));
                    at += lengths[row];
                }
            }
        }

        hash.Texts(column, lengths, _bytes.AsSpan(_used, total));
        _used += total;
    }

    /// <summary>Codes are kept as codes and, until the file's first row group has settled it, as texts too.</summary>
    private void AddCodes(ReadOnlySpan<int> codes, ColumnDictionary dictionary, TableHash hash)
    {
        var total = 0;
        for (var row = 0; row < codes.Length; row++)
        {
            var code = codes[row];
            var length = code < 0 ? -1 : dictionary.Text(code).Length;
            _lengths[row] = length;
            total = checked(total + Math.Max(0, length));
        }

        var keep = !WrittenCoded || _plain;
        ref var target = ref keep ? ref _bytes : ref _scratch;
        var start = keep ? _used : 0;
        Room(ref target, start + total);
        var kept = Ints(_codes);
        var offsets = Ints(_offsets);
        for (var (row, at) = (0, start); row < codes.Length; row++)
        {
            var code = codes[row];
            kept[_rows + row] = Math.Max(0, code);
            if (code >= 0)
            {
                var text = dictionary.Text(code);
                text.CopyTo(target.AsSpan(at));
                at += text.Length;
                _valid[(_rows + row) >> 3] |= (byte)(1 << ((_rows + row) & 7));
            }

            offsets[_rows + row + 1] = at;
        }

        hash.Texts(column, _lengths.AsSpan(0, codes.Length), target.AsSpan(start, total));
        _used += keep ? total : 0;
    }

    /// <summary>The rows of this row group that came as codes, as texts: plain ones follow.</summary>
    private void KeepTexts()
    {
        _used = 0;
        var codes = Ints(_codes);
        var offsets = Ints(_offsets);
        for (var row = 0; row < _rows; row++)
        {
            var text = (_valid[row >> 3] & (1 << (row & 7))) == 0 ? [] : _dictionary!.Text(codes[row]);
            Room(ref _bytes, _used + text.Length);
            text.CopyTo(_bytes.AsSpan(_used));
            _used += text.Length;
            offsets[row + 1] = _used;
        }
    }

    /// <summary>A row group of plain texts in a column that the file keeps as codes: each row has a code of its own.</summary>
    private ColumnDictionary? Identity(StringArray.Builder texts)
    {
        var codes = Ints(_codes);
        var offsets = Ints(_offsets);
        for (var row = 0; row < _rows; row++)
        {
            codes[row] = row;
            texts.Append(_bytes.AsSpan(offsets[row], offsets[row + 1] - offsets[row]));
        }

        return null;
    }

    private void AddValues(ColumnVector vector, int from, int count, TableHash hash)
    {
        Room(ref _values, sizeof(long) * (_rows + count));
        var values = Longs(_values).Slice(_rows, count);
        if (name.Form == VectorForm.Double)
        {
            MemoryMarshal.Cast<double, long>(vector.Doubles.AsSpan(from, count)).CopyTo(values);
        }
        else
        {
            vector.Integers.AsSpan(from, count).CopyTo(values);
        }

        var missing = vector.Missing.AsSpan(from, count);
        for (var row = 0; row < count; row++)
        {
            if (missing[row])
            {
                values[row] = 0;
            }
            else
            {
                _valid[(_rows + row) >> 3] |= (byte)(1 << ((_rows + row) & 7));
            }
        }

        hash.Values(column, missing, values);
    }
}
