using System.Runtime.CompilerServices;

namespace Fairlead.Models.Scoring;

/// <summary>A <see cref="TreeEnsemble"/> laid out for walking: all nodes in one array. Immutable and thread-safe; allocates nothing per row.</summary>
/// <remarks>Raw scores are sums of leaf values in tree order, in double: bit for bit what LightGBM's predict gives on the same dense row.</remarks>
public sealed class TreeWalker
{
    private const byte MissingLeft = 1;
    private const byte Categorical = 2;

    private readonly TreeEnsemble _trees;
    private readonly Node[] _nodes;
    private readonly double[] _leaves;
    private readonly uint[] _sets;
    private readonly int[] _roots;
    private readonly int _width;

    /// <exception cref="ArgumentException">A tree's arrays differ in length, or its nodes are not one binary tree.</exception>
    public TreeWalker(TreeEnsemble trees)
    {
        ArgumentNullException.ThrowIfNull(trees);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trees.Outputs);
        if (trees.Base.Length != trees.Outputs)
        {
            throw new ArgumentException($"The ensemble has {trees.Outputs} outputs and {trees.Base.Length} base scores.", nameof(trees));
        }

        _trees = trees;
        var (nodes, leaves, sets) = (new List<Node>(), new List<double>(), new List<uint>());
        _roots = new int[trees.Trees.Count];
        for (var t = 0; t < _roots.Length; t++)
        {
            var tree = trees.Trees[t];
            tree.Check();
            var (firstNode, firstLeaf) = (nodes.Count, leaves.Count);
            _roots[t] = tree.Features.Length > 0 ? firstNode : ~firstLeaf;
            for (var n = 0; n < tree.Features.Length; n++)
            {
                _width = Math.Max(_width, tree.Features[n] + 1);
                var kind = tree.DefaultLeft[n] ? MissingLeft : (byte)0;
                var threshold = tree.Thresholds[n];
                if (tree.Categories[n] is { } set)
                {
                    kind |= Categorical;
                    threshold = BitConverter.Int64BitsToDouble(((long)sets.Count << 32) | (uint)set.Length); // where its set lies
                    sets.AddRange(set);
                }

                nodes.Add(new Node(
                    threshold,
                    tree.Left[n] >= 0 ? firstNode + tree.Left[n] : ~(firstLeaf + ~tree.Left[n]),
                    tree.Right[n] >= 0 ? firstNode + tree.Right[n] : ~(firstLeaf + ~tree.Right[n]),
                    tree.Features[n],
                    kind));
            }

            leaves.AddRange(tree.LeafValues);
        }

        (_nodes, _leaves, _sets) = ([.. nodes], [.. leaves], [.. sets]);
    }

    public int Outputs => _trees.Outputs;

    /// <summary>Dense inputs a row must have: one more than the highest input read.</summary>
    public int Width => _width;

    /// <summary>Raw scores of one row.</summary>
    /// <param name="dense">Dense inputs; missing is NaN.</param>
    /// <param name="raw">Shape [Outputs].</param>
    /// <exception cref="ArgumentException">The row has fewer inputs than the trees read, or <paramref name="raw"/> is too short.</exception>
    public void Raw(ReadOnlySpan<double> dense, Span<double> raw)
    {
        if (dense.Length < _width)
        {
            throw new ArgumentException($"The row has {dense.Length} inputs; the trees read {_width}.", nameof(dense));
        }

        _trees.Base.CopyTo(raw);
        var output = 0;
        foreach (var root in _roots)
        {
            raw[output] += _leaves[Leaf(root, dense)];
            if (++output == _trees.Outputs)
            {
                output = 0;
            }
        }
    }

    private int Leaf(int at, ReadOnlySpan<double> dense)
    {
        while (at >= 0)
        {
            ref readonly var node = ref _nodes[at];
            at = GoesLeft(in node, dense[node.Feature]) ? node.Left : node.Right;
        }

        return ~at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool GoesLeft(ref readonly Node node, double value)
    {
        if ((node.Kind & Categorical) == 0)
        {
            return value <= node.Threshold || (double.IsNaN(value) && node.Kind == MissingLeft);
        }

        if (double.IsNaN(value))
        {
            return (node.Kind & MissingLeft) != 0;
        }

        var place = BitConverter.DoubleToInt64Bits(node.Threshold);
        return Tree.Contains(_sets.AsSpan((int)(place >> 32), (int)(uint)place), value);
    }

    private readonly record struct Node(double Threshold, int Left, int Right, int Feature, byte Kind);
}
