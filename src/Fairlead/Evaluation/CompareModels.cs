using Fairlead.Data;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation;

/// <summary>Candidate and champion on the exam rows that neither saw, paired, under the labels of the candidate's version of the data.</summary>
internal static class CompareModels
{
    /// <summary>A number changed when it moved by more than this share of the target's standard deviation.</summary>
    private const double ChangedShare = 0.1;

    /// <summary>The same rows answered by both.</summary>
    /// <param name="Rows">Positions in the candidate's data set.</param>
    internal sealed record Pair(JudgedAnswers Candidate, JudgedAnswers Other, IReadOnlyList<int> Rows, int LeftOut);

    public static ChampionComparison Against(Evaluate.Champion champion, Evaluate.Request request, IReadOnlyList<int> exam, CancellationToken cancel)
    {
        var rule = AnswerRule.For(request.Model.Task, request.Data.Classes, request.Positive, request.Threshold);
        var pair = Answered(
            new UnseenJudge(request.Data, request.Model, []), request.Data, rule,
            new UnseenJudge(champion.Data, champion.Model, []), champion.Data.Classes, rule with { Threshold = champion.Threshold }, exam);
        if (pair.Rows.Count == 0)
        {
            // Not measured is not passed: the gate says that no row could be compared.
            return new ChampionComparison(champion.Iteration, 0, new Dictionary<string, Estimate>(), false, 0, "", pair.LeftOut);
        }

        var metrics = Measure.Difference(pair.Candidate, pair.Other, request.Seed, cancel);
        var main = Evaluate.MainOf(request.Model.Task, metrics.Keys);
        var difference = metrics[main];
        return new ChampionComparison(
            champion.Iteration, pair.Rows.Count, metrics, MetricTable.SmallerIsBetter(main) ? difference.Low <= 0 : difference.High >= 0, Changed(pair), main, pair.LeftOut);
    }

    /// <summary>Exam rows that no final model of the two saw, nor a near-duplicate.</summary>
    /// <param name="data">The candidate's data: its rows and labels count.</param>
    /// <param name="otherClasses">Classes of the other model's outputs; those it does not know get probability 0.</param>
    internal static Pair Answered(
        UnseenJudge candidate, Dataset data, AnswerRule rule, UnseenJudge other, IReadOnlyList<string> otherClasses, AnswerRule otherRule, IReadOnlyList<int> exam)
    {
        var rows = exam.Where(candidate.FinalNeverSaw).ToArray();
        var (mine, theirs) = (candidate.Answer(data, rows), other.Answer(data, rows));
        var both = Enumerable.Range(0, rows.Length).Where(i => mine[i] is not null && theirs[i] is not null).ToArray();
        int[] compared = [.. both.Select(i => rows[i])];
        return new Pair(
            JudgedAnswers.Of(rule, data, compared, [.. both.SelectMany(i => mine[i]!)]),
            JudgedAnswers.Of(otherRule, data, compared, [.. both.SelectMany(i => InClasses(theirs[i]!, otherClasses, data.Classes))]),
            compared, exam.Count - compared.Length);
    }

    /// <summary>Outputs in the order of other classes.</summary>
    internal static double[] InClasses(double[] outputs, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        if (to.Count == 0 || from.SequenceEqual(to, StringComparer.Ordinal))
        {
            return outputs;
        }

        var index = from.ToList();
        return [.. to.Select(name => index.IndexOf(name) is >= 0 and var k ? outputs[k] : 0)];
    }

    private static long Changed(Pair pair)
    {
        if (pair.Candidate.Rule.Task != ModelTask.Regression)
        {
            return Enumerable.Range(0, pair.Rows.Count).LongCount(row => pair.Candidate.Answer(row) != pair.Other.Answer(row));
        }

        var values = pair.Candidate.Values;
        var mean = values.Average();
        var tolerance = ChangedShare * Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length);
        return Enumerable.Range(0, values.Length).LongCount(row => Math.Abs(pair.Candidate.Outputs[row] - pair.Other.Outputs[row]) > tolerance);
    }
}
