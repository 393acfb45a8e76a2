using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Iterations;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Iterations;

public sealed class TurnTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly CauseWords Words = new("order", "late", new Dictionary<string, string>());
    private static readonly Repair DistrustLeeds = new("depot-leeds-1", "distrust", [new Condition("depot", "Leeds")], "no", "yes", "", [], Now);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Feedback Said(int row, string answer, string verdict, string? right = null) => new($"f{row}", "r1", "1", $"p{row}", 1, $"k{row}", answer, verdict, right, null, null, Now);

    private static Turn.Models Models(int number, Dataset data) => new(number, data, MadeOrders.Fit(data), MadeOrders.FitFolds(data));

    /// <summary>The version after a depot is distrusted: its rows are gone, but for corrected ones, which judge only.</summary>
    private static Dataset WithoutLeeds(MadeOrders orders, HashSet<int> corrected)
    {
        int[] kept = [.. Enumerable.Range(0, orders.Late.Length).Where(i => orders.Depot[i] != "Leeds" || corrected.Contains(i))];
        return MadeOrders.Keep(orders.Data, kept) with
        {
            JudgeOnly = [.. kept.Select(corrected.Contains)],
            LabelWas = [.. kept.Select(i => corrected.Contains(i) ? MadeOrders.Classes[orders.Data.Labels[i]] : null)],
            Labels = [.. kept.Select(i => corrected.Contains(i) ? orders.Late[i] ? 1 : 0 : orders.Data.Labels[i])],
        };
    }

    /// <summary>What truly became of the slice, by the truth that nobody recorded: points, found and right in 100, after minus before.</summary>
    internal static (double Points, double Found, double Right) TrueGains(MadeOrders orders, Turn.Models before, Turn.Models after, Func<int, bool> counts)
    {
        int[] rows = [.. Enumerable.Range(0, orders.Late.Length).Where(i => orders.Depot[i] == "Leeds" && counts(i))];
        (double, double, double) Of(Turn.Models models)
        {
            var late = new UnseenJudge(models.Data, models.Model, models.FoldModels).Answer(orders.Data, rows).Select(output => output![1]).ToArray();
            return (
                100 - (100 * late.Select((p, i) => (p - (orders.Late[rows[i]] ? 1 : 0)) * (p - (orders.Late[rows[i]] ? 1 : 0))).Average()),
                100 * Enumerable.Range(0, rows.Length).Where(i => orders.Late[rows[i]]).Average(i => late[i] >= 0.5 ? 1.0 : 0),
                100 * late.Select((p, i) => p >= 0.5 == orders.Late[rows[i]] ? 1.0 : 0).Average());
        }

        var (now, then) = (Of(after), Of(before));
        return (now.Item1 - then.Item1, now.Item2 - then.Item2, now.Item3 - then.Item3);
    }

    private static bool Covers(Estimate estimate, double truth) => estimate.Low <= truth && truth <= estimate.High;

    [Fact]
    public void The_whole_turn_of_a_faulty_depot_in_plain_words()
    {
        var orders = MadeOrders.Make(9_000, 1, flip: 0.8);
        int[] exam = [.. Enumerable.Range(0, 9_000).Where(i => orders.Data.Sides[i] == Side.Exam)];
        var wrong = exam.Where(i => orders.Depot[i] == "Leeds" && orders.Late[i] && orders.Data.Labels[i] == 0).Take(20).ToHashSet();
        int[] right = [.. exam.Where(i => orders.Depot[i] == "Ghent").Take(10)];
        var before = Models(1, orders.Data);
        var after = Models(2, WithoutLeeds(orders, wrong));
        Feedback[] feedback = [.. wrong.Select(i => Said(i, "no", Verdicts.Wrong, "yes")), .. right.Select(i => Said(i, "no", Verdicts.Right))];
        var turn = Turn.Compute(new Turn.Request(before, after, "yes", feedback, [DistrustLeeds], Words, 1), Cancel)!;

        Assert.Equal((20, 10), (turn.Flagged, turn.Confirmed));
        var judge = new UnseenJudge(after.Data, after.Model, after.FoldModels);
        Assert.Equal(judge.Answer(orders.Data, [.. wrong]).Count(o => o![1] >= 0.5), turn.FlaggedRight);
        Assert.Equal(judge.Answer(orders.Data, right).Count(o => o![1] >= 0.5), turn.ConfirmedChanged);
        Assert.StartsWith($"Of 20 flagged answers, {turn.FlaggedRight} are right in models that never saw them (before: ", turn.Sentences[0]);
        Assert.Equal($"Of 10 confirmed ones, {turn.ConfirmedChanged} changed.", turn.Sentences[1]);

        Assert.Equal(["points in 100", "found in 100", "right answers in 100"], turn.Repairs.Select(e => e.Unit));
        var effect = turn.Repairs[0];
        Assert.Equal(("depot-leeds-1", "depot Leeds"), (effect.Repair, effect.Slice));
        Assert.Equal(Enumerable.Range(0, 9_000).Count(i => orders.Depot[i] == "Leeds") - 20, effect.Rows);
        Assert.True(effect.Gain.Low > 0);
        var truth = TrueGains(orders, before, after, i => !wrong.Contains(i));
        Assert.InRange(truth.Points, effect.Gain.Low, effect.Gain.High);
        Assert.InRange(truth.Found, turn.Repairs[1].Gain.Low, turn.Repairs[1].Gain.High);
        Assert.InRange(truth.Right, turn.Repairs[2].Gain.Low, turn.Repairs[2].Gain.High);
        Assert.Equal(effect.After.Value - effect.Before.Value, effect.Gain.Value, 9);
        Assert.InRange(0.8, effect.FlipRate!.Low, effect.FlipRate.High);
        Assert.Contains(turn.Sentences, s => s.StartsWith("Repair depot-leeds-1 (depot Leeds): on 1,") && s.EndsWith(", better."));
        Assert.Contains(turn.Sentences, s => s.StartsWith("Of 100 orders truly late there, ") && s.EndsWith(", better."));
        Assert.Contains(turn.Sentences, s => s.StartsWith("Of 100 answers there, "));
        Assert.Contains(turn.Sentences, s => s.StartsWith("Of the 20 rows that people judged there, "));
        Assert.Contains("Natarajan et al. 2013", effect.How);

        // The exam: corrected rows have a new label, the depot's other rows are gone.
        Assert.NotNull(turn.ExamGain);
        var changed = Assert.Single(turn.Sentences, s => s.StartsWith("20 of these rows have another label now; people picked them because an answer was wrong. Without them: "));
        Assert.Contains(" With their labels of iteration 1: ", changed);
        Assert.Contains(turn.Sentences, s => s == $"{exam.Count(i => orders.Depot[i] == "Leeds") - 20} exam rows of iteration 1 are no longer judged.");
    }

    [Fact]
    public void The_intervals_of_a_repair_s_gain_cover_the_truth_that_nobody_recorded()
    {
        // 40 data sets of a faulty depot: 95 % intervals cover in 38 of 40 on average; 90 % are asked for.
        var (points, found, right, positive) = (0, 0, 0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var orders = MadeOrders.Make(4_000, 500 + seed, flip: 0.8);
            var before = Models(1, orders.Data);
            var after = Models(2, WithoutLeeds(orders, []));
            var effects = Turn.Compute(new Turn.Request(before, after, "yes", [], [DistrustLeeds], Words, seed), Cancel)!.Repairs;
            var truth = TrueGains(orders, before, after, _ => true);
            points += Covers(effects[0].Gain, truth.Points) ? 1 : 0;
            found += Covers(effects[1].Gain, truth.Found) ? 1 : 0;
            right += Covers(effects[2].Gain, truth.Right) ? 1 : 0;
            positive += effects[0].Gain.Low > 0 ? 1 : 0;
        }

        TestContext.Current.SendDiagnosticMessage($"points {points}, found {found}, right {right}; above 0 in {positive}");
        Assert.InRange(points, 36, 40);
        Assert.InRange(found, 36, 40);
        Assert.InRange(right, 36, 40);
        Assert.InRange(positive, 30, 40);
    }

    [Fact]
    public void A_repair_of_a_healthy_slice_gains_nothing_and_says_so()
    {
        // Nothing is wrong with Leeds: models with and without its rows are about equally good there.
        var (zero, covered) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var orders = MadeOrders.Make(3_000, 700 + seed);
            var before = Models(1, orders.Data);
            var after = Models(2, WithoutLeeds(orders, []));
            var effects = Turn.Compute(new Turn.Request(before, after, "yes", [], [DistrustLeeds], Words, seed), Cancel)!.Repairs;
            zero += Covers(effects[0].Gain, 0) ? 1 : 0;
            covered += Covers(effects[0].Gain, TrueGains(orders, before, after, _ => true).Points) ? 1 : 0;
        }

        TestContext.Current.SendDiagnosticMessage($"includes 0 in {zero}, covered {covered}");
        Assert.InRange(zero, 18, 20);
        Assert.InRange(covered, 18, 20);
    }

    [Fact]
    public void A_relabelled_slice_is_measured_on_what_people_judged()
    {
        var orders = MadeOrders.Make(3_000, 2, flip: 1);
        int[] judged = [.. Enumerable.Range(0, 3_000).Where(i => orders.Depot[i] == "Leeds" && orders.Data.Sides[i] == Side.Exam && orders.Late[i]).Take(30)];
        var before = Models(1, orders.Data);
        var after = Models(2, orders.Data with { Labels = [.. orders.Late.Select(l => l ? 1 : 0)] });
        var turn = Turn.Compute(
            new Turn.Request(before, after, "yes", [.. judged.Select(i => Said(i, "no", Verdicts.Wrong))], [DistrustLeeds with { Action = "relabel" }], Words, 1), Cancel)!;
        var effect = Assert.Single(turn.Repairs);
        Assert.Equal(30, effect.Rows);
        Assert.Null(effect.FlipRate);
        Assert.Equal(100.0 * turn.FlaggedRight / 30, effect.After.Value, 9); // wrong without a word of what is right: of two classes, the other
        Assert.Contains("On the rows of the slice that people judged", effect.How);
    }

    [Fact]
    public void What_can_t_be_judged_is_counted_and_said()
    {
        var orders = MadeOrders.Make(1_000, 3);
        var models = Models(1, orders.Data);
        Feedback[] feedback =
        [
            Said(1, "no", Verdicts.Wrong, "yes"), Said(1, "no", Verdicts.Wrong, "yes") with { Id = "again", At = Now.AddMinutes(1) }, // one row, said twice
            Said(2, "no", Verdicts.Wrong, "yes") with { Key = "gone" }, Said(3, "no", Verdicts.CantTell), Said(4, "no", Verdicts.Wrong) with { Key = null },
        ];
        var turn = Turn.Compute(new Turn.Request(models, models with { Number = 2 }, "yes", feedback, [], Words, 1), Cancel)!;
        Assert.Equal((3, 0), (turn.Flagged, turn.Confirmed));
        Assert.Contains("2 can't be judged", turn.Sentences[0]);
        Assert.Equal((0, 0, 0), (turn.ExamGain!.Value, turn.ExamGain.Low, turn.ExamGain.High));
        Assert.Contains(turn.Sentences, s => s.EndsWith("can't tell from chance."));

        // The answer of service is asked where somebody can say.
        var served = Turn.Compute(new Turn.Request(models, models, "yes", feedback, [], Words, 1, f => f.Key is null ? "yes" : null), Cancel)!;
        Assert.Contains("1 can't be judged", served.Sentences[0]);
        Assert.Null(Turn.Compute(new Turn.Request(models, models, "yes", [Said(3, "no", Verdicts.NotClear)], [], Words, 1), Cancel));
        Assert.Null(Turn.Compute(new Turn.Request(null, models, "yes", feedback, [], Words, 1), Cancel)!.ExamGain);
    }

    [Fact]
    public void Numbers_are_right_within_the_usual_error()
    {
        var orders = MadeOrders.Make(2_000, 4);
        var random = new Random(4);
        var data = orders.Data with { Classes = [], Labels = [], Values = [.. orders.Distance.Select(d => d + (10 * MadeOrders.Normal(random)))] };
        var models = Models(1, data);
        int[] exam = [.. Enumerable.Range(0, 2_000).Where(i => data.Sides[i] == Side.Exam).Take(2)];
        var answers = models.Model.Score(data.Features.Take(exam));
        string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        var turn = Turn.Compute(
            new Turn.Request(
                models, models with { Number = 2 }, null,
                [Said(exam[0], "1", Verdicts.Wrong, Text(answers[0] + 0.01)), Said(exam[1], Text(answers[1] + 500), Verdicts.Right)], [], Words, 1),
            Cancel)!;
        Assert.Equal((1, 1, 1, 1), (turn.Flagged, turn.FlaggedRight, turn.Confirmed, turn.ConfirmedChanged));
        Assert.Contains("give or take the usual error of", turn.Sentences[0]);
        Assert.Contains(turn.Sentences, s => s.Contains("rmse went from"));
    }
}
