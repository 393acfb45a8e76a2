using System.Globalization;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>The turn in plain words, good or bad.</summary>
internal static class TurnSentences
{
    public static IEnumerable<string> Said(TurnCounts counts)
    {
        if (counts.Flagged > 0)
        {
            var before = counts.FlaggedRightBefore is { } right ? $" (before: {Text(right)})" : "";
            var near = counts.Usual is { } usual ? $", give or take the usual error of {Figure(usual)}" : "";
            var lost = counts.Flagged - counts.FlaggedJudged;
            yield return $"Of {Text(counts.Flagged)} flagged {(counts.Flagged == 1 ? "answer" : "answers")}, {Text(counts.FlaggedRight)} {(counts.FlaggedRight == 1 ? "is" : "are")} right in models that never saw them{near}{before}"
                + (lost > 0 ? $"; {Text(lost)} can't be judged: nobody said what is right, or no model may judge the row." : ".");
        }

        if (counts.Confirmed > 0)
        {
            var lost = counts.Confirmed - counts.ConfirmedJudged;
            yield return $"Of {Text(counts.Confirmed)} confirmed {(counts.Confirmed == 1 ? "one" : "ones")}, {Text(counts.ConfirmedChanged)} changed{(lost > 0 ? $"; {Text(lost)} can't be judged" : "")}.";
        }
    }

    public static IEnumerable<string> Exam(TurnExam exam, int before)
    {
        var iteration = before.ToString(CultureInfo.InvariantCulture);
        if (exam.Gain is not { } gain)
        {
            yield return $"No exam row could be compared with iteration {iteration}.";
        }
        else
        {
            var rows = exam.Rows == 1 ? "the one exam row" : $"the {Text(exam.Rows)} exam rows";
            yield return $"On {rows} that both iterations answer and neither saw, {exam.Metric} went from {Figure(exam.Then)} to {Figure(exam.Now)}: {Signed(gain)}, {Verdict(gain, MetricTable.SmallerIsBetter(exam.Metric))}.";
            var smaller = MetricTable.SmallerIsBetter(exam.Metric);
            if (exam.LabelsChanged > 0)
            {
                var without = exam.GainWithout is { } rest ? $" Without {(exam.LabelsChanged == 1 ? "it" : "them")}: {Signed(rest)}, {Verdict(rest, smaller)}." : "";
                var old = exam.GainOldLabels is { } stood ? $" With {(exam.LabelsChanged == 1 ? "its label" : "their labels")} of iteration {iteration}: {Signed(stood)}, {Verdict(stood, smaller)}." : "";
                yield return $"{Text(exam.LabelsChanged)} of these rows {(exam.LabelsChanged == 1 ? "has another label now; people picked it" : "have another label now; people picked them")} because an answer was wrong.{without}{old}";
            }
        }

        if (exam.Gone > 0)
        {
            yield return $"{Text(exam.Gone)} exam {(exam.Gone == 1 ? "row" : "rows")} of iteration {iteration} {(exam.Gone == 1 ? "is" : "are")} no longer judged.";
        }
    }

    /// <param name="effects">Points, found, right, as <see cref="TurnRepair"/> measures them.</param>
    public static IEnumerable<string> Unseen(string name, CauseWords words, Repair repair, IReadOnlyList<RepairEffect> effects)
    {
        var (points, found, right) = (effects[0], effects[1], effects[2]);
        var (thing, to) = (words.Thing, words.Class(repair.To!));
        yield return $"{name}: on {Counted.Of(points.Rows, "unseen row")} its stated chances score {Hundred(points.After)} points in 100 (100: always sure and right, 75: always fifty-fifty), "
            + $"{Hundred(points.Before)} before: {Gained(points)}.";
        yield return $"Of 100 {thing}s truly {to} there, {Hundred(found.Before)} were found before and {Hundred(found.After)} are now: {Gained(found)}.";
        yield return $"Of 100 answers there, {Hundred(right.Before)} were right before and {Hundred(right.After)} are now: {Gained(right)}.";
    }

    public static string Judged(string name, RepairEffect effect) =>
        $"{name}: on {Counted.Of(effect.Rows, "row")} that people judged, {Hundred(effect.Before)} answers in 100 were right before and {Hundred(effect.After)} are now: {Gained(effect)}.";

    public static string Judged(int rows, int before, int now) =>
        $"Of the {Text(rows)} {(rows == 1 ? "row" : "rows")} that people judged there, {Text(before)} {(before == 1 ? "was" : "were")} answered right before and {Text(now)} {(now == 1 ? "is" : "are")} now.";

    public static string How(CauseWords words, Repair repair, Estimate flip, int leftOut) =>
        $"By recorded labels, corrected for the {Percent(flip.Value)} % [{Percent(flip.Low)}, {Percent(flip.High)}] of {words.Class(repair.To!)} rows that are recorded as {words.Class(repair.From!)} "
        + "(unbiased loss under class-conditional noise, Natarajan et al. 2013); the interval holds the uncertainty of that share. Every row is answered by models that never saw it."
        + (leftOut > 0 ? $" {Text(leftOut)} {(leftOut == 1 ? "row" : "rows")} that people judged, or that no model may judge, {(leftOut == 1 ? "is" : "are")} left out." : "");

    public static string HowFound(CauseWords words, Repair repair) =>
        $"Of the rows recorded as {words.Class(repair.To!)}, those answered so: with one-sided errors they are a fair sample of all that truly are, whatever share is hidden. Every row is answered by models that never saw it.";

    private static string Gained(RepairEffect effect) => $"{(effect.Gain.Value > 0 ? "+" : "")}{Hundred(effect.Gain)}, {Verdict(effect.Gain, smallerIsBetter: false)}";

    private static string Verdict(Estimate gain, bool smallerIsBetter) =>
        gain.Low > 0 ? (smallerIsBetter ? "worse" : "better")
        : gain.High < 0 ? (smallerIsBetter ? "better" : "worse")
        : "can't tell from chance";

    private static string Signed(Estimate gain) => $"{Sign(gain.Value)} [{Sign(gain.Low)}, {Sign(gain.High)}]";

    private static string Sign(double value) => Figure(value) is var text && text == "-0" ? "0" : (value > 0 && text != "0" ? "+" : "") + text;

    private static string Hundred(Estimate share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share.Value:0.#} [{share.Low:0.#}, {share.High:0.#}]");

    private static string Percent(double share) => Math.Round(100 * share).ToString("0", CultureInfo.InvariantCulture);

    private static string Figure(double value) => Math.Abs(value) >= 1_000 ? value.ToString("#,##0", CultureInfo.InvariantCulture) : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Text(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);
}
