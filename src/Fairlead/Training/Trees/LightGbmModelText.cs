using System.Globalization;
using System.Text;
using Fairlead.Models.Scoring;

namespace Fairlead.Training.Trees;

/// <summary>Reads LightGBM's text model format (version v4, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp) into a <see cref="TreeEnsemble"/> that scores the same bit for bit.</summary>
/// <remarks>
/// Numbers are written with 17 digits and so come back exactly. <c>decision_type</c>: bit 0 categorical, bit 1 missing goes left, bits 2-3 what counts as
/// missing (0 nothing: a missing value is compared as 0; 1 zeros; 2 NaN). A forest's average is taken by dividing its leaves, exact but for the last bit.
/// </remarks>
internal static class LightGbmModelText
{
    private const int CategoricalBit = 1;
    private const int DefaultLeftBit = 2;

    /// <exception cref="InvalidDataException">Not a model of this format, or one with linear leaves or zeros as missing, which Fairlead never asks for.</exception>
    public static TreeEnsemble Read(ReadOnlySpan<byte> text)
    {
        var outputs = 0;
        var average = false;
        var trees = new List<Tree>();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var inTree = false;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            var split = line.IndexOf((byte)'=');
            var name = Encoding.UTF8.GetString(split < 0 ? line : line[..split]);
            if (name is "Tree" or "end of trees")
            {
                if (inTree)
                {
                    trees.Add(ReadTree(fields));
                    fields.Clear();
                }

                inTree = name == "Tree";
                if (!inTree)
                {
                    break;
                }
            }
            else if (inTree && split >= 0)
            {
                fields[name] = Encoding.UTF8.GetString(line[(split + 1)..]);
            }
            else if (name == "num_tree_per_iteration")
            {
                outputs = int.Parse(line[(split + 1)..], CultureInfo.InvariantCulture);
            }
            else if (name == "average_output")
            {
                average = true;
            }
        }

        if (outputs == 0)
        {
            throw new InvalidDataException("Not a LightGBM model: num_tree_per_iteration is missing.");
        }

        if (average && trees.Count > 0)
        {
            foreach (var tree in trees)
            {
                Scale(tree.LeafValues, trees.Count / outputs);
            }
        }

        return new TreeEnsemble(outputs, new double[outputs], trees);
    }

    private static Tree ReadTree(Dictionary<string, string> fields)
    {
        var leaves = int.Parse(Need(fields, "num_leaves"), CultureInfo.InvariantCulture);
        var values = Numbers(fields, "leaf_value", leaves);
        if (leaves == 1)
        {
            return new Tree
            {
                Features = [],
                Thresholds = [],
                Left = [],
                Right = [],
                DefaultLeft = [],
                Categories = [],
                LeafValues = values,
                NodeCover = [],
                LeafCover = [1],
            };
        }

        if (fields.GetValueOrDefault("is_linear") == "1")
        {
            throw new InvalidDataException("Trees with linear leaves are not supported.");
        }

        var nodes = leaves - 1;
        var thresholds = Numbers(fields, "threshold", nodes);
        var decisions = Integers(fields, "decision_type", nodes);
        var categories = new uint[]?[nodes];
        var defaultLeft = new bool[nodes];
        var boundaries = fields.ContainsKey("cat_boundaries") ? Integers(fields, "cat_boundaries", -1) : [];
        var words = fields.TryGetValue("cat_threshold", out var set)
            ? Array.ConvertAll(set.Split(' ', StringSplitOptions.RemoveEmptyEntries), word => uint.Parse(word, CultureInfo.InvariantCulture))
            : [];
        for (var node = 0; node < nodes; node++)
        {
            var missing = (decisions[node] >> 2) & 3;
            if ((decisions[node] & CategoricalBit) != 0)
            {
                var index = (int)thresholds[node];
                categories[node] = words[boundaries[index]..boundaries[index + 1]];
                thresholds[node] = 0;
            }
            else
            {
                defaultLeft[node] = missing switch
                {
                    0 => 0 <= thresholds[node],
                    2 => (decisions[node] & DefaultLeftBit) != 0,
                    _ => throw new InvalidDataException("Zeros as missing values are not supported."),
                };
            }
        }

        return new Tree
        {
            Features = Integers(fields, "split_feature", nodes),
            Thresholds = thresholds,
            Left = Integers(fields, "left_child", nodes),
            Right = Integers(fields, "right_child", nodes),
            DefaultLeft = defaultLeft,
            Categories = categories,
            LeafValues = values,
            NodeCover = Numbers(fields, "internal_count", nodes),
            LeafCover = Numbers(fields, "leaf_count", leaves),
        };
    }

    private static void Scale(double[] values, int divisor)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] /= divisor;
        }
    }

    private static string Need(Dictionary<string, string> fields, string name) =>
        fields.GetValueOrDefault(name) ?? throw new InvalidDataException($"A tree of the LightGBM model lacks {name}.");

    private static double[] Numbers(Dictionary<string, string> fields, string name, int count) =>
        Counted(Array.ConvertAll(Need(fields, name).Split(' ', StringSplitOptions.RemoveEmptyEntries), Number), name, count);

    /// <summary>A threshold may be infinite where only missing values go the other way; the largest finite number divides the same, and every format can hold it.</summary>
    private static double Number(string text) =>
        text == "inf" ? double.MaxValue : text == "-inf" ? double.MinValue : double.Parse(text, CultureInfo.InvariantCulture);

    private static int[] Integers(Dictionary<string, string> fields, string name, int count) =>
        Counted(Array.ConvertAll(Need(fields, name).Split(' ', StringSplitOptions.RemoveEmptyEntries), text => int.Parse(text, CultureInfo.InvariantCulture)), name, count);

    private static T[] Counted<T>(T[] values, string name, int count) =>
        count < 0 || values.Length == count ? values : throw new InvalidDataException($"A tree of the LightGBM model has {values.Length} of {name}, not {count}.");
}
