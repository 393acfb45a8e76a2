namespace Fairlead.Models.Scoring;

/// <summary>A linear model over encoded inputs (see <see cref="LinearEncoder"/>): raw score of output k = Bias[k] + sum of Weights[k][input] * value, added in rising order of input.</summary>
/// <param name="Outputs">Raw scores: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</param>
/// <param name="Bias">Shape [Outputs].</param>
/// <param name="Weights">Shape [Inputs x Outputs], row-major by input: the weights of one input lie together.</param>
/// <param name="Means">Shape [Inputs]: mean of each input over the training rows; what an explanation compares with.</param>
public sealed record LinearModel(int Outputs, double[] Bias, double[] Weights, double[] Means) : Predictor(Outputs)
{
    /// <summary>Raw scores of one row.</summary>
    /// <param name="indices">Inputs that are not 0, rising.</param>
    /// <param name="values">Their values.</param>
    /// <param name="raw">Shape [Outputs].</param>
    public void Raw(ReadOnlySpan<int> indices, ReadOnlySpan<double> values, Span<double> raw)
    {
        Bias.AsSpan(0, Outputs).CopyTo(raw);
        for (var i = 0; i < indices.Length; i++)
        {
            var weights = Weights.AsSpan(indices[i] * Outputs, Outputs);
            for (var k = 0; k < weights.Length; k++)
            {
                raw[k] += weights[k] * values[i];
            }
        }
    }
}
