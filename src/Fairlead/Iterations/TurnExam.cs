using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;

namespace Fairlead.Iterations;

/// <summary>The main metric on the exam rows both iterations answer and neither saw.</summary>
/// <param name="Gain">This minus the one before, under the labels of this version; null when there is no such row.</param>
/// <param name="GainOldLabels">The same under the labels of the version before; null when no label changed.</param>
/// <param name="GainWithout">The same without the rows whose label changed, which people picked because an answer was wrong; null when no label changed, or nothing is left.</param>
/// <param name="LabelsChanged">Rows compared whose label is another now.</param>
/// <param name="Gone">Exam rows of the version before that this one no longer has.</param>
internal sealed record TurnExam(string Metric, double Then, double Now, Estimate? Gain, Estimate? GainOldLabels, Estimate? GainWithout, int Rows, int LabelsChanged, int Gone)
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
            return new TurnExam("", 0, 0, null, null, null, 0, 0, gone);
        }

        var metrics = Measure.Difference(pair.Candidate, pair.Other, request.Seed, cancel);
        var main = Evaluate.MainOf(now.Model.Task, metrics.Keys);
        var (old, same) = OldLabels(pair, now.Data, then.Data);
        Estimate? gainOld = null, without = null;
        if (same.Count < pair.Rows.Count)
        {
            gainOld = Measure.Difference(With(pair.Candidate, old), With(pair.Other, old), request.Seed, cancel).GetValueOrDefault(main);
            without = same.Count == 0 ? null : Measure.Difference(pair.Candidate.Take(same), pair.Other.Take(same), request.Seed, cancel).GetValueOrDefault(main);
        }

        return new TurnExam(
            main, Measure.Plain(pair.Other)[main], Measure.Plain(pair.Candidate)[main], metrics[main], gainOld, without, pair.Rows.Count, pair.Rows.Count - same.Count, gone);
    }

    /// <summary>The labels of the version before, and which rows have the same one in both.</summary>
    private static ((int[] Labels, double[] Values) Old, List<int> Same) OldLabels(CompareModels.Pair pair, Dataset now, Dataset then)
    {
        var rowOf = Turn.RowsByKey(then);
        var (labels, values, same) = (pair.Candidate.Labels.ToArray(), pair.Candidate.Values.ToArray(), new List<int>());
        var classes = now.Classes.ToList();
        for (var i = 0; i < pair.Rows.Count; i++)
        {
            if (rowOf.TryGetValue(now.Keys[pair.Rows[i]], out var row))
            {
                if (labels.Length > 0 && classes.IndexOf(then.Classes[then.Labels[row]]) is >= 0 and var label && label != labels[i])
                {
                    labels[i] = label;
                    continue;
                }

                if (values.Length > 0 && then.Values[row] != values[i])
                {
                    values[i] = then.Values[row];
                    continue;
                }
            }

            same.Add(i);
        }

        return ((labels, values), same);
    }

    private static JudgedAnswers With(JudgedAnswers answers, (int[] Labels, double[] Values) truth) => new(answers.Rule, answers.Width, answers.Outputs, truth.Labels, truth.Values);
}
