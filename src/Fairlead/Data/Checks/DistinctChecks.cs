using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>Values as <c>observed</c> shows them: numbers as numbers, in rising order, then texts by code point.</summary>
internal static class ObservedValues
{
    /// <summary>Values shown at most.</summary>
    public const int Shown = 100;

    public static JsonArray Of(IEnumerable<string> values) => new([.. values
        .Select(text => (Text: text, IsNumber: NumberText.TryPlain(text, out var number), Number: number))
        .OrderBy(value => !value.IsNumber).ThenBy(value => value.IsNumber ? value.Number : 0).ThenBy(value => value.Text, Comparer<string>.Create(PlainText.Compare)).Take(Shown)
        .Select(value => (JsonNode)(value.IsNumber ? JsonValue.Create(value.Number) : JsonValue.Create(value.Text)))]);
}

/// <summary>distinct_in_set, distinct_contains and distinct_equals.</summary>
internal sealed class DistinctAgainstSet : FigureCheck
{
    private readonly DistinctCheck _check;
    private readonly SetTest _set;
    private readonly int _condition;
    private readonly HashSet<byte[]> _seen = new(BytesComparer.Instance);
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly HashSet<string> _unmet;
    private bool[] _codesSeen = [];
    private bool _outside;

    public DistinctAgainstSet(CheckRule rule, ColumnView view, int condition)
        : base(rule, view, condition)
    {
        _check = (DistinctCheck)rule.Table!;
        _condition = condition;
        _set = new SetTest(_check.Values, wanted: true);
        _lookup = _seen.GetAlternateLookup<ReadOnlySpan<byte>>();
        _unmet = [.. _check.Values];
    }

    public override void Take(BatchView batch)
    {
        base.Take(batch);
        var selected = batch.Selected(_condition);
        var codes = View.Vector.Codes;
        if (codes is not null && _codesSeen.Length < View.Vector.Dictionary!.Count)
        {
            Array.Resize(ref _codesSeen, View.Vector.Dictionary.Count);
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (View.IsMissing(row) || selected?[row] == false || (codes is not null && _codesSeen[codes[row]]))
            {
                continue;
            }

            if (codes is not null)
            {
                _codesSeen[codes[row]] = true;
            }

            See(View.Utf8(row));
        }
    }

    public override Verdict End()
    {
        // true and false without quotes stand for several spellings of one value: it occurs when one of them does.
        var unmet = _unmet.Count > 0 && _unmet.Any(value => !_check.Values.Any(other => !_unmet.Contains(other) && string.Equals(other, value, StringComparison.OrdinalIgnoreCase) && value.ToUpperInvariant() is "TRUE" or "FALSE"));
        var success = _check.Rule switch { DistinctRule.InSet => !_outside, DistinctRule.Contains => !unmet, _ => !_outside && !unmet };
        return new Verdict(success, ObservedValues.Of(_seen.Select(Encoding.UTF8.GetString)));
    }

    private void See(ReadOnlySpan<byte> text)
    {
        if (_lookup.Contains(text))
        {
            return;
        }

        if (!_set.Contains(text))
        {
            _outside = true;
        }
        else if (_unmet.Count > 0)
        {
            var value = Encoding.UTF8.GetString(text);
            _unmet.RemoveWhere(one => one == value || new ValueSet([one]).Contains(value));
        }

        if (_seen.Count < ObservedValues.Shown)
        {
            _lookup.Add(text);
        }
    }
}

/// <summary>most_common_in_set. The texts of hashed values are fetched by a second scan.</summary>
internal sealed class MostCommon(CheckRule rule, ColumnView view, int condition, DistinctCounter counter) : FigureCheck(rule, view, condition)
{
    /// <summary>Equally frequent values looked at; a column with more has no most common value to speak of.</summary>
    private const int TiesMax = 10_000;

    private readonly MostCommonCheck _check = (MostCommonCheck)rule.Table!;
    private readonly SortedDictionary<long, string?> _modes = [];
    private long _most;
    private bool _known;

    public override bool Again
    {
        get
        {
            if (!_known)
            {
                _known = true;
                counter.Visit(value =>
                {
                    if (value.Count > _most)
                    {
                        _most = value.Count;
                        _modes.Clear();
                    }

                    if (value.Count == _most && _modes.Count < TiesMax)
                    {
                        _modes[value.FirstRow] = null;
                    }
                });
            }

            return _modes.Values.Any(text => text is null);
        }
    }

    public override void TakeAgain(BatchView batch)
    {
        foreach (var row in _modes.Keys.Where(row => row >= batch.FirstRow && row < batch.FirstRow + batch.Rows).ToList())
        {
            _modes[row] = View.Vector.Text((int)(row - batch.FirstRow));
        }
    }

    public override Verdict End()
    {
        var set = new ValueSet(_check.Values);
        var modes = _modes.Values.OfType<string>().ToList();
        var wanted = modes.Count(set.Contains);
        return new Verdict(_check.TiesOkay ? wanted > 0 : modes.Count == 1 && wanted == 1, ObservedValues.Of(modes));
    }
}

/// <summary>kl_divergence_below: sum of p ln(p / q) over values or bins, p observed and q expected shares, each made to add up to 1; in nats.</summary>
/// <remarks>
/// As Great Expectations documents <c>expect_column_kl_divergence_to_be_less_than</c> (S. Kullback and R. A. Leibler, Ann. Math. Statist. 22(1), 1951). Values: those not expected share <c>tail_weight_holdout</c>, and the
/// expected ones 1 minus it; without a holdout an unexpected value makes the divergence infinite. Bins: [a, b), the last [a, b]; <c>internal_weight_holdout</c> is dealt to bins of weight 0; below and above the edges count
/// <c>tail_weights</c>, or half of <c>tail_weight_holdout</c> each (all of it where the other edge is infinite). An infinite divergence fails; it is shown as no figure.
/// </remarks>
internal sealed class Divergence(CheckRule rule, ColumnView view, int condition, DistinctCounter? counter) : FigureCheck(rule, view, condition)
{
    /// <summary>Values whose texts are fetched; the hashes of more are taken as they are.</summary>
    private const int UnlikeMax = 10_000;

    private readonly DivergenceCheck _check = (DivergenceCheck)rule.Table!;
    private readonly long[] _counts = new long[((DivergenceCheck)rule.Table!).Weights.Count + 2]; // below, bins, above
    private readonly int _condition = condition;

    /// <summary>Values that are written unlike the expected ones, by the row where each stands first; their texts once a second scan has fetched them.</summary>
    private readonly SortedDictionary<long, string?> _unlike = [];
    private readonly double[] _numbers = [.. (((DivergenceCheck)rule.Table!).Values ?? []).Select(value => NumberText.TryPlain(value, out var number) ? number : double.NaN)];
    private bool _looked;

    /// <summary>Values are compared by their text, and by value where both are numbers: 2.50 is the expected 2.5.</summary>
    public override bool Again
    {
        get
        {
            if (!_looked && _check.Bins is null && (!View.IsText || Array.Exists(_numbers, number => !double.IsNaN(number))))
            {
                var known = Known();
                counter!.Visit(value =>
                {
                    if (_unlike.Count < UnlikeMax && !known.ContainsKey(value.Hash))
                    {
                        _unlike[value.FirstRow] = null;
                    }
                });
            }

            _looked = true;
            return _unlike.Count > 0;
        }
    }

    public override void TakeAgain(BatchView batch)
    {
        foreach (var row in _unlike.Keys.Where(row => row >= batch.FirstRow && row < batch.FirstRow + batch.Rows).ToList())
        {
            _unlike[row] = View.Vector.Text((int)(row - batch.FirstRow));
        }
    }

    public override void Take(BatchView batch)
    {
        base.Take(batch);
        if (_check.Bins is not { } bins)
        {
            return;
        }

        var edges = bins as double[] ?? [.. bins];
        var selected = batch.Selected(_condition);
        var numbers = View.Numbers;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (!double.IsNaN(numbers[row]) && selected?[row] != false)
            {
                var number = numbers[row];
                var at = Array.BinarySearch(edges, number);
                at = at >= 0 ? at + 1 : ~at; // 0 below, 1 to n in a bin, n + 1 above
                _counts[number == edges[^1] ? edges.Length - 1 : at]++;
            }
        }
    }

    public override Verdict End()
    {
        var divergence = _check.Bins is null ? Categorical() : Binned();
        return new Verdict(divergence <= _check.Threshold, Number(divergence));
    }

    /// <summary>Divergence of shares that are made to add up to 1; infinite where something occurs that is not expected.</summary>
    public static double Of(IReadOnlyList<double> observed, IReadOnlyList<double> expected)
    {
        var (all, expectedAll) = (observed.Sum(), expected.Sum());
        double sum = 0;
        for (var i = 0; i < observed.Count; i++)
        {
            var (p, q) = (observed[i] / all, expected[i] / expectedAll);
            sum += p > 0 ? q > 0 ? p * Math.Log(p / q) : double.PositiveInfinity : 0;
        }

        return all > 0 ? sum : double.NaN;
    }

    private double Categorical()
    {
        var observed = new double[_check.Values!.Count];
        var expected = _check.Weights.ToList();
        var others = new List<double>();
        var known = Known();
        counter!.Visit(value =>
        {
            var at = known.TryGetValue(value.Hash, out var found) ? found : _unlike.GetValueOrDefault(value.FirstRow) is { } text ? Expected(text) : -1;
            if (at >= 0)
            {
                observed[at] += value.Count;
            }
            else
            {
                others.Add(value.Count);
            }
        });
        if (others.Count > 0)
        {
            others.Sort(); // visited in the order of seeded hashes: a sum of doubles needs one order
            expected = [.. expected.Select(weight => weight * (1 - _check.TailWeightHoldout)), .. others.Select(_ => _check.TailWeightHoldout / others.Count)];
        }

        return Of([.. observed, .. others], expected);
    }

    /// <summary>Hashes of the expected values as they are mostly written, with their places.</summary>
    private Dictionary<Hash128, int> Known()
    {
        var known = new Dictionary<Hash128, int>();
        for (var i = 0; i < _check.Values!.Count; i++)
        {
            known.TryAdd(HashIndex.Kept(ValueHash.Of(Encoding.UTF8.GetBytes(_check.Values[i]))), i);
            if (!double.IsNaN(_numbers[i]))
            {
                var (number, whole) = (_numbers[i] + 0.0, (long)_numbers[i]);
                ReadOnlySpan<byte> bytes = View.Form switch
                {
                    VectorForm.Double => MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in number)),
                    VectorForm.Integer when whole == number => MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in whole)),
                    _ => Encoding.UTF8.GetBytes(NumberText.Shortest(number)),
                };
                known.TryAdd(HashIndex.Kept(ValueHash.Of(bytes)), i);
            }
        }

        return known;
    }

    /// <summary>The place of a value, by its text or, where both are numbers, by value; -1: it is not expected.</summary>
    private int Expected(string text)
    {
        var number = NumberText.TryPlain(text, out var read) ? read : double.NaN;
        for (var i = 0; i < _numbers.Length; i++)
        {
            if (_check.Values![i] == text || _numbers[i] == number)
            {
                return i;
            }
        }

        return -1;
    }

    private double Binned()
    {
        var bins = _check.Bins!;
        var weights = _check.Weights.Select(weight => weight * (1 - _check.TailWeightHoldout - _check.InternalWeightHoldout)).ToArray();
        var zero = weights.Count(weight => weight == 0);
        if (_check.InternalWeightHoldout > 0 && zero > 0)
        {
            weights = [.. weights.Select(weight => weight == 0 ? _check.InternalWeightHoldout / zero : weight)];
        }

        var (openBelow, openAbove) = (double.IsNegativeInfinity(bins[0]), double.IsPositiveInfinity(bins[^1]));
        var half = openBelow || openAbove ? _check.TailWeightHoldout : _check.TailWeightHoldout / 2;
        List<double> observed = [.. _counts.AsSpan(1, weights.Length).ToArray().Select(count => (double)count)], expected = [.. weights];
        if (!openBelow)
        {
            observed.Insert(0, _counts[0]);
            expected.Insert(0, _check.TailWeights?[0] ?? half);
        }

        if (!openAbove)
        {
            observed.Add(_counts[^1]);
            expected.Add(_check.TailWeights?[1] ?? half);
        }

        return Of(observed, expected);
    }
}
