using Fairlead.Models.Contracts;
using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>A fitted model with its features: cleaned cells in, answers out. Immutable and thread-safe.</summary>
public sealed class FittedModel
{
    /// <summary>Names of the cleaned columns it reads, in the order <see cref="Score"/> wants their cells.</summary>
    public IReadOnlyList<string> Columns => throw new NotImplementedException();

    public IReadOnlyList<Feature> Features => throw new NotImplementedException();

    public ModelTask Task => throw new NotImplementedException();

    /// <summary>Values an answer has: classes, or 1 for regression.</summary>
    public int Outputs => throw new NotImplementedException();

    /// <summary>Scores one row. No allocation after the scratch has grown.</summary>
    /// <param name="cleaned">Cells in the order of <see cref="Columns"/>.</param>
    /// <param name="outputs">Shape [Outputs]: probabilities that sum to 1, or the value.</param>
    /// <param name="scratch">Reused buffers; one a thread.</param>
    public void Score(ReadOnlySpan<Cell> cleaned, Span<double> outputs, ModelScratch scratch) => throw new NotImplementedException();

    /// <summary>Scores every row. Shape [rows x Outputs], row-major. Bit for bit what <see cref="Score"/> gives.</summary>
    public double[] Score(Frame frame) => throw new NotImplementedException();

    /// <summary>
    /// What each column did to the answer for output <paramref name="output"/>: additive contributions (SHAP values) in log-odds for classes,
    /// in the target's unit for regression. Shape [Columns]; with <paramref name="baseline"/> they add up to the raw score.
    /// </summary>
    public void Explain(ReadOnlySpan<Cell> cleaned, int output, Span<double> contributions, out double baseline) => throw new NotImplementedException();

    public void Save(Stream stream) => throw new NotImplementedException();

    /// <exception cref="InvalidDataException">The bytes are not a model of a known version.</exception>
    public static FittedModel Load(Stream stream) => throw new NotImplementedException();
}

/// <summary>Buffers for scoring, one a thread.</summary>
public sealed class ModelScratch;
