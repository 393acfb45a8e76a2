using Fairlead.Customers.Causes;

namespace Fairlead.Tests.Customers;

public sealed class SliceSearchTests
{
    private static bool[] Every(int rows, int step, int from = 0) => [.. Enumerable.Range(0, rows).Select(i => i % step == from)];

    [Fact]
    public void The_tail_of_the_hypergeometric_distribution_by_hand()
    {
        // 10 rows, 4 corrected, 3 inside: P(at least 2) = (C(4,2) C(6,1) + C(4,3)) / C(10,3) = (36 + 4) / 120
        var search = new SliceSearch([Every(10, 2)], [0], 10);
        Assert.Equal(1.0 / 3, search.Tail(10, 4, 3, 2), 10);
        Assert.Equal(1, search.Tail(10, 4, 3, 0), 10);
        Assert.Equal(1.0 / 210, search.Tail(10, 4, 4, 4), 10); // 1 / C(10, 4)
    }

    [Fact]
    public void The_simpler_slice_wins_where_it_explains_as_much()
    {
        // Conditions 0 to 5: levels of one column; 6, 7 halves of another. All rows of level 2 are corrected.
        var members = Enumerable.Range(0, 6).Select(level => Every(120, 6, level)).Append([.. Enumerable.Range(0, 120).Select(i => i < 60)]).Append([.. Enumerable.Range(0, 120).Select(i => i >= 60)]).ToArray();
        var search = new SliceSearch(members, [0, 0, 0, 0, 0, 0, 1, 1], 120);
        var (single, pair) = search.Best([.. Enumerable.Repeat(true, 120)], Every(120, 6, 2));
        Assert.Equal((2, 20, 20), (single!.First, single.Rows, single.Hits));
        Assert.True(single.Chance < 1e-15);
        Assert.True(pair is null || pair.Bits > single.Bits);
    }

    [Fact]
    public void Two_conditions_win_where_one_does_not_explain_it()
    {
        var members = Enumerable.Range(0, 4).Select(level => Every(240, 4, level)).Append([.. Enumerable.Range(0, 240).Select(i => i < 120)]).Append([.. Enumerable.Range(0, 240).Select(i => i >= 120)]).ToArray();
        bool[] hits = [.. Enumerable.Range(0, 240).Select(i => i % 4 == 1 && i < 120)];
        var (single, pair) = new SliceSearch(members, [0, 0, 0, 0, 1, 1], 240).Best([.. Enumerable.Repeat(true, 240)], hits);
        Assert.Equal((1, 4, 30, 30), (pair!.First, pair.Second, pair.Rows, pair.Hits));
        Assert.True(pair.Bits < single!.Bits);
    }

    [Fact]
    public void Scattered_corrections_have_no_cause()
    {
        // 30 of 240 rows corrected at random, 40 conditions, 50 draws: a cause may be named in about one of twenty.
        var named = Enumerable.Range(0, 50).Count(seed =>
        {
            var random = new Random(seed);
            var members = Enumerable.Range(0, 40).Select(c => Enumerable.Range(0, 240).Select(_ => random.Next(8) == 0).ToArray()).ToArray();
            bool[] hits = [.. Enumerable.Range(0, 240).Select(i => i % 8 == 0)];
            var (single, pair) = new SliceSearch(members, [.. Enumerable.Range(0, 40)], 240).Best([.. Enumerable.Repeat(true, 240)], hits);
            return single is not null || pair is not null;
        });
        Assert.InRange(named, 0, 5);
    }
}
