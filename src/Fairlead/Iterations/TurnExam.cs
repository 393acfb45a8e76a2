using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;

namespace Fairlead.Iterations;

/// <summary>The main metric on the exam rows both iterations answer and neither saw.</summary>
/// <param name="Gain">This minus the one before, under the labels of this version; null when there is no such row.</param>
/// <param name="GainOldLabels">The same under the labels of the version before; null when no label changed.</param>
/// <param name="LabelsChanged">Rows compared whose label is another now.</param>
/// <param name="Gone">Exam rows of the version before that this one no longer has.</param>
internal sealed record TurnExam(string Metric, double Then, double Now, Estimate? Gain, Estimate? GainOldLabels, int Rows, int LabelsChanged, int Gone)
{
    public static TurnExam Compare(Turn.Request request, UnseenJudge before, UnseenJudge after, CancellationToken cancel)
    {
        var (then, now) = (request.Before!, request.After);
        int[] exam = [.. Enumerable.Range(0, now.Data.Count).Where(row => now.Data.Sides[row] == Side.Exam)];
        var kept = now.Data.Keys.ToHashSet(StringComparer.Ordinal);
        var gone = Enumerable.Range(0, then.Data.Count).Count(row => then.Data.Sides[row] == Side.Exam && !kept.Contains(then.Data.Keys[row]));

        // Final models only: a fold model would stand for an iteration that nobody was answered by.
        var rule = Turn.RuleOf(request, now);
        var pair = CompareModels.Answered(
            new UnseenJudge(now.Data, now.Model, []), now.Data, rule, new UnseenJudge(then.Data, then.Model, []), then.Data.Classes, rule with { Threshold = then.Threshold }, exam);
        if (pair.Rows.Count == 0)
        {
            return new TurnExam("", 0, 0, null, null, 0, 0, gone);
        }

        var metrics = Measure.Difference(pair.Candidate, pair.Other, request.Seed, cancel);
        var main = Evaluate.MainOf(now.Model.Task, metrics.Keys);
        var (old, changed) = OldLabels(pair, now.Data, then.Data);
        Estimate? gainOld = null;
        if (changed > 0)
        {
            var oldMetrics = Measure.Difference(With(pair.Candidate, old), With(pair.Other, old), request.Seed, cancel);
            gainOld = oldMetrics.GetValueOrDefault(main);
        }

        return new TurnExam(main, Measure.Plain(pair.Other)[main], Measure.Plain(pair.Candidate)[main], metrics[main], gainOld, pair.Rows.Count, changed, gone);
    }

    private static ((int[] Labels, double[] Values) Old, int Changed) OldLabels(CompareModels.Pair pair, Dataset now, Dataset then)
    {
        var rowOf = Turn.RowsByKey(then);
        var (labels, values, changed) = (pair.Candidate.Labels.ToArray(), pair.Candidate.Values.ToArray(), 0);
        var classes = now.Classes.ToList();
        for (var i = 0; i < pair.Rows.Count; i++)
        {
            if (!rowOf.TryGetValue(now.Keys[pair.Rows[i]], out var row))
            {
                continue;
            }

            if (labels.Length > 0 && classes.IndexOf(then.Classes[then.Labels[row]]) is >= 0 and var label && label != labels[i])
            {
                (labels[i], changed) = (label, changed + 1);
            }
            else if (values.Length > 0 && then.Values[row] != values[i])
            {
                (values[i], changed) = (then.Values[row], changed + 1);
            }
        }

        return ((labels, values), changed);
    }

    private static JudgedAnswers With(JudgedAnswers answers, (int[] Labels, double[] Values) truth) => new(answers.Rule, answers.Width, answers.Outputs, truth.Labels, truth.Values);
}
