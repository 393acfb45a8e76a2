using Fairlead.Models.Contracts;
using Fairlead.Models.Explanations;
using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>A fitted model with its features: cleaned cells in, answers out. Immutable and thread-safe.</summary>
/// <remarks>
/// The answer of a blend is the weighted mean of its parts' probabilities (or values). Probabilities are 1 / (1 + exp(-raw)) for two classes
/// and exp(raw - max) over their sum for more. The same code scores in training, evaluation and serving.
/// </remarks>
public sealed class FittedModel
{
    [ThreadStatic]
    private static ModelScratch? _explaining;

    private readonly FeatureSet _features;
    private readonly LinearEncoder _encoder;
    private readonly TreeWalker?[] _walkers;
    private readonly bool _linear;
    private readonly Lazy<ModelExplainer> _explainer;

    /// <param name="features">Fitted on the training rows.</param>
    /// <param name="outputs">Values an answer has: 2 for binary, the number of classes for multiclass, 1 for regression.</param>
    /// <param name="parts">At least one; weights in (0, 1] that sum to 1 (to 1e-9).</param>
    /// <param name="transform">Regression: what the parts were fitted on.</param>
    /// <exception cref="ArgumentException">The parts do not fit the features, the task or each other.</exception>
    public FittedModel(
        FeatureSet features, ModelTask task, int outputs, IReadOnlyList<BlendPart> parts, TargetTransform transform = TargetTransform.None)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(parts);
        (_features, Task, Outputs, Parts, Transform) = (features, task, outputs, parts, transform);
        _encoder = new LinearEncoder(features);
        var (least, most) = task switch { ModelTask.Regression => (1, 1), ModelTask.Binary => (2, 2), _ => (2, int.MaxValue) };
        if (outputs < least || outputs > most)
        {
            throw new ArgumentException($"A {task} model can't have {outputs} outputs.", nameof(outputs));
        }

        if (transform != TargetTransform.None && task != ModelTask.Regression)
        {
            throw new ArgumentException("Only a regression has a transformed target.", nameof(transform));
        }

        if (parts.Count == 0 || !(Math.Abs(parts.Sum(part => part.Weight) - 1) <= 1e-9) || !parts.All(part => part.Weight is > 0 and <= 1))
        {
            throw new ArgumentException("The weights of a blend are in (0, 1] and sum to 1.", nameof(parts));
        }

        _walkers = new TreeWalker?[parts.Count];
        for (var i = 0; i < parts.Count; i++)
        {
            _walkers[i] = Checked(parts[i].Predictor);
            _linear |= parts[i].Predictor is LinearModel;
        }

        _explainer = new Lazy<ModelExplainer>(() => new ModelExplainer(this, _features, _encoder));
    }

    /// <summary>Names of the cleaned columns it reads, in the order <see cref="Score(ReadOnlySpan{Cell}, Span{double}, ModelScratch)"/> wants their cells.</summary>
    public IReadOnlyList<string> Columns => _features.Columns;

    public IReadOnlyList<Feature> Features => _features.Features;

    /// <summary>The features, ready to transform.</summary>
    public FeatureSet FeatureSet => _features;

    public ModelTask Task { get; }

    /// <summary>Values an answer has: classes, or 1 for regression.</summary>
    public int Outputs { get; }

    public IReadOnlyList<BlendPart> Parts { get; }

    public TargetTransform Transform { get; }

    /// <summary>Raw scores of each part: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</summary>
    public int RawOutputs => Task == ModelTask.Multiclass ? Outputs : 1;

    /// <summary>Scores one row. No allocation after the scratch has grown.</summary>
    /// <param name="cleaned">Cells in the order of <see cref="Columns"/>.</param>
    /// <param name="outputs">Shape [Outputs]: probabilities that sum to 1, or the value.</param>
    /// <param name="scratch">Reused buffers; one a thread.</param>
    /// <exception cref="ArgumentException">The number of cells or outputs is wrong.</exception>
    public void Score(ReadOnlySpan<Cell> cleaned, Span<double> outputs, ModelScratch scratch) =>
        Score(_features.Transform(cleaned, scratch), outputs, scratch);

    /// <summary>Scores one row of features, as <see cref="FeatureSet"/> made them.</summary>
    public void Score(FeatureRow row, Span<double> outputs, ModelScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        if (outputs.Length != Outputs)
        {
            throw new ArgumentException($"The model has {Outputs} outputs, not {outputs.Length}.", nameof(outputs));
        }

        Span<int> indices = [];
        Span<double> values = [];
        if (_linear)
        {
            indices = scratch.InputIndicesFor(_encoder.MaxEntries);
            values = scratch.InputValuesFor(_encoder.MaxEntries);
            var count = _encoder.Encode(row, indices, values);
            indices = indices[..count];
            values = values[..count];
        }

        var raw = scratch.RawFor(RawOutputs);
        outputs.Clear();
        for (var i = 0; i < _walkers.Length; i++)
        {
            if (_walkers[i] is { } walker)
            {
                walker.Raw(row.Dense, raw);
            }
            else
            {
                ((LinearModel)Parts[i].Predictor).Raw(indices, values, raw);
            }

            AddAnswer(raw, Parts[i].Weight, outputs);
        }
    }

    /// <summary>Scores every row. Shape [rows x Outputs], row-major. Bit for bit what scoring one row gives.</summary>
    /// <exception cref="KeyNotFoundException">The frame lacks a column.</exception>
    public double[] Score(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var columns = _features.ColumnsOf(frame);
        var outputs = new double[frame.Rows * Outputs];
        var (scratch, cells) = (new ModelScratch(), new Cell[columns.Length]);
        for (var row = 0; row < frame.Rows; row++)
        {
            FeatureSet.Fill(columns, row, cells);
            Score(cells, outputs.AsSpan(row * Outputs, Outputs), scratch);
        }

        return outputs;
    }

    /// <summary>Scores every row of features. Shape [rows x Outputs], row-major. Bit for bit what scoring one row gives.</summary>
    public double[] Score(FeatureMatrix rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var outputs = new double[rows.Rows * Outputs];
        var scratch = new ModelScratch();
        for (var row = 0; row < rows.Rows; row++)
        {
            Score(rows[row], outputs.AsSpan(row * Outputs, Outputs), scratch);
        }

        return outputs;
    }

    /// <summary>
    /// What each column did to the answer for output <paramref name="output"/>: additive contributions (exact SHAP values) in log-odds for classes,
    /// in the target's unit for regression. Shape [Columns]; with <paramref name="baseline"/> they add up to the raw score.
    /// </summary>
    /// <remarks>See <see cref="ModelExplainer"/> for what is computed, also of a blend and of a transformed target.</remarks>
    /// <exception cref="ArgumentException">The number of cells or contributions is wrong, or there is no such output.</exception>
    public void Explain(ReadOnlySpan<Cell> cleaned, int output, Span<double> contributions, out double baseline) =>
        _explainer.Value.Explain(cleaned, output, contributions, out baseline, _explaining ??= new ModelScratch());

    /// <summary>Writes the model in the format of docs/formats/model.md. The same model gives the same bytes.</summary>
    public void Save(Stream stream) => ModelFormat.Write(this, stream);

    /// <exception cref="InvalidDataException">The bytes are not a model of a known version, or damaged; the message says where.</exception>
    public static FittedModel Load(Stream stream) => ModelFormat.Read(stream);

    private TreeWalker? Checked(Predictor predictor)
    {
        if (predictor.Outputs != RawOutputs)
        {
            throw new ArgumentException($"A {Task} model of {Outputs} outputs needs parts with {RawOutputs} raw scores, not {predictor.Outputs}.");
        }

        switch (predictor)
        {
            case TreeEnsemble trees:
                var walker = new TreeWalker(trees);
                return walker.Width <= _features.DenseWidth
                    ? walker
                    : throw new ArgumentException($"The trees read {walker.Width} inputs; the features give {_features.DenseWidth}.");
            case LinearModel linear:
                var inputs = _encoder.Inputs;
                return linear.Bias.Length == RawOutputs && linear.Weights.Length == inputs * RawOutputs && linear.Means.Length == inputs
                    ? null
                    : throw new ArgumentException(
                        $"A linear model over {inputs} inputs and {RawOutputs} raw scores has {linear.Weights.Length} weights, {linear.Means.Length} means and {linear.Bias.Length} biases.");
            default:
                throw new ArgumentException($"A predictor of type {predictor.GetType().Name} is not known.");
        }
    }

    private void AddAnswer(ReadOnlySpan<double> raw, double weight, Span<double> outputs)
    {
        switch (Task)
        {
            case ModelTask.Regression:
                outputs[0] += weight * TargetTransforms.Invert(Transform, raw[0]);
                break;
            case ModelTask.Binary:
                var second = 1 / (1 + Math.Exp(-raw[0]));
                outputs[0] += weight * (1 - second);
                outputs[1] += weight * second;
                break;
            default:
                var (most, sum) = (double.NegativeInfinity, 0.0);
                foreach (var score in raw)
                {
                    most = Math.Max(most, score);
                }

                foreach (var score in raw)
                {
                    sum += Math.Exp(score - most);
                }

                for (var k = 0; k < raw.Length; k++)
                {
                    outputs[k] += weight * (Math.Exp(raw[k] - most) / sum);
                }

                break;
        }
    }
}
