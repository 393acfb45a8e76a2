using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Writes batches as CSV or TSV (RFC 4180, lines end with LF): a header, then a line a row. A missing value is an empty field.</summary>
/// <remarks>A missing value of a table with one column is written as <c>""</c>: an empty line would be no row. Not safe for several threads.</remarks>
internal sealed class DelimitedText
{
    private const int BufferBytes = 1 << 20;
    private const int NumberBytes = 64;
    private const int DatesKept = 8_192;

    private readonly Stream _to;
    private readonly byte _separator;
    private readonly SearchValues<byte> _special;
    private readonly IReadOnlyList<ScannedColumn> _columns;
    private readonly bool[] _isDate;
    private readonly byte[][][] _entries;
    private readonly Dictionary<double, byte[]> _dates = [];
    private byte[] _buffer = new byte[BufferBytes];
    private int _used;

    /// <param name="to">Where the text goes; <see cref="Flush"/> sends the rest.</param>
    /// <param name="kindOf">What a column of doubles holds: Number or Date.</param>
    public DelimitedText(Stream to, byte separator, IReadOnlyList<ScannedColumn> columns, Func<string, ColumnKind> kindOf)
    {
        (_to, _separator, _columns) = (to, separator, columns);
        _special = SearchValues.Create(separator, (byte)'"', (byte)'\r', (byte)'\n');
        _isDate = [.. columns.Select(column => column.Form == VectorForm.Double && kindOf(column.Name) == ColumnKind.Date)];
        _entries = [.. columns.Select(_ => Array.Empty<byte[]>())];
        for (var i = 0; i < columns.Count; i++)
        {
            Field(Encoding.UTF8.GetBytes(columns[i].Name), i);
        }

        EndLine();
    }

    public void Write(TableBatch batch)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (batch.Columns[i] is { Form: VectorForm.Text, Codes: not null, Dictionary: { } dictionary })
            {
                Known(i, dictionary);
            }
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                Value(batch.Columns[i], row, i);
            }

            EndLine();
        }
    }

    /// <summary>Sends what is still held.</summary>
    public void Flush()
    {
        _to.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Value(ColumnVector vector, int row, int column)
    {
        if (vector.IsMissing(row))
        {
            Raw(_columns.Count == 1 ? "\"\""u8 : default, column);
        }
        else if (vector.Form == VectorForm.Text)
        {
            if (vector.Codes is { } codes)
            {
                Raw(_entries[column][codes[row]], column);
            }
            else
            {
                Field(vector.Utf8(row), column);
            }
        }
        else if (_isDate[column])
        {
            Raw(Date(vector.Doubles[row]), column);
        }
        else
        {
            Begin(column, NumberBytes);
            var to = _buffer.AsSpan(_used);
            _ = vector.Form == VectorForm.Double
                ? vector.Doubles[row].TryFormat(to, out var length, "R", CultureInfo.InvariantCulture)
                : Utf8Formatter.TryFormat(vector.Integers[row], to, out length);
            _used += length;
        }
    }

    private byte[] Date(double days)
    {
        if (!_dates.TryGetValue(days, out var text))
        {
            text = Encoding.UTF8.GetBytes(days >= DateParts.First && days < DateParts.Last ? DateParts.Text(days) : NumberText.Shortest(days));
            if (_dates.Count < DatesKept)
            {
                _dates[days] = text;
            }
        }

        return text;
    }

    /// <summary>The entries of a dictionary as fields.</summary>
    private void Known(int column, ColumnDictionary dictionary)
    {
        var entries = _entries[column];
        dictionary.Extend(ref entries, Quoted);
        _entries[column] = entries;
    }

    private void Field(ReadOnlySpan<byte> text, int column) => Raw(text.IndexOfAny(_special) < 0 ? text : Quoted(text), column);

    private byte[] Quoted(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(_special) < 0)
        {
            return text.ToArray();
        }

        var quoted = new byte[text.Length + text.Count((byte)'"') + 2];
        var at = 0;
        quoted[at++] = (byte)'"';
        foreach (var sign in text)
        {
            if (sign == '"')
            {
                quoted[at++] = (byte)'"';
            }

            quoted[at++] = sign;
        }

        quoted[at] = (byte)'"';
        return quoted;
    }

    private void Raw(ReadOnlySpan<byte> text, int column)
    {
        Begin(column, text.Length);
        text.CopyTo(_buffer.AsSpan(_used));
        _used += text.Length;
    }

    /// <summary>The separator before a field, and room for the field.</summary>
    private void Begin(int column, int length)
    {
        if (_buffer.Length - _used < length + 2)
        {
            Flush();
            if (_buffer.Length < length + 2)
            {
                _buffer = new byte[length + 2];
            }
        }

        if (column > 0)
        {
            _buffer[_used++] = _separator;
        }
    }

    private void EndLine()
    {
        if (_buffer.Length == _used)
        {
            Flush();
        }

        _buffer[_used++] = (byte)'\n';
    }
}
