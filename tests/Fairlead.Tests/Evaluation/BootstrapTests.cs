using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Evaluation;

public sealed class BootstrapTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JudgedAnswers Drawn(int rows, int seed, double separation)
    {
        var random = new Random(seed);
        var (outputs, labels) = (new double[rows * 2], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            labels[i] = random.Next(3) == 0 ? 1 : 0;
            var p = 1 / (1 + Math.Exp(-(MadeOrders.Normal(random) + (labels[i] * separation))));
            (outputs[i * 2], outputs[(i * 2) + 1]) = (1 - p, p);
        }

        return new JudgedAnswers(new AnswerRule(ModelTask.Binary, 1, 0.5), 2, outputs, labels, []);
    }

    [Fact]
    public void A_share_s_interval_is_as_wide_as_theory_says()
    {
        // Accuracy is a share: its standard error is sqrt(p (1 - p) / n), a 95 % interval is 2 x 1.96 of that.
        var accuracy = Measure.Of(Drawn(2_000, 1, 1.5), 1, Cancel)["accuracy"];
        var width = 2 * 1.96 * Math.Sqrt(accuracy.Value * (1 - accuracy.Value) / 2_000);
        Assert.InRange((accuracy.High - accuracy.Low) / width, 0.9, 1.1);
        Assert.InRange(accuracy.Value, accuracy.Low, accuracy.High);
    }

    [Fact]
    public void Auc_s_interval_is_as_wide_as_Hanley_and_McNeil_say()
    {
        // SE^2 = (A (1 - A) + (n1 - 1)(Q1 - A^2) + (n2 - 1)(Q2 - A^2)) / (n1 n2), Q1 = A / (2 - A), Q2 = 2 A^2 / (1 + A)
        var answers = Drawn(1_500, 2, 1.2);
        var auc = Measure.Of(answers, 1, Cancel)["auc"];
        double n1 = answers.Labels.Count(l => l == 1), n2 = answers.Count - n1, a = auc.Value;
        var variance = ((a * (1 - a)) + ((n1 - 1) * ((a / (2 - a)) - (a * a))) + ((n2 - 1) * ((2 * a * a / (1 + a)) - (a * a)))) / (n1 * n2);
        Assert.InRange((auc.High - auc.Low) / (2 * 1.96 * Math.Sqrt(variance)), 0.85, 1.15);
    }

    [Fact]
    public void Intervals_cover_the_truth_about_as_often_as_they_say()
    {
        // Scores are N(0, 1) and N(1.2, 1): the true auc is Phi(1.2 / sqrt 2) = 0.8019.
        var covered = Enumerable.Range(0, 60).Count(seed => Measure.Of(Drawn(300, 100 + seed, 1.2), seed, Cancel)["auc"] is var auc && auc.Low <= 0.8019 && 0.8019 <= auc.High);
        Assert.InRange(covered, 52, 60); // 57 expected; 52 or fewer has a chance under 2 %
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_another()
    {
        var answers = Drawn(400, 3, 1);
        Assert.Equal(Measure.Of(answers, 7, Cancel), Measure.Of(answers, 7, Cancel));
        Assert.NotEqual(Measure.Of(answers, 7, Cancel)["auc"], Measure.Of(answers, 8, Cancel)["auc"]);
    }

    [Fact]
    public void Few_rows_can_t_prove_perfection()
    {
        // 20 rows, 8 of the smaller class, all right. Wilson at 20 of 20: 20 / (20 + 3.8415) = 0.8389; at 8 of 8: 8 / 11.8415 = 0.6756.
        var labels = Enumerable.Range(0, 20).Select(i => i < 8 ? 1 : 0).ToArray();
        var perfect = new JudgedAnswers(new AnswerRule(ModelTask.Binary, 1, 0.5), 2, [.. labels.SelectMany(l => l == 1 ? new[] { 0.1, 0.9 } : [0.9, 0.1])], labels, []);
        var metrics = Measure.Of(perfect, 1, Cancel);
        Assert.Equal((1, 0.8389, 1), (metrics["accuracy"].Value, Math.Round(metrics["accuracy"].Low, 4), metrics["accuracy"].High));
        Assert.Equal(0.6756, metrics["auc"].Low, 4);
        Assert.Equal(0.6756, Measure.Of(perfect, "auc", 200, 1, Cancel)!.Low, 4);
    }

    [Fact]
    public void A_paired_difference_knows_that_equal_models_are_equal_and_is_narrower_than_two_intervals()
    {
        var answers = Drawn(800, 4, 1.2);
        Assert.All(Measure.Difference(answers, answers, 1, Cancel).Values, d => Assert.Equal((0, 0, 0), (d.Value, d.Low, d.High)));

        // A slightly disturbed twin: strongly correlated errors.
        var random = new Random(5);
        var twin = new double[answers.Outputs.Length];
        for (var i = 0; i < answers.Count; i++)
        {
            var p = Math.Clamp(answers.Outputs[(i * 2) + 1] + (0.02 * MadeOrders.Normal(random)), 0.001, 0.999);
            (twin[i * 2], twin[(i * 2) + 1]) = (1 - p, p);
        }

        var difference = Measure.Difference(answers, new JudgedAnswers(answers.Rule, 2, twin, answers.Labels, []), 1, Cancel)["auc"];
        var alone = Measure.Of(answers, 1, Cancel)["auc"];
        Assert.True(difference.High - difference.Low < (alone.High - alone.Low) / 4);
    }

    [Fact]
    public void Resamples_draw_as_many_rows_as_there_are_evenly()
    {
        var total = new int[101];
        for (var r = 0; r < 2_000; r++)
        {
            var weights = new int[101];
            new ResampleRandom(9, r).Draw(weights);
            Assert.Equal(101, weights.Sum());
            for (var i = 0; i < 101; i++)
            {
                total[i] += weights[i];
            }
        }

        // Each row 2,000 times on average, standard deviation sqrt(2,000) = 45; 4.5 of them either way.
        Assert.All(total, t => Assert.InRange(t, 1_800, 2_200));
    }

    [Fact]
    public void Percentiles_and_Wilson_s_interval_by_hand()
    {
        // Type 7 on 1 2 3 4: position 0.25 x 3 = 0.75, so 1.75.
        Assert.Equal(1.75, Bootstrap.Percentile([1, 2, 3, 4], 0.25), 12);
        Assert.Equal(4, Bootstrap.Percentile([1, 2, 3, 4], 1), 12);

        // 8 of 10, as in Brown, Cai and DasGupta 2001: centre (8 + 1.9207) / 13.8415 = 0.71674, half width 1.96 sqrt(10) / 13.8415 x sqrt(.16 + .09604) = 0.22659
        var share = Bootstrap.Share(8, 10);
        Assert.Equal(0.4902, share.Low, 3);
        Assert.Equal(0.9433, share.High, 3);
        Assert.Equal(0, Bootstrap.Share(0, 5).Low, 12);
    }
}
