using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation;

/// <summary>What a person looks at: confusion matrix, ROC curve, calibration, residuals.</summary>
internal static class Pictures
{
    /// <summary>Most points of a curve.</summary>
    public const int PointsMax = 200;

    /// <summary>Most bins of calibration and residuals.</summary>
    public const int BinsMax = 10;

    /// <summary>Fewest rows in a bin, but for the only one.</summary>
    public const int BinRows = 10;

    public static ConfusionMatrix Confusion(JudgedAnswers answers, IReadOnlyList<string> classes)
    {
        var counts = Enumerable.Range(0, classes.Count).Select(_ => new long[classes.Count]).ToArray();
        for (var row = 0; row < answers.Count; row++)
        {
            counts[answers.Labels[row]][answers.Answer(row)]++;
        }

        return new ConfusionMatrix(classes, counts);
    }

    /// <summary>The curve from (0, 0) to (1, 1), one point a distinct score, thinned evenly to <see cref="PointsMax"/>; null when the rows have one class.</summary>
    public static IReadOnlyList<CurvePoint>? Roc(JudgedAnswers answers)
    {
        var order = ByScore(answers, row => -answers[row][answers.Rule.Positive]);
        long positives = answers.Labels.Count(label => label == answers.Rule.Positive);
        var negatives = answers.Count - positives;
        if (positives == 0 || negatives == 0)
        {
            return null;
        }

        var points = new List<CurvePoint> { new(0, 0) };
        var (hits, alarms) = (0L, 0L);
        for (var i = 0; i < order.Length; i++)
        {
            var positive = answers.Labels[order[i]] == answers.Rule.Positive;
            (hits, alarms) = positive ? (hits + 1, alarms) : (hits, alarms + 1);
            if (i == order.Length - 1 || answers[order[i]][answers.Rule.Positive] != answers[order[i + 1]][answers.Rule.Positive])
            {
                points.Add(new CurvePoint((double)alarms / negatives, (double)hits / positives));
            }
        }

        return points.Count <= PointsMax
            ? points
            : [.. Enumerable.Range(0, PointsMax).Select(i => points[(int)((long)i * (points.Count - 1) / (PointsMax - 1))])];
    }

    /// <summary>Two classes: the class of interest. More: the answered class, predicted probability against share answered right.</summary>
    public static IReadOnlyList<CalibrationBin> Calibration(JudgedAnswers answers)
    {
        var binary = answers.Rule.Task == ModelTask.Binary;
        double Predicted(int row) => binary ? answers[row][answers.Rule.Positive] : answers[row][answers.Answer(row)];
        bool True(int row) => answers.Labels[row] == (binary ? answers.Rule.Positive : answers.Answer(row));
        return
        [
            .. Bins(ByScore(answers, Predicted), Predicted).Select(bin =>
                new CalibrationBin(bin.Average(Predicted), Bootstrap.Share(bin.Count(True), bin.Length), bin.Length)),
        ];
    }

    public static IReadOnlyList<ResidualBin> Residuals(JudgedAnswers answers)
    {
        double Predicted(int row) => answers.Outputs[row];
        return
        [
            .. Bins(ByScore(answers, Predicted), Predicted).Select(bin =>
            {
                var residuals = Array.ConvertAll(bin, row => answers.Values[row] - answers.Outputs[row]);
                Array.Sort(residuals);
                return new ResidualBin(
                    bin.Average(Predicted), Bootstrap.Percentile(residuals, 0.1), Bootstrap.Percentile(residuals, 0.5), Bootstrap.Percentile(residuals, 0.9), bin.Length);
            }),
        ];
    }

    private static int[] ByScore(JudgedAnswers answers, Func<int, double> score) => [.. Enumerable.Range(0, answers.Count).OrderBy(score)];

    /// <summary>Bins of about equal size; rows with the same score are never in two bins.</summary>
    private static IEnumerable<int[]> Bins(int[] order, Func<int, double> score)
    {
        var bins = Math.Clamp(order.Length / BinRows, 1, BinsMax);
        var from = 0;
        for (var bin = 1; bin <= bins; bin++)
        {
            var to = (int)((long)order.Length * bin / bins);
            while (to > 0 && to < order.Length && score(order[to - 1]) == score(order[to]))
            {
                to++;
            }

            if (to > from)
            {
                yield return order[from..to];
                from = to;
            }
        }
    }
}
