using Fairlead.Data.Drift;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Data.Drift;

/// <summary>Errors of a regression without labels: expected by what is predicted, with an interval that covers.</summary>
public sealed class DirectLossEstimateTests
{
    [Fact]
    public void Errors_are_those_of_the_rows_with_alike_predictions()
    {
        // 100 known rows: 50 predicted 1 with an error of 1, 50 predicted 9 with an error of 3. Mean absolute error 2, root of the mean square sqrt((1 + 9) / 2).
        double[] predicted = [.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(9.0, 50)];
        double[] truth = [.. Enumerable.Repeat(2.0, 50), .. Enumerable.Repeat(6.0, 50)];
        double[] current = [0, 9, 9, 100]; // 1 + 3 + 3 + 3: mean 2.5; squares 1 + 9 + 9 + 9: root of 7

        var (mae, rmse) = new DirectLossEstimate(predicted, truth, current).Run();

        Assert.Equal((2.0, 2.5), (mae.Reference, mae.Estimate));
        Assert.Equal(Math.Sqrt(5), rmse.Reference, 1e-12);
        Assert.Equal(Math.Sqrt(7), rmse.Estimate, 1e-12);
        Assert.True(mae.Low <= 2.5 && mae.High >= 2.5);
    }

    [Fact]
    public void The_interval_holds_the_error_as_it_comes_out_in_about_95_of_100()
    {
        var held = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            // Errors grow with the prediction; the new rows are asked about where they are larger.
            var random = new Random(seed);
            (double[] Predicted, double[] Truth) Rows(int count, double from)
            {
                var predicted = Enumerable.Range(0, count).Select(_ => from + ((100 - from) * random.NextDouble())).ToArray();
                return (predicted, Array.ConvertAll(predicted, value => value + (value / 10 * MadeOrders.Normal(random))));
            }

            var (known, now) = (Rows(1_000, 0), Rows(500, 40));
            var (mae, _) = new DirectLossEstimate(known.Predicted, known.Truth, now.Predicted).Run();
            var came = now.Predicted.Zip(now.Truth, (a, b) => Math.Abs(a - b)).Average();
            held += came >= mae.Low && came <= mae.High ? 1 : 0;
            Assert.True(mae.Estimate > 1.2 * mae.Reference);
        }

        Assert.InRange(held, 182, 199); // 95 in 100 of 200 is 190, with a standard error of 3.1
    }
}
