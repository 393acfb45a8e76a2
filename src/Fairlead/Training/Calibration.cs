using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training.Linear;

namespace Fairlead.Training;

/// <summary>Puts raw scores right where the way they were fitted leaves them off, on rows that the fits did not see.</summary>
internal static class Calibration
{
    /// <summary>
    /// A forest's average of single Newton steps orders rows well but is no log-odds: it is scaled and shifted by logistic regression
    /// (J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999), one scale and a shift an output.
    /// A target fitted as a logarithm gives the median rather than the mean: it is shifted by the factor that fits best in the target's own unit
    /// (after N. Duan, "Smearing Estimate", JASA 1983).
    /// </summary>
    /// <param name="raw">Shape [rows x outputs], row-major.</param>
    /// <param name="targets">Shape [rows].</param>
    /// <returns>What raw scores are to be multiplied by, and what is then added to each output; 1 and zeros where they are right as they are.</returns>
    public static (double Scale, double[] Shift) Fit(Recipe recipe, ModelTask task, int outputs, double[] raw, double[] targets) =>
        task == ModelTask.Regression && recipe.Transform == TargetTransform.Log1p ? (1, [Smear(raw, targets)])
        : task != ModelTask.Regression && recipe is TreeRecipe { Settings.Forest: true } ? Scale(task, outputs, raw, targets)
        : (1, new double[outputs]);

    private static double Smear(double[] raw, double[] targets)
    {
        double wanted = 0, given = 0;
        for (var row = 0; row < targets.Length; row++)
        {
            var answer = Math.Exp(raw[row]);
            wanted += (targets[row] + 1) * answer;
            given += answer * answer;
        }

        // bounded: a wild extrapolation of one row must not move all answers
        var shift = Math.Log(wanted / given);
        return double.IsFinite(shift) ? Math.Clamp(shift, -0.5, 0.5) : 0;
    }

    private static (double Scale, double[] Shift) Scale(ModelTask task, int outputs, double[] raw, double[] targets)
    {
        var point = new double[1 + outputs];
        point[0] = 1;
        var scores = new double[outputs];
        var shares = new double[outputs];
        double Evaluate(double[] at, double[] gradient)
        {
            Array.Clear(gradient);
            var loss = 0.0;
            for (var row = 0; row < targets.Length; row++)
            {
                for (var k = 0; k < outputs; k++)
                {
                    scores[k] = (at[0] * raw[(row * outputs) + k]) + at[1 + k];
                }

                if (task == ModelTask.Binary)
                {
                    loss += Losses.SoftPlus(targets[row] > 0 ? -scores[0] : scores[0]);
                    shares[0] = (1 / (1 + Math.Exp(-scores[0]))) - targets[row];
                }
                else
                {
                    Losses.Softmax(scores, shares);
                    loss -= Math.Log(Math.Max(shares[(int)targets[row]], double.Epsilon));
                    shares[(int)targets[row]] -= 1;
                }

                for (var k = 0; k < outputs; k++)
                {
                    gradient[0] += shares[k] * raw[(row * outputs) + k];
                    gradient[1 + k] += shares[k];
                }
            }

            for (var i = 0; i < point.Length; i++) // a little pull towards leaving them as they are: rare classes have few rows
            {
                var pull = at[i] - (i == 0 ? 1 : 0);
                loss += pull * pull / 2;
                gradient[i] = (gradient[i] + pull) / targets.Length;
            }

            return loss / targets.Length;
        }

        Minimiser.Run(Evaluate, point, 100, 1e-7, () => false);
        return point[0] > 0 ? (point[0], point[1..]) : (1, new double[outputs]);
    }
}
