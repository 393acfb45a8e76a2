using System.Numerics;

namespace Fairlead.Customers.Causes;

/// <summary>
/// Finds the one or two conditions that tell corrected rows from others in the fewest bits: naming the slice among all of its kind, then which rows are corrected
/// inside and outside it (minimum description length; Rissanen 1978). Few conditions are cheap, many possible slices are dear.
/// </summary>
internal sealed class SliceSearch
{
    /// <summary>Fewest corrections that can have a common cause.</summary>
    public const int CorrectionsMin = 3;

    /// <summary>Chance of an accident, after correction for the slices looked at, up to which a cause is named.</summary>
    public const double ChanceMax = 0.05;

    private readonly ulong[][] _members;
    private readonly int[] _columns;
    private readonly int _rows;
    private readonly double[] _logFactorials;

    /// <param name="members">Which rows meet condition i. Shape [conditions][rows].</param>
    /// <param name="columns">Column of each condition: two conditions on one column are not paired.</param>
    public SliceSearch(IReadOnlyList<bool[]> members, int[] columns, int rows)
    {
        (_columns, _rows) = (columns, rows);
        _members = [.. members.Select(Bits)];
        _logFactorials = new double[rows + 2];
        for (var i = 2; i < _logFactorials.Length; i++)
        {
            _logFactorials[i] = _logFactorials[i - 1] + Math.Log(i);
        }
    }

    /// <param name="First">Index of a condition.</param>
    /// <param name="Second">Index of another, or -1.</param>
    /// <param name="Bits">Description length.</param>
    /// <param name="Chance">Bonferroni-corrected.</param>
    public sealed record Found(int First, int Second, int Rows, int Hits, double Bits, double Chance);

    /// <summary>The best single condition and the best pair that both save bits and are no accident; null where there is none.</summary>
    /// <param name="live">Rows that count.</param>
    /// <param name="hits">Rows that were corrected.</param>
    public (Found? Single, Found? Pair) Best(bool[] live, bool[] hits)
    {
        var (within, corrected) = (Bits(live), Bits([.. live.Zip(hits, (l, h) => l && h)]));
        var (rows, all) = (Count(within), Count(corrected));
        var nothing = Code(rows, all);
        int[] singles = [.. Enumerable.Range(0, _members.Length).Where(i => CountBoth(_members[i], corrected) >= CorrectionsMin && CountBoth(_members[i], within) < rows)];
        var pairs = Pairs();
        Found? single = null, pair = null;
        foreach (var i in singles)
        {
            single = Better(single, Single(i, live, hits), nothing);
        }

        var both = new ulong[within.Length];
        for (var a = 0; a < singles.Length; a++)
        {
            for (var b = a + 1; b < singles.Length; b++)
            {
                var (i, j) = (singles[a], singles[b]);
                if (_columns[i] == _columns[j])
                {
                    continue;
                }

                for (var w = 0; w < both.Length; w++)
                {
                    both[w] = _members[i][w] & _members[j][w];
                }

                var hit = CountBoth(both, corrected);
                if (hit >= CorrectionsMin)
                {
                    pair = Better(pair, Judge(i, j, CountBoth(both, within), hit), nothing);
                }
            }
        }

        return (single, pair);

        Found Judge(int i, int j, int inside, int hit) => new(
            i, j, inside, hit, Math.Log2(pairs) + Code(inside, hit) + Code(rows - inside, all - hit), Math.Min(1, Tail(rows, all, inside, hit) * (_members.Length + pairs)));
    }

    /// <summary>One condition judged by itself.</summary>
    public Found Single(int condition, bool[] live, bool[] hits)
    {
        var (within, corrected) = (Bits(live), Bits([.. live.Zip(hits, (l, h) => l && h)]));
        var (rows, all) = (Count(within), Count(corrected));
        var (inside, hit) = (CountBoth(_members[condition], within), CountBoth(_members[condition], corrected));
        return new Found(
            condition, -1, inside, hit, Math.Log2(_members.Length) + Code(inside, hit) + Code(rows - inside, all - hit), Math.Min(1, Tail(rows, all, inside, hit) * _members.Length));
    }

    private static Found? Better(Found? best, Found candidate, double nothing) =>
        candidate.Bits < nothing && candidate.Chance <= ChanceMax && (best is null || candidate.Bits < best.Bits || (candidate.Bits == best.Bits && candidate.Hits > best.Hits)) ? candidate : best;

    /// <summary>Bits to say which of so many rows are corrected: log2 of (rows + 1) x C(rows, hits), the code of a share nobody knows beforehand.</summary>
    private double Code(int rows, int hits) => (Math.Log(rows + 1) + LogChoose(rows, hits)) / Math.Log(2);

    /// <summary>Chance that <paramref name="inside"/> rows drawn without replacement hold at least <paramref name="hit"/> of the corrected ones (hypergeometric).</summary>
    internal double Tail(int rows, int corrected, int inside, int hit)
    {
        var sum = 0.0;
        for (var k = hit; k <= Math.Min(inside, corrected); k++)
        {
            if (inside - k <= rows - corrected)
            {
                sum += Math.Exp(LogChoose(corrected, k) + LogChoose(rows - corrected, inside - k) - LogChoose(rows, inside));
            }
        }

        return Math.Min(1, sum);
    }

    private double LogChoose(int of, int take) => _logFactorials[of] - _logFactorials[take] - _logFactorials[of - take];

    private long Pairs()
    {
        var pairs = 0L;
        for (var i = 0; i < _columns.Length; i++)
        {
            for (var j = i + 1; j < _columns.Length; j++)
            {
                pairs += _columns[i] != _columns[j] ? 1 : 0;
            }
        }

        return Math.Max(1, pairs);
    }

    private ulong[] Bits(bool[] flags)
    {
        var bits = new ulong[(_rows + 63) / 64];
        for (var i = 0; i < flags.Length; i++)
        {
            bits[i / 64] |= flags[i] ? 1UL << (i % 64) : 0;
        }

        return bits;
    }

    private static int Count(ulong[] bits) => bits.Sum(word => BitOperations.PopCount(word));

    private static int CountBoth(ulong[] a, ulong[] b)
    {
        var count = 0;
        for (var w = 0; w < a.Length; w++)
        {
            count += BitOperations.PopCount(a[w] & b[w]);
        }

        return count;
    }
}
