using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Models.Explanations;

/// <summary>Why a model gave a row its answer: what each raw column added. Immutable and thread-safe.</summary>
/// <remarks>
/// The players of the game are raw columns: all inputs made from a column join it together.
/// Trees: exact path-dependent SHAP values (see <see cref="TreeShap"/>). Linear: weight x (value - training mean), summed over the column's inputs,
/// which is the exact SHAP value when inputs are taken as independent.
/// A blend adds up its parts' raw contributions by their weights. For classes that is log-odds, so that a blend's sum is the mean of its parts' log-odds,
/// not the log-odds of its mean probability; the sign and order of reasons are what it is for.
/// Regression on a transformed target: each part's contributions are stretched by (answer - answer at the baseline) / (raw score - baseline),
/// so that contributions are in the target's unit and still add up to the answer.
/// </remarks>
public sealed class ModelExplainer
{
    private readonly FittedModel _model;
    private readonly FeatureSet _features;
    private readonly LinearEncoder _encoder;
    private readonly TreeShap?[] _trees;
    private readonly LinearReference?[] _linear;

    internal ModelExplainer(FittedModel model, FeatureSet features, LinearEncoder encoder)
    {
        (_model, _features, _encoder) = (model, features, encoder);
        _trees = new TreeShap?[model.Parts.Count];
        _linear = new LinearReference?[model.Parts.Count];
        for (var i = 0; i < model.Parts.Count; i++)
        {
            switch (model.Parts[i].Predictor)
            {
                case TreeEnsemble trees:
                    _trees[i] = new TreeShap(trees, features.DenseColumns);
                    break;
                case LinearModel linear:
                    _linear[i] = new LinearReference(linear, encoder.InputColumns, features.Columns.Count);
                    break;
            }
        }
    }

    /// <summary>Contributions of one row for one output.</summary>
    public void Explain(ReadOnlySpan<Cell> cleaned, int output, Span<double> contributions, out double baseline, ModelScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, _model.Outputs);
        if (contributions.Length != _features.Columns.Count)
        {
            throw new ArgumentException($"The model reads {_features.Columns.Count} columns, not {contributions.Length}.", nameof(contributions));
        }

        var row = _features.Transform(cleaned, scratch);
        var raw = _model.RawOutputs == 1 ? 0 : output;
        var sign = _model.Task == ModelTask.Binary && output == 0 ? -1.0 : 1.0;
        Span<double> part = contributions.Length <= 256 ? stackalloc double[contributions.Length] : new double[contributions.Length];
        contributions.Clear();
        baseline = 0;
        for (var i = 0; i < _trees.Length; i++)
        {
            part.Clear();
            var start = _trees[i] is { } trees
                ? trees.Explain(row.Dense, raw, part)
                : _linear[i]!.Explain(_encoder, row, raw, part, scratch);
            var (stretch, shown) = Stretch(start, part);
            var weight = sign * _model.Parts[i].Weight;
            baseline += weight * shown;
            for (var c = 0; c < part.Length; c++)
            {
                contributions[c] += weight * stretch * part[c];
            }
        }
    }

    private (double Stretch, double Baseline) Stretch(double start, ReadOnlySpan<double> part)
    {
        if (_model.Transform == TargetTransform.None)
        {
            return (1, start);
        }

        var moved = 0.0;
        foreach (var contribution in part)
        {
            moved += contribution;
        }

        var baseline = TargetTransforms.Invert(_model.Transform, start);
        var stretch = Math.Abs(moved) < 1e-9
            ? baseline + 1 // the slope of exp(raw) - 1
            : (TargetTransforms.Invert(_model.Transform, start + moved) - baseline) / moved;
        return (stretch, baseline);
    }

    /// <summary>What a linear model says of the mean row, and how much each column takes part in that.</summary>
    private sealed class LinearReference
    {
        private readonly LinearModel _model;
        private readonly IReadOnlyList<int> _columnOf;
        private readonly double[] _columnMeans; // [columns x outputs]: sum of weight x mean over the column's inputs
        private readonly double[] _baseline;

        public LinearReference(LinearModel model, IReadOnlyList<int> columnOf, int columns)
        {
            (_model, _columnOf, _columnMeans, _baseline) = (model, columnOf, new double[columns * model.Outputs], [.. model.Bias]);
            for (var input = 0; input < columnOf.Count; input++)
            {
                for (var k = 0; k < model.Outputs; k++)
                {
                    var share = model.Weights[(input * model.Outputs) + k] * model.Means[input];
                    _columnMeans[(columnOf[input] * model.Outputs) + k] += share;
                    _baseline[k] += share;
                }
            }
        }

        public double Explain(LinearEncoder encoder, FeatureRow row, int output, Span<double> contributions, ModelScratch scratch)
        {
            var indices = scratch.InputIndicesFor(encoder.MaxEntries);
            var values = scratch.InputValuesFor(encoder.MaxEntries);
            var count = encoder.Encode(row, indices, values);
            for (var i = 0; i < count; i++)
            {
                contributions[_columnOf[indices[i]]] += _model.Weights[(indices[i] * _model.Outputs) + output] * values[i];
            }

            for (var c = 0; c < contributions.Length; c++)
            {
                contributions[c] -= _columnMeans[(c * _model.Outputs) + output];
            }

            return _baseline[output];
        }
    }
}
