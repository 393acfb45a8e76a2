using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Checks;

/// <summary>A column of the batch under way, with what several checks need of it worked out once.</summary>
internal sealed class ColumnView(ScannedColumn column)
{
    private readonly byte[] _text = new byte[64];
    private double[] _numbers = [];
    private double[] _days = [];
    private double[] _entryNumbers = [];
    private double[] _entryDays = [];
    private string?[] _entryTexts = [];
    private int _numberEntries;
    private int _dayEntries;
    private bool _hasNumbers;
    private bool _hasDays;
    private bool _hasMoments;
    private long[] _moments = [];
    private long[] _entryMoments = [];
    private int _momentEntries;
    private int _missing;

    public string Name { get; } = column.Name;

    public VectorForm Form { get; } = column.Form;

    /// <summary>Order of day, month and year of its dates (ymd, dmy, mdy); null is ymd.</summary>
    public string? DateOrder { get; set; }

    public bool IsText => Form == VectorForm.Text;

    /// <summary>Its values are numbers by their type.</summary>
    public bool IsNumber => Form is VectorForm.Integer or VectorForm.Double;

    public ColumnVector Vector { get; private set; } = new(column.Form);

    public int Rows => Vector.Rows;

    public void Take(ColumnVector vector, int rows)
    {
        Vector = vector;
        vector.Rows = rows;
        (_hasNumbers, _hasDays, _hasMoments, _missing) = (false, false, false, -1);
    }

    public bool IsMissing(int row) => Vector.IsMissing(row);

    /// <summary>Rows of the batch without a value.</summary>
    public int Missing
    {
        get
        {
            if (_missing < 0)
            {
                _missing = Form != VectorForm.Text ? Vector.Missing.AsSpan(0, Rows).Count(true) : Negative((Vector.Codes ?? Vector.Lengths).AsSpan(0, Rows));
            }

            return _missing;
        }
    }

    /// <summary>The number of each row; NaN where the value is missing or reads as none. Shape [rows], or longer.</summary>
    public double[] Numbers
    {
        get
        {
            if (Form == VectorForm.Double && Missing == 0)
            {
                return Vector.Doubles;
            }

            if (!_hasNumbers)
            {
                _hasNumbers = true;
                Fill(ref _numbers, ref _entryNumbers, ref _numberEntries, static (text, out value) => NumberBytes.TryParse(text, out value));
            }

            return _numbers;
        }
    }

    /// <summary>The date of each row in days since 1970-01-01; NaN where the value is missing or reads as none. Shape [rows], or longer.</summary>
    public double[] Days
    {
        get
        {
            if (!_hasDays)
            {
                _hasDays = true;
                if (Form == VectorForm.Moment)
                {
                    Room(ref _days);
                    for (var row = 0; row < Rows; row++)
                    {
                        _days[row] = Vector.Missing[row] ? double.NaN : (double)Vector.Integers[row] / DateText.DayMicroseconds;
                    }
                }
                else
                {
                    Fill(ref _days, ref _entryDays, ref _dayEntries, DayOf);
                }
            }

            return _days;
        }
    }

    /// <summary><see cref="PlainMoment.Key"/> of each row of texts, -1 also where it is missing; empty for other forms. Shape [rows], or longer.</summary>
    public long[] PlainMoments
    {
        get
        {
            if (_hasMoments || !IsText)
            {
                return _moments;
            }

            _hasMoments = true;
            if (_moments.Length < Rows)
            {
                _moments = new long[TableScan.Room(Rows)];
            }

            var moments = _moments.AsSpan(0, Rows);
            if (Vector.Codes is { } codes)
            {
                var dictionary = Vector.Dictionary!;
                if (_entryMoments.Length < dictionary.Count)
                {
                    Array.Resize(ref _entryMoments, Math.Max(dictionary.Count, _entryMoments.Length * 2));
                }

                for (; _momentEntries < dictionary.Count; _momentEntries++)
                {
                    _entryMoments[_momentEntries] = PlainMoment.Key(dictionary.Text(_momentEntries));
                }

                for (var row = 0; row < moments.Length; row++)
                {
                    moments[row] = codes[row] < 0 ? -1 : _entryMoments[codes[row]];
                }

                return _moments;
            }

            var (bytes, starts, lengths) = (Vector.Bytes, Vector.Starts, Vector.Lengths);
            for (var row = 0; row < moments.Length; row++)
            {
                moments[row] = lengths[row] < 0 ? -1 : PlainMoment.Key(bytes.AsSpan(starts[row], lengths[row]));
            }

            return _moments;
        }
    }

    /// <summary>The text of a present value in UTF-8, whatever its form. Holds until the next call.</summary>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        switch (Form)
        {
            case VectorForm.Text:
                return Vector.Utf8(row);
            case VectorForm.Integer:
                Utf8Formatter.TryFormat(Vector.Integers[row], _text, out var length);
                return _text.AsSpan(0, length);
            case VectorForm.Boolean:
                return Vector.Integers[row] != 0 ? "true"u8 : "false"u8;
            case VectorForm.Double:
                (Vector.Doubles[row] + 0.0).TryFormat(_text, out length, "R", CultureInfo.InvariantCulture);
                return _text.AsSpan(0, length);
            default:
                return Encoding.UTF8.GetBytes(Vector.Text(row)!);
        }
    }

    /// <summary>A value as a cell: numbers by their type as numbers, all else as text.</summary>
    public Cell Cell(int row)
    {
        if (IsMissing(row))
        {
            return Models.Contracts.Cell.Missing;
        }

        switch (Form)
        {
            case VectorForm.Integer:
                return Models.Contracts.Cell.Of((double)Vector.Integers[row]);
            case VectorForm.Double:
                return Models.Contracts.Cell.Of(Vector.Doubles[row]);
            case VectorForm.Text when Vector.Codes is { } codes:
                if (_entryTexts.Length <= codes[row])
                {
                    Array.Resize(ref _entryTexts, Math.Max(codes[row] + 1, Vector.Dictionary!.Count));
                }

                return Models.Contracts.Cell.Of(_entryTexts[codes[row]] ??= Vector.Dictionary!.String(codes[row]));
            default:
                return Models.Contracts.Cell.Of(Vector.Text(row));
        }
    }

    /// <summary>The date of a present value in days since 1970-01-01; false where it reads as none.</summary>
    public bool Day(int row, out double value)
    {
        if (Form == VectorForm.Moment)
        {
            value = (double)Vector.Integers[row] / DateText.DayMicroseconds;
            return true;
        }

        value = double.NaN;
        return IsText && DayOf(Vector.Utf8(row), out value);
    }

    private bool DayOf(ReadOnlySpan<byte> text, out double value)
    {
        text = NumberBytes.Trim(text);
        value = 0;
        Span<char> chars = stackalloc char[64];
        if (text.Length > chars.Length || text.Length < 8)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            chars[i] = (char)text[i];
        }

        return DateText.TryParse(chars[..text.Length], DateOrder, out value);
    }

    private delegate bool Read(ReadOnlySpan<byte> text, out double value);

    private void Room(ref double[] values)
    {
        if (values.Length < Rows)
        {
            values = new double[TableScan.Room(Rows)];
        }
    }

    private void Fill(ref double[] values, ref double[] entries, ref int known, Read read)
    {
        Room(ref values);
        var at = 0;
        switch (Form)
        {
            case VectorForm.Double:
                ReadOnlySpan<double> doubles = Vector.Doubles.AsSpan(0, Rows);
                ReadOnlySpan<bool> empty = Vector.Missing.AsSpan(0, Rows);
                for (var row = 0; row < doubles.Length; row++)
                {
                    values[row] = empty[row] ? double.NaN : doubles[row];
                }

                break;
            case VectorForm.Text when Vector.Codes is { } codes:
                var dictionary = Vector.Dictionary!;
                if (entries.Length < dictionary.Count)
                {
                    Array.Resize(ref entries, Math.Max(dictionary.Count, entries.Length * 2));
                }

                for (; known < dictionary.Count; known++)
                {
                    entries[known] = read(dictionary.Text(known), out var number) ? number : double.NaN;
                }

                foreach (ref readonly var code in codes.AsSpan(0, Rows))
                {
                    values[at++] = code < 0 ? double.NaN : entries[code];
                }

                break;
            case VectorForm.Text:
                var (bytes, starts, lengths) = (Vector.Bytes, Vector.Starts, Vector.Lengths);
                for (var row = 0; row < Rows; row++)
                {
                    values[row] = lengths[row] >= 0 && read(bytes.AsSpan(starts[row], lengths[row]), out var number) ? number : double.NaN;
                }

                break;
            default:
                ReadOnlySpan<long> integers = Vector.Integers.AsSpan(0, Rows);
                ReadOnlySpan<bool> missing = Vector.Missing.AsSpan(0, Rows);
                for (var row = 0; row < integers.Length; row++)
                {
                    values[row] = missing[row] ? double.NaN : integers[row];
                }

                break;
        }
    }

    private static int Negative(ReadOnlySpan<int> values)
    {
        var count = 0;
        foreach (var value in values)
        {
            count += value >>> 31;
        }

        return count;
    }
}
