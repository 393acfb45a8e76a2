using CsCheck;
using Fairlead.Models.Drift;

namespace Fairlead.Tests.Models.Drift;

/// <summary>Figures of SciPy 1.11 (ks_2samp, wasserstein_distance, chi2_contingency with correction=False, fisher_exact, entropy, jensenshannon, gammaln, chi2.sf, norm.sf), calls in the comments.</summary>
public sealed class DriftStatisticsTests
{
    private static readonly double[] A = [0.1, 0.4, 0.7, 1.1, 1.2, 1.9, 2.4];
    private static readonly double[] B = [0.3, 0.9, 1.5, 1.6, 2.2, 2.9, 3.1, 3.3, 4.0];
    private static readonly long[] R = [120, 300, 80, 500];
    private static readonly long[] C = [150, 280, 130, 440];

    // x = [(i*7919 % 10007)/10007 for i in range(n)], y = [((i*104729 % 10009)/10009)**power for i in range(m)]
    private static double[] X(int n) => [.. Enumerable.Range(0, n).Select(i => i * 7919L % 10007 / 10007.0).Order()];

    private static double[] Y(int m, double power) => [.. Enumerable.Range(0, m).Select(i => Math.Pow(i * 104729L % 10009 / 10009.0, power)).Order()];

    [Fact]
    public void Kolmogorov_Smirnov_is_SciPys()
    {
        var (small, at) = KolmogorovSmirnov.Statistic(A, B); // ks_2samp(a, b, method='exact'): 0.492063492, p 0.217657343, at 1.2
        Assert.Equal(0.49206349206349204, small, 1e-12);
        Assert.Equal(1.2, at);
        Assert.Equal(0.21765734265734266, KolmogorovSmirnov.PValue(small, 7, 9), 1e-10);

        var (mid, _) = KolmogorovSmirnov.Statistic(X(300), Y(400, 1.3)); // exact: 0.100833333, p 0.057676121
        Assert.Equal(0.10083333333333333, mid, 1e-12);
        Assert.Equal(0.05767612063140621, KolmogorovSmirnov.PValue(mid, 300, 400), 1e-9);

        var (large, _) = KolmogorovSmirnov.Statistic(X(3000), Y(4000, 1.05)); // exact: 0.019, p 0.560233; the limit with its correction is within 0.001 of it
        Assert.Equal(0.019, large, 1e-12);
        Assert.Equal(0.5602329742829959, KolmogorovSmirnov.PValue(large, 3000, 4000), 1e-3);
    }

    [Fact]
    public void Values_that_stand_for_many_count_as_many()
    {
        double[] all = [1, 1, 1, 2, 5, 5], values = [1, 2, 5];
        Assert.Equal(KolmogorovSmirnov.Statistic(all, B), KolmogorovSmirnov.Statistic(values, [3, 4, 6], B, []));
        Assert.Equal(Divergences.Wasserstein(all, B), Divergences.Wasserstein(values, [3, 4, 6], B, []), 1e-12);
    }

    [Fact]
    public void Wasserstein_is_SciPys()
    {
        Assert.Equal(1.0857142857142859, Divergences.Wasserstein(A, B), 1e-12);
        Assert.Equal(0.011800154782238122, Divergences.Wasserstein(X(3000), Y(4000, 1.05)), 1e-12);
    }

    [Fact]
    public void Chi_square_is_SciPys()
    {
        var (statistic, degrees, p) = CountTests.ChiSquare(R, C);
        Assert.Equal(19.757537644551586, statistic, 1e-10);
        Assert.Equal(3, degrees);
        Assert.Equal(0.00019055702348153104, p, 1e-12);
        Assert.Equal((0.0, 0, 1.0), CountTests.ChiSquare([5, 0], [7, 0])); // one level only
    }

    [Fact]
    public void Distances_are_SciPys()
    {
        // r, c as shares: entropy(r, c), jensenshannon(r, c), sqrt(1 - sum sqrt(r c)), sum (c - r) ln(c / r)
        Assert.Equal(0.018996695780786707, Divergences.KullbackLeibler(R, C), 1e-12);
        Assert.Equal(0.07050227250296899, Divergences.JensenShannon(R, C), 1e-12);
        Assert.Equal(0.07061458894608974, Divergences.Hellinger(R, C), 1e-12);
        Assert.Equal(0.04001955704884345, PopulationStability.Compute(R, C), 1e-12);
    }

    [Fact]
    public void A_rate_is_tested_exactly()
    {
        // fisher_exact([[30, 470], [55, 445]]): less 0.00310842294, greater 0.99849856; twice the smaller
        Assert.Equal(2 * 0.00310842294095569, CountTests.Rate(30, 500, 55, 500), 1e-12);
        Assert.Equal(CountTests.Rate(30, 500, 55, 500), CountTests.Rate(55, 500, 30, 500), 1e-12);
        Assert.Equal(2.834784169167065, CountTests.Z(30, 500, 55, 500), 1e-12);
        Assert.Equal(0.004585665453197906, SpecialFunctions.NormalTwoSided(2.834784169167065), 1e-12);
        Assert.Equal(1, CountTests.Rate(0, 500, 0, 20));
    }

    [Fact]
    public void The_interval_of_a_difference_is_Newcombes()
    {
        // Newcombe 1998, table II (a): 56/70 - 48/80 by method 10: 0.0524 to 0.3339
        var (low, high) = CountTests.DifferenceInterval(48, 80, 56, 70);
        Assert.Equal(0.0524, low, 1e-4);
        Assert.Equal(0.3339, high, 1e-4);
    }

    [Fact]
    public void Tails_are_SciPys()
    {
        Assert.Equal(0.01856613546304325, SpecialFunctions.ChiSquareTail(10, 3), 1e-14);
        Assert.Equal(4.776023145770754e-06, SpecialFunctions.ChiSquareTail(300, 199), 1e-16);
        Assert.Equal(0.9921232932326296, SpecialFunctions.ChiSquareTail(0.5, 5), 1e-13);
        Assert.Equal(6.795346249460107e-06, SpecialFunctions.NormalTwoSided(-4.5), 1e-17);
        Assert.Equal(1.0957979948180756, SpecialFunctions.LogGamma(0.3), 1e-13);
        Assert.Equal(-0.12078223763524526, SpecialFunctions.LogGamma(1.5), 1e-13);
        Assert.Equal(5908.674175848678, SpecialFunctions.LogGamma(1000.5), 1e-9);
        Assert.Equal(12815504.569147611, SpecialFunctions.LogGamma(1e6), 1e-5);
    }

    [Fact]
    public void Mean_and_variance_of_rows_dealt_from_one_pile()
    {
        // Two levels of 2 and 1, one row dealt: statistic 0.75 with probability 2/3 (x = 1, 0) and 3 with 1/3. Mean 1.5 = N (k - 1) / (N - 1); variance 2/3 0.5625 + 1/3 9 - 2.25 = 1.125. The formula needs N > 3, so double it:
        // levels 3 and 1, two rows dealt (N = 4): x = (2, 0) with probability 1/2 and (1, 1) with 1/2; the statistic is 4/3 for both. Mean 4/3, variance 0.
        var (mean, variance) = CountTests.DealtMoments([3, 1], 2);
        Assert.Equal(4.0 / 3, mean, 1e-12);
        Assert.Equal(0, variance, 1e-9);

        // numpy multivariate_hypergeometric([40, 25, 20, 10, 5], 30), two million deals: mean 4.0388, variance 7.554 (standard errors 0.002 and 0.02)
        (mean, variance) = CountTests.DealtMoments([40, 25, 20, 10, 5], 30);
        Assert.Equal(100 * 4 / 99.0, mean, 1e-9);
        Assert.Equal(7.554, variance, 0.06);
    }

    [Fact]
    public void Distances_are_symmetric_where_they_should_be_and_nothing_for_the_same() =>
        Gen.Long[1, 1_000].Array[6].Select(Gen.Long[1, 1_000].Array[6]).Sample((a, b) =>
        {
            Assert.Equal(Divergences.JensenShannon(a, b), Divergences.JensenShannon(b, a), 1e-9);
            Assert.Equal(Divergences.Hellinger(a, b), Divergences.Hellinger(b, a), 1e-9);
            Assert.Equal(0, Divergences.JensenShannon(a, a), 1e-7);
            Assert.Equal(0, Divergences.KullbackLeibler(a, a), 1e-9);
            Assert.True(Divergences.Hellinger(a, b) <= 1);
            Assert.InRange(CountTests.Rate(a[0], a.Sum(), b[0], b.Sum()), 0, 1);
        }, seed: "0000KnS0n2Y0", iter: 200);
}
