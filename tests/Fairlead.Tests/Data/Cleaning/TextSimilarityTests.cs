using Fairlead.Data.Cleaning;

namespace Fairlead.Tests.Data.Cleaning;

public sealed class TextSimilarityTests
{
    [Theory] // W. E. Winkler's own examples: 0.961, 0.840, 0.813
    [InlineData("MARTHA", "MARHTA", 0.9611111111111111)]
    [InlineData("DWAYNE", "DUANE", 0.84)]
    [InlineData("DIXON", "DICKSONX", 0.8133333333333332)]
    [InlineData("A", "B", 0)]
    [InlineData("SAME", "SAME", 1)]
    [InlineData("", "A", 0)]
    public void Jaro_Winkler_is_as_published(string left, string right, double expected)
    {
        Assert.Equal(expected, TextSimilarity.JaroWinkler(left, right), 1e-12);
        Assert.Equal(expected, TextSimilarity.JaroWinkler(right, left), 1e-12);
    }

    [Fact]
    public void Tokens_share_two_of_four() => Assert.Equal(0.5, TextSimilarity.Tokens("smith, anna maria", "maria smith b"));

    [Fact] // numpy.linalg.lstsq of [1, a, b] on these six rows: see the figures
    public void A_linear_model_is_that_of_least_squares()
    {
        double[][] x = [[1, 2], [2, 1], [3, 5], [4, 4], [5, 9], [6, 2]];
        double[] y = [3.1, 4.2, 9.7, 10.1, 16.4, 9.9];
        double[] means = [3.5, 23.0 / 6];
        var mean = y.Average();
        double Sum(Func<int, double> term) => Enumerable.Range(0, 6).Sum(term);
        var solved = LinearFit.Solve(
            [
                Sum(i => (x[i][0] - means[0]) * (y[i] - mean)), Sum(i => (x[i][0] - means[0]) * (x[i][0] - means[0])),
                Sum(i => (x[i][1] - means[1]) * (y[i] - mean)), Sum(i => (x[i][1] - means[1]) * (x[i][0] - means[0])), Sum(i => (x[i][1] - means[1]) * (x[i][1] - means[1])),
            ], 2);
        Assert.Equal(1.30818035, solved[0], 1e-6);
        Assert.Equal(1.0962473, solved[1], 1e-6);
    }
}
