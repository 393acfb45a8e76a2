using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation.Metrics;

/// <summary>Every metric of one set of answers, computed for whole-number row weights in O(rows): sorted once, walked once a resample. Immutable and thread-safe.</summary>
/// <remarks>
/// auc: share of (positive, negative) pairs in the right order, ties count a half (Mann-Whitney U; Hanley and McNeil 1982); more classes: mean of one class against the rest.
/// average_precision: sum over distinct scores of (recall gained) x precision; more classes: mean of one against the rest.
/// log_loss: mean of -ln p(truth) in nats, p kept at or above 1e-15. brier: mean of (p - y)^2 for two classes, in [0, 1]; for more, summed over the classes, in [0, 2] (Brier 1950).
/// accuracy: share answered right. balanced_accuracy: mean recall over the classes there are. f1: 2 tp / (2 tp + fp + fn) of the class of interest;
/// more classes: mean over the classes that occur as truth or answer. rmse, mae: in the target's unit. r2: 1 - squared error / squared distance from the mean.
/// A metric that rows can't give (auc of one class, r2 of a constant) is NaN.
/// </remarks>
public sealed class MetricTable
{
    /// <summary>Probabilities are kept this far from 0, so that one sure error is not an infinite loss. The search uses the same.</summary>
    public const double ShareFloor = 1e-15;

    private static readonly string[] ClassNames = ["auc", "log_loss", "accuracy", "balanced_accuracy", "f1", "brier", "average_precision"];
    private static readonly string[] NumberNames = ["rmse", "mae", "r2"];

    private readonly JudgedAnswers _answers;
    private readonly int[] _predicted = [];
    private readonly double[] _first = [];
    private readonly double[] _second = [];
    private readonly Ranking[] _rankings = [];

    /// <param name="ranks">False leaves auc and average_precision out (NaN): they cost a walk a class.</param>
    public MetricTable(JudgedAnswers answers, bool ranks = true)
    {
        ArgumentNullException.ThrowIfNull(answers);
        _answers = answers;
        Names = NamesOf(answers.Rule.Task);
        var rows = answers.Count;
        (_first, _second) = (new double[rows], new double[rows]);
        if (answers.Rule.Task == ModelTask.Regression)
        {
            for (var row = 0; row < rows; row++)
            {
                var error = answers.Outputs[row] - answers.Values[row];
                (_first[row], _second[row]) = (error * error, Math.Abs(error));
            }

            return;
        }

        _predicted = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            _predicted[row] = answers.Answer(row);
            _first[row] = -Math.Log(Math.Max(answers[row][answers.Labels[row]], ShareFloor));
            _second[row] = Brier(row);
        }

        if (ranks)
        {
            _rankings = answers.Rule.Task == ModelTask.Binary
                ? [new Ranking(answers, answers.Rule.Positive)]
                : [.. Enumerable.Range(0, answers.Width).Select(k => new Ranking(answers, k))];
        }
    }

    /// <summary>Metrics in the order of the values.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Rows => _answers.Count;

    public static IReadOnlyList<string> NamesOf(ModelTask task) => task == ModelTask.Regression ? NumberNames : ClassNames;

    /// <summary>True when a smaller figure is better.</summary>
    public static bool SmallerIsBetter(string metric) => metric is "log_loss" or "brier" or "rmse" or "mae";

    /// <summary>The metrics where row i counts <paramref name="weights"/>[i] times.</summary>
    /// <param name="weights">Shape [rows], at least 0.</param>
    /// <param name="values">Shape [Names]; NaN where a metric can't be had.</param>
    public void Compute(ReadOnlySpan<int> weights, Span<double> values)
    {
        if (_answers.Rule.Task == ModelTask.Regression)
        {
            Numbers(weights, values);
        }
        else
        {
            Classes(weights, values);
        }
    }

    private double Brier(int row)
    {
        var outputs = _answers[row];
        if (_answers.Rule.Task == ModelTask.Binary)
        {
            var miss = 1 - outputs[_answers.Labels[row]];
            return miss * miss;
        }

        var sum = 0.0;
        for (var k = 0; k < outputs.Length; k++)
        {
            var miss = outputs[k] - (k == _answers.Labels[row] ? 1 : 0);
            sum += miss * miss;
        }

        return sum;
    }

    private void Numbers(ReadOnlySpan<int> weights, Span<double> values)
    {
        var (count, squared, absolute, mean) = (0L, 0.0, 0.0, 0.0);
        var truth = _answers.Values;
        for (var row = 0; row < weights.Length; row++)
        {
            var weight = weights[row];
            count += weight;
            squared += weight * _first[row];
            absolute += weight * _second[row];
            mean += weight * truth[row];
        }

        mean /= count;
        var spread = 0.0;
        for (var row = 0; row < weights.Length; row++)
        {
            spread += weights[row] * (truth[row] - mean) * (truth[row] - mean);
        }

        values[0] = Math.Sqrt(squared / count);
        values[1] = absolute / count;
        values[2] = spread > 0 ? 1 - (squared / spread) : double.NaN;
    }

    private void Classes(ReadOnlySpan<int> weights, Span<double> values)
    {
        var classes = _answers.Width;
        Span<long> confusion = classes <= 16 ? stackalloc long[classes * classes] : new long[classes * classes];
        var (count, loss, brier) = (0L, 0.0, 0.0);
        var labels = _answers.Labels;
        for (var row = 0; row < weights.Length; row++)
        {
            var weight = weights[row];
            count += weight;
            loss += weight * _first[row];
            brier += weight * _second[row];
            confusion[(labels[row] * classes) + _predicted[row]] += weight;
        }

        var (right, recalls, present, f1, occurring) = (0L, 0.0, 0, 0.0, 0);
        for (var k = 0; k < classes; k++)
        {
            var (truth, answered) = (0L, 0L);
            for (var other = 0; other < classes; other++)
            {
                truth += confusion[(k * classes) + other];
                answered += confusion[(other * classes) + k];
            }

            var hit = confusion[(k * classes) + k];
            right += hit;
            if (truth > 0)
            {
                recalls += (double)hit / truth;
                present++;
            }

            if (_answers.Rule.Task == ModelTask.Binary && k != _answers.Rule.Positive)
            {
                continue;
            }

            if (truth + answered > 0)
            {
                f1 += 2.0 * hit / (truth + answered);
                occurring++;
            }
        }

        var (areas, precisions, ranked) = (0.0, 0.0, 0);
        foreach (var ranking in _rankings)
        {
            if (ranking.Walk(weights, out var area, out var precision))
            {
                (areas, precisions, ranked) = (areas + area, precisions + precision, ranked + 1);
            }
        }

        values[0] = ranked > 0 ? areas / ranked : double.NaN;
        values[1] = loss / count;
        values[2] = (double)right / count;
        values[3] = recalls / present;
        values[4] = occurring > 0 ? f1 / occurring : 0;
        values[5] = brier / count;
        values[6] = ranked > 0 ? precisions / ranked : double.NaN;
    }

    /// <summary>Rows by falling score of one class, with the ends of runs of equal scores.</summary>
    private sealed class Ranking
    {
        private readonly int[] _order;
        private readonly bool[] _positive;
        private readonly bool[] _runEnds;

        public Ranking(JudgedAnswers answers, int of)
        {
            var rows = answers.Count;
            var scores = new double[rows];
            _order = new int[rows];
            for (var row = 0; row < rows; row++)
            {
                (scores[row], _order[row]) = (-answers.Outputs[(row * answers.Width) + of], row);
            }

            Array.Sort(scores, _order);
            (_positive, _runEnds) = (new bool[rows], new bool[rows]);
            for (var i = 0; i < rows; i++)
            {
                _positive[i] = answers.Labels[_order[i]] == of;
                _runEnds[i] = i == rows - 1 || scores[i] != scores[i + 1];
            }
        }

        /// <summary>False when one side has no row.</summary>
        public bool Walk(ReadOnlySpan<int> weights, out double area, out double precision)
        {
            var (positives, negatives, runPositives, runNegatives) = (0L, 0L, 0L, 0L);
            (area, precision) = (0, 0);
            for (var i = 0; i < _order.Length; i++)
            {
                var weight = weights[_order[i]];
                if (_positive[i])
                {
                    runPositives += weight;
                }
                else
                {
                    runNegatives += weight;
                }

                if (_runEnds[i])
                {
                    area += runNegatives * (positives + (0.5 * runPositives));
                    positives += runPositives;
                    negatives += runNegatives;
                    if (runPositives > 0)
                    {
                        precision += runPositives * ((double)positives / (positives + negatives));
                    }

                    (runPositives, runNegatives) = (0, 0);
                }
            }

            if (positives == 0 || negatives == 0)
            {
                return false;
            }

            area /= (double)positives * negatives;
            precision /= positives;
            return true;
        }
    }
}
