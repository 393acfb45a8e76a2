using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Training.Trees;

namespace Fairlead.Training.Linear;

/// <summary>Fits logistic, softmax or least-squares regression with an L2 penalty on the weights (not on the bias).</summary>
/// <remarks>
/// Minimises (sum of losses + strength / 2 * |weights|^2) / rows. A regression target is standardised for the fit, so that a strength means the same for any unit.
/// </remarks>
internal static class LinearTrainer
{
    private const int IterationsMax = 200;

    /// <param name="rows">Encoded training rows.</param>
    /// <param name="means">Mean of each input, kept in the model for explanations.</param>
    /// <param name="target">Shape [rows].</param>
    /// <param name="strength">Penalty, &gt; 0; 1 / C of other programs.</param>
    /// <param name="start">A model of another strength to start from, or null.</param>
    /// <param name="stop">Asked before each iteration; true ends with the best weights so far.</param>
    public static LinearModel Fit(SparseMatrix rows, double[] means, TreeTarget target, double strength, LinearModel? start, Func<bool> stop)
    {
        var outputs = target.Outputs;
        var weights = rows.Columns * outputs;
        var (centre, scale) = target.Task == ModelTask.Regression ? Standard(target.Values) : (0, 1);
        var point = new double[weights + outputs]; // weights, then biases
        if (start is not null)
        {
            for (var i = 0; i < weights; i++)
            {
                point[i] = start.Weights[i] / scale;
            }

            for (var k = 0; k < outputs; k++)
            {
                point[weights + k] = (start.Bias[k] - centre) / scale;
            }
        }
        else if (target.Task != ModelTask.Regression)
        {
            StartFromShares(target, point.AsSpan(weights));
        }

        Minimiser.Run((at, gradient) => Evaluate(rows, target, centre, scale, strength, at, gradient), point, IterationsMax, 2e-6, stop);
        var model = new LinearModel(outputs, point[weights..], point[..weights], means);
        for (var i = 0; i < weights; i++)
        {
            model.Weights[i] *= scale;
        }

        for (var k = 0; k < outputs; k++)
        {
            model.Bias[k] = (model.Bias[k] * scale) + centre;
        }

        return model;
    }

    /// <summary>Raw scores of rows. Shape [rows x outputs], row-major.</summary>
    public static double[] Predict(LinearModel model, SparseMatrix rows)
    {
        var outputs = model.Outputs;
        var raw = new double[rows.Rows * outputs];
        for (var row = 0; row < rows.Rows; row++)
        {
            var scores = raw.AsSpan(row * outputs, outputs);
            model.Bias.CopyTo(scores);
            Score(rows, row, model.Weights, scores);
        }

        return raw;
    }

    private static void Score(SparseMatrix rows, int row, ReadOnlySpan<double> weights, Span<double> scores)
    {
        var outputs = scores.Length;
        var indices = rows.RowIndices(row);
        var values = rows.RowValues(row);
        if (outputs == 1)
        {
            var sum = scores[0];
            for (var i = 0; i < indices.Length; i++)
            {
                sum += values[i] * weights[indices[i]];
            }

            scores[0] = sum;
            return;
        }

        for (var i = 0; i < indices.Length; i++)
        {
            Minimiser.Add(scores, weights.Slice(indices[i] * outputs, outputs), values[i]);
        }
    }

    private static (double Centre, double Scale) Standard(double[] values)
    {
        var mean = values.Sum() / values.Length;
        var variance = values.Sum(value => (value - mean) * (value - mean)) / values.Length;
        return (mean, variance > 0 ? Math.Sqrt(variance) : 1);
    }

    private static void StartFromShares(TreeTarget target, Span<double> bias)
    {
        var counts = new double[target.Classes];
        foreach (var value in target.Values)
        {
            counts[(int)value]++;
        }

        if (target.Task == ModelTask.Binary)
        {
            bias[0] = Math.Log((counts[1] + 0.5) / (counts[0] + 0.5));
            return;
        }

        for (var k = 0; k < bias.Length; k++)
        {
            bias[k] = Math.Log((counts[k] + 0.5) / target.Values.Length);
        }
    }

    private static double Evaluate(SparseMatrix rows, TreeTarget target, double centre, double scale, double strength, double[] point, double[] gradient)
    {
        var outputs = target.Outputs;
        var weights = rows.Columns * outputs;
        var count = (double)rows.Rows;
        Array.Clear(gradient);
        Span<double> scores = new double[outputs];
        Span<double> shares = new double[outputs];
        var loss = 0.0;
        for (var row = 0; row < rows.Rows; row++)
        {
            point.AsSpan(weights).CopyTo(scores);
            Score(rows, row, point, scores);
            var wanted = target.Values[row];
            switch (target.Task)
            {
                case ModelTask.Regression:
                    var error = scores[0] - ((wanted - centre) / scale);
                    loss += error * error / 2;
                    shares[0] = error;
                    break;
                case ModelTask.Binary:
                    loss += Losses.SoftPlus(wanted > 0 ? -scores[0] : scores[0]);
                    shares[0] = (1 / (1 + Math.Exp(-scores[0]))) - wanted;
                    break;
                default:
                    Losses.Softmax(scores, shares);
                    loss -= Math.Log(Math.Max(shares[(int)wanted], double.Epsilon));
                    shares[(int)wanted] -= 1;
                    break;
            }

            Spread(rows, row, shares, gradient);
            for (var k = 0; k < outputs; k++)
            {
                gradient[weights + k] += shares[k];
            }
        }

        var penalised = point.AsSpan(0, weights);
        loss += strength / 2 * Minimiser.Dot(penalised, penalised);
        Minimiser.Add(gradient.AsSpan(0, weights), penalised, strength);
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] /= count;
        }

        return loss / count;
    }

    private static void Spread(SparseMatrix rows, int row, ReadOnlySpan<double> errors, double[] gradient)
    {
        var outputs = errors.Length;
        var indices = rows.RowIndices(row);
        var values = rows.RowValues(row);
        for (var i = 0; i < indices.Length; i++)
        {
            if (outputs == 1)
            {
                gradient[indices[i]] += values[i] * errors[0];
            }
            else
            {
                Minimiser.Add(gradient.AsSpan(indices[i] * outputs, outputs), errors, values[i]);
            }
        }
    }
}
