using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Training;

namespace Fairlead.Iterations;

/// <summary>What the search may see of a data set: rows of the training side whose label is believed.</summary>
public static class TrainingSide
{
    /// <summary>0-based positions in the data set, in order.</summary>
    public static int[] Rows(Dataset data) =>
        [.. Enumerable.Range(0, data.Count).Where(row => UnseenJudge.Trains(data, row))];

    /// <summary>The input of a search.</summary>
    public static TrainingInput Input(ProjectFile project, Dataset data, TrainingRule rule)
    {
        var rows = Rows(data);
        return new TrainingInput(
            data.Features.Take(rows), Pick(data.Folds, rows), project.Task, data.Classes,
            project.Task == ModelTask.Regression ? [] : Pick(data.Labels, rows),
            project.Task == ModelTask.Regression ? Pick(data.Values, rows) : [],
            rule.Seconds, rule.Trials, rule.Seed, rule.LeastRows);
    }

    private static T[] Pick<T>(T[] values, int[] rows) => Array.ConvertAll(rows, row => values[row]);
}
