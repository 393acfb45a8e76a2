using Fairlead.Models.Contracts;

namespace Fairlead.Training;

/// <summary>Losses that train and choose models: mean negative log-likelihood in nats (log_loss) for classes, root mean squared error (rmse) for numbers.</summary>
internal static class Losses
{
    /// <summary>Probabilities are kept this far from 0, so that one sure error is not an infinite loss.</summary>
    public const double ShareFloor = 1e-15;

    public static string Name(ModelTask task) => task == ModelTask.Regression ? "rmse" : "log_loss";

    /// <summary>exp(score) / sum of exp(scores), computed from the largest down.</summary>
    public static void Softmax(ReadOnlySpan<double> scores, Span<double> shares)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, score);
        }

        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            shares[i] = Math.Exp(scores[i] - largest);
            sum += shares[i];
        }

        for (var i = 0; i < scores.Length; i++)
        {
            shares[i] /= sum;
        }
    }

    /// <summary>ln(1 + exp(x)) without overflow.</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>Probabilities from raw scores, or the scores themselves for regression.</summary>
    /// <param name="raw">Shape [rows x outputs], row-major; one output for binary.</param>
    /// <returns>Shape [rows x answers], row-major; two answers for binary.</returns>
    public static double[] Answers(ModelTask task, int outputs, double[] raw)
    {
        switch (task)
        {
            case ModelTask.Regression:
                return [.. raw];
            case ModelTask.Binary:
                var pairs = new double[raw.Length * 2];
                for (var row = 0; row < raw.Length; row++)
                {
                    var second = 1 / (1 + Math.Exp(-raw[row]));
                    (pairs[row * 2], pairs[(row * 2) + 1]) = (1 - second, second);
                }

                return pairs;
            default:
                var shares = new double[raw.Length];
                for (var at = 0; at < raw.Length; at += outputs)
                {
                    Softmax(raw.AsSpan(at, outputs), shares.AsSpan(at, outputs));
                }

                return shares;
        }
    }

    /// <summary>Mean log loss or root mean squared error of answers. Smaller is better.</summary>
    /// <param name="answers">Shape [rows x answers], row-major.</param>
    /// <param name="targets">Shape [rows]: class index or value.</param>
    public static double Mean(ModelTask task, double[] answers, double[] targets)
    {
        var sum = 0.0;
        var width = answers.Length / targets.Length;
        for (var row = 0; row < targets.Length; row++)
        {
            sum += task == ModelTask.Regression
                ? (answers[row] - targets[row]) * (answers[row] - targets[row])
                : -Math.Log(Math.Max(answers[(row * width) + (int)targets[row]], ShareFloor));
        }

        return task == ModelTask.Regression ? Math.Sqrt(sum / targets.Length) : sum / targets.Length;
    }
}
