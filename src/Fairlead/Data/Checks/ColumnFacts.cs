using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Checks;

/// <summary>What a column is like, gathered in one scan: what <see cref="SuggestChecks"/> proposes from.</summary>
internal sealed class ColumnFacts(ColumnView view) : IDisposable
{
    /// <summary>Distinct texts whose counts are kept; a column with more is no set of names.</summary>
    public const int LevelsMax = 200;

    /// <summary>Values from the start that say whether a column is worth counting on.</summary>
    private const int HeadMax = 16_384;

    /// <summary>Memory for the hashes of a column; more goes to a private file.</summary>
    private const long IndexBytes = 8L << 20;

    /// <summary>Numbers of a column kept as they are.</summary>
    private const int NumbersMax = 250_000;

    /// <summary>Values from which a date format that reads none of them is given up.</summary>
    private const int FormatsTried = 1_000;

    /// <summary>Shapes whose counts are kept.</summary>
    private const int ShapesMax = 64;

    /// <summary>Longest text whose shape is looked at, in bytes.</summary>
    private const int ShapedBytesMax = 32;

    private static readonly string[] Formats = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y"];
    private readonly (string Text, TimeFormat Format)[] _formats = [.. Formats.Select(format => (format, new TimeFormat(format)))];
    private readonly long[] _read = new long[Formats.Length];
    private readonly ValueHash _hash = new(view);
    private readonly HashSet<Hash128> _head = [];
    private readonly HashIndex _index = new(IndexBytes);
    private long _headRows;
    private readonly Dictionary<string, long> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _shapes = new(StringComparer.Ordinal);
    private Fact[] _entries = [];
    private long[] _entryRows = [];
    private int _known;
    private byte[] _last = [];
    private double _lastNumber = double.NaN;
    private long _seen;
    private int _liveFormats = (1 << Formats.Length) - 1;
    private bool _ended;

    public string Name => view.Name;

    public VectorForm Form => view.Form;

    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long Present => Rows - Missing;

    public NumberSummary Numbers { get; } = new(view, -1, dates: false) { Quantiles = new QuantileStore(NumbersMax) };

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

    /// <summary>No value is below the one before.</summary>
    public bool Rises { get; private set; } = true;

    /// <summary>More than half of the first values differ.</summary>
    public bool IsVaried => _head.Count > _headRows / 2;

    /// <summary>Each value stands once.</summary>
    public bool IsUnique()
    {
        if (_head.Count < _headRows)
        {
            return false;
        }

        long distinct = 0;
        _index.Visit((_, _, _) => distinct++);
        return distinct == Present;
    }

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
        Count(batch);
        var numbers = view.Numbers;
        var codes = view.Vector.Codes;
        if (codes is not null)
        {
            Learn(view.Vector.Dictionary!);
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (view.IsMissing(row))
            {
                continue;
            }

            Whole += numbers[row] == Math.Floor(numbers[row]) ? 1 : 0;
            if (codes is not null)
            {
                _entryRows[codes[row]]++;
            }
            else
            {
                See(Of(view.Utf8(row)), 1);
            }
        }

        if (Rises)
        {
            Order(batch, numbers);
        }
    }

    /// <summary>After the last row: what was counted by code joins the rest.</summary>
    public void End()
    {
        for (var code = 0; code < _known && !_ended; code++)
        {
            if (_entryRows[code] > 0)
            {
                See(_entries[code], _entryRows[code]);
            }
        }

        _ended = true;
    }

    private void Count(BatchView batch)
    {
        for (var row = 0; row < batch.Rows && _head.Count == _headRows | _headRows < HeadMax; row++)
        {
            if (view.IsMissing(row))
            {
                continue;
            }

            var hash = _hash.At(row);
            _index.Add(hash, batch.FirstRow + row);
            if (_headRows < HeadMax)
            {
                _headRows++;
                _head.Add(hash);
            }
        }
    }

    private void Order(BatchView batch, double[] numbers)
    {
        var before = -1;
        for (var row = 0; row < batch.Rows && Rises; row++)
        {
            if (view.IsMissing(row))
            {
                continue;
            }

            if (!double.IsNaN(numbers[row]) && !double.IsNaN(_lastNumber))
            {
                Rises = numbers[row] >= _lastNumber;
            }
            else if (before >= 0 || _last.Length > 0)
            {
                Rises = view.Utf8(row).SequenceCompareTo(before >= 0 ? view.Utf8(before) : _last) >= 0;
            }

            (before, _lastNumber) = (row, numbers[row]);
        }

        _last = before >= 0 ? view.Utf8(before).ToArray() : _last;
    }

    /// <summary>Values outside bounds, inclusive; those that read as no number not among them.</summary>
    public long Outside(double low, double high) => Numbers.Quantiles!.Outside(low, high);

    public void Dispose() => _index.Dispose();

    private void Learn(ColumnDictionary dictionary)
    {
        if (_entries.Length < dictionary.Count)
        {
            Array.Resize(ref _entries, Math.Max(dictionary.Count, _entries.Length * 2));
            Array.Resize(ref _entryRows, _entries.Length);
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
        var shape = isNumber || _shapes.Count > ShapesMax || text.Length > ShapedBytesMax ? "" : ShapeOf(text);
        var formats = 0;
        if (!isNumber && text.Length is >= 6 and <= 32 && text.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            Span<char> room = stackalloc char[32];
            var chars = room[..Encoding.UTF8.GetChars(text, room)];
            for (var live = _liveFormats; live != 0; live &= live - 1)
            {
                var i = System.Numerics.BitOperations.TrailingZeroCount(live);
                formats |= _formats[i].Format.Reads(chars) ? 1 << i : 0;
            }
        }

        return new Fact(length, levelled, isCode, shape, formats);
    }

    /// <param name="times">Rows that hold the value.</param>
    private void See(Fact fact, long times)
    {
        Lengths = (Math.Min(Lengths.Min, fact.Length), Math.Max(Lengths.Max, fact.Length));
        Codes += fact.IsCode ? times : 0;
        for (var rest = fact.Formats; rest != 0; rest &= rest - 1)
        {
            _read[System.Numerics.BitOperations.TrailingZeroCount(rest)] += times;
        }

        if (++_seen == FormatsTried)
        {
            for (var i = 0; i < _read.Length; i++)
            {
                _liveFormats &= _read[i] == 0 ? ~(1 << i) : -1;
            }
        }

        if (_levels.Count <= LevelsMax)
        {
            // A text too long for a name, or one met when there were too many, counts as one level more.
            var level = fact.Level ?? $"{_levels.Count}…";
            _levels[level] = _levels.GetValueOrDefault(level) + times;
        }

        if (_shapes.Count <= ShapesMax)
        {
            _shapes[fact.Shape] = _shapes.GetValueOrDefault(fact.Shape) + times;
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
