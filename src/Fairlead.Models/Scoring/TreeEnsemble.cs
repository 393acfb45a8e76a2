namespace Fairlead.Models.Scoring;

/// <summary>One binary decision tree over dense inputs. Arrays have shape [internal nodes], but for the leaves' ones.</summary>
/// <remarks>
/// Node 0 is the root. A child index &gt;= 0 is a node, otherwise leaf ~index. A numeric node goes left when value &lt;= threshold.
/// A categorical node goes left when the level's index is in its set; a level that is not goes right.
/// A level's index is the input cut off to a whole number; a negative one goes right.
/// Missing (NaN) goes left when <see cref="DefaultLeft"/>. A tree with no internal node has one leaf.
/// LightGBM's trees fit in exactly (include/LightGBM/tree.h): where a node's missing type is None, missing counts as 0,
/// so DefaultLeft is 0 &lt;= threshold; in a categorical node missing goes right, so DefaultLeft is false.
/// </remarks>
public sealed class Tree
{
    /// <summary>Dense input read by the node.</summary>
    public required int[] Features { get; init; }

    public required double[] Thresholds { get; init; }

    public required int[] Left { get; init; }

    public required int[] Right { get; init; }

    /// <summary>Missing goes left.</summary>
    public required bool[] DefaultLeft { get; init; }

    /// <summary>Null for a numeric node; for a categorical one, the level indices that go left, as a bit set of 32-bit words.</summary>
    public required uint[]?[] Categories { get; init; }

    /// <summary>Shape [leaves].</summary>
    public required double[] LeafValues { get; init; }

    /// <summary>Training rows (or their weight) per node, for explanations.</summary>
    public required double[] NodeCover { get; init; }

    /// <summary>Training rows (or their weight) per leaf.</summary>
    public required double[] LeafCover { get; init; }

    /// <summary>True when a row with <paramref name="value"/> in the node's input goes left. The plain definition; <see cref="TreeWalker"/> is the fast one.</summary>
    public bool GoesLeft(int node, double value)
    {
        if (double.IsNaN(value))
        {
            return DefaultLeft[node];
        }

        return Categories[node] is { } set ? Contains(set, value) : value <= Thresholds[node];
    }

    /// <summary>True when the level's index, cut off to a whole number, is in the bit set.</summary>
    internal static bool Contains(ReadOnlySpan<uint> set, double value)
    {
        if (!(value > -1 && Math.Truncate(value) < set.Length * 32.0))
        {
            return false;
        }

        var level = (int)value;
        return ((set[level >> 5] >> (level & 31)) & 1) != 0;
    }

    /// <exception cref="ArgumentException">The arrays differ in length, a number is out of range, or the nodes are not one binary tree.</exception>
    internal void Check()
    {
        var (nodes, leaves) = (Features.Length, LeafValues.Length);
        if (leaves != nodes + 1)
        {
            throw new ArgumentException($"A tree of {nodes} nodes has {leaves} leaves; a binary tree has one more than nodes.");
        }

        if (Thresholds.Length != nodes || Left.Length != nodes || Right.Length != nodes || DefaultLeft.Length != nodes
            || Categories.Length != nodes || NodeCover.Length != nodes || LeafCover.Length != leaves)
        {
            throw new ArgumentException($"The arrays of a tree of {nodes} nodes differ in length.");
        }

        var (nodeParents, leafParents) = (new bool[nodes], new bool[leaves]);
        for (var n = 0; n < nodes; n++)
        {
            if (Features[n] < 0)
            {
                throw new ArgumentException($"Node {n} reads input {Features[n]}.");
            }

            foreach (var child in (ReadOnlySpan<int>)[Left[n], Right[n]])
            {
                // Children come after their parent, as every trainer writes them: so there is no cycle.
                var seen = child >= 0 ? nodeParents : leafParents;
                var index = child >= 0 ? child : ~child;
                if (index >= seen.Length || (child >= 0 && child <= n) || seen[index])
                {
                    throw new ArgumentException($"Node {n} has child {child}, which is out of range, before it, or has another parent.");
                }

                seen[index] = true;
            }
        }
    }
}

/// <summary>Boosted trees: raw score of output k = <see cref="Base"/>[k] plus the leaves of its trees, added in order.</summary>
/// <param name="Outputs">Raw scores: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</param>
/// <param name="Base">Shape [Outputs].</param>
/// <param name="Trees">Tree i belongs to output i mod Outputs.</param>
public sealed record TreeEnsemble(int Outputs, double[] Base, IReadOnlyList<Tree> Trees) : Predictor(Outputs);
