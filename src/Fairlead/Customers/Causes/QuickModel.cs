using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;
using Fairlead.Training;
using Fairlead.Training.Linear;
using Fairlead.Training.Trees;

namespace Fairlead.Customers.Causes;

/// <summary>One linear fit without a search: what a cause is priced with. A fraction of a second on ten thousand rows.</summary>
public static class QuickModel
{
    /// <summary>L2 penalty of the weights, as a sum over rows.</summary>
    private const double Strength = 2;

    /// <summary>Fits on all rows of the input; folds, seconds and trials are not looked at.</summary>
    public static FittedModel Fit(TrainingInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var features = new FeatureSet(FeatureFitter.Fit(input.Features, input.Task, input.Labels, input.Values, input.LeastRows));
        var rows = new LinearEncoder(features).Encode(features.Transform(input.Features));
        var targets = input.Task == ModelTask.Regression ? input.Values : Array.ConvertAll(input.Labels, label => (double)label);
        var linear = LinearTrainer.Fit(rows, rows.ColumnMeans(), new TreeTarget(input.Task, Math.Max(1, input.Classes.Count), targets), Strength, null, () => false);
        return new FittedModel(features, input.Task, input.Task == ModelTask.Regression ? 1 : input.Classes.Count, [new BlendPart(linear, 1)]);
    }
}
