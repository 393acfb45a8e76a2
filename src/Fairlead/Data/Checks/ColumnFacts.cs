using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Checks;

/// <summary>What a column is like, gathered in one scan: what <see cref="SuggestChecks"/> proposes from.</summary>
internal sealed class ColumnFacts(ColumnView view) : IDisposable
{
    /// <summary>Distinct texts whose counts are kept; a column with more is no set of names.</summary>
    public const int LevelsMax = 200;

    /// <summary>Shapes whose counts are kept.</summary>
    private const int ShapesMax = 64;

    /// <summary>Longest text whose shape is looked at, in bytes.</summary>
    private const int ShapedBytesMax = 32;

    private static readonly string[] Formats = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y"];
    private readonly (string Text, TimeFormat Format)[] _formats = [.. Formats.Select(format => (format, new TimeFormat(format)))];
    private readonly long[] _read = new long[Formats.Length];
    private readonly DistinctCounter _distinct = new(view, -1);
    private readonly Dictionary<string, long> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _shapes = new(StringComparer.Ordinal);
    private Fact[] _entries = [];
    private int _known;
    private byte[] _last = [];
    private double _lastNumber = double.NaN;

    public string Name => view.Name;

    public VectorForm Form => view.Form;

    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long Present => Rows - Missing;

    public NumberSummary Numbers { get; } = new(view, -1, dates: false) { Quantiles = new QuantileStore() };

    /// <summary>Numbers without a fraction.</summary>
    public long Whole { get; private set; }

    /// <summary>Numbers with leading zeros: codes.</summary>
    public long Codes { get; private set; }

    /// <summary>Shortest and longest text in code points.</summary>
    public (int Min, int Max) Lengths { get; private set; } = (int.MaxValue, 0);

    /// <summary>How often each distinct text occurs; null when there are more than <see cref="LevelsMax"/>.</summary>
    public IReadOnlyDictionary<string, long>? Levels => _levels.Count > LevelsMax ? null : _levels;

    /// <summary>How often each shape occurs: digits are 9, letters A or a, other signs themselves, each with how often it is repeated.</summary>
    public IReadOnlyDictionary<string, long>? Shapes => _shapes.Count > ShapesMax ? null : _shapes;

    /// <summary>Rows whose value is below the one before.</summary>
    public long Falls { get; private set; }

    public long Distinct() => _distinct.Distinct();

    /// <summary>The date format most values read by, and how many do.</summary>
    public (string Format, long Read) Dates
    {
        get
        {
            var best = Array.IndexOf(_read, _read.Max());
            return (_formats[best].Text, _read[best]);
        }
    }

    public void Take(BatchView batch)
    {
        Rows += batch.Rows;
        Missing += view.Missing;
        Numbers.Take(batch);
        _distinct.Take(batch);
        var numbers = view.Numbers;
        var codes = view.Vector.Codes;
        if (codes is not null)
        {
            Learn(view.Vector.Dictionary!);
        }

        var before = -1;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (view.IsMissing(row))
            {
                continue;
            }

            See(codes is null ? Of(view.Utf8(row)) : _entries[codes[row]], numbers[row]);
            if (!double.IsNaN(numbers[row]) && !double.IsNaN(_lastNumber))
            {
                Falls += numbers[row] < _lastNumber ? 1 : 0;
            }
            else if (before >= 0 || _last.Length > 0)
            {
                Falls += view.Utf8(row).SequenceCompareTo(before >= 0 ? view.Utf8(before).ToArray() : _last) < 0 ? 1 : 0;
            }

            (before, _lastNumber) = (row, numbers[row]);
        }

        _last = before >= 0 ? view.Utf8(before).ToArray() : _last;
    }

    /// <summary>Values outside bounds, inclusive; those that read as no number not among them.</summary>
    public long Outside(double low, double high) => Numbers.Quantiles!.Outside(low, high);

    public void Dispose() => _distinct.Dispose();

    private void Learn(ColumnDictionary dictionary)
    {
        if (_entries.Length < dictionary.Count)
        {
            Array.Resize(ref _entries, Math.Max(dictionary.Count, _entries.Length * 2));
        }

        for (; _known < dictionary.Count; _known++)
        {
            _entries[_known] = Of(dictionary.Text(_known));
        }
    }

    private Fact Of(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        foreach (var part in text)
        {
            length -= (part & 0xC0) == 0x80 ? 1 : 0;
        }

        var levelled = _levels.Count <= LevelsMax && text.Length <= 256 ? Encoding.UTF8.GetString(text) : null;
        var isNumber = NumberBytes.TryParse(text, out _);
        var isCode = isNumber && !NumberBytes.TryPlain(NumberBytes.Trim(text), out _);
        var shape = _shapes.Count <= ShapesMax && text.Length <= ShapedBytesMax ? ShapeOf(text) : "";
        var formats = 0;
        if (!isNumber && text.Length is >= 6 and <= 32 && text.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            var chars = Encoding.UTF8.GetString(text);
            for (var i = 0; i < _formats.Length; i++)
            {
                formats |= _formats[i].Format.Reads(chars) ? 1 << i : 0;
            }
        }

        return new Fact(length, levelled, isCode, shape, formats);
    }

    private void See(Fact fact, double number)
    {
        Lengths = (Math.Min(Lengths.Min, fact.Length), Math.Max(Lengths.Max, fact.Length));
        Whole += number == Math.Floor(number) ? 1 : 0;
        Codes += fact.IsCode ? 1 : 0;
        for (var rest = fact.Formats; rest != 0; rest &= rest - 1)
        {
            _read[System.Numerics.BitOperations.TrailingZeroCount(rest)]++;
        }

        if (_levels.Count <= LevelsMax)
        {
            // A text too long for a name, or one met when there were too many, counts as one level more.
            var level = fact.Level ?? $"{_levels.Count}…";
            _levels[level] = _levels.GetValueOrDefault(level) + 1;
        }

        if (_shapes.Count <= ShapesMax)
        {
            _shapes[fact.Shape] = _shapes.GetValueOrDefault(fact.Shape) + 1;
        }
    }

    private static string ShapeOf(ReadOnlySpan<byte> text)
    {
        var shape = new StringBuilder(text.Length * 2);
        for (var i = 0; i < text.Length;)
        {
            var kind = Kind(text[i]);
            var start = i;
            while (i < text.Length && Kind(text[i]) == kind && (kind is '9' or 'A' or 'a' || i == start))
            {
                i++;
            }

            if (kind == '?')
            {
                return ""; // letters beyond ASCII have no shape here
            }

            shape.Append(kind).Append(i - start);
            shape.Append('\t');
        }

        return shape.ToString();

        static char Kind(byte sign) => sign switch
        {
            >= (byte)'0' and <= (byte)'9' => '9',
            >= (byte)'A' and <= (byte)'Z' => 'A',
            >= (byte)'a' and <= (byte)'z' => 'a',
            < 0x80 and > 0x20 => (char)sign,
            (byte)' ' => ' ',
            _ => '?',
        };
    }

    private readonly record struct Fact(int Length, string? Level, bool IsCode, string Shape, int Formats);
}
