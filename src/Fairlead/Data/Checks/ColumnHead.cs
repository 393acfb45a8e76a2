using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>The first rows of a column: what says which pairs of columns are worth counting. "Held" is the share of rows with both values that keep a rule, "Unrelated" the share that would if the two columns had nothing to do with each other.</summary>
internal sealed class ColumnHead
{
    /// <summary>Rows looked at.</summary>
    private const int RowsMax = 4_096;

    /// <summary>Texts longer than this on average are no part of a key.</summary>
    private const int KeyBytesMax = 40;

    private readonly int _rows;
    private readonly Hash128[] _hashes;
    private readonly int[] _codes;
    private readonly List<long> _counts = [];
    private readonly Dictionary<Hash128, int> _known = [];
    private readonly double[]? _order;
    private readonly bool _hasFractions;
    private readonly long _bytes;

    public ColumnHead(ColumnView view, int rows)
    {
        (View, _rows) = (view, Math.Min(rows, RowsMax));
        (_hashes, _codes) = (new Hash128[_rows], new int[_rows]);
        var hash = new ValueHash(view);
        var numbers = view.Numbers;
        var (read, codes, iso) = (0, 0, 0);
        for (var row = 0; row < _rows; row++)
        {
            _codes[row] = -1;
            if (view.IsMissing(row))
            {
                continue;
            }

            _hashes[row] = hash.At(row);
            ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, _hashes[row], out var isKnown);
            if (!isKnown)
            {
                code = _counts.Count;
                _counts.Add(0);
            }

            _codes[row] = code;
            _counts[code]++;
            Present++;
            var text = view.IsText ? view.Utf8(row) : [];
            _bytes += text.Length;
            read += double.IsNaN(numbers[row]) ? 0 : 1;
            _hasFractions |= numbers[row] != Math.Floor(numbers[row]) && !double.IsNaN(numbers[row]);
            codes += view.IsText && !double.IsNaN(numbers[row]) && !NumberBytes.TryPlain(NumberBytes.Trim(text), out _) ? 1 : 0;
            iso += text.Length >= 10 && text[4] == '-' && text[7] == '-' ? 1 : 0;
        }

        IsNumber = Mostly(read) && codes <= ProposalRules.FailingMax * Present;
        IsDate = !IsNumber && (view.Form == VectorForm.Moment || Mostly(iso)); // texts in this order sort as the days do
        var running = IsNumber && !_hasFractions && _counts.Count == Present && Rises(numbers);
        _order = running ? null : IsNumber ? numbers.AsSpan(0, _rows).ToArray() : IsDate ? view.Days.AsSpan(0, _rows).ToArray() : null;
    }

    public ColumnView View { get; }

    public bool IsNumber { get; }

    public bool IsDate { get; }

    private int Present { get; }

    /// <summary>Few names, so that combinations of them can be listed.</summary>
    private bool HasNames => _counts.Count is >= 2 and <= ProposalRules.NamesMax * 2 && !IsDate && !_hasFractions;

    /// <summary>It may be one of several columns that together name a row: whole numbers, dates or short texts that repeat.</summary>
    /// <param name="variedMax">Most distinct values, as a share of the rows.</param>
    public bool IsPartOfKey(double variedMax) => _counts.Count >= 2 && _counts.Count <= variedMax * Present && !_hasFractions && _bytes <= (long)KeyBytesMax * Present;

    /// <summary>Both are the same.</summary>
    public (double Held, double Unrelated)? Same(ColumnHead other)
    {
        var (both, equal) = (0, 0);
        for (var row = 0; row < _rows; row++)
        {
            if (_codes[row] >= 0 && other._codes[row] >= 0)
            {
                both++;
                equal += _hashes[row] == other._hashes[row] || (_order is not null && other._order is not null && IsNumber && other.IsNumber && _order[row] == other._order[row]) ? 1 : 0;
            }
        }

        return both < ProposalRules.RowsMin || equal * 2 < both ? null
            : ((double)equal / both, _known.Sum(pair => other._known.TryGetValue(pair.Key, out var code) ? (double)_counts[pair.Value] * other._counts[code] : 0) / ((double)Present * other.Present));
    }

    /// <summary>This one is at least the other.</summary>
    public (double Held, double Unrelated)? Above(ColumnHead other)
    {
        if (_order is null || other._order is null || IsNumber != other.IsNumber)
        {
            return null;
        }

        var held = Above(other, 0);
        return held.Rows < ProposalRules.RowsMin || held.Share < 1 - (2 * ProposalRules.FailingMax) ? null
            : (held.Share, (Above(other, _rows / 2).Share + Above(other, _rows / 3).Share + Above(other, _rows / 5).Share) / 3);
    }

    /// <summary>A name here goes with one name there.</summary>
    public (double Held, double Unrelated)? Determines(ColumnHead other)
    {
        if (!HasNames || !other.HasNames)
        {
            return null;
        }

        var table = new long[_counts.Count, other._counts.Count];
        var both = 0L;
        for (var row = 0; row < _rows; row++)
        {
            if (_codes[row] >= 0 && other._codes[row] >= 0)
            {
                both++;
                table[_codes[row], other._codes[row]]++;
            }
        }

        var there = Enumerable.Range(0, other._counts.Count).ToList();
        return both < ProposalRules.RowsMin ? null
            : ((double)Enumerable.Range(0, _counts.Count).Sum(here => there.Max(name => table[here, name])) / both, (double)there.Max(name => Enumerable.Range(0, _counts.Count).Sum(here => table[here, name])) / both);
    }

    /// <summary>Rows that share both values with another, expected of unrelated columns of these frequencies.</summary>
    public double Repeats(ColumnHead other) => (double)_rows * (_rows - 1) / 2 * Concentration() * other.Concentration();

    /// <summary>A combination of both stands twice.</summary>
    public bool Repeated(ColumnHead other)
    {
        var seen = new HashSet<(int, int)>();
        for (var row = 0; row < _rows; row++)
        {
            if (_codes[row] >= 0 && other._codes[row] >= 0 && !seen.Add((_codes[row], other._codes[row])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A running number lies above or below others by chance of the rows' order.</summary>
    private bool Rises(double[] numbers)
    {
        var last = double.NegativeInfinity;
        for (var row = 0; row < _rows; row++)
        {
            if (numbers[row] < last)
            {
                return false;
            }

            last = double.IsNaN(numbers[row]) ? last : numbers[row];
        }

        return true;
    }

    private bool Mostly(int count) => Present > 0 && count >= (1 - ProposalRules.FailingMax) * Present;

    /// <summary>Probability that two rows share their value.</summary>
    private double Concentration() => _counts.Sum(count => (double)count * count) / ((double)Math.Max(1, Present) * Math.Max(1, Present));

    /// <summary>This column against the other one moved by some rows.</summary>
    private (double Share, int Rows) Above(ColumnHead other, int moved)
    {
        var (both, above) = (0, 0);
        for (var row = 0; row < _rows; row++)
        {
            var (mine, theirs) = (_order![row], other._order![(row + moved) % _rows]);
            if (!double.IsNaN(mine) && !double.IsNaN(theirs))
            {
                both++;
                above += mine >= theirs ? 1 : 0;
            }
        }

        return (both == 0 ? 1 : (double)above / both, both);
    }
}
