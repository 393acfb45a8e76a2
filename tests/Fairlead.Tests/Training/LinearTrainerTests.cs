using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Training;
using Fairlead.Training.Linear;
using Fairlead.Training.Trees;

namespace Fairlead.Tests.Training;

public sealed class LinearTrainerTests
{
    /// <summary>Two rows, one input: -1 and 1.</summary>
    private static readonly SparseMatrix _two = new(1, [0, 1, 2], [0, 0], [-1, 1]);

    [Fact]
    public void Least_squares_with_a_penalty_gives_the_hand_computed_weight()
    {
        // Targets 10 and 30: mean 20, standard deviation 10, standardised -1 and 1.
        // Weight of the standardised target: sum(xy) / (sum(x^2) + 2) = 2 / 4 = 0.5; in the target's unit 5, bias 20.
        var model = Fit(_two, new TreeTarget(ModelTask.Regression, 1, [10, 30]), 2);
        Assert.Equal(5, model.Weights[0], 1e-3);
        Assert.Equal(20, model.Bias[0], 1e-3);
    }

    [Fact]
    public void Logistic_regression_stands_where_its_gradient_is_zero()
    {
        // By symmetry the bias is 0 and the weight solves 2 (s(w) - 1) + w = 0 with s the logistic function: w = 0.6748...
        var model = Fit(_two, new TreeTarget(ModelTask.Binary, 2, [0, 1]), 1);
        Assert.Equal(0, model.Bias[0], 1e-3);
        Assert.Equal(0, (2 * ((1 / (1 + Math.Exp(-model.Weights[0]))) - 1)) + model.Weights[0], 1e-3);
        Assert.Equal(0.6748, model.Weights[0], 1e-3);
    }

    [Fact]
    public void Softmax_of_two_classes_says_what_logistic_regression_says()
    {
        // Two weight vectors share the difference evenly: w/2 and -w/2, whose penalty is half; so twice the strength gives the same odds.
        var rows = Random(200, 5);
        double[] labels = [.. Enumerable.Range(0, 200).Select(row => rows.RowValues(row)[0] > 0.2 ? 1.0 : 0)];
        var binary = Losses.Answers(ModelTask.Binary, 1, LinearTrainer.Predict(Fit(rows, new TreeTarget(ModelTask.Binary, 2, labels), 1), rows));
        var softmax = Losses.Answers(ModelTask.Multiclass, 2, LinearTrainer.Predict(Fit(rows, new TreeTarget(ModelTask.Multiclass, 2, labels), 2), rows));
        for (var i = 0; i < binary.Length; i++)
        {
            Assert.Equal(binary[i], softmax[i], 2e-3);
        }
    }

    [Fact]
    public void A_warm_start_ends_where_a_cold_one_does()
    {
        var rows = Random(300, 8);
        var target = new TreeTarget(ModelTask.Binary, 2, [.. Enumerable.Range(0, 300).Select(row => (double)(row % 3 == 0 ? 1 : 0))]);
        var cold = Fit(rows, target, 0.5);
        var warm = LinearTrainer.Fit(rows, rows.ColumnMeans(), target, 0.5, Fit(rows, target, 50), () => false);
        for (var i = 0; i < cold.Weights.Length; i++)
        {
            Assert.Equal(cold.Weights[i], warm.Weights[i], 2e-3);
        }
    }

    [Fact]
    public void The_minimiser_finds_the_bottom_of_a_long_valley()
    {
        // f = sum of 10^(i/3) (x_i - i)^2 over 12 inputs: condition number 10^(11/3)
        var point = new double[12];
        var value = Minimiser.Run(
            (at, gradient) =>
            {
                var sum = 0.0;
                for (var i = 0; i < at.Length; i++)
                {
                    var scale = Math.Pow(10, i / 3.0);
                    sum += scale * (at[i] - i) * (at[i] - i);
                    gradient[i] = 2 * scale * (at[i] - i);
                }

                return sum;
            },
            point, 500, 1e-12, () => false);
        Assert.InRange(value, 0, 1e-8);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(i, point[i], 1e-3));
    }

    private static LinearModel Fit(SparseMatrix rows, TreeTarget target, double strength) =>
        LinearTrainer.Fit(rows, rows.ColumnMeans(), target, strength, null, () => false);

    private static SparseMatrix Random(int rows, int columns)
    {
        var random = new Random(3);
        return new SparseMatrix(
            columns, [.. Enumerable.Range(0, rows + 1).Select(row => row * columns)], [.. Enumerable.Range(0, rows * columns).Select(i => i % columns)],
            [.. Enumerable.Range(0, rows * columns).Select(_ => (random.NextDouble() * 2) - 1)]);
    }
}
