using System.Globalization;
using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Iterations;

/// <summary>What an accepted repair did to the rows of its slice.</summary>
/// <remarks>
/// A distrusted slice has one-sided label noise: a row truly <c>To</c> is recorded as <c>From</c> with rate rho, never the other way. Its recorded labels can judge models all the same,
/// by the unbiased loss under class-conditional noise (Natarajan, Dhillon, Ravikumar, Tewari, "Learning with Noisy Labels", NIPS 2013, with rho of the other side 0):
/// a row recorded To counts (l(To) - rho l(From)) / (1 - rho), any other row its plain loss. Rho comes from <see cref="SliceEvidence"/>; each resample of the
/// bootstrap draws slice and reference rows again and estimates rho anew, so that the interval holds its uncertainty too.
/// The rows were answered before by models fitted without their fold, and are by models fitted without the slice now.
/// </remarks>
/// <param name="Effects">The first decides whether the slice improved.</param>
internal sealed record TurnRepair(IReadOnlyList<RepairEffect> Effects, IReadOnlyList<string> Sentences)
{
    /// <summary>
    /// Decides: 100 times (1 - squared error of the stated probability), 100 for always sure and right, 75 for always fifty-fifty (Brier 1950, a proper score).
    /// Answers at one half throw most of what a probability says away, and one-sided noise leaves few rows to tell by.
    /// </summary>
    public const string Points = "points in 100";

    /// <summary>Of 100 rows truly of the class, those answered so. Rows recorded so are a fair sample of them, whatever rho.</summary>
    public const string Found = "found in 100";

    public const string Right = "right answers in 100";

    /// <summary>Fewest rows recorded as To: each stands for 1 / (1 - rho) rows.</summary>
    private const int RecordedMin = 5;

    public static TurnRepair Measure(
        Turn.Request request, Turn.Models then, Repair repair, UnseenJudge before, UnseenJudge after, IReadOnlyList<Feedback> said, double? usual, CancellationToken cancel)
    {
        var data = then.Data;
        var extra = request.Extra ?? [];
        int[] rows = [.. SliceRows.Of(data, repair.Where, extra).Where(row => data.Sides[row] != Side.Sealed)];
        var slice = string.Join(" and ", repair.Where.Select(condition => Words(condition, request.Words, data, extra)));
        var name = $"Repair {repair.Id} ({slice})";
        if (rows.Length == 0)
        {
            return new TurnRepair([], [$"{name}: the version before has no such row, so nothing can be measured."]);
        }

        var (thenRule, nowRule) = (Turn.RuleOf(request, then), Turn.RuleOf(request, request.After));
        var (old, now) = (before.Answer(data, rows), after.Answer(data, rows));
        var verdicts = said.Where(f => f.Key is not null).ToDictionary(f => f.Key!, StringComparer.Ordinal);
        var people = Judged(data, rows, old, now, verdicts, thenRule, nowRule, request.After.Data.Classes, usual);
        var direct = people.Length == 0
            ? []
            : new[] { TurnSentences.Judged(people.Length, people.Count(p => p.Then), people.Count(p => p.Now)) };
        if (data.Classes.Count > 0 && repair.Action == "distrust" && repair.From is { } from && repair.To is { } to && data.Classes.Contains(from) && data.Classes.Contains(to)
            && Unseen(request, then, repair, rows, old, now, verdicts, thenRule, nowRule, slice, cancel) is { } effects)
        {
            return new TurnRepair(effects, [.. TurnSentences.Unseen(name, request.Words, repair, effects), .. direct]);
        }

        if (people.Length == 0)
        {
            return new TurnRepair([], [$"{name}: nobody judged a row of it, and its recorded labels can't tell what the repair did."]);
        }

        var (value, figures) = Paired(people, request.Seed, cancel);
        var measured = new RepairEffect(
            repair.Id, slice, people.Length, Right, Bootstrap.Interval(value[0], figures, f => f[0]), Bootstrap.Interval(value[1], figures, f => f[1]),
            Bootstrap.Interval(value[1] - value[0], figures, f => f[1] - f[0]), null,
            "On the rows of the slice that people judged, answered by models that never saw them. People choose what they judge, so this says nothing about the other rows.");
        return new TurnRepair([measured], [TurnSentences.Judged(name, measured), .. direct]);
    }

    private static RepairEffect[]? Unseen(
        Turn.Request request, Turn.Models then, Repair repair, int[] rows, double[]?[] old, double[]?[] now, Dictionary<string, Feedback> verdicts, AnswerRule thenRule, AnswerRule nowRule,
        string slice, CancellationToken cancel)
    {
        var data = then.Data;
        var classes = data.Classes.ToList();
        var (from, to) = (classes.IndexOf(repair.From!), classes.IndexOf(repair.To!));
        if (SliceEvidence.Of(data, repair.Where, from, to, request.Fit ?? QuickModel.Fit, request.Extra ?? [], request.Seed, cancel) is not { } evidence || evidence.FlipRate.Value >= SliceEvidence.FlipMax)
        {
            return null;
        }

        // Rows people judged are left out: their labels are known and reported by themselves.
        var measured = rows.Select((row, i) => old[i] is not null && now[i] is not null && !verdicts.ContainsKey(data.Keys[row])).ToArray();
        var recorded = Array.ConvertAll(rows, row => SliceEvidence.RecordedLabel(data, row));
        var count = measured.Count(m => m);
        if (Enumerable.Range(0, rows.Length).Count(i => measured[i] && recorded[i] == to) < RecordedMin)
        {
            return null;
        }

        // Per row: points before, points now, right before, right now; each if the record is true, and if a recorded To were truly From.
        var (asRecorded, asFrom) = (new double[rows.Length][], new double[rows.Length][]);
        var found = new (bool Then, bool Now)[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            if (measured[i])
            {
                var answers = CompareModels.InClasses(now[i]!, request.After.Data.Classes, data.Classes);
                var rule = nowRule with { Positive = thenRule.Positive };
                asRecorded[i] = Gains(old[i]!, thenRule, answers, rule, recorded[i]);
                asFrom[i] = Gains(old[i]!, thenRule, answers, rule, from);
                found[i] = (thenRule.Answer(old[i]!) == to, rule.Answer(answers) == to);
            }
        }

        void Statistic(ReadOnlySpan<int> weights, double normal, Span<double> values)
        {
            var (recordedShare, expectedShare) = evidence.Shares(weights[..rows.Length], weights[rows.Length..], normal);
            var flip = SliceEvidence.Flip(recordedShare, expectedShare);
            Span<double> plain = stackalloc double[4];
            Span<double> noisy = stackalloc double[4];
            plain.Clear();
            noisy.Clear();
            var (total, ofClass, foundThen, foundNow) = (0L, 0L, 0L, 0L);
            for (var i = 0; i < rows.Length; i++)
            {
                var weight = weights[i];
                if (!measured[i] || weight == 0)
                {
                    continue;
                }

                total += weight;
                if (recorded[i] != to)
                {
                    for (var k = 0; k < 4; k++)
                    {
                        plain[k] += weight * asRecorded[i][k];
                    }

                    continue;
                }

                for (var k = 0; k < 4; k++)
                {
                    noisy[k] += weight * (asRecorded[i][k] - (flip * asFrom[i][k]));
                }

                ofClass += weight;
                foundThen += found[i].Then ? weight : 0;
                foundNow += found[i].Now ? weight : 0;
            }

            for (var k = 0; k < 4; k++)
            {
                values[k] = 100 * (plain[k] + (noisy[k] / (1 - flip))) / total;
            }

            (values[4], values[5]) = ofClass > 0 ? (100.0 * foundThen / ofClass, 100.0 * foundNow / ofClass) : (double.NaN, double.NaN);
        }

        var ones = new int[evidence.Groups.Sum()];
        Array.Fill(ones, 1);
        var value = new double[6];
        Statistic(ones, 0, value);
        var figures = Bootstrap.RunGroups(evidence.Groups, 6, Bootstrap.Resamples, request.Seed, Statistic, cancel);
        RepairEffect Effect(string unit, int at, string how) => new(
            repair.Id, slice, count, unit, Bootstrap.Interval(value[at], figures, f => f[at]), Bootstrap.Interval(value[at + 1], figures, f => f[at + 1]),
            Bootstrap.Interval(value[at + 1] - value[at], figures, f => f[at + 1] - f[at]), evidence.FlipRate, how);
        var corrected = TurnSentences.How(request.Words, repair, evidence.FlipRate, rows.Length - count);
        return
        [
            Effect(Points, 0, $"100 minus 100 times the squared error of the stated chance: 100 is always sure and right, 75 always fifty-fifty. {corrected}"),
            Effect(Found, 4, TurnSentences.HowFound(request.Words, repair)),
            Effect(Right, 2, corrected),
        ];
    }

    private static double[] Gains(double[] old, AnswerRule thenRule, double[] now, AnswerRule nowRule, int truth) =>
        [1 - Brier(old, truth), 1 - Brier(now, truth), thenRule.Answer(old) == truth ? 1 : 0, nowRule.Answer(now) == truth ? 1 : 0];

    /// <summary>Squared error of the probabilities over all classes, halved, so that it is in [0, 1].</summary>
    private static double Brier(double[] outputs, int truth)
    {
        var sum = 0.0;
        for (var k = 0; k < outputs.Length; k++)
        {
            var miss = outputs[k] - (k == truth ? 1 : 0);
            sum += miss * miss;
        }

        return sum / 2;
    }

    private static (bool Then, bool Now)[] Judged(
        Dataset data, int[] rows, double[]?[] old, double[]?[] now, Dictionary<string, Feedback> verdicts, AnswerRule thenRule, AnswerRule nowRule, IReadOnlyList<string> classes, double? usual)
    {
        var judged = new List<(bool, bool)>();
        for (var i = 0; i < rows.Length; i++)
        {
            if (old[i] is { } was && now[i] is { } becomes && verdicts.TryGetValue(data.Keys[rows[i]], out var said) && JudgedRows.RightOf(said, data.Classes) is { } right)
            {
                judged.Add((Turn.SameAnswer(Turn.Name(thenRule, data.Classes, was), right, usual), Turn.SameAnswer(Turn.Name(nowRule, classes, becomes), right, usual)));
            }
        }

        return [.. judged];
    }

    private static (double[] Value, double[][] Figures) Paired((bool Then, bool Now)[] people, int seed, CancellationToken cancel)
    {
        void Statistic(ReadOnlySpan<int> weights, Span<double> values)
        {
            for (var i = 0; i < people.Length; i++)
            {
                values[0] += people[i].Then ? 100.0 * weights[i] / people.Length : 0;
                values[1] += people[i].Now ? 100.0 * weights[i] / people.Length : 0;
            }
        }

        var ones = new int[people.Length];
        Array.Fill(ones, 1);
        var value = new double[2];
        Statistic(ones, value);
        return (value, Bootstrap.Run(people.Length, 2, Bootstrap.Resamples, seed, Statistic, cancel));
    }

    private static string Words(Condition condition, CauseWords words, Dataset data, IReadOnlyList<FrameColumn> extra)
    {
        var label = words.Label(condition.Column);
        if (condition.Level is { } level)
        {
            return $"{label} {level}";
        }

        var date = SliceRows.Find(data, condition.Column, extra)?.Kind == ColumnKind.Date;
        string Say(double value) => date
            ? DateTimeOffset.UnixEpoch.AddDays(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : value.ToString("0.####", CultureInfo.InvariantCulture);
        return (condition.Min, condition.Max) switch
        {
            ({ } min, { } max) => $"{label} from {Say(min)} to before {Say(max)}",
            ({ } min, null) => $"{label} from {Say(min)} on",
            (null, { } max) => $"{label} before {Say(max)}",
            _ => label,
        };
    }
}
