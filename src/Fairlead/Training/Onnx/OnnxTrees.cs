using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Google.Protobuf;

namespace Fairlead.Training.Onnx;

/// <summary>Writes a <see cref="TreeEnsemble"/> as one TreeEnsemble node (ai.onnx.ml 5), in doubles: a threshold rounded to a float would turn comparisons over.</summary>
internal sealed class OnnxTrees
{
    private const byte LessOrEqual = 0;
    private const byte Member = 6;

    private readonly List<long> _leafTargets = [];
    private readonly List<double> _leafWeights = [];
    private readonly List<double> _members = [];
    private readonly List<long> _features = [];
    private readonly List<byte> _modes = [];
    private readonly List<double> _splits = [];
    private readonly List<long> _missingTrue = [];
    private readonly List<long> _trueNodes = [];
    private readonly List<long> _falseNodes = [];
    private readonly List<long> _trueLeafs = [];
    private readonly List<long> _falseLeafs = [];
    private readonly List<long> _roots = [];
    private readonly IReadOnlyDictionary<int, int> _levels;

    /// <param name="levels">For each dense input that is a category: how many levels it knows. Missing is level levels + 1 in the graph.</param>
    private OnnxTrees(IReadOnlyDictionary<int, int> levels) => _levels = levels;

    /// <summary>Adds the trees to the graph. Returns raw scores, shape [rows, Outputs], or null when no tree splits; <paramref name="bias"/> is then all there is.</summary>
    /// <param name="dense">Gives the name of the dense inputs, shape [rows, DenseWidth]; asked only when a tree splits.</param>
    /// <param name="bias">Shape [Outputs]: base scores and trees of a single leaf, to be added.</param>
    public static string? Write(OnnxGraph graph, TreeEnsemble ensemble, FeatureSet features, Func<string> dense, out double[] bias)
    {
        bias = [.. ensemble.Base];
        var levels = new Dictionary<int, int>();
        var input = 0;
        foreach (var feature in features.Features)
        {
            if (feature is CategoryFeature category)
            {
                levels.Add(input, category.Levels.Count);
            }

            input += feature.Width;
        }

        var trees = new OnnxTrees(levels);
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            var output = t % ensemble.Outputs;
            if (ensemble.Trees[t].Features.Length == 0)
            {
                bias[output] += ensemble.Trees[t].LeafValues[0];
            }
            else
            {
                trees.AddTree(ensemble.Trees[t], output);
            }
        }

        return trees._roots.Count == 0 ? null : graph.Add("TreeEnsemble", [dense()], trees.Attributes(ensemble.Outputs), domain: "ai.onnx.ml");
    }

    private List<ByteString> Attributes(int outputs)
    {
        List<ByteString> attributes =
        [
            OnnxGraph.Integer("aggregate_function", 1), // sum
            OnnxGraph.Integers("leaf_targetids", _leafTargets),
            OnnxGraph.Doubles("leaf_weights", _leafWeights.ToArray()),
            OnnxGraph.Integer("n_targets", outputs),
            OnnxGraph.Integers("nodes_falseleafs", _falseLeafs),
            OnnxGraph.Integers("nodes_falsenodeids", _falseNodes),
            OnnxGraph.Integers("nodes_featureids", _features),
            OnnxGraph.Integers("nodes_missing_value_tracks_true", _missingTrue),
            OnnxGraph.Bytes("nodes_modes", [.. _modes]),
            OnnxGraph.Doubles("nodes_splits", _splits.ToArray()),
            OnnxGraph.Integers("nodes_trueleafs", _trueLeafs),
            OnnxGraph.Integers("nodes_truenodeids", _trueNodes),
            OnnxGraph.Integer("post_transform", 0),
            OnnxGraph.Integers("tree_roots", _roots),
        ];
        if (_members.Count > 0)
        {
            attributes.Add(OnnxGraph.Doubles("membership_values", _members.ToArray()));
        }

        return attributes;
    }

    private void AddTree(Tree tree, int output)
    {
        var (firstNode, firstLeaf) = (_features.Count, _leafWeights.Count);
        _roots.Add(firstNode);
        for (var n = 0; n < tree.Features.Length; n++)
        {
            _features.Add(tree.Features[n]);
            _trueNodes.Add(tree.Left[n] >= 0 ? firstNode + tree.Left[n] : firstLeaf + ~tree.Left[n]);
            _falseNodes.Add(tree.Right[n] >= 0 ? firstNode + tree.Right[n] : firstLeaf + ~tree.Right[n]);
            _trueLeafs.Add(tree.Left[n] >= 0 ? 0 : 1);
            _falseLeafs.Add(tree.Right[n] >= 0 ? 0 : 1);
            if (_levels.TryGetValue(tree.Features[n], out var levels))
            {
                AddLevels(tree, n, levels);
            }
            else
            {
                _modes.Add(LessOrEqual);
                _splits.Add(tree.Thresholds[n]);
                _missingTrue.Add(tree.DefaultLeft[n] ? 1 : 0);
            }
        }

        for (var leaf = 0; leaf < tree.LeafValues.Length; leaf++)
        {
            _leafTargets.Add(output);
            _leafWeights.Add(tree.LeafValues[leaf]);
        }
    }

    /// <summary>A node on a category: which of its levels 0 to <paramref name="levels"/>, and missing, go left. The graph has no missing there, but one level more.</summary>
    private void AddLevels(Tree tree, int node, int levels)
    {
        _missingTrue.Add(0);
        var left = Enumerable.Range(0, levels + 1).Where(level => tree.GoesLeft(node, level)).ToList();
        if (tree.DefaultLeft[node])
        {
            left.Add(levels + 1);
        }

        if (left.Count == 0)
        {
            _modes.Add(LessOrEqual);
            _splits.Add(-1); // nothing is
            return;
        }

        _modes.Add(Member);
        _splits.Add(0);
        if (_members.Count > 0)
        {
            _members.Add(double.NaN); // between the sets of two nodes
        }

        _members.AddRange(left.Select(level => (double)level));
    }
}
