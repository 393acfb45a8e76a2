using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>What two columns may be to each other.</summary>
internal enum PairKind
{
    /// <summary>pair_equal.</summary>
    Same,

    /// <summary>pair_greater, or equal.</summary>
    Above,

    /// <summary>pair_in_set: the first decides the second.</summary>
    Named,

    /// <summary>compound_unique.</summary>
    Unique,
}

/// <summary>Two columns about which something (nearly) holds in the first rows, and would not if they had nothing to do with each other.</summary>
/// <param name="Left">Place of the column in the table.</param>
/// <param name="Broken">Of unrelated columns: the share of rows that would break it, in [0, 1]; of <see cref="PairKind.Unique"/> the rows that would repeat a combination, among the first.</param>
internal sealed record PairCandidate(PairKind Kind, int Left, int Right, double Broken);

/// <summary>
/// Finds the pairs of columns that are worth measuring, among all columns, from their first rows. How many pairs are looked at is bounded: all pairs of about 2,000 columns of a kind, in a wider table
/// those that stand nearest to each other; columns that are the same are found wherever they stand, by hashes over eight rows at a time.
/// </summary>
internal sealed class PairCandidates(IReadOnlyList<ColumnHead> heads, CancellationToken cancel)
{
    /// <summary>Pairs of one kind that are measured, at most.</summary>
    public const int PairsMax = 20;

    /// <summary>Pairs of columns whose combinations are counted at once.</summary>
    private const int UniqueMax = 5;

    /// <summary>Pairs of one kind that are looked at in the first rows.</summary>
    private const int LookedMax = 2_000_000;

    /// <summary>Pairs whose combinations are looked at in the first rows.</summary>
    private const int CombinedMax = 500_000;

    /// <summary>Unrelated columns must break the rule in at least this share of the rows; else that it holds says nothing.</summary>
    private const double UnrelatedMin = 0.05;

    /// <summary>What an estimate from places in order may be off.</summary>
    private const double PlacesError = 0.03;

    /// <summary>Rows in which unrelated columns of the same frequencies would repeat a combination, at least, for its uniqueness to say something.</summary>
    private const double RepeatsMin = 10;

    /// <summary>Distinct values of a column in the first rows up to which it may be part of a key, as a share of its rows.</summary>
    private const double VariedMax = 0.9;

    /// <summary>Rows that are hashed together to find columns that are the same.</summary>
    private const int BandRows = 8;

    /// <summary>Columns of one hash that are each held against each other.</summary>
    private const int BandColumnsMax = 8;

    /// <summary>The pairs to measure: of each kind those that say most.</summary>
    /// <param name="repeats">Whether a column's values repeat, in all rows: else it is part of no key of several columns.</param>
    public IReadOnlyList<PairCandidate> Find(Func<int, bool> repeats)
    {
        var same = Same();
        var copies = same.Select(pair => pair.Right).ToHashSet(); // what holds of a copy of a column holds of the column
        return
        [
            .. Best(same, PairsMax, []),
            .. Best(Above(), PairsMax * 2, copies), // some follow from others
            .. Best(Named(), PairsMax, copies),
            .. Best(Unique(repeats), UniqueMax, copies),
        ];
    }

    private static IEnumerable<PairCandidate> Best(List<PairCandidate> pairs, int most, HashSet<int> without) =>
        pairs.Where(pair => !without.Contains(pair.Left) && !without.Contains(pair.Right)).OrderByDescending(pair => pair.Broken).ThenBy(pair => pair.Left).ThenBy(pair => pair.Right).Take(most);

    private List<PairCandidate> Same()
    {
        var found = new List<PairCandidate>();
        var known = new HashSet<(int, int)>();
        var columns = Columns(head => head.Concentration <= 1 - (10 * UnrelatedMin) + PlacesError);
        foreach (var (left, right) in Nearest(columns, LookedMax).Concat(columns.Count * (columns.Count - 1L) / 2 > LookedMax ? Banded(columns) : []))
        {
            if (heads[left].Same(heads[right]) is { } equal && equal.Unrelated <= 1 - (10 * UnrelatedMin) && known.Add((left, right)))
            {
                found.Add(new PairCandidate(PairKind.Same, left, right, 1 - equal.Unrelated));
            }
        }

        return found;
    }

    private List<PairCandidate> Above()
    {
        var found = new List<PairCandidate>();
        foreach (var columns in new[] { Columns(head => head is { HasOrder: true, IsNumber: true }), Columns(head => head is { HasOrder: true, IsDate: true }) })
        {
            foreach (var (first, second) in Nearest(columns, LookedMax))
            {
                Try(first, second);
                Try(second, first);
            }
        }

        return found;

        void Try(int left, int right)
        {
            var (a, b) = (heads[left], heads[right]);
            if (a.AboveByChance(b) is var chance && chance <= 1 - UnrelatedMin + PlacesError && a.Above(b) is { } order && order.Unrelated <= 1 - UnrelatedMin && a.Same(b) is null)
            {
                found.Add(new PairCandidate(PairKind.Above, left, right, 1 - order.Unrelated));
            }
        }
    }

    private List<PairCandidate> Named()
    {
        var found = new List<PairCandidate>();
        foreach (var (first, second) in Nearest(Columns(head => head.Names is not null), LookedMax / 4))
        {
            if (!Try(first, second)) // names that decide each other are one list, not two
            {
                Try(second, first);
            }
        }

        return found;

        bool Try(int left, int right)
        {
            var (a, b) = (heads[left], heads[right]);
            if (a.Distinct * 2 < b.Distinct || a.Determines(b) is not { } names || names.Held < 1 - ProposalRules.FailingMax || a.Same(b) is not null)
            {
                return false; // fewer names can't decide more, but for slips
            }

            if (names.Unrelated <= 1 - (2 * UnrelatedMin))
            {
                found.Add(new PairCandidate(PairKind.Named, left, right, 1 - names.Unrelated));
            }

            return true;
        }
    }

    private List<PairCandidate> Unique(Func<int, bool> repeats)
    {
        var found = new List<PairCandidate>();
        var columns = Columns(head => head.IsPartOfKey(VariedMax)).Where(repeats).ToList();
        var pairs = Math.Min(CombinedMax, columns.Count * (columns.Count - 1.0) / 2);
        var least = RepeatsMin + Math.Log(Math.Max(1, pairs)); // none of so many pairs would show no repeat by chance
        var seen = new Combinations(heads.Count == 0 ? 0 : heads[0].Hashes.Length);
        foreach (var (left, right) in Nearest(columns, CombinedMax))
        {
            if (heads[left].Repeats(heads[right]) is var expected && expected >= least && !seen.Repeat(heads[left].Hashes, heads[right].Hashes))
            {
                found.Add(new PairCandidate(PairKind.Unique, left, right, expected));
            }
        }

        return found;
    }

    private List<int> Columns(Func<ColumnHead, bool> take) => [.. Enumerable.Range(0, heads.Count).Where(i => take(heads[i]))];

    /// <summary>Pairs of columns, neighbours first, the left one before the right one.</summary>
    private IEnumerable<(int Left, int Right)> Nearest(List<int> columns, int most)
    {
        var given = 0;
        for (var apart = 1; apart < columns.Count; apart++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var i = 0; i + apart < columns.Count; i++)
            {
                if (given++ == most)
                {
                    yield break;
                }

                yield return (columns[i], columns[i + apart]);
            }
        }
    }

    /// <summary>Pairs of columns that are the same in eight rows.</summary>
    private IEnumerable<(int Left, int Right)> Banded(List<int> columns)
    {
        var rows = heads[0].Hashes.Length;
        var given = 0;
        for (var from = 0; from + BandRows <= rows; from += BandRows)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var alike in columns.GroupBy(i => BandOf(heads[i].Hashes.Slice(from, BandRows))).Select(group => group.ToList()).Where(group => group.Count > 1))
            {
                for (var i = 0; i < alike.Count; i++)
                {
                    for (var j = i + 1; j < alike.Count && (j == i + 1 || alike.Count <= BandColumnsMax); j++)
                    {
                        if (given++ == LookedMax)
                        {
                            yield break;
                        }

                        yield return (alike[i], alike[j]);
                    }
                }
            }
        }
    }

    private static ulong BandOf(ReadOnlySpan<uint> hashes)
    {
        ulong band = 0;
        foreach (var hash in hashes)
        {
            band = Profiles.Hashes.Mix(band ^ hash);
        }

        return band;
    }

    /// <summary>Looks for a combination that stands twice; its room is used again for each pair.</summary>
    private sealed class Combinations
    {
        private readonly ulong[] _keys;
        private readonly int[] _stamps;
        private int _stamp;

        public Combinations(int rows)
        {
            var size = 64;
            while (size < rows * 2)
            {
                size *= 2;
            }

            (_keys, _stamps) = (new ulong[size], new int[size]);
        }

        public bool Repeat(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right)
        {
            _stamp++;
            var mask = _keys.Length - 1;
            for (var row = 0; row < left.Length; row++)
            {
                if (left[row] == 0 || right[row] == 0)
                {
                    continue;
                }

                var key = ((ulong)left[row] << 32) | right[row];
                var slot = (int)Profiles.Hashes.Mix(key) & mask;
                for (; _stamps[slot] == _stamp; slot = (slot + 1) & mask)
                {
                    if (_keys[slot] == key)
                    {
                        return true;
                    }
                }

                (_stamps[slot], _keys[slot]) = (_stamp, key);
            }

            return false;
        }
    }
}
