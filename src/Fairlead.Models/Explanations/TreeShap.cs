using Fairlead.Models.Scoring;

namespace Fairlead.Models.Explanations;

/// <summary>Exact path-dependent SHAP values of a tree ensemble, in polynomial time.</summary>
/// <remarks>
/// Algorithm 2 of S. Lundberg, G. Erion and S.-I. Lee, "Consistent Individualized Feature Attribution for Tree Ensembles", arXiv:1802.03888, 2018.
/// The value of a set of columns is the tree's expected answer when nodes of those columns follow the row and the others split by training rows (cover).
/// Columns, not inputs, are the players: nodes that read any input of a column belong to it. O(leaves x depth^2) a tree.
/// </remarks>
internal sealed class TreeShap
{
    private readonly TreeEnsemble _ensemble;
    private readonly IReadOnlyList<int> _columnOf;
    private readonly double[] _baseline;
    private readonly int _depth;

    /// <param name="columnOf">The column of each dense input.</param>
    public TreeShap(TreeEnsemble ensemble, IReadOnlyList<int> columnOf)
    {
        (_ensemble, _columnOf, _baseline) = (ensemble, columnOf, [.. ensemble.Base]);
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            var (expected, depth) = Expected(ensemble.Trees[t], ensemble.Trees[t].Features.Length > 0 ? 0 : ~0);
            _baseline[t % ensemble.Outputs] += expected;
            _depth = Math.Max(_depth, depth);
        }
    }

    /// <summary>Adds each column's contribution to raw score <paramref name="output"/>. Returns the baseline.</summary>
    public double Explain(ReadOnlySpan<double> dense, int output, Span<double> contributions)
    {
        // One stretch of the buffer a level; a level's path is at most its depth + 1 long.
        var paths = new Step[(_depth + 2) * (_depth + 3) / 2];
        for (var t = output; t < _ensemble.Trees.Count; t += _ensemble.Outputs)
        {
            var tree = _ensemble.Trees[t];
            if (tree.Features.Length > 0)
            {
                Walk(tree, 0, dense, contributions, paths, 0, 1, 1, -1);
            }
        }

        return _baseline[output];
    }

    private static (double Value, int Depth) Expected(Tree tree, int at)
    {
        if (at < 0)
        {
            return (tree.LeafValues[~at], 0);
        }

        var (left, leftDepth) = Expected(tree, tree.Left[at]);
        var (right, rightDepth) = Expected(tree, tree.Right[at]);
        var share = LeftShare(tree, at);
        return ((share * left) + ((1 - share) * right), 1 + Math.Max(leftDepth, rightDepth));
    }

    /// <summary>Share of the node's training rows that went left; a half when there were none.</summary>
    private static double LeftShare(Tree tree, int node)
    {
        var (left, right) = (Cover(tree, tree.Left[node]), Cover(tree, tree.Right[node]));
        return left + right > 0 ? left / (left + right) : 0.5;
    }

    private static double Cover(Tree tree, int child) => child >= 0 ? tree.NodeCover[child] : tree.LeafCover[~child];

    /// <param name="path">Starts with the parent's path of <paramref name="length"/> steps; what is behind it is free.</param>
    /// <param name="zero">Share of rows that come here when the column is not known.</param>
    /// <param name="one">1 when the row itself comes here, else 0.</param>
    private void Walk(Tree tree, int at, ReadOnlySpan<double> dense, Span<double> contributions, Span<Step> path, int length, double zero, double one, int column)
    {
        Extend(path, length++, zero, one, column);
        if (at < 0)
        {
            var value = tree.LeafValues[~at];
            for (var i = 1; i < length; i++)
            {
                contributions[path[i].Column] += UnwoundSum(path, length - 1, i) * (path[i].One - path[i].Zero) * value;
            }

            return;
        }

        var input = tree.Features[at];
        var (player, wentLeft, share) = (_columnOf[input], tree.GoesLeft(at, dense[input]), LeftShare(tree, at));
        var (zeroBefore, oneBefore) = (1.0, 1.0);
        for (var i = 1; i < length; i++)
        {
            if (path[i].Column == player)
            {
                (zeroBefore, oneBefore) = (path[i].Zero, path[i].One);
                Unwind(path, --length, i);
                break;
            }
        }

        Branch(tree.Left[at], share * zeroBefore, wentLeft ? oneBefore : 0, dense, contributions, path);
        Branch(tree.Right[at], (1 - share) * zeroBefore, wentLeft ? 0 : oneBefore, dense, contributions, path);

        void Branch(int child, double childZero, double childOne, ReadOnlySpan<double> row, Span<double> sums, Span<Step> mine)
        {
            if (childZero == 0 && childOne == 0)
            {
                return; // nobody comes here, known or not
            }

            var next = mine[length..];
            mine[..length].CopyTo(next);
            Walk(tree, child, row, sums, next, length, childZero, childOne, player);
        }
    }

    private static void Extend(Span<Step> path, int depth, double zero, double one, int column)
    {
        path[depth] = new Step { Column = column, Zero = zero, One = one, Weight = depth == 0 ? 1 : 0 };
        for (var i = depth - 1; i >= 0; i--)
        {
            path[i + 1].Weight += one * path[i].Weight * (i + 1) / (depth + 1);
            path[i].Weight = zero * path[i].Weight * (depth - i) / (depth + 1);
        }
    }

    /// <summary>Takes step <paramref name="index"/> out of a path whose last step is <paramref name="depth"/>.</summary>
    private static void Unwind(Span<Step> path, int depth, int index)
    {
        var (zero, one, next) = (path[index].Zero, path[index].One, path[depth].Weight);
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var weight = path[i].Weight;
                path[i].Weight = next * (depth + 1) / ((i + 1) * one);
                next = weight - (path[i].Weight * zero * (depth - i) / (depth + 1));
            }
            else
            {
                path[i].Weight = path[i].Weight * (depth + 1) / (zero * (depth - i));
            }
        }

        for (var i = index; i < depth; i++)
        {
            path[i] = path[i + 1] with { Weight = path[i].Weight };
        }
    }

    /// <summary>Sum of the path's weights if step <paramref name="index"/> were taken out.</summary>
    private static double UnwoundSum(ReadOnlySpan<Step> path, int depth, int index)
    {
        var (zero, one, next, total) = (path[index].Zero, path[index].One, path[depth].Weight, 0.0);
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var weight = next / ((i + 1) * one);
                total += weight;
                next = path[i].Weight - (weight * zero * (depth - i));
            }
            else
            {
                total += path[i].Weight / (zero * (depth - i));
            }
        }

        return total * (depth + 1);
    }

    /// <summary>One column on the way to a node, with what the way costs with and without knowing it.</summary>
    private record struct Step(int Column, double Zero, double One, double Weight);
}
