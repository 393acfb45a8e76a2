using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Training.Trees;

/// <summary>Trees in managed code, for machines where the native library can't load. Slower, and held to beat the naive answer rather than LightGBM.</summary>
internal sealed class ManagedTreeTrainer : ITreeTrainer
{
    public bool Native => false;

    public ITreeData Prepare(TreeInputs train, TreeTarget target, TreeInputs? valid) => new Data(new ManagedBins(train), target, valid);

    private sealed class Data(ManagedBins bins, TreeTarget target, TreeInputs? valid) : ITreeData
    {
        public ITreeFit Start(TreeSettings settings, int seed) => new ManagedTreeFit(bins, target, valid, settings, seed);

        public void Dispose()
        {
        }
    }
}

/// <summary>Boosting (J. Friedman, "Greedy Function Approximation", Ann. Statist. 2001, with Newton steps) or, as a forest, the average of single steps from the start.</summary>
internal sealed class ManagedTreeFit : ITreeFit
{
    private readonly ManagedBins _bins;
    private readonly TreeTarget _target;
    private readonly TreeInputs? _valid;
    private readonly TreeSettings _settings;
    private readonly Random _random;
    private readonly ManagedTreeGrower _grower;
    private readonly int _outputs;
    private readonly double[] _base;
    private readonly double[] _scores;
    private readonly double[] _validScores;
    private readonly List<Tree> _trees = [];

    public ManagedTreeFit(ManagedBins bins, TreeTarget target, TreeInputs? valid, TreeSettings settings, int seed)
    {
        (_bins, _target, _valid, _settings, _outputs) = (bins, target, valid, settings, target.Outputs);
        _random = new Random(seed);
        _grower = new ManagedTreeGrower(bins, settings, _random);
        _base = Start(target);
        _scores = Repeat(_base, bins.Rows);
        _validScores = Repeat(_base, valid?.Rows ?? 0);
    }

    private int Rounds => _trees.Count / _outputs;

    public bool Step()
    {
        var picked = Pick();
        var (gradients, hessians) = Derivatives();
        var grown = new Tree[_outputs];
        for (var output = 0; output < _outputs; output++)
        {
            grown[output] = _grower.Grow(picked, gradients[output], hessians[output], _settings.Forest ? 1 : _settings.LearningRate);
        }

        if (grown.All(tree => tree.LeafValues.Length == 1))
        {
            return false;
        }

        for (var output = 0; output < _outputs; output++)
        {
            if (!_settings.Forest)
            {
                AddTrain(grown[output], output);
            }

            for (var row = 0; row < (_valid?.Rows ?? 0); row++)
            {
                _validScores[(row * _outputs) + output] += Leaf(grown[output], _valid!.Values.AsSpan(row * _valid.Columns, _valid.Columns));
            }
        }

        _trees.AddRange(grown);
        return true;
    }

    public void Predict(double[] raw)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            var start = _base[i % _outputs];
            raw[i] = _settings.Forest ? start + ((_validScores[i] - start) / Math.Max(1, Rounds)) : _validScores[i];
        }
    }

    public TreeEnsemble Export(int rounds)
    {
        var kept = _trees.Take(rounds * _outputs).ToArray();
        if (_settings.Forest)
        {
            var count = Math.Max(1, kept.Length / _outputs);
            kept = Array.ConvertAll(kept, tree => new Tree
            {
                Features = tree.Features,
                Thresholds = tree.Thresholds,
                Left = tree.Left,
                Right = tree.Right,
                DefaultLeft = tree.DefaultLeft,
                Categories = tree.Categories,
                NodeCover = tree.NodeCover,
                LeafCover = tree.LeafCover,
                LeafValues = Array.ConvertAll(tree.LeafValues, value => value / count),
            });
        }

        return new TreeEnsemble(_outputs, _base, kept);
    }

    public void Dispose()
    {
    }

    /// <summary>The constant that fits best: mean, log-odds, or log shares.</summary>
    private static double[] Start(TreeTarget target)
    {
        var rows = target.Values.Length;
        if (target.Task == ModelTask.Regression)
        {
            return [target.Values.Sum() / rows];
        }

        var shares = new double[target.Classes];
        foreach (var value in target.Values)
        {
            shares[(int)value] += 1.0 / rows;
        }

        return target.Task == ModelTask.Binary
            ? [Math.Log(Math.Max(shares[1], 1e-6) / Math.Max(shares[0], 1e-6))]
            : Array.ConvertAll(shares, share => Math.Log(Math.Max(share, 1e-6)));
    }

    private static double[] Repeat(double[] values, int rows)
    {
        var repeated = new double[values.Length * rows];
        for (var i = 0; i < repeated.Length; i++)
        {
            repeated[i] = values[i % values.Length];
        }

        return repeated;
    }

    private int[] Pick()
    {
        var all = Enumerable.Range(0, _bins.Rows).ToArray();
        var share = _settings.Forest ? Math.Min(_settings.Rows, 0.95) : _settings.Rows;
        if (share >= 1)
        {
            return all;
        }

        _random.Shuffle(all);
        var picked = all[..Math.Max(1, (int)(_bins.Rows * share))];
        Array.Sort(picked);
        return picked;
    }

    /// <summary>First and second derivatives of squared error, or of log loss through the logistic or softmax function. Shape [outputs][rows].</summary>
    private (double[][] Gradients, double[][] Hessians) Derivatives()
    {
        var gradients = Enumerable.Range(0, _outputs).Select(_ => new double[_bins.Rows]).ToArray();
        var hessians = Enumerable.Range(0, _outputs).Select(_ => new double[_bins.Rows]).ToArray();
        var shares = new double[_outputs];
        for (var row = 0; row < _bins.Rows; row++)
        {
            var scores = _scores.AsSpan(row * _outputs, _outputs);
            var target = _target.Values[row];
            if (_target.Task == ModelTask.Regression)
            {
                (gradients[0][row], hessians[0][row]) = (scores[0] - target, 1);
                continue;
            }

            if (_target.Task == ModelTask.Binary)
            {
                var share = 1 / (1 + Math.Exp(-scores[0]));
                (gradients[0][row], hessians[0][row]) = (share - target, Math.Max(share * (1 - share), 1e-12));
                continue;
            }

            Losses.Softmax(scores, shares);
            for (var output = 0; output < _outputs; output++)
            {
                gradients[output][row] = shares[output] - (output == (int)target ? 1 : 0);
                hessians[output][row] = Math.Max(shares[output] * (1 - shares[output]) * _outputs / (_outputs - 1), 1e-12);
            }
        }

        return (gradients, hessians);
    }

    private void AddTrain(Tree tree, int output)
    {
        var cuts = new int[tree.Features.Length]; // bins up to this one go left
        for (var node = 0; node < cuts.Length; node++)
        {
            cuts[node] = Array.BinarySearch(_bins.Upper[tree.Features[node]], tree.Thresholds[node]);
        }

        for (var row = 0; row < _bins.Rows; row++)
        {
            var node = tree.Features.Length == 0 ? ~0 : 0;
            while (node >= 0)
            {
                var bin = _bins.Bins[tree.Features[node]][row];
                var left = tree.Categories[node] is { } set ? In(set, bin)
                    : bin == ManagedBins.Missing ? tree.DefaultLeft[node]
                    : bin <= cuts[node];
                node = left ? tree.Left[node] : tree.Right[node];
            }

            _scores[(row * _outputs) + output] += tree.LeafValues[~node];
        }
    }

    private static double Leaf(Tree tree, ReadOnlySpan<double> inputs)
    {
        var node = tree.Features.Length == 0 ? ~0 : 0;
        while (node >= 0)
        {
            var value = inputs[tree.Features[node]];
            var left = tree.Categories[node] is { } set ? value is >= 0 and < ManagedBins.Missing && In(set, (int)value)
                : double.IsNaN(value) ? tree.DefaultLeft[node]
                : value <= tree.Thresholds[node];
            node = left ? tree.Left[node] : tree.Right[node];
        }

        return tree.LeafValues[~node];
    }

    private static bool In(uint[] set, int level) => level / 32 < set.Length && ((set[level / 32] >> (level % 32)) & 1) != 0;
}
