using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fairlead.Models.Scoring;

/// <summary>A <see cref="TreeEnsemble"/> laid out for walking: all nodes in one array. Immutable and thread-safe; allocates nothing per row.</summary>
/// <remarks>
/// Raw scores are sums of leaf values in tree order, in double: bit for bit what LightGBM's predict gives on the same dense row.
/// Eight trees are walked side by side and no comparison is a branch: a plain walk waits for memory and mispredicts every other turn.
/// A leaf is a node that leads to itself. Levels become bits: a row's level is one bit in a 64-bit word, a node's set a mask; a set over
/// several words is several nodes in a chain. docs/features.md has the figures.
/// </remarks>
public sealed class TreeWalker
{
    private const int Side = 8;
    private const int MissingLeft = 1;
    private const int Levels = 2;
    private const int StackInputs = 1_024;

    private readonly double[] _base;
    private readonly Node[] _nodes; // internal nodes of all trees, then all leaves
    private readonly int _firstLeaf;
    private readonly double[] _leaves;
    private readonly int[] _roots; // filled up to a multiple of Side with a leaf
    private readonly int _trees;
    private readonly LevelInput[] _levels;
    private readonly int _inputs; // the row's, then the words of its levels

    /// <exception cref="ArgumentException">A tree's arrays differ in length, or its nodes are not one binary tree.</exception>
    public TreeWalker(TreeEnsemble trees)
    {
        ArgumentNullException.ThrowIfNull(trees);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trees.Outputs);
        if (trees.Base.Length != trees.Outputs)
        {
            throw new ArgumentException($"The ensemble has {trees.Outputs} outputs and {trees.Base.Length} base scores.", nameof(trees));
        }

        (_base, _trees) = ([.. trees.Base], trees.Trees.Count);
        foreach (var tree in trees.Trees)
        {
            tree.Check();
            Width = Math.Max(Width, tree.Features.Length == 0 ? 0 : tree.Features.Max() + 1);
        }

        (_levels, _inputs) = LevelInputs(trees, Width);
        var masks = trees.Trees.Select(Masks).ToArray();
        _firstLeaf = masks.Sum(tree => tree.Sum(node => node.Length));
        _leaves = [.. trees.Trees.SelectMany(tree => tree.LeafValues)];
        _nodes = new Node[_firstLeaf + _leaves.Length];
        _roots = new int[(_trees + Side - 1) / Side * Side];
        _roots.AsSpan(_trees).Fill(_firstLeaf);
        var (node, leaf) = (0, _firstLeaf);
        for (var t = 0; t < _trees; t++)
        {
            _roots[t] = trees.Trees[t].Features.Length > 0 ? node : leaf;
            AddTree(trees.Trees[t], masks[t], ref node, ref leaf);
        }
    }

    public int Outputs => _base.Length;

    /// <summary>Dense inputs a row must have: one more than the highest input read.</summary>
    public int Width { get; }

    /// <summary>Raw scores of one row.</summary>
    /// <param name="dense">Dense inputs; missing is NaN.</param>
    /// <param name="raw">Shape [Outputs].</param>
    /// <exception cref="ArgumentException">The row has fewer inputs than the trees read, or <paramref name="raw"/> is too short.</exception>
    [SkipLocalsInit] // every input is written before it is read
    public void Raw(ReadOnlySpan<double> dense, Span<double> raw)
    {
        if (dense.Length < Width)
        {
            throw new ArgumentException($"The row has {dense.Length} inputs; the trees read {Width}.", nameof(dense));
        }

        _base.CopyTo(raw);
        if (_levels.Length == 0)
        {
            Sum(dense, raw);
            return;
        }

        var rented = _inputs > StackInputs ? ArrayPool<double>.Shared.Rent(_inputs) : null;
        var inputs = rented is null ? stackalloc double[StackInputs] : rented;
        dense[..Width].CopyTo(inputs);
        SetLevels(inputs);
        Sum(inputs, raw);
        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private void Sum(ReadOnlySpan<double> inputs, Span<double> raw)
    {
        Span<int> at = stackalloc int[Side];
        var output = 0;
        for (var first = 0; first < _trees; first += Side)
        {
            _roots.AsSpan(first, Side).CopyTo(at);
            if (_firstLeaf > 0)
            {
                Walk(at, inputs);
            }

            for (var t = 0; t < Side && first + t < _trees; t++)
            {
                raw[output] += _leaves[at[t] - _firstLeaf];
                if (++output == _base.Length)
                {
                    output = 0;
                }
            }
        }
    }

    /// <summary>From eight roots to their leaves.</summary>
    private void Walk(Span<int> at, ReadOnlySpan<double> row)
    {
        // Unchecked: Tree.Check saw that children are nodes of the same tree, and Raw that the row has the inputs.
        ref var nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref var inputs = ref MemoryMarshal.GetReference(row);
        var (a, b, c, d, e, f, g, h) = (at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]);
        do
        {
            a = Next(ref nodes, ref inputs, a);
            b = Next(ref nodes, ref inputs, b);
            c = Next(ref nodes, ref inputs, c);
            d = Next(ref nodes, ref inputs, d);
            e = Next(ref nodes, ref inputs, e);
            f = Next(ref nodes, ref inputs, f);
            g = Next(ref nodes, ref inputs, g);
            h = Next(ref nodes, ref inputs, h);
        }
        while (Math.Min(Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Min(Math.Min(e, f), Math.Min(g, h))) < _firstLeaf);
        (at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]) = (a, b, c, d, e, f, g, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(ref Node nodes, ref double inputs, int at)
    {
        ref var node = ref Unsafe.Add(ref nodes, at);
        var value = Unsafe.Add(ref inputs, node.Input);
        var common = BitConverter.DoubleToInt64Bits(value) & BitConverter.DoubleToInt64Bits(node.Threshold);
        var among = Unsafe.BitCast<bool, byte>(common != 0);
        var below = Unsafe.BitCast<bool, byte>(value <= node.Threshold) | (Unsafe.BitCast<bool, byte>(double.IsNaN(value)) & node.Flags);
        var left = (node.Flags & Levels) != 0 ? among : below; // both are worked out: a choice of two registers, not a jump
        return Unsafe.Add(ref node.Right, left); // Left stands behind Right
    }

    /// <summary>Sets the one bit of each level. A negative level, or one beyond all sets, has none and goes right everywhere.</summary>
    private void SetLevels(Span<double> inputs)
    {
        foreach (var input in _levels)
        {
            var words = MemoryMarshal.Cast<double, ulong>(inputs.Slice(input.FirstWord, input.Words));
            words.Clear();
            var value = inputs[input.Input];
            var level = double.IsNaN(value) ? input.Missing : value > -1 && Math.Truncate(value) < input.Missing ? (int)value : -1;
            if (level >= 0)
            {
                words[level >> 6] = 1UL << (level & 63);
            }
        }
    }

    private void AddTree(Tree tree, (int Input, ulong Mask)[][] masks, ref int node, ref int leaf)
    {
        var starts = new int[masks.Length]; // of each node's chain
        for (var n = 0; n < starts.Length; n++)
        {
            starts[n] = n == 0 ? node : starts[n - 1] + masks[n - 1].Length;
        }

        var firstLeaf = leaf;
        int Place(int child) => child >= 0 ? starts[child] : firstLeaf + ~child;
        for (var n = 0; n < starts.Length; n++)
        {
            var (left, right) = (Place(tree.Left[n]), Place(tree.Right[n]));
            for (var link = 0; link < masks[n].Length; link++)
            {
                _nodes[node++] = tree.Categories[n] is null
                    ? new Node { Threshold = tree.Thresholds[n], Input = tree.Features[n], Flags = tree.DefaultLeft[n] ? MissingLeft : 0, Left = left, Right = right }
                    : new Node
                    {
                        Threshold = BitConverter.UInt64BitsToDouble(masks[n][link].Mask),
                        Input = masks[n][link].Input,
                        Flags = Levels,
                        Left = left,
                        Right = link == masks[n].Length - 1 ? right : node,
                    };
            }
        }

        for (; leaf < firstLeaf + tree.LeafValues.Length; leaf++)
        {
            _nodes[leaf] = new Node { Left = leaf, Right = leaf };
        }
    }

    /// <summary>For each node, its set as masks over the words of its input: those that hold a level, or one of no level. A numeric node has one entry.</summary>
    private (int Input, ulong Mask)[][] Masks(Tree tree)
    {
        var masks = new (int, ulong)[tree.Features.Length][];
        for (var n = 0; n < masks.Length; n++)
        {
            if (tree.Categories[n] is not { } set)
            {
                masks[n] = [(tree.Features[n], 0)];
                continue;
            }

            var input = Array.Find(_levels, levels => levels.Input == tree.Features[n])!;
            var words = new ulong[input.Words];
            for (var word = 0; word < set.Length; word++)
            {
                words[word >> 1] |= (ulong)set[word] << (32 * (word & 1));
            }

            if (tree.DefaultLeft[n])
            {
                words[input.Missing >> 6] |= 1UL << (input.Missing & 63);
            }

            var holding = Enumerable.Range(0, words.Length).Where(word => words[word] != 0).Select(word => (input.FirstWord + word, words[word])).ToArray();
            masks[n] = holding.Length > 0 ? holding : [(input.FirstWord, 0)];
        }

        return masks;
    }

    private static (LevelInput[] Levels, int Inputs) LevelInputs(TreeEnsemble trees, int width)
    {
        var longest = new SortedDictionary<int, int>(); // by input: words of 32 bits
        foreach (var tree in trees.Trees)
        {
            for (var n = 0; n < tree.Features.Length; n++)
            {
                if (tree.Categories[n] is { } set)
                {
                    longest[tree.Features[n]] = Math.Max(longest.GetValueOrDefault(tree.Features[n]), set.Length);
                }
            }
        }

        var (levels, next) = (new List<LevelInput>(), width);
        foreach (var (input, words) in longest)
        {
            var missing = 32 * words;
            levels.Add(new LevelInput(input, next, (missing >> 6) + 1, missing));
            next += (missing >> 6) + 1;
        }

        return ([.. levels], next);
    }

    /// <param name="Input">Dense input that holds the level's index.</param>
    /// <param name="FirstWord">Where its bits begin, behind the dense inputs.</param>
    /// <param name="Missing">Bit that means missing, above all levels that a set can hold.</param>
    private sealed record LevelInput(int Input, int FirstWord, int Words, int Missing);

    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        public double Threshold; // or the mask
        public int Input;
        public int Flags;
        public int Right;
        public int Left;
    }
}
