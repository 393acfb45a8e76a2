using CsCheck;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

public sealed class TreeWalkerTests
{
    private static Tree Stump(double threshold, bool missingLeft, uint[]? levels = null) => new()
    {
        Features = [0],
        Thresholds = [threshold],
        Left = [~0],
        Right = [~1],
        DefaultLeft = [missingLeft],
        Categories = [levels],
        LeafValues = [1, 2],
        NodeCover = [10],
        LeafCover = [4, 6],
    };

    private static double Score(Tree tree, double value)
    {
        var raw = new double[1];
        new TreeWalker(new TreeEnsemble(1, [0], [tree])).Raw([value], raw);
        Assert.Equal(raw[0] == 1, tree.GoesLeft(0, value));
        return raw[0];
    }

    [Theory]
    [InlineData(5, 1)] // equal goes left
    [InlineData(5.000000000000001, 2)]
    [InlineData(double.NegativeInfinity, 1)]
    [InlineData(double.PositiveInfinity, 2)]
    public void A_number_goes_left_up_to_the_threshold(double value, double leaf) => Assert.Equal(leaf, Score(Stump(5, false), value));

    [Fact]
    public void Missing_goes_where_the_node_says()
    {
        Assert.Equal(1, Score(Stump(5, true), double.NaN));
        Assert.Equal(2, Score(Stump(5, false), double.NaN));
    }

    [Theory] // the set holds levels 1 and 33
    [InlineData(1, 1)]
    [InlineData(33, 1)]
    [InlineData(33.9, 1)] // cut off, as LightGBM does
    [InlineData(0, 2)]
    [InlineData(2, 2)]
    [InlineData(64, 2)]
    [InlineData(-1, 2)]
    [InlineData(1e300, 2)]
    [InlineData(double.NaN, 2)]
    public void A_level_goes_left_when_it_is_in_the_set(double level, double leaf) =>
        Assert.Equal(leaf, Score(Stump(0, false, [2, 2]), level));

    [Fact] // sets over several words, missing that goes left, one input read both as levels and as a number
    public void Sets_of_any_length_give_the_plain_definition() =>
        Gen.Select(Gen.UInt.Array[0, 9], Gen.UInt.Array[0, 9], Gen.Bool, Gen.Double[-2, 300]).Sample((one, other, missingLeft, level) =>
        {
            var tree = new Tree
            {
                Features = [0, 0, 0],
                Thresholds = [0, 40, 0],
                Left = [1, ~0, ~2],
                Right = [2, ~1, ~3],
                DefaultLeft = [missingLeft, missingLeft, !missingLeft],
                Categories = [one, null, other],
                LeafValues = [1, 2, 3, 4],
                NodeCover = [4, 2, 2],
                LeafCover = [1, 1, 1, 1],
            };
            var (walker, raw) = (new TreeWalker(new TreeEnsemble(1, [0], [tree])), new double[1]);
            foreach (var value in (double[])[level, Math.Floor(level), double.NaN])
            {
                var at = 0;
                while (at >= 0)
                {
                    at = tree.GoesLeft(at, value) ? tree.Left[at] : tree.Right[at];
                }

                walker.Raw([value], raw);
                Assert.Equal(tree.LeafValues[~at], raw[0]);
            }
        }, seed: "0000KnS0n2Y0", iter: 3_000);

    [Fact]
    public void Rows_wider_than_the_stack_holds_are_scored_too()
    {
        var tree = new Tree
        {
            Features = [4_000],
            Thresholds = [0],
            Left = [~0],
            Right = [~1],
            DefaultLeft = [false],
            Categories = [[4]],
            LeafValues = [1, 2],
            NodeCover = [2],
            LeafCover = [1, 1],
        };
        var (row, raw) = (new double[4_001], new double[1]);
        row[4_000] = 2;
        new TreeWalker(new TreeEnsemble(1, [0], [tree])).Raw(row, raw);
        Assert.Equal(1, raw[0]);
    }

    [Fact] // property: the fast walk and the plain definition go to the same leaves
    public void Walking_gives_the_bits_of_the_plain_definition() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 3], Gen.Int[2, 40]).Sample((seed, outputs, leaves) =>
        {
            var features = MadeUp.Features();
            var ensemble = MadeUp.Trees(features, outputs, 9, leaves, seed);
            var (walker, rows) = (new TreeWalker(ensemble), features.Transform(MadeUp.Rows(20, seed)));
            var raw = new double[outputs];
            for (var row = 0; row < rows.Rows; row++)
            {
                double[] plain = [.. ensemble.Base];
                for (var t = 0; t < ensemble.Trees.Count; t++)
                {
                    var (tree, at) = (ensemble.Trees[t], 0);
                    while (at >= 0)
                    {
                        at = tree.GoesLeft(at, rows[row].Dense[tree.Features[at]]) ? tree.Left[at] : tree.Right[at];
                    }

                    plain[t % outputs] += tree.LeafValues[~at];
                }

                walker.Raw(rows[row].Dense, raw);
                Assert.Equal(plain, raw);
            }
        }, seed: "0000KnS0n2Y0", iter: 60);

    [Fact]
    public void Arrays_that_are_not_one_binary_tree_are_refused()
    {
        Refused(left: [1, ~0], right: [~1, 1]); // node 1 is its own child
        Refused(left: [1, ~0], right: [~0, ~1]); // leaf 0 twice
        Refused(left: [1, ~0], right: [~1, ~7]); // no such leaf
        Refused(left: [1, 5], right: [~1, ~0]); // no such node

        static void Refused(int[] left, int[] right) => Assert.Throws<ArgumentException>(() => new TreeWalker(new TreeEnsemble(1, [0],
        [
            new Tree
            {
                Features = [0, 0], Thresholds = [1, 2], Left = left, Right = right, DefaultLeft = [false, false], Categories = [null, null],
                LeafValues = [1, 2, 3], NodeCover = [2, 1], LeafCover = [1, 1, 1],
            },
        ])));
    }

    [Fact]
    public void A_row_that_is_too_short_is_refused() =>
        Assert.Throws<ArgumentException>(() => new TreeWalker(new TreeEnsemble(1, [0], [Stump(1, false)])).Raw([], new double[1]));
}
