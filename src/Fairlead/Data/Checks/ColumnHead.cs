using System.Text;
using Fairlead.Data.Profiles;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>
/// The first rows of a column, a few bytes each: what says which checks are worth measuring. "Held" is the share of rows with both values that keep a rule, "Unrelated" the share that would if the two columns
/// had nothing to do with each other.
/// </summary>
/// <param name="rowsMax">Rows that are looked at: see <see cref="RowsOf"/>.</param>
internal sealed class ColumnHead(string name, int rowsMax)
{
    /// <summary>Places in the order of a column's values that stand for all of them.</summary>
    public const int PlacesMax = 32;

    /// <summary>Most rows looked at.</summary>
    private const int RowsMax = 4_096;

    /// <summary>Fewest rows looked at, of a table of very many columns.</summary>
    private const int RowsLeast = 256;

    /// <summary>Values looked at in all columns together: 12 bytes each.</summary>
    private const int CellsMax = 1 << 22;

    /// <summary>Texts longer than this on average are no part of a key.</summary>
    private const int KeyBytesMax = 40;

    /// <summary>Texts that date formats are tried on.</summary>
    private const int FormatsTried = 64;

    /// <summary>Share of the values tried that a date format reads, at least, for it to be measured.</summary>
    private const double FormatShare = 0.9;

    private static readonly (string Text, TimeFormat Format)[] Formats =
        [.. new[] { "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y" }.Select(format => (format, new TimeFormat(format)))];

    private uint[] _hashes = [];
    private double[] _numbers = [];
    private uint[] _distinct = [];
    private int[] _counts = [];
    private byte[] _last = [];
    private double _lastNumber = double.NaN;
    private int[]? _read;
    private int _tried;
    private int _rows;
    private int _seenNumbers;
    private int _seenDates;
    private long _bytes;
    private bool _hasFractions;
    private bool _rises = true;

    public string Name => name;

    /// <summary>Nearly all values are numbers.</summary>
    public bool IsNumber => Mostly(_seenNumbers);

    /// <summary>Nearly all values are dates with the year first, whose texts sort as the days do.</summary>
    public bool IsDate => !IsNumber && Mostly(_seenDates);

    /// <summary>Rows with a value.</summary>
    public int Present { get; private set; }

    public int Distinct => _distinct.Length;

    /// <summary>No value is below the one before, and more than half of them differ.</summary>
    public bool Rises => _rises && Present > 0 && Distinct * 2 > Present;

    /// <summary>Probability that two rows share their value.</summary>
    public double Concentration { get; private set; }

    /// <summary>Numbers or dates, which may lie above those of another column. Not a running number: it lies above or below others by chance of the rows' order.</summary>
    public bool HasOrder { get; private set; }

    /// <summary>The values at equal steps of their order, so many that the shares between them say how columns lie to each other. Shape [at most <see cref="PlacesMax"/>], rising; empty without an order.</summary>
    public double[] Places { get; private set; } = [];

    /// <summary>The number of each row's name, -1 where missing; null where there are too many names to list combinations of them. Shape [rows].</summary>
    public short[]? Names { get; private set; }

    /// <summary>Hash of each row's value, 0 where missing. Shape [rows].</summary>
    public ReadOnlySpan<uint> Hashes => _hashes.AsSpan(0, _rows);

    /// <summary>Rows looked at of a table of so many columns.</summary>
    public static int RowsOf(int columns) => Math.Clamp(CellsMax / Math.Max(1, columns), RowsLeast, RowsMax);

    /// <summary>It may be one of several columns that together name a row: whole numbers, dates or short texts that repeat.</summary>
    /// <param name="variedMax">Most distinct values, as a share of the rows.</param>
    public bool IsPartOfKey(double variedMax) => Distinct >= 2 && Distinct <= variedMax * Present && !_hasFractions && _bytes <= (long)KeyBytesMax * Present;

    /// <summary>Date formats that most of the values tried read by, the best first.</summary>
    public IEnumerable<string> DateFormats() => _read is null || _tried == 0 ? []
        : Enumerable.Range(0, Formats.Length).Where(i => _read[i] >= FormatShare * _tried).OrderByDescending(i => _read[i]).ThenBy(i => i).Select(i => Formats[i].Text);

    /// <summary>Takes in the next rows, as many as are still wanted.</summary>
    public void Take(ColumnVector vector, int rows)
    {
        rows = Math.Min(rows, rowsMax - _rows);
        if (rows <= 0)
        {
            return;
        }

        if (_rows + rows > _hashes.Length)
        {
            Array.Resize(ref _hashes, Math.Min(rowsMax, Math.Max(_rows + rows, _hashes.Length * 2)));
        }

        for (var row = 0; row < rows; row++, _rows++)
        {
            if (!vector.IsMissing(row))
            {
                Present++;
                See(vector, row);
            }
            else if (_numbers.Length > 0)
            {
                Set(double.NaN);
            }
        }
    }

    /// <summary>After the last row that is looked at.</summary>
    /// <param name="spare">Room for as many values as rows are looked at; holds nothing that is kept.</param>
    public void Close(uint[] spare, double[] sorted)
    {
        Hashes.CopyTo(spare);
        var hashes = spare.AsSpan(0, _rows);
        hashes.Sort();
        hashes = hashes[(_rows - Present)..]; // missing ones are 0
        List<(uint Hash, int Count)> runs = [];
        for (var from = 0; from < hashes.Length;)
        {
            var to = from + 1;
            while (to < hashes.Length && hashes[to] == hashes[from])
            {
                to++;
            }

            runs.Add((hashes[from], to - from));
            from = to;
        }

        (_distinct, _counts) = ([.. runs.Select(run => run.Hash)], [.. runs.Select(run => run.Count)]);
        Concentration = Present == 0 ? 1 : _counts.Sum(count => (double)count * count) / ((double)Present * Present);
        HasOrder = (IsNumber || IsDate) && !(IsNumber && !_hasFractions && Distinct == Present && _rises);
        if (HasOrder)
        {
            Rank(sorted);
        }
        else
        {
            _numbers = [];
        }

        if (Distinct is >= 2 and <= ProposalRules.NamesMax * 2 && !IsDate && !_hasFractions)
        {
            Names = new short[_rows];
            for (var row = 0; row < _rows; row++)
            {
                Names[row] = _hashes[row] == 0 ? (short)-1 : (short)Array.BinarySearch(_distinct, _hashes[row]);
            }
        }
    }

    /// <summary>Both are the same; null where too few rows say so.</summary>
    public (double Held, double Unrelated)? Same(ColumnHead other)
    {
        var (both, different) = (0, 0);
        var most = ProposalRules.FailingMax * _rows;
        for (var row = 0; row < _rows; row++)
        {
            var (mine, theirs) = (_hashes[row], other._hashes[row]);
            if (mine != 0 && theirs != 0)
            {
                both++;
                if (mine != theirs && ++different > most)
                {
                    return null;
                }
            }
        }

        if (both < ProposalRules.RowsMin)
        {
            return null;
        }

        double shared = 0;
        for (var i = 0; i < _distinct.Length; i++)
        {
            var at = Array.BinarySearch(other._distinct, _distinct[i]);
            shared += at >= 0 ? (double)_counts[i] * other._counts[at] : 0;
        }

        return ((double)(both - different) / both, shared / ((double)Present * other.Present));
    }

    /// <summary>This one is at least the other; null where too few rows say so.</summary>
    public (double Held, double Unrelated)? Above(ColumnHead other)
    {
        var held = Above(other, 0);
        return held.Rows < ProposalRules.RowsMin || held.Share < 1 - ProposalRules.FailingMax ? null
            : (held.Share, (Above(other, _rows / 2).Share + Above(other, _rows / 3).Share + Above(other, _rows / 5).Share) / 3);
    }

    /// <summary>About the share of rows in which this one would be at least the other if they were unrelated, from their places in order.</summary>
    public double AboveByChance(ColumnHead other)
    {
        long above = 0;
        for (int i = 0, j = 0; i < Places.Length; i++)
        {
            while (j < other.Places.Length && other.Places[j] <= Places[i])
            {
                j++;
            }

            above += j;
        }

        return Places.Length == 0 || other.Places.Length == 0 ? 1 : (double)above / ((long)Places.Length * other.Places.Length);
    }

    /// <summary>A name here goes with one name there.</summary>
    public (double Held, double Unrelated)? Determines(ColumnHead other)
    {
        if (Names is not { } mine || other.Names is not { } theirs)
        {
            return null;
        }

        var table = new int[Distinct * other.Distinct];
        var both = 0;
        for (var row = 0; row < _rows; row++)
        {
            if (mine[row] >= 0 && theirs[row] >= 0)
            {
                both++;
                table[(mine[row] * other.Distinct) + theirs[row]]++;
            }
        }

        if (both < ProposalRules.RowsMin)
        {
            return null;
        }

        var (decided, sums) = (0, new int[other.Distinct]);
        for (var here = 0; here < Distinct; here++)
        {
            var most = 0;
            for (var there = 0; there < other.Distinct; there++)
            {
                var count = table[(here * other.Distinct) + there];
                most = Math.Max(most, count);
                sums[there] += count;
            }

            decided += most;
        }

        return ((double)decided / both, (double)sums.Max() / both);
    }

    /// <summary>Rows that share both values with another, expected of unrelated columns of these frequencies.</summary>
    public double Repeats(ColumnHead other) => (double)_rows * (_rows - 1) / 2 * Concentration * other.Concentration;

    private bool Mostly(int count) => Present > 0 && count >= (1 - ProposalRules.FailingMax) * Present;

    private void Set(double number)
    {
        if (_numbers.Length < _hashes.Length)
        {
            var known = _numbers.Length;
            Array.Resize(ref _numbers, _hashes.Length);
            _numbers.AsSpan(known).Fill(double.NaN);
        }

        _numbers[_rows] = number;
    }

    private void See(ColumnVector vector, int row)
    {
        ReadOnlySpan<byte> text = vector.Form == VectorForm.Text ? vector.Utf8(row) : [];
        var cell = vector.Form switch
        {
            VectorForm.Text => CellReader.Read(text),
            VectorForm.Double => new Cell(CellKind.Number, vector.Doubles[row], 0, 0),
            VectorForm.Moment => new Cell(CellKind.Moment, 0, vector.Integers[row], 0),
            VectorForm.Boolean => new Cell(CellKind.Boolean, vector.Integers[row], 0, 0),
            _ => new Cell(CellKind.Integer, vector.Integers[row], 0, 0),
        };
        _bytes += text.Length;
        var isDate = cell.Kind is CellKind.Date or CellKind.Moment;
        var number = cell.IsNumber ? cell.Number : isDate ? cell.Moment / (double)DateText.DayMicroseconds : double.NaN;
        var hash = vector.Form switch
        {
            VectorForm.Text => Profiles.Hashes.Of(cell, text),
            VectorForm.Double => Profiles.Hashes.Of(vector.Doubles[row]),
            _ => Profiles.Hashes.Of(vector.Integers[row]),
        };
        _hashes[_rows] = Math.Max(1, (uint)(hash >> 32));
        _seenNumbers += cell.IsNumber ? 1 : 0;
        _seenDates += isDate ? 1 : 0;
        _hasFractions |= cell.Kind == CellKind.Number && number != Math.Floor(number);
        if (_numbers.Length > 0 || !double.IsNaN(number))
        {
            Set(number);
        }

        if (_rises)
        {
            Order(number, text);
        }

        if (vector.Form == VectorForm.Text && !cell.IsNumber && _tried < FormatsTried)
        {
            Try(text);
        }
    }

    private void Order(double number, ReadOnlySpan<byte> text)
    {
        if (Present > 1)
        {
            _rises = !double.IsNaN(number) && !double.IsNaN(_lastNumber) ? number >= _lastNumber : !text.IsEmpty && text.SequenceCompareTo(_last) >= 0;
        }

        _lastNumber = number;
        _last = text.IsEmpty || !_rises ? [] : text.ToArray();
    }

    private void Try(ReadOnlySpan<byte> text)
    {
        _tried++;
        if (text.Length is < 6 or > 32 || !text.ContainsAnyInRange((byte)'0', (byte)'9') || (_read is { } read && _tried > FormatsTried / 4 && read.AsSpan().IndexOfAnyExcept(0) < 0))
        {
            return;
        }

        _read ??= new int[Formats.Length];
        Span<char> room = stackalloc char[32];
        var chars = room[..Encoding.UTF8.GetChars(text, room)];
        for (var i = 0; i < Formats.Length; i++)
        {
            _read[i] += Formats[i].Format.Reads(chars) ? 1 : 0;
        }
    }

    private void Rank(double[] sorted)
    {
        var count = 0;
        for (var row = 0; row < _rows; row++)
        {
            if (!double.IsNaN(_numbers[row]) && _hashes[row] != 0)
            {
                sorted[count++] = _numbers[row];
            }
        }

        Array.Sort(sorted, 0, count);
        var places = Math.Min(count, PlacesMax);
        Places = [.. Enumerable.Range(0, places).Select(place => sorted[(int)(((2L * place) + 1) * count / (2L * places))])];
    }

    /// <summary>This column against the other one moved by some rows; gives up once it can't hold.</summary>
    private (double Share, int Rows) Above(ColumnHead other, int moved)
    {
        var (both, above) = (0, 0);
        var most = moved == 0 ? ProposalRules.FailingMax * _rows : _rows;
        for (var row = 0; row < _rows; row++)
        {
            var (mine, theirs) = (_numbers[row], other._numbers[(row + moved) % _rows]);
            if (!double.IsNaN(mine) && !double.IsNaN(theirs))
            {
                both++;
                above += mine >= theirs ? 1 : 0;
                if (both - above > most)
                {
                    return (0, both);
                }
            }
        }

        return (both == 0 ? 1 : (double)above / both, both);
    }
}
