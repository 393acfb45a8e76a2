using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;

namespace Fairlead.Data.Cleaning;

/// <summary>Puts the values of a column that steps wrote into a vector: numbers as doubles, texts as codes while there are few distinct ones.</summary>
/// <param name="entriesMax">Distinct texts that codes are kept for.</param>
internal sealed class StepVector(bool isNumber, int entriesMax)
{
    private readonly ColumnDictionary _dictionary = new(entriesMax);
    private int[] _codes = [];
    private int[] _codeOf = [];
    private int _known;
    private byte[] _bytes = [];
    private byte[] _text = [];
    private bool _plain;

    public ColumnVector Vector { get; } = new(isNumber ? VectorForm.Double : VectorForm.Text);

    public void Take(StepValues values, int rows)
    {
        Vector.Rows = rows;
        if (isNumber)
        {
            Numbers(values, rows);
        }
        else if (_plain || (values.Codes is null && values.Source is { Codes: null, Form: VectorForm.Text }) || !Coded(values, rows))
        {
            _plain = true;
            Texts(values, rows);
        }
    }

    private void Numbers(StepValues values, int rows)
    {
        if (Vector.Doubles.Length < rows)
        {
            (Vector.Doubles, Vector.Missing) = (new double[TableScan.Room(rows)], new bool[TableScan.Room(rows)]);
        }

        var (numbers, missing) = (Vector.Doubles, Vector.Missing);
        if (values.Codes is { } codes)
        {
            var entries = values.Entries;
            for (var row = 0; row < rows; row++)
            {
                ref var entry = ref entries[codes[row] + 1];
                (numbers[row], missing[row]) = (entry.Number, !entry.IsNumber);
            }

            return;
        }

        for (var row = 0; row < rows; row++)
        {
            var cell = values.Of(row);
            (numbers[row], missing[row]) = (cell.Number, !cell.IsNumber);
        }
    }

    /// <summary>False when there are too many distinct texts.</summary>
    private bool Coded(StepValues values, int rows)
    {
        if (_codes.Length < rows)
        {
            _codes = new int[TableScan.Room(rows)];
        }

        if (values.Codes is { } codes)
        {
            if (_codeOf.Length < values.Known)
            {
                Array.Resize(ref _codeOf, values.Entries.Length);
            }

            for (; _known < values.Known; _known++)
            {
                if (!Code(values.Entries[_known], out _codeOf[_known]))
                {
                    return false;
                }
            }

            for (var row = 0; row < rows; row++)
            {
                _codes[row] = _codeOf[codes[row] + 1];
            }
        }
        else
        {
            for (var row = 0; row < rows; row++)
            {
                if (!Code(values.Of(row), out _codes[row]))
                {
                    return false;
                }
            }
        }

        (Vector.Codes, Vector.Dictionary) = (_codes, _dictionary);
        return true;
    }

    private bool Code(Cell cell, out int code)
    {
        var length = Encode(cell);
        code = length < 0 ? -1 : _dictionary.Add(_text.AsSpan(0, length));
        return code >= 0 || length < 0;
    }

    /// <summary>Bytes of the value's text in <see cref="_text"/>; -1 when it is missing.</summary>
    private int Encode(Cell cell)
    {
        if (cell.IsMissing)
        {
            return -1;
        }

        var text = cell.ToString();
        if (_text.Length < text.Length * 3)
        {
            _text = new byte[text.Length * 3];
        }

        return Encoding.UTF8.GetBytes(text, _text);
    }

    private void Texts(StepValues values, int rows)
    {
        (Vector.Codes, Vector.Dictionary) = (null, null);
        if (Vector.Starts.Length < rows)
        {
            (Vector.Starts, Vector.Lengths) = (new int[TableScan.Room(rows)], new int[TableScan.Room(rows)]);
        }

        var used = 0;
        for (var row = 0; row < rows; row++)
        {
            if (values.IsPlain(row))
            {
                var source = values.Source!;
                Vector.Starts[row] = used;
                Vector.Lengths[row] = source.IsMissing(row) ? -1 : Append(source.Utf8(row), ref used);
            }
            else
            {
                var length = Encode(values.Of(row));
                Vector.Starts[row] = used;
                Vector.Lengths[row] = length < 0 ? -1 : Append(_text.AsSpan(0, length), ref used);
            }
        }

        Vector.Bytes = _bytes;
    }

    private int Append(ReadOnlySpan<byte> text, ref int used)
    {
        if (_bytes.Length - used < text.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)used + text.Length)));
        }

        text.CopyTo(_bytes.AsSpan(used));
        used += text.Length;
        return text.Length;
    }
}
