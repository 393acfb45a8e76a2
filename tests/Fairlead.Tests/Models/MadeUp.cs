using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Tests.Models;

/// <summary>Made-up features, rows and predictors from a seed.</summary>
internal static class MadeUp
{
    public static FeatureSet Features() => new(
    [
        new NumberFeature("weight", 10, 4),
        new CategoryFeature("region", ["north", "south", "east"]),
        new DateFeature("ordered", ["days", "month", "weekday", "hour"], [20_000, 6.5, 3, 12], [100, 3.4, 2, 6]),
        new TextFeature("note", ["late", "rain", "rain late", "truck"], [1.2, 1.5, 2.5, 1.9], [2, 0]),
        new NumberFeature("distance", 100, 30),
    ]);

    /// <summary>Rows for <see cref="Features"/>, with missing cells and levels never seen.</summary>
    public static Frame Rows(int rows, int seed)
    {
        var random = new Random(seed);
        string[] regions = ["north", "south", "east", "west", ""];
        string[] words = ["late", "rain", "truck", "the", "driver"];
        return new Frame(
        [
            new FrameColumn("weight", ColumnKind.Number, Make(rows, _ => random.Next(8) == 0 ? double.NaN : Math.Round(random.NextDouble() * 40, 2))),
            new FrameColumn("region", ColumnKind.Category, Make(rows, _ => regions[random.Next(regions.Length)])!),
            new FrameColumn("ordered", ColumnKind.Date, Make(rows, _ => random.Next(8) == 0 ? double.NaN : 19_000 + (random.NextDouble() * 2_000))),
            new FrameColumn("note", ColumnKind.Text, Make(rows, _ => random.Next(6) == 0
                ? null
                : string.Join(' ', Make(random.Next(1, 9), _ => words[random.Next(words.Length)])))),
            new FrameColumn("distance", ColumnKind.Number, Make(rows, _ => random.Next(8) == 0 ? double.NaN : random.Next(300))),
        ]);
    }

    /// <summary>Trees over the dense inputs of <see cref="Features"/> with thresholds inside the range of <see cref="Rows"/>.</summary>
    public static TreeEnsemble Trees(FeatureSet features, int outputs, int trees, int leaves, int seed)
    {
        var random = new Random(seed);
        return new TreeEnsemble(outputs, Make(outputs, _ => random.NextDouble() - 0.5), Make(trees * outputs, _ => Tree(features, leaves, random)));
    }

    public static LinearModel Linear(FeatureSet features, int outputs, int seed)
    {
        var random = new Random(seed);
        var inputs = new LinearEncoder(features).Inputs;
        return new LinearModel(
            outputs,
            Make(outputs, _ => random.NextDouble() - 0.5),
            Make(inputs * outputs, _ => (random.NextDouble() - 0.5) / 2),
            Make(inputs, _ => random.NextDouble() / 3));
    }

    public static T[] Make<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];

    private static Tree Tree(FeatureSet features, int leaves, Random random)
    {
        var (left, right) = (new List<int>(), new List<int>());
        var (inputs, thresholds, defaults, sets) = (new List<int>(), new List<double>(), new List<bool>(), new List<uint[]?>());
        var open = new List<(int Node, bool Left)>(); // places of leaves
        for (var node = 0; node < leaves - 1; node++)
        {
            if (node > 0)
            {
                var pick = random.Next(open.Count);
                var (parent, isLeft) = open[pick];
                open.RemoveAt(pick);
                (isLeft ? left : right)[parent] = node;
            }

            var input = random.Next(features.DenseWidth);
            inputs.Add(input);
            thresholds.Add(features.DenseNames[input] switch
            {
                "weight" => random.NextDouble() * 40,
                "distance" => random.Next(300),
                "ordered.days" => 19_000 + (random.NextDouble() * 2_000),
                _ => random.NextDouble() * 12,
            });
            var categorical = features.CategoricalInputs.Contains(input);
            sets.Add(categorical ? [(uint)random.Next(16)] : null);
            defaults.Add(!categorical && random.Next(2) == 0);
            left.Add(0);
            right.Add(0);
            open.Add((node, true));
            open.Add((node, false));
        }

        for (var leaf = 0; leaf < open.Count; leaf++)
        {
            (open[leaf].Left ? left : right)[open[leaf].Node] = ~leaf;
        }

        var leafCover = Make(leaves, _ => (double)random.Next(1, 50));
        var nodeCover = new double[leaves - 1];
        for (var node = leaves - 2; node >= 0; node--)
        {
            nodeCover[node] = Cover(left[node]) + Cover(right[node]);
        }

        double Cover(int child) => child >= 0 ? nodeCover[child] : leafCover[~child];
        return new Tree
        {
            Features = [.. inputs],
            Thresholds = [.. thresholds],
            Left = [.. left],
            Right = [.. right],
            DefaultLeft = [.. defaults],
            Categories = [.. sets],
            LeafValues = Make(leaves, _ => (random.NextDouble() - 0.5) / 4),
            NodeCover = nodeCover,
            LeafCover = leafCover,
        };
    }
}
