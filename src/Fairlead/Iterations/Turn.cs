using System.Globalization;
using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training;

namespace Fairlead.Iterations;

/// <summary>Step "turn": what people's feedback did to an iteration, against the one before. Every row is answered by models that never saw it or its near-duplicates.</summary>
public static class Turn
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <summary>An iteration's models and the version of the data they were fitted on.</summary>
    /// <param name="Number">The iteration's.</param>
    /// <param name="FoldModels">Model i was fitted without fold i.</param>
    public sealed record Models(int Number, Dataset Data, FittedModel Model, IReadOnlyList<FittedModel> FoldModels, double Threshold = AnswerRule.DefaultThreshold);

    /// <param name="Before">The iteration before; null when there is none.</param>
    /// <param name="Positive">Binary: the class of interest; null means the second.</param>
    /// <param name="Feedback">All that people said; the latest word on an answer counts.</param>
    /// <param name="Repairs">Repairs that stand in <paramref name="After"/>'s data and did not in <paramref name="Before"/>'s.</param>
    /// <param name="Served">What the new model answers to a row that only serving saw, by its feedback; null where nobody can say, and when not given.</param>
    /// <param name="Fit">Fits a quick model; null means <see cref="QuickModel"/>.</param>
    /// <param name="Extra">Cleaned columns of <paramref name="Before"/>'s rows beside the features, which repairs may name; null means none.</param>
    public sealed record Request(
        Models? Before, Models After, string? Positive, IReadOnlyList<Feedback> Feedback, IReadOnlyList<Repair> Repairs, CauseWords Words, int Seed,
        Func<Feedback, string?>? Served = null, Func<TrainingInput, FittedModel>? Fit = null, IReadOnlyList<FrameColumn>? Extra = null);

    /// <summary>Null when nobody judged an answer and no repair was accepted.</summary>
    public static TurnReport? Compute(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var said = Latest(request.Feedback);
        if (said.Count == 0 && request.Repairs.Count == 0)
        {
            return null;
        }

        var after = Judge(request.After);
        var before = request.Before is null ? null : Judge(request.Before);
        var usual = UsualError(request.Before ?? request.After);
        var answersNow = Answers(request, request.After, after, said, now: true);
        var answersThen = request.Before is null ? new string?[said.Count] : Answers(request, request.Before, before!, said, now: false);

        bool Same(string? answer, string? right) => SameAnswer(answer, right, usual);
        var classes = request.After.Data.Classes;
        var flagged = Enumerable.Range(0, said.Count).Where(i => said[i].Verdict == Verdicts.Wrong).ToArray();
        var judged = flagged.Where(i => answersNow[i] is not null && JudgedRows.RightOf(said[i], classes) is not null).ToArray();
        var confirmed = Enumerable.Range(0, said.Count).Where(i => said[i].Verdict == Verdicts.Right).ToArray();
        var seenAgain = confirmed.Where(i => answersNow[i] is not null).ToArray();
        var counts = new TurnCounts(
            flagged.Length, judged.Length, judged.Count(i => Same(answersNow[i], JudgedRows.RightOf(said[i], classes))),
            request.Before is null ? null : judged.Count(i => Same(answersThen[i], JudgedRows.RightOf(said[i], classes))),
            confirmed.Length, seenAgain.Length, seenAgain.Count(i => !Same(answersNow[i], said[i].Answer)), usual);

        var exam = request.Before is null ? null : TurnExam.Compare(request, before!, after, cancel);
        var repairs = request.Before is null ? [] : request.Repairs.Select(repair => TurnRepair.Measure(request, request.Before, repair, before!, after, said, usual, cancel)).ToArray();
        return new TurnReport(
            counts.Flagged, counts.FlaggedRight, counts.Confirmed, counts.ConfirmedChanged, exam?.Gain, [.. repairs.SelectMany(r => r.Effects)],
            [.. TurnSentences.Said(counts), .. exam is null ? [] : TurnSentences.Exam(exam, request.Before!.Number), .. repairs.SelectMany(r => r.Sentences)]);
    }

    internal static UnseenJudge Judge(Models side) => new(side.Data, side.Model, side.FoldModels);

    internal static AnswerRule RuleOf(Request request, Models side) => AnswerRule.For(side.Model.Task, side.Data.Classes, request.Positive, side.Threshold);

    /// <summary>An answer as people read it: the class by name, or the number as invariant text.</summary>
    internal static string Name(AnswerRule rule, IReadOnlyList<string> classes, double[] outputs) =>
        rule.Task == ModelTask.Regression ? outputs[0].ToString("R", CultureInfo.InvariantCulture) : classes[rule.Answer(outputs)];

    /// <summary>The same class, or a number within the usual error. False when one is not known.</summary>
    internal static bool SameAnswer(string? answer, string? right, double? usual) =>
        answer is not null && right is not null
        && (usual is null
            ? answer == right
            : double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var a) && double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
                && Math.Abs(a - b) <= usual);

    /// <summary>The latest verdict of right or wrong on each row, or on each answer where the row has no key.</summary>
    private static List<Feedback> Latest(IReadOnlyList<Feedback> feedback)
    {
        var latest = new Dictionary<(bool, string), Feedback>();
        foreach (var one in feedback.Where(f => f.Verdict is Verdicts.Right or Verdicts.Wrong).OrderBy(f => f.At).ThenBy(f => f.Id, StringComparer.Ordinal))
        {
            latest[one.Key is null ? (false, one.Prediction) : (true, one.Key)] = one;
        }

        return [.. latest.Values.OrderBy(f => f.At).ThenBy(f => f.Id, StringComparer.Ordinal)];
    }

    /// <summary>What a side answers to the rows people spoke about; null where no model may judge. A row that this side's data lost is looked up in the other's.</summary>
    private static string?[] Answers(Request request, Models side, UnseenJudge judge, List<Feedback> said, bool now)
    {
        var rule = RuleOf(request, side);
        var answers = new string?[said.Count];
        var other = now ? request.Before?.Data : request.After.Data;
        var elsewhere = other is null ? [] : RowsByKey(other);
        var (here, there) = (new List<(int Said, int Row)>(), new List<(int Said, int Row)>());
        for (var i = 0; i < said.Count; i++)
        {
            if (said[i].Key is not { } key)
            {
                answers[i] = now ? request.Served?.Invoke(said[i]) : null;
            }
            else if (judge.RowOf(key) is { } row)
            {
                here.Add((i, row));
            }
            else if (elsewhere.TryGetValue(key, out var lost))
            {
                there.Add((i, lost));
            }
        }

        Put(here, judge.Answer([.. here.Select(h => h.Row)]));
        if (other is not null)
        {
            Put(there, judge.Answer(other, [.. there.Select(t => t.Row)]));
        }

        return answers;

        void Put(List<(int Said, int Row)> rows, double[]?[] outputs)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                answers[rows[i].Said] = outputs[i] is { } output ? Name(rule, side.Data.Classes, output) : null;
            }
        }
    }

    internal static Dictionary<string, int> RowsByKey(Dataset data)
    {
        var rows = new Dictionary<string, int>(data.Count, StringComparer.Ordinal);
        for (var row = 0; row < data.Count; row++)
        {
            rows.TryAdd(data.Keys[row], row);
        }

        return rows;
    }

    /// <summary>Regression: mean absolute error on the side's own exam, which is how near an answer can be expected to be; null for classes.</summary>
    private static double? UsualError(Models side)
    {
        if (side.Model.Task != ModelTask.Regression)
        {
            return null;
        }

        int[] exam = [.. Enumerable.Range(0, side.Data.Count).Where(row => side.Data.Sides[row] == Side.Exam)];
        var answers = side.Model.Score(side.Data.Features.Take(exam));
        return exam.Length == 0 ? 0 : exam.Select((row, i) => Math.Abs(answers[i] - side.Data.Values[row])).Average();
    }
}

/// <param name="FlaggedJudged">Flagged answers whose right value is known and that a model may judge.</param>
/// <param name="FlaggedRightBefore">Of those, right in the iteration before; null without one.</param>
/// <param name="ConfirmedJudged">Confirmed answers that a model may judge.</param>
/// <param name="Usual">Regression: how near counts as right.</param>
internal sealed record TurnCounts(
    int Flagged, int FlaggedJudged, int FlaggedRight, int? FlaggedRightBefore, int Confirmed, int ConfirmedJudged, int ConfirmedChanged, double? Usual);
