using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>A check of two columns that holds.</summary>
/// <param name="Reason">What in the data speaks for it.</param>
/// <param name="FailingShare">Share of the rows looked at that fail it, in [0, 1].</param>
internal sealed record PairFound(RowCheck? Row, TableCheck? Table, string Reason, double FailingShare);

/// <summary>
/// What holds between two columns of a table, counted in the same scan as <see cref="ColumnFacts"/>. Which pairs are counted is found in the first batch: those that (nearly) hold there
/// and would not if the two columns had nothing to do with each other. A row without one of the two values is not looked at.
/// </summary>
internal sealed class PairFacts(IReadOnlyList<ColumnView> columns) : IDisposable
{
    /// <summary>Pairs of one kind that are counted and proposed, at most.</summary>
    public const int PairsMax = 20;

    /// <summary>Columns that are looked at in pairs, the first; a wider table has as many pairs as its square.</summary>
    public const int ColumnsMax = 100;

    /// <summary>Pairs of columns whose combinations are counted at once: 16 bytes a row each, beyond 8 MB in a private file.</summary>
    private const int UniqueMax = 5;

    /// <summary>Unrelated columns must break the rule in at least this share of the rows; else that it holds says nothing.</summary>
    private const double UnrelatedMin = 0.05;

    /// <summary>Rows in which unrelated columns of the same frequencies would repeat a combination, at least, for its uniqueness to say something.</summary>
    private const double RepeatsMin = 10;

    /// <summary>Distinct values of a column in the first batch up to which it may be part of a key, as a share of its rows.</summary>
    private const double VariedMax = 0.9;

    private readonly List<PairCount> _counted = [];
    private bool _chosen;

    public void Take(BatchView batch)
    {
        if (!_chosen && batch.Rows > 0)
        {
            _chosen = true;
            Choose(batch);
        }

        foreach (var pair in _counted)
        {
            pair.Take(batch);
        }

        foreach (var broken in _counted.Where(pair => pair.IsBroken).ToList())
        {
            broken.Dispose();
            _counted.Remove(broken);
        }
    }

    /// <summary>What held to the last row.</summary>
    /// <param name="isUnique">Whether a column's values each stand once: part of no key of several columns.</param>
    public IEnumerable<PairFound> Found(Func<string, bool> isUnique)
    {
        foreach (var found in _counted.OfType<SamePair>().Where(pair => pair.Holds))
        {
            yield return found.Found();
        }

        var above = _counted.OfType<OrderedPair>().Where(pair => pair.Holds).ToList();
        foreach (var found in above.Where(pair => !Follows(pair, above)))
        {
            yield return found.Found();
        }

        foreach (var found in _counted.OfType<NamedPair>().Where(pair => pair.Holds))
        {
            if (found.Found() is { } named)
            {
                yield return named;
            }
        }

        foreach (var found in _counted.OfType<UniquePair>().Where(pair => !isUnique(pair.Left.Name) && !isUnique(pair.Right.Name) && pair.HoldsNow()))
        {
            yield return found.Found();
        }
    }

    public void Dispose() => _counted.ForEach(pair => pair.Dispose());

    /// <summary>a above c, where b lies between them.</summary>
    private static bool Follows(OrderedPair pair, List<OrderedPair> all) =>
        all.Any(first => first.Left == pair.Left && first.Right != pair.Right && all.Any(second => second.Left == first.Right && second.Right == pair.Right));

    private void Choose(BatchView batch)
    {
        var heads = columns.Take(ColumnsMax).Select(column => new ColumnHead(column, batch.Rows)).ToList();
        var same = new List<(double Unrelated, SamePair Pair)>();
        var above = new List<(double Unrelated, OrderedPair Pair)>();
        var named = new List<(double Unrelated, NamedPair Pair)>();
        var unique = new List<(double Unrelated, UniquePair Pair)>();
        for (var i = 0; i < heads.Count; i++)
        {
            for (var j = 0; j < heads.Count; j++)
            {
                if (i == j)
                {
                    continue;
                }

                var (a, b) = (heads[i], heads[j]);
                if (i < j && a.Same(b) is { } equal && equal.Held >= 1 - ProposalRules.FailingMax && equal.Unrelated <= 1 - (10 * UnrelatedMin))
                {
                    same.Add((1 - equal.Unrelated, new SamePair(a.View, b.View)));
                }
                else if (a.Above(b) is { } order && order.Held >= 1 - ProposalRules.FailingMax && order.Unrelated <= 1 - UnrelatedMin && !(a.Same(b)?.Held >= 1 - ProposalRules.FailingMax))
                {
                    above.Add((1 - order.Unrelated, new OrderedPair(a.View, b.View, a.IsNumber, 1 - order.Unrelated)));
                }

                if (a.Determines(b) is { } names && names.Held >= 1 - ProposalRules.FailingMax && names.Unrelated <= 1 - (2 * UnrelatedMin) && !(i > j && b.Determines(a)?.Held >= 1 - ProposalRules.FailingMax) && !(a.Same(b)?.Held >= 1 - ProposalRules.FailingMax))
                {
                    named.Add((1 - names.Unrelated, new NamedPair(a.View, b.View)));
                }

                if (i < j && a.IsPartOfKey(VariedMax) && b.IsPartOfKey(VariedMax) && a.Repeats(b) >= RepeatsMin && !a.Repeated(b))
                {
                    unique.Add((a.Repeats(b), new UniquePair(a.View, b.View, a.Repeats(b))));
                }
            }
        }

        // What holds of a copy of a column holds of the column.
        var copies = same.Select(found => found.Pair.Right).ToHashSet();
        _counted.AddRange(Best(same, PairsMax, []));
        _counted.AddRange(Best(above, PairsMax * 2, copies)); // some follow from others
        _counted.AddRange(Best(named, PairsMax, copies));
        _counted.AddRange(Best(unique, UniqueMax, copies));
    }

    /// <summary>Those that say most: that unrelated columns would break most often.</summary>
    private static List<PairCount> Best<T>(List<(double Unrelated, T Pair)> pairs, int most, HashSet<ColumnView> without)
        where T : PairCount
    {
        List<PairCount> best = [.. pairs.OrderByDescending(pair => pair.Unrelated).Select(pair => pair.Pair).Where(pair => !without.Contains(pair.Left) && !without.Contains(pair.Right)).Take(most)];
        pairs.ForEach(pair => (best.Contains(pair.Pair) ? null : pair.Pair)?.Dispose());
        return best;
    }
}
