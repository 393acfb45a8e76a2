namespace Fairlead.Models.Scoring;

/// <summary>One binary decision tree over dense inputs. Arrays have shape [internal nodes], but for <see cref="LeafValues"/>.</summary>
/// <remarks>
/// A child index &gt;= 0 is a node, otherwise leaf ~index. A numeric node goes left when value &lt;= threshold.
/// A categorical node goes left when the level's index is in its set; a level that is not goes right.
/// Missing (NaN) goes left when <see cref="DefaultLeft"/>. A tree with no internal node has one leaf.
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

    /// <summary>Training rows (or their weight) per node and per leaf, for explanations.</summary>
    public required double[] NodeCover { get; init; }

    public required double[] LeafCover { get; init; }
}

/// <summary>Boosted trees: raw score of output k = <see cref="Base"/>[k] plus the leaves of its trees, added in order.</summary>
/// <param name="Outputs">Raw scores: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</param>
/// <param name="Base">Shape [Outputs].</param>
/// <param name="Trees">Tree i belongs to output i mod Outputs.</param>
public sealed record TreeEnsemble(int Outputs, double[] Base, IReadOnlyList<Tree> Trees);
