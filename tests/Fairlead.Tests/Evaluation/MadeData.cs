using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training;

namespace Fairlead.Tests.Evaluation;

/// <summary>Orders whose truth is known: late or not by distance and weather, from depots of which one may record wrongly.</summary>
internal sealed record MadeOrders(Dataset Data, bool[] Late, double[] Chance, double[] Distance, string[] Depot)
{
    public static readonly string[] Classes = ["no", "yes"];
    public static readonly string[] Depots = ["Leeds", "Bremen", "Ghent", "Porto", "Turin", "Vigo"];

    /// <param name="flip">Share of the late orders of Leeds that are recorded as on time.</param>
    /// <param name="leedsEffect">Added to the log-odds of lateness in Leeds: a depot that is truly different.</param>
    public static MadeOrders Make(int rows, int seed, double flip = 0, double leedsEffect = 0, double slope = 1.8)
    {
        var random = new Random(seed);
        var (distance, weather, depot) = (new double[rows], new string?[rows], new string[rows]);
        var (late, chance, labels, at) = (new bool[rows], new double[rows], new int[rows], new double[rows]);
        var (sides, folds) = (new Side[rows], new int[rows]);
        string[] skies = ["clear", "rain", "snow"];
        for (var i = 0; i < rows; i++)
        {
            distance[i] = Math.Round(200 * Math.Exp(0.6 * Normal(random)));
            weather[i] = skies[random.Next(3)];
            depot[i] = Depots[random.Next(6)];
            at[i] = 20_000 + random.Next(365);
            var logit = -1.4 + (slope * Math.Log(distance[i] / 200)) + (weather[i] == "snow" ? 1.2 : weather[i] == "rain" ? 0.3 : 0) + (depot[i] == "Leeds" ? leedsEffect : 0);
            chance[i] = 1 / (1 + Math.Exp(-logit));
            late[i] = random.NextDouble() < chance[i];
            labels[i] = late[i] && !(depot[i] == "Leeds" && random.NextDouble() < flip) ? 1 : 0;
            sides[i] = random.NextDouble() < 0.2 ? Side.Exam : Side.Train;
            folds[i] = random.Next(5);
        }

        var data = new Dataset(
            new Frame(
            [
                new FrameColumn("distance", ColumnKind.Number, distance),
                new FrameColumn("weather", ColumnKind.Category, weather),
                new FrameColumn("depot", ColumnKind.Category, [.. depot]),
                new FrameColumn("ordered", ColumnKind.Date, at),
            ]),
            [.. Enumerable.Range(0, rows).Select(i => (long)i)], [.. Enumerable.Range(0, rows).Select(i => $"k{i}")], sides, folds,
            [.. Enumerable.Range(0, rows).Select(i => (long)i)], new bool[rows], new string?[rows], Classes, labels, []);
        return new MadeOrders(data, late, chance, distance, depot);
    }

    public static FittedModel Fit(Dataset data, Func<int, bool>? without = null)
    {
        var rows = Enumerable.Range(0, data.Count).Where(i => UnseenJudge.Trains(data, i) && without?.Invoke(i) != true).ToArray();
        var regression = data.Values.Length > 0;
        return QuickModel.Fit(new TrainingInput(
            data.Features.Take(rows), [.. rows.Select(i => data.Folds[i])],
            regression ? ModelTask.Regression : data.Classes.Count > 2 ? ModelTask.Multiclass : ModelTask.Binary, data.Classes,
            regression ? [] : [.. rows.Select(i => data.Labels[i])], regression ? [.. rows.Select(i => data.Values[i])] : [], null, 1, 1));
    }

    public static FittedModel[] FitFolds(Dataset data) => [.. Enumerable.Range(0, 5).Select(fold => Fit(data, i => data.Folds[i] == fold))];

    /// <summary>The rows at <paramref name="rows"/> as a version of its own.</summary>
    public static Dataset Keep(Dataset data, IReadOnlyList<int> rows)
    {
        T[] Pick<T>(T[] values) => values.Length == 0 ? [] : [.. rows.Select(row => values[row])];
        return new Dataset(
            data.Features.Take(rows), Pick(data.Rows), Pick(data.Keys), Pick(data.Sides), Pick(data.Folds), Pick(data.Groups), Pick(data.JudgeOnly), Pick(data.LabelWas),
            data.Classes, Pick(data.Labels), Pick(data.Values));
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
