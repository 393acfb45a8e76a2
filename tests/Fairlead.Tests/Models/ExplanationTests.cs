using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

public sealed class ExplanationTests
{
    [Fact]
    public void A_small_tree_gives_the_hand_computed_contributions()
    {
        // x <= 0 (4 of 10 rows) -> 1; else y <= 0 (2 of the 6) -> 2, else 4. Row: x = 1, y = 1, answer 4.
        // v{} = .4*1 + .6*(2*2/6 + 4*4/6) = .4 + .6*10/3 = 2.4;  v{x} = 10/3;  v{y} = .4*1 + .6*4 = 2.8;  v{x,y} = 4.
        // phi x = ((10/3 - 2.4) + (4 - 2.8)) / 2 = 16/15;  phi y = ((2.8 - 2.4) + (4 - 10/3)) / 2 = 8/15;  2.4 + 16/15 + 8/15 = 4.
        var tree = new Tree
        {
            Features = [0, 1],
            Thresholds = [0, 0],
            Left = [~0, ~1],
            Right = [1, ~2],
            DefaultLeft = [false, false],
            Categories = [null, null],
            LeafValues = [1, 2, 4],
            NodeCover = [10, 6],
            LeafCover = [4, 2, 4],
        };
        var model = new FittedModel(
            new FeatureSet([new NumberFeature("x", 0, 1), new NumberFeature("y", 0, 1)]),
            ModelTask.Regression,
            1,
            [new BlendPart(new TreeEnsemble(1, [0], [tree]), 1)]);
        var contributions = new double[2];
        model.Explain([Cell.Of(1), Cell.Of(1)], 0, contributions, out var baseline);
        Assert.Equal(2.4, baseline, 1e-12);
        Assert.Equal(16.0 / 15, contributions[0], 1e-12);
        Assert.Equal(8.0 / 15, contributions[1], 1e-12);
    }

    [Fact]
    public void A_linear_model_gives_weight_times_distance_from_the_mean()
    {
        // Inputs [x, x missing]: 0.5 + 2 x value; mean of x 0.25, of missing 0.1, weight of missing -3. Row x = 1.25, that is (1.25 - 1) / 0.5 = 0.5.
        // Contribution 2 (0.5 - 0.25) - 3 (0 - 0.1) = 0.8; baseline 0.5 + 2 x 0.25 - 3 x 0.1 = 0.7; sum 1.5 = 0.5 + 2 x 0.5.
        var model = new FittedModel(
            new FeatureSet([new NumberFeature("x", 1, 0.5)]),
            ModelTask.Binary,
            2,
            [new BlendPart(new LinearModel(1, [0.5], [2, -3], [0.25, 0.1]), 1)]);
        var contributions = new double[1];
        model.Explain([Cell.Of(1.25)], 1, contributions, out var baseline);
        Assert.Equal(0.8, contributions[0], 1e-12);
        Assert.Equal(0.7, baseline, 1e-12);
        model.Explain([Cell.Of(1.25)], 0, contributions, out baseline); // the other class: the same with the sign turned
        Assert.Equal(-0.8, contributions[0], 1e-12);
        Assert.Equal(-0.7, baseline, 1e-12);
    }

    [Fact] // property: the definition of the Shapley value, by all subsets of columns
    public void Trees_give_the_shapley_values_of_their_columns() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[2, 14]).Sample((seed, leaves) =>
        {
            var features = MadeUp.Features();
            var ensemble = MadeUp.Trees(features, 2, 3, leaves, seed);
            var model = new FittedModel(features, ModelTask.Multiclass, 2, [new BlendPart(ensemble, 1)]);
            var rows = MadeUp.Rows(3, seed);
            for (var row = 0; row < rows.Rows; row++)
            {
                Cell[] cells = [.. model.Columns.Select(name => rows[name][row])];
                var dense = features.Transform(cells, new ModelScratch()).Dense.ToArray();
                var contributions = new double[5];
                for (var output = 0; output < 2; output++)
                {
                    model.Explain(cells, output, contributions, out var baseline);
                    double Value(int known) => ensemble.Base[output] + ensemble.Trees
                        .Where((_, t) => t % 2 == output).Sum(tree => Expected(tree, 0, known, dense, features.DenseColumns));
                    Assert.Equal(Value(0), baseline, 1e-9);
                    for (var column = 0; column < 5; column++)
                    {
                        Assert.Equal(Shapley(Value, column, 5), contributions[column], 1e-9);
                    }
                }
            }
        }, seed: "0000KnS0n2Y0", iter: 25);

    [Theory, MemberData(nameof(FittedModelTests.Kinds), MemberType = typeof(FittedModelTests))]
    public void Contributions_and_baseline_add_up(ModelTask task, int outputs, TargetTransform transform)
    {
        var features = MadeUp.Features();
        var raw = task == ModelTask.Multiclass ? outputs : 1;
        Predictor[] parts = [MadeUp.Trees(features, raw, 15, 12, 5), MadeUp.Linear(features, raw, 6)];
        foreach (var blend in (BlendPart[][])[[new(parts[0], 1)], [new(parts[1], 1)], [new(parts[0], 0.3), new(parts[1], 0.7)]])
        {
            var (model, rows) = (new FittedModel(features, task, outputs, blend, transform), MadeUp.Rows(30, 7));
            var answers = model.Score(rows);
            var contributions = new double[5];
            for (var row = 0; row < rows.Rows; row++)
            {
                Cell[] cells = [.. model.Columns.Select(name => rows[name][row])];
                model.Explain(cells, outputs - 1, contributions, out var baseline);
                var sum = baseline + contributions.Sum();
                if (task == ModelTask.Regression)
                {
                    Assert.Equal(answers[row], sum, 1e-9); // of a blend too, and in the target's unit
                }
                else if (task == ModelTask.Binary && blend.Length == 1)
                {
                    Assert.Equal(answers[(row * 2) + 1], 1 / (1 + Math.Exp(-sum)), 1e-9);
                }
                else if (blend.Length == 1)
                {
                    // Two outputs' raw scores differ by the log of their probabilities' ratio.
                    model.Explain(cells, 0, contributions, out baseline);
                    Assert.Equal(Math.Log(answers[(row * outputs) + outputs - 1] / answers[row * outputs]), sum - baseline - contributions.Sum(), 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Nodes_that_no_training_row_reached_do_no_harm()
    {
        var tree = new Tree
        {
            Features = [0, 1],
            Thresholds = [0, 0],
            Left = [~0, ~1],
            Right = [1, ~2],
            DefaultLeft = [false, false],
            Categories = [null, null],
            LeafValues = [1, 2, 4],
            NodeCover = [10, 0],
            LeafCover = [10, 0, 0],
        };
        var model = new FittedModel(
            new FeatureSet([new NumberFeature("x", 0, 1), new NumberFeature("y", 0, 1)]),
            ModelTask.Regression, 1, [new BlendPart(new TreeEnsemble(1, [0], [tree]), 1)]);
        var contributions = new double[2];
        foreach (var (x, y, answer) in ((double, double, double)[])[(-1, 0, 1), (1, -1, 2), (1, 1, 4)])
        {
            model.Explain([Cell.Of(x), Cell.Of(y)], 0, contributions, out var baseline);
            Assert.Equal(1, baseline, 1e-12);
            Assert.Equal(answer, baseline + contributions.Sum(), 1e-12);
        }
    }

    /// <summary>The tree's answer when only the columns in the bit set <paramref name="known"/> are known.</summary>
    private static double Expected(Tree tree, int at, int known, double[] dense, IReadOnlyList<int> columnOf)
    {
        if (at < 0)
        {
            return tree.LeafValues[~at];
        }

        if ((known >> columnOf[tree.Features[at]] & 1) != 0)
        {
            return Expected(tree, tree.GoesLeft(at, dense[tree.Features[at]]) ? tree.Left[at] : tree.Right[at], known, dense, columnOf);
        }

        var (left, right) = (Cover(tree.Left[at]), Cover(tree.Right[at]));
        return ((left * Expected(tree, tree.Left[at], known, dense, columnOf)) + (right * Expected(tree, tree.Right[at], known, dense, columnOf))) / (left + right);

        double Cover(int child) => child >= 0 ? tree.NodeCover[child] : tree.LeafCover[~child];
    }

    private static double Shapley(Func<int, double> value, int player, int players)
    {
        double[] factorial = [1, 1, 2, 6, 24, 120];
        var sum = 0.0;
        for (var set = 0; set < 1 << players; set++)
        {
            if ((set >> player & 1) == 0)
            {
                var size = int.PopCount(set);
                sum += factorial[size] * factorial[players - size - 1] / factorial[players] * (value(set | (1 << player)) - value(set));
            }
        }

        return sum;
    }
}
