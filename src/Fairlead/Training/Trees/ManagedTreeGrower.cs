using Fairlead.Models.Scoring;

namespace Fairlead.Training.Trees;

/// <summary>Grows one tree leaf by leaf, always splitting the leaf with the largest gain, on histograms of gradients.</summary>
/// <remarks>
/// Gain of a split and value of a leaf are the second-order ones of T. Chen and C. Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016, equations 5 to 7.
/// Missing values of a numeric column go to the side where the gain is larger (their algorithm 3). The levels of a category are ordered by gradient over hessian and
/// cut once in that order, which finds the best two groups (W. D. Fisher, "On Grouping for Maximum Homogeneity", JASA 1958); missing and unseen levels go right.
/// One thread and a fixed order of sums: the same input gives the same tree.
/// </remarks>
internal sealed class ManagedTreeGrower(ManagedBins bins, TreeSettings settings, Random random)
{
    private const int Width = 256;

    /// <summary>Extra hessian that levels of a category are smoothed by, so that rare ones do not sort to the ends by chance.</summary>
    private const double LevelSmoothing = 10;

    private readonly int _columns = bins.Bins.Length;
    private double[] _gradients = [];
    private double[] _hessians = [];

    private sealed record Split(double Gain, int Column, int Bin, bool DefaultLeft, uint[]? Levels);

    private sealed class Leaf
    {
        public required int[] Rows { get; init; }

        public required double[] Histogram { get; init; }

        public required double Gradient { get; init; }

        public required double Hessian { get; init; }

        public Split? Best { get; set; }

        /// <summary>The child slot of the tree that points here: node * 2, + 1 for the right child; -1 for the root.</summary>
        public required int Slot { get; init; }
    }

    /// <param name="rows">The rows to learn from, in increasing order.</param>
    /// <param name="gradients">Shape [all rows]: first derivative of the loss by the raw score.</param>
    /// <param name="hessians">Shape [all rows]: second derivative, &gt; 0.</param>
    /// <param name="shrinkage">Leaf values are multiplied by this.</param>
    /// <returns>The tree; one leaf when no split gains anything.</returns>
    public Tree Grow(int[] rows, double[] gradients, double[] hessians, double shrinkage)
    {
        (_gradients, _hessians) = (gradients, hessians);
        var columns = Sample(_columns, settings.Features);
        var leaves = new List<Leaf> { MakeLeaf(rows, Histogram(rows, columns), columns, -1) };
        var nodes = new List<(Split Split, int Left, int Right, double Cover)>();
        while (leaves.Count < settings.Leaves)
        {
            var at = -1;
            for (var i = 0; i < leaves.Count; i++)
            {
                if (leaves[i].Best is { } best && (at < 0 || best.Gain > leaves[at].Best!.Gain))
                {
                    at = i;
                }
            }

            if (at < 0)
            {
                break;
            }

            var (leaf, split) = (leaves[at], leaves[at].Best!);
            var left = Array.FindAll(leaf.Rows, row => GoesLeft(split, row));
            var right = Array.FindAll(leaf.Rows, row => !GoesLeft(split, row));
            var small = Histogram(left.Length <= right.Length ? left : right, columns);
            var large = leaf.Histogram; // the sibling's is what remains: its buffer is taken over
            for (var i = 0; i < large.Length; i++)
            {
                large[i] -= small[i];
            }

            var node = nodes.Count;
            nodes.Add((split, 0, 0, leaf.Rows.Length));
            Link(nodes, leaf.Slot, node);
            leaves[at] = MakeLeaf(left, left.Length <= right.Length ? small : large, columns, node * 2);
            leaves.Add(MakeLeaf(right, left.Length <= right.Length ? large : small, columns, (node * 2) + 1));
        }

        for (var i = 0; i < leaves.Count; i++)
        {
            Link(nodes, leaves[i].Slot, ~i);
        }

        return new Tree
        {
            Features = [.. nodes.Select(node => node.Split.Column)],
            Thresholds = [.. nodes.Select(node => node.Split.Levels is null ? bins.Upper[node.Split.Column][node.Split.Bin] : 0)],
            Left = [.. nodes.Select(node => node.Left)],
            Right = [.. nodes.Select(node => node.Right)],
            DefaultLeft = [.. nodes.Select(node => node.Split.DefaultLeft)],
            Categories = [.. nodes.Select(node => node.Split.Levels)],
            LeafValues = [.. leaves.Select(leaf => -leaf.Gradient / (leaf.Hessian + settings.L2) * shrinkage)],
            NodeCover = [.. nodes.Select(node => node.Cover)],
            LeafCover = [.. leaves.Select(leaf => (double)leaf.Rows.Length)],
        };
    }

    private static void Link(List<(Split Split, int Left, int Right, double Cover)> nodes, int slot, int child)
    {
        if (slot >= 0)
        {
            var parent = nodes[slot / 2];
            nodes[slot / 2] = slot % 2 == 0 ? parent with { Left = child } : parent with { Right = child };
        }
    }

    private bool GoesLeft(Split split, int row)
    {
        var bin = bins.Bins[split.Column][row];
        return split.Levels is { } levels ? bin / 32 < levels.Length && (levels[bin / 32] >> (bin % 32) & 1) != 0
            : bin == ManagedBins.Missing ? split.DefaultLeft
            : bin <= split.Bin;
    }

    private int[] Sample(int count, double share)
    {
        var all = Enumerable.Range(0, count).ToArray();
        if (share >= 1)
        {
            return all;
        }

        random.Shuffle(all);
        var picked = all[..Math.Max(1, (int)Math.Ceiling(count * share))];
        Array.Sort(picked);
        return picked;
    }

    /// <summary>Sums of gradient, hessian and rows. Shape [picked columns x 256 bins x 3].</summary>
    private double[] Histogram(int[] rows, int[] columns)
    {
        var histogram = new double[columns.Length * Width * 3];
        for (var c = 0; c < columns.Length; c++)
        {
            var column = bins.Bins[columns[c]];
            var part = histogram.AsSpan(c * Width * 3, Width * 3);
            foreach (var row in rows)
            {
                var at = column[row] * 3;
                part[at] += _gradients[row];
                part[at + 1] += _hessians[row];
                part[at + 2]++;
            }
        }

        return histogram;
    }

    private Leaf MakeLeaf(int[] rows, double[] histogram, int[] columns, int slot)
    {
        double gradient = 0, hessian = 0;
        foreach (var row in rows)
        {
            gradient += _gradients[row];
            hessian += _hessians[row];
        }

        var leaf = new Leaf { Rows = rows, Histogram = histogram, Gradient = gradient, Hessian = hessian, Slot = slot };
        if (rows.Length >= 2 * settings.MinLeaf)
        {
            // A forest looks at half of the columns, drawn anew for each node (Breiman 2001).
            var looked = settings.Forest ? Sample(columns.Length, 0.5) : null;
            for (var i = 0; i < (looked?.Length ?? columns.Length); i++)
            {
                var c = looked?[i] ?? i;
                var part = histogram.AsSpan(c * Width * 3, Width * 3);
                var found = bins.Categorical[columns[c]] ? BestLevels(part, leaf, columns[c]) : BestThreshold(part, leaf, columns[c]);
                if (found is not null && (leaf.Best is null || found.Gain > leaf.Best.Gain))
                {
                    leaf.Best = found;
                }
            }
        }

        return leaf;
    }

    private double Gain(double gradient, double hessian, double rows, Leaf leaf, double penalty)
    {
        var (otherGradient, otherHessian, otherRows) = (leaf.Gradient - gradient, leaf.Hessian - hessian, leaf.Rows.Length - rows);
        if (rows < settings.MinLeaf || otherRows < settings.MinLeaf || hessian < 1e-3 || otherHessian < 1e-3)
        {
            return 0;
        }

        return (gradient * gradient / (hessian + penalty)) + (otherGradient * otherGradient / (otherHessian + penalty))
            - (leaf.Gradient * leaf.Gradient / (leaf.Hessian + settings.L2));
    }

    private Split? BestThreshold(Span<double> part, Leaf leaf, int column)
    {
        var missing = ManagedBins.Missing * 3;
        var cuts = bins.Upper[column].Length;
        var only = settings.Extra && cuts > 0 ? random.Next(cuts) : -1;
        var best = 1e-10;
        var (bestBin, bestLeft) = (-1, false);
        double gradient = 0, hessian = 0, rows = 0;
        for (var bin = 0; bin < cuts; bin++)
        {
            gradient += part[bin * 3];
            hessian += part[(bin * 3) + 1];
            rows += part[(bin * 3) + 2];
            if (only >= 0 && bin != only)
            {
                continue;
            }

            var gain = Gain(gradient, hessian, rows, leaf, settings.L2);
            if (gain > best)
            {
                (best, bestBin, bestLeft) = (gain, bin, false);
            }

            if (part[missing + 2] > 0)
            {
                gain = Gain(gradient + part[missing], hessian + part[missing + 1], rows + part[missing + 2], leaf, settings.L2);
                if (gain > best)
                {
                    (best, bestBin, bestLeft) = (gain, bin, true);
                }
            }
        }

        return bestBin < 0 ? null : new Split(best, column, bestBin, bestLeft, null);
    }

    private Split? BestLevels(Span<double> part, Leaf leaf, int column)
    {
        var levels = new List<(double Order, int Level)>();
        for (var level = 0; level < ManagedBins.Missing; level++)
        {
            if (part[(level * 3) + 2] > 0)
            {
                levels.Add((part[level * 3] / (part[(level * 3) + 1] + LevelSmoothing), level));
            }
        }

        levels.Sort();
        var only = settings.Extra && levels.Count > 1 ? random.Next(levels.Count - 1) : -1;
        var best = 1e-10;
        var bestCount = 0;
        double gradient = 0, hessian = 0, rows = 0;
        for (var i = 0; i < levels.Count; i++)
        {
            var at = levels[i].Level * 3;
            gradient += part[at];
            hessian += part[at + 1];
            rows += part[at + 2];
            var gain = only >= 0 && i != only ? 0 : Gain(gradient, hessian, rows, leaf, settings.L2 + LevelSmoothing);
            if (gain > best)
            {
                (best, bestCount) = (gain, i + 1);
            }
        }

        if (bestCount == 0)
        {
            return null;
        }

        var set = new uint[(levels.Take(bestCount).Max(entry => entry.Level) / 32) + 1];
        foreach (var (_, level) in levels.Take(bestCount))
        {
            set[level / 32] |= 1u << (level % 32);
        }

        return new Split(best, column, 0, false, set);
    }
}
