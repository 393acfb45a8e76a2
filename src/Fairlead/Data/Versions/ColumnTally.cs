using System.Buffers.Text;
using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Versions;

/// <summary>What one side says about a column, collected batch by batch: missing, type, how numbers lie, how often each level occurs.</summary>
/// <remarks>The type of texts is the narrowest that every value has: integer, number, boolean, timestamp, else string. Numbers with leading zeros are texts.</remarks>
internal sealed class ColumnTally(VectorForm form)
{
    /// <summary>Type of a column of texts that has no value.</summary>
    public const string Empty = "empty";

    private readonly Dictionary<string, long> _levels = new(StringComparer.Ordinal);
    private readonly List<(double Number, bool IsNumber)> _numberOf = [];
    private long[] _codes = [];
    private ColumnDictionary? _dictionary;
    private bool _plain;
    private bool _integers = true, _numbers = true, _booleans = true, _moments = true;
    private double _sum, _first;

    public long Rows { get; private set; }

    public long Missing { get; private set; }

    /// <summary>Of the values, when all of them are numbers.</summary>
    public ValueSketch Sketch { get; } = new();

    public bool AreNumbers => form is VectorForm.Integer or VectorForm.Double || (form == VectorForm.Text && _numbers && Rows > Missing);

    public string Type => form switch
    {
        VectorForm.Integer => "integer",
        VectorForm.Double => "number",
        VectorForm.Boolean => "boolean",
        VectorForm.Moment => "timestamp",
        _ when Rows == Missing => Empty,
        _ => _integers ? "integer" : _numbers ? "number" : _booleans ? "boolean" : _moments ? "timestamp" : "string",
    };

    public double MissingShare => Rows == 0 ? 0 : (double)Missing / Rows;

    /// <summary>Arithmetic mean; NaN without values.</summary>
    public double Mean => _first + (_sum / Sketch.Count);

    /// <summary>Rows by level; null when the column has more levels than a scan keeps in its dictionary.</summary>
    public Dictionary<string, long>? Levels()
    {
        if (_plain || form is VectorForm.Double or VectorForm.Integer or VectorForm.Moment)
        {
            return null;
        }

        for (var code = 0; _dictionary is { } entries && code < entries.Count && code < _codes.Length; code++)
        {
            if (_codes[code] > 0)
            {
                _levels[entries.String(code)] = _codes[code];
            }
        }

        return _levels;
    }

    public void Add(ColumnVector vector)
    {
        Rows += vector.Rows;
        if (vector.Codes is { } codes)
        {
            AddCodes(vector, codes);
            return;
        }

        // Few values without a dictionary are levels too, as long as they stay few.
        for (var row = 0; row < vector.Rows; row++)
        {
            if (vector.IsMissing(row))
            {
                Missing++;
            }
            else if (form == VectorForm.Text)
            {
                var text = vector.Utf8(row);
                AddText(text);
                AddLevel(text);
            }
            else if (form is VectorForm.Integer or VectorForm.Double)
            {
                AddNumber(form == VectorForm.Double ? vector.Doubles[row] : vector.Integers[row]);
            }
            else if (form == VectorForm.Boolean)
            {
                var name = vector.Integers[row] != 0 ? "true" : "false";
                _levels[name] = _levels.GetValueOrDefault(name) + 1;
            }
        }
    }

    private void AddLevel(ReadOnlySpan<byte> text)
    {
        if (_plain || _dictionary is not null)
        {
            _plain = true;
            return;
        }

        if (text.Length > 64)
        {
            _plain = true;
            _levels.Clear();
            return;
        }

        Span<char> name = stackalloc char[64];
        var look = _levels.GetAlternateLookup<ReadOnlySpan<char>>();
        var length = Encoding.UTF8.GetChars(text, name);
        look[name[..length]] = look.TryGetValue(name[..length], out var count) ? count + 1 : 1;
        if (_levels.Count > ColumnDictionary.EntriesMax)
        {
            _plain = true;
            _levels.Clear();
        }
    }

    private void AddCodes(ColumnVector vector, int[] codes)
    {
        _dictionary = vector.Dictionary!;
        if (_codes.Length < _dictionary.Count)
        {
            Array.Resize(ref _codes, Math.Max(_dictionary.Count, _codes.Length * 2));
        }

        for (var code = _numberOf.Count; code < _dictionary.Count; code++)
        {
            _numberOf.Add(Narrow(_dictionary.Text(code)));
        }

        for (var row = 0; row < vector.Rows; row++)
        {
            var code = codes[row];
            if (code < 0)
            {
                Missing++;
                continue;
            }

            _codes[code]++;
            if (_numberOf[code].IsNumber)
            {
                AddNumber(_numberOf[code].Number);
            }
        }
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        var (number, isNumber) = Narrow(text);
        if (isNumber)
        {
            AddNumber(number);
        }
    }

    private void AddNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        // Around the first value, so that large values that hardly differ keep their digits.
        _first = Sketch.Count == 0 ? value : _first;
        Sketch.Add(value);
        _sum += value - _first;
    }

    /// <summary>Takes away the types that a value does not have; its number where it is one and all before it were.</summary>
    private (double Number, bool IsNumber) Narrow(ReadOnlySpan<byte> text)
    {
        var number = double.NaN;
        if (_numbers)
        {
            _numbers = Utf8Parser.TryParse(text, out number, out var read) && read == text.Length && double.IsFinite(number) && !HasLeadingZero(text);
            _integers = _integers && _numbers && text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;
        }

        _integers = _integers && _numbers;
        _booleans = _booleans && (Is(text, "true"u8) || Is(text, "false"u8));
        _moments = _moments && IsMoment(text);
        return (number, _numbers);
    }

    private static bool IsMoment(ReadOnlySpan<byte> text)
    {
        Span<char> signs = stackalloc char[40];
        return text.Length is >= 8 and <= 40 && text[0] is >= (byte)'0' and <= (byte)'9' && DateText.TryParse(signs[..Encoding.UTF8.GetChars(text, signs)], null, out _);
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> text)
    {
        var digits = text.TrimStart("+-"u8);
        return digits.Length > 1 && digits[0] == '0' && digits[1] is >= (byte)'0' and <= (byte)'9';
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.Length == word.Length && Ascii.EqualsIgnoreCase(text, word);
}
