using CsCheck;
using Fairlead.Models.Drift;

namespace Fairlead.Tests.Models;

public sealed class PopulationStabilityTests
{
    private static readonly Gen<long[]> Counts = Gen.Long[0, 1_000].Array[4].Where(counts => counts.Sum() > 0);

    [Fact]
    public void Moving_a_tenth_of_the_rows_gives_the_hand_computed_index()
    {
        // Shares .5/.5 -> .6/.4:  (.6-.5)ln(.6/.5) + (.4-.5)ln(.4/.5) = 0.0405465108108164
        Assert.Equal(0.040546510810816, PopulationStability.Compute([50, 50], [60, 40]), 1e-12);
    }

    [Fact]
    public void An_empty_bin_counts_as_a_ten_thousandth()
    {
        // .5/.5 -> 1/0:  (1-.5)ln(2) + (.0001-.5)ln(.0001/.5) = 0.34657359 + 4.25774488 = 4.60431847
        Assert.Equal(4.60431847, PopulationStability.Compute([1, 1], [7, 0]), 1e-8);
    }

    [Fact]
    public void It_is_symmetric_never_negative_and_zero_on_itself() => Gen.Select(Counts, Counts).Sample((a, b) =>
    {
        var forward = PopulationStability.Compute(a, b);
        Assert.True(forward >= 0);
        Assert.Equal(forward, PopulationStability.Compute(b, a), 1e-9);
        Assert.Equal(0, PopulationStability.Compute(a, a), 1e-12);
    }, seed: "0000KnS0n2Y0", iter: 500);

    [Fact]
    public void What_can_not_be_compared_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PopulationStability.Compute([1, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => PopulationStability.Compute([1], [1]));
        Assert.Throws<ArgumentException>(() => PopulationStability.Compute([1, 2], [0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PopulationStability.Compute([1, 2], [3, -1]));
    }
}
