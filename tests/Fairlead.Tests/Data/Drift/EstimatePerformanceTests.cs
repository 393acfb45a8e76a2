using Fairlead.Data.Drift;
using Fairlead.Data.Profiles;

namespace Fairlead.Tests.Data.Drift;

public sealed class EstimatePerformanceTests
{
    private static double Share(int seed, int i) => (Hashes.Mix(((ulong)(uint)seed << 32) + (uint)i + 0x9E37_79B9_7F4A_7C15) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Probabilities of a model that says p where p² is true (not calibrated), drawn as u^power; and the truth.</summary>
    private static (double[] P, bool[] Came) Rows(int rows, int seed, double power)
    {
        double[] p = [.. Enumerable.Range(0, rows).Select(i => Math.Pow(Share(seed, i), power))];
        return (p, [.. p.Select((v, i) => Share(seed + 1, i) < v * v)]);
    }

    [Fact]
    public void Violators_are_pooled()
    {
        // shares 0, 1, 0, 1 at 0.1 … 0.4: the second and third are pooled to a half at 0.25
        var calibrator = new Calibrator([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1], [1, 1, 1, 1], together: 1);
        var calibrated = new double[5];
        calibrator.Apply([0.0, 0.1, 0.25, 0.325, 0.9], calibrated);
        Assert.Equal([0, 0, 0.5, 0.75, 1], calibrated.Select(c => Math.Round(c, 12)));
    }

    [Fact]
    public void Expected_metrics_are_those_of_the_truth_when_it_is_known()
    {
        double[] p = [0.1, 0.4, 0.4, 0.6, 0.8], truth = [0, 1, 0, 0, 1];
        Assert.Equal(0.6, ConfidenceBasedEstimate.Accuracy(truth, p, 0.5), 1e-12); // right: 0.1, the 0.4 that is 0, 0.8
        Assert.Equal(0.5, ConfidenceBasedEstimate.F1(truth, p, 0.5), 1e-12); // 2 · 1 / (2 answered + 2 positive)
        Assert.Equal(4.5 / 6, ConfidenceBasedEstimate.Auc(truth, p, 0.5), 1e-12); // 0.8 beats three; 0.4 beats one, ties one, loses one: 1.5
    }

    [Fact]
    public void Expected_area_of_two_rows_by_hand()
    {
        // P(true) 0.2 at 0.3 and 0.9 at 0.7: pairs (positive, negative): 0.9 · 0.8 with the right order, 0.2 · 0.1 with the wrong one: 0.72 / 0.74
        Assert.Equal(0.72 / 0.74, ConfidenceBasedEstimate.Auc([0.2, 0.9], [0.3, 0.7], 0.5), 1e-12);
    }

    /// <summary>The interval holds what comes out on the very rows: 30 pairs of windows with other shares of hard rows, three metrics each. At 95 % one expects 4 or 5 of 90 outside; more than 12 would come once in a thousand times.</summary>
    [Fact]
    public void The_interval_holds_the_metric_that_comes_out()
    {
        var outside = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var (reference, came) = Rows(2_000, 100 + (seed * 10), 1);
            var (current, truth) = Rows(1_500, 105 + (seed * 10), 0.6);
            var outcome = EstimatePerformance.Of(reference, came, current, 0.5, twoClasses: true);
            var order = Enumerable.Range(0, current.Length).OrderBy(i => current[i]).ToArray();
            double[] sorted = [.. order.Select(i => current[i])], known = [.. order.Select(i => truth[i] ? 1.0 : 0.0)];
            double[] real = [ConfidenceBasedEstimate.Accuracy(known, sorted, 0.5), ConfidenceBasedEstimate.Auc(known, sorted, 0.5), ConfidenceBasedEstimate.F1(known, sorted, 0.5)];
            outside += outcome.Metrics.Where((metric, i) => real[i] < metric.Interval[0] || real[i] > metric.Interval[1]).Count();
        }

        Assert.InRange(outside, 0, 12);
    }

    [Fact]
    public void Harder_rows_are_worse_and_the_same_rows_are_not()
    {
        static (double[] P, bool[] Came) Sure(int seed, double hard)
        {
            double[] p = [.. Enumerable.Range(0, 3_000).Select(i => Share(seed + 2, i) < hard ? 0.45 + (0.1 * Share(seed, i)) : Share(seed, i) < 0.5 ? 0.05 : 0.95)];
            return (p, [.. p.Select((v, i) => Share(seed + 1, i) < v)]);
        }

        var (reference, came) = Sure(1, 0.1);
        var worse = EstimatePerformance.Of(reference, came, Sure(11, 0.5).P, 0.5, twoClasses: true);
        Assert.True(worse.Worse);
        Assert.InRange(worse.Metrics[0].Estimate, 0.68, 0.76); // half right half the time, 95 % the other half: 0.725
        Assert.False(EstimatePerformance.Of(reference, came, Sure(21, 0.1).P, 0.5, twoClasses: true).Worse);
    }
}
