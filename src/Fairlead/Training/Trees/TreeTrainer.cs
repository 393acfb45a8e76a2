using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;

namespace Fairlead.Training.Trees;

/// <summary>Dense inputs of tree trainers.</summary>
/// <param name="Values">Shape [Rows x Categorical.Length], row-major; missing is NaN. A categorical input holds a level's index, a whole number &gt;= 0.</param>
/// <param name="Categorical">Shape [inputs]: which inputs are level indices.</param>
internal sealed record TreeInputs(double[] Values, int Rows, bool[] Categorical)
{
    public int Columns => Categorical.Length;

    /// <summary>True when some input has two different values: otherwise there is nothing to split.</summary>
    public bool CanSplit()
    {
        for (var column = 0; column < Columns; column++)
        {
            for (var row = 1; row < Rows; row++)
            {
                if (!Values[(row * Columns) + column].Equals(Values[column]))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>What is to be learned.</summary>
/// <param name="Classes">Number of classes; 1 for regression.</param>
/// <param name="Values">Shape [rows]: class index, or the target.</param>
internal sealed record TreeTarget(ModelTask Task, int Classes, double[] Values)
{
    /// <summary>Raw scores a model has: 1 for binary and regression, else the number of classes.</summary>
    public int Outputs => Task == ModelTask.Multiclass ? Classes : 1;
}

/// <summary>Hyperparameters of boosted trees or of a forest.</summary>
/// <param name="Forest">Averages independent trees on bootstrap samples rather than boosting.</param>
/// <param name="Rounds">Most rounds, each one tree an output.</param>
/// <param name="LearningRate">Shrinkage of each round, in (0, 1]. Ignored by a forest.</param>
/// <param name="Leaves">Most leaves a tree, at least 2.</param>
/// <param name="MinLeaf">Fewest rows a leaf.</param>
/// <param name="Features">Share of inputs looked at by each tree, in (0, 1].</param>
/// <param name="Rows">Share of rows each tree learns from, in (0, 1].</param>
/// <param name="L2">L2 penalty on leaf values, &gt;= 0.</param>
/// <param name="Extra">One random threshold an input instead of the best one (extremely randomised trees).</param>
internal sealed record TreeSettings(
    bool Forest, int Rounds, double LearningRate, int Leaves, int MinLeaf, double Features, double Rows, double L2, bool Extra)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{(Forest ? "forest" : "boosting")}{(Extra ? " extra" : "")} rate={LearningRate} leaves={Leaves} min_leaf={MinLeaf} features={Features} rows={Rows} l2={L2}");
}

/// <summary>Makes trees: the native LightGBM, or the managed fallback.</summary>
internal interface ITreeTrainer
{
    bool Native { get; }

    /// <summary>Bins the rows once, for many fits.</summary>
    /// <param name="valid">Rows to predict while training, or null.</param>
    ITreeData Prepare(TreeInputs train, TreeTarget target, TreeInputs? valid);
}

/// <summary>Binned rows that fits with different settings share.</summary>
internal interface ITreeData : IDisposable
{
    ITreeFit Start(TreeSettings settings, int seed);
}

/// <summary>One fit, advanced round by round so that the caller can stop early, report, cancel and keep a deadline.</summary>
internal interface ITreeFit : IDisposable
{
    /// <summary>Adds a round. False when no tree can be grown any more.</summary>
    bool Step();

    /// <summary>Raw scores of the validation rows after the rounds so far, but for a constant a row where there are several outputs. Shape [rows x outputs], row-major.</summary>
    void Predict(double[] raw);

    /// <summary>The first <paramref name="rounds"/> rounds as a model.</summary>
    TreeEnsemble Export(int rounds);
}

/// <summary>Chooses the trainer of this process.</summary>
internal static class TreeTrainers
{
    /// <summary>Set to <c>managed</c> to do without the native library.</summary>
    public const string Variable = "FAIRLEAD_TRAINER";

    public static ITreeTrainer Choose() =>
        Environment.GetEnvironmentVariable(Variable) != "managed" && LightGbmNative.Available ? new LightGbmTrainer() : new ManagedTreeTrainer();
}
