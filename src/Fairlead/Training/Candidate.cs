using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training.Trees;

namespace Fairlead.Training;

/// <summary>What a trial is to fit.</summary>
internal abstract record Recipe(TargetTransform Transform)
{
    public abstract string Trainer { get; }
}

/// <param name="Strength">L2 penalty; see <see cref="Linear.LinearTrainer"/>.</param>
internal sealed record LinearRecipe(double Strength, TargetTransform Transform) : Recipe(Transform)
{
    public override string Trainer => "linear";

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"l2={Strength:0.######}{(Transform == TargetTransform.Log1p ? " log1p" : "")}");
}

internal sealed record TreeRecipe(TreeSettings Settings, TargetTransform Transform) : Recipe(Transform)
{
    public override string Trainer => "trees";

    public override string ToString() => $"{Settings}{(Transform == TargetTransform.Log1p ? " log1p" : "")}";
}

/// <summary>A recipe that was fitted without each evaluated fold and judged there.</summary>
internal sealed class Candidate(int number, Recipe recipe, int outputs)
{
    public int Number { get; } = number;

    public Recipe Recipe { get; } = recipe;

    /// <summary>Probabilities or values for each row, by the fit that did not see it. Shape [evaluated rows x answers], row-major.</summary>
    public double[] Answers { get; private set; } = [];

    /// <summary>Cross-validated metric; smaller is better.</summary>
    public double Score { get; private set; }

    /// <summary>Rounds of trees that were best over the evaluated folds together.</summary>
    public int Rounds { get; init; }

    /// <summary>CPU seconds of one fit.</summary>
    public required double FitSeconds { get; init; }

    /// <summary>Shape [folds + 1]: the fits there are. Raw scores are to be adjusted by <see cref="Scale"/> and <see cref="Shift"/>.</summary>
    public Predictor?[] Fits { get; } = new Predictor?[SearchData.All + 1];

    /// <summary>Raw scores are multiplied by this, so that probabilities mean what they say.</summary>
    public double Scale { get; private set; } = 1;

    /// <summary>Added to the raw scores after scaling. Shape [outputs].</summary>
    public double[] Shift { get; private set; } = new double[outputs];

    /// <summary>Takes what the fits said of rows that they did not see: calibrates, answers, scores.</summary>
    /// <param name="raw">Shape [evaluated rows x outputs], row-major.</param>
    /// <param name="targets">Shape [evaluated rows].</param>
    public void Judge(ModelTask task, double[] raw, double[] targets)
    {
        (Scale, Shift) = Calibration.Fit(Recipe, task, Shift.Length, raw, targets);
        var adjusted = new double[raw.Length];
        for (var i = 0; i < raw.Length; i++)
        {
            adjusted[i] = (raw[i] * Scale) + Shift[i % Shift.Length];
        }

        Answers = Losses.Answers(task, Shift.Length, adjusted);
        if (Recipe.Transform != TargetTransform.None)
        {
            Answers = Array.ConvertAll(Answers, value => TargetTransforms.Invert(Recipe.Transform, value));
        }

        Score = Losses.Mean(task, Answers, targets);
    }

    /// <summary>Fit <paramref name="part"/> with scale and shift worked in.</summary>
    public Predictor Adjusted(int part)
    {
        var fit = Fits[part]!;
        if (Scale == 1 && Shift.All(shift => shift == 0))
        {
            return fit;
        }

        double[] Move(double[] values) => [.. values.Select((value, i) => (value * Scale) + Shift[i])];
        double[] Stretch(double[] values) => Array.ConvertAll(values, value => value * Scale);
        return fit switch
        {
            LinearModel linear => linear with { Bias = Move(linear.Bias), Weights = Stretch(linear.Weights) },
            TreeEnsemble trees => trees with
            {
                Base = Move(trees.Base),
                Trees = [.. trees.Trees.Select(tree => new Tree
                {
                    Features = tree.Features, Thresholds = tree.Thresholds, Left = tree.Left, Right = tree.Right, DefaultLeft = tree.DefaultLeft,
                    Categories = tree.Categories, NodeCover = tree.NodeCover, LeafCover = tree.LeafCover, LeafValues = Stretch(tree.LeafValues),
                })],
            },
            _ => throw new InvalidOperationException($"{fit.GetType().Name} can't be adjusted."),
        };
    }
}
