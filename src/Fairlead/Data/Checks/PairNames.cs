using System.Globalization;
using System.Runtime.InteropServices;
using Fairlead.Data.Scanning;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Inference;

namespace Fairlead.Data.Checks;

/// <summary>Counts the combinations of two columns of names, one of which decides the other. A row without one of the two is not looked at.</summary>
internal sealed class PairNames(ColumnView left, ColumnView right)
{
    /// <summary>Combinations counted; with more, nothing is decided.</summary>
    private const int CombinationsMax = 200;

    private readonly ValueHash _left = new(left);
    private readonly ValueHash _right = new(right);
    private readonly Dictionary<(Hash128, Hash128), (string Left, string Right, long Count)> _counts = [];

    public void Take(BatchView batch)
    {
        for (var row = 0; row < batch.Rows && _counts.Count <= CombinationsMax; row++)
        {
            if (!left.IsMissing(row) && !right.IsMissing(row))
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, (_left.At(row), _right.At(row)), out var isKnown);
                count = isKnown ? (count.Left, count.Right, count.Count + 1) : (left.Cell(row).ToString(), right.Cell(row).ToString(), 1);
            }
        }
    }

    /// <summary>The check, after the last row, with its reason and the share of rows that fail it; null where the one does not decide the other.</summary>
    public (PairInSetCheck Check, string Reason, double FailingShare)? Found()
    {
        var looked = _counts.Values.Sum(pair => pair.Count);
        if (_counts.Count > CombinationsMax || looked < ProposalRules.RowsMin)
        {
            return null;
        }

        // A name is read back by its own text: the separator stands in none of the names that are listed.
        var levels = _counts.Values.Select(pair => (Value: $"{pair.Left}\0{pair.Right}", pair.Count)).ToList();
        var decided = _counts.Values.GroupBy(pair => pair.Left, StringComparer.Ordinal).Sum(group => group.Max(pair => pair.Count));
        if (decided < (1 - ProposalRules.FailingMax) * looked || ProposalRules.Names(levels) is not { } set)
        {
            return null;
        }

        var most = set.LeftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"all but {set.LeftOut:N0} of ");
        return (
            new PairInSetCheck(left.Name, right.Name, [.. set.Names.Select(name => (IReadOnlyList<string?>)name.Split('\0'))], true),
            string.Create(CultureInfo.InvariantCulture, $"{left.Name} decides {right.Name}: {set.Names.Count} combinations make up {most}{looked:N0} rows that have both."),
            (double)set.LeftOut / looked);
    }
}
