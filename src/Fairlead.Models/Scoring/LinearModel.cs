namespace Fairlead.Models.Scoring;

/// <summary>A linear model over encoded inputs (see <see cref="LinearEncoder"/>): raw score of output k = Bias[k] + sum of Weights[k][input] * value.</summary>
/// <param name="Outputs">Raw scores: 1 for binary (log-odds of the second class) and regression, the number of classes for multiclass.</param>
/// <param name="Bias">Shape [Outputs].</param>
/// <param name="Weights">Shape [Inputs x Outputs], row-major by input: the weights of one input lie together.</param>
public sealed record LinearModel(int Outputs, double[] Bias, double[] Weights);
