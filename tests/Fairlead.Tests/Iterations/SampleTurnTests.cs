using System.Globalization;
using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Projects.Sample;
using Fairlead.Tests.Evaluation;

namespace Fairlead.Tests.Iterations;

/// <summary>The sample's faulty depot, whose truth the generator knows: cleaned in short, fitted by a linear model.</summary>
public sealed class SampleTurnTests
{
    private static MadeOrders Sample(ulong seed)
    {
        SampleOrder[] orders = [.. SampleOrders.Make(10_000, seed).Where(o => !o.Planted.Contains("duplicate") && o.DistanceKm < 5_000 && o.PromisedDays > 0 && o.WeightKg is not < 0)];
        string Plain(string name) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name.Trim().ToLowerInvariant().Replace("ue", "ü", StringComparison.Ordinal).Replace("oe", "ö", StringComparison.Ordinal));
        string[] depots = [.. orders.Select(o => Plain(o.Depot))];
        var random = new Random((int)seed);
        var data = new Dataset(
            new Frame(
            [
                new FrameColumn("ordered_at", ColumnKind.Date, [.. orders.Select(o => (o.OrderedAt - DateTime.UnixEpoch).TotalDays)]),
                new FrameColumn("region", ColumnKind.Category, [.. orders.Select(o => o.Region)]), new FrameColumn("carrier", ColumnKind.Category, [.. orders.Select(o => Plain(o.Carrier))]),
                new FrameColumn("depot", ColumnKind.Category, depots), new FrameColumn("distance_km", ColumnKind.Number, [.. orders.Select(o => (double)o.DistanceKm)]),
                new FrameColumn("weight_kg", ColumnKind.Number, [.. orders.Select(o => o.WeightKg ?? double.NaN)]),
                new FrameColumn("promised_days", ColumnKind.Number, [.. orders.Select(o => (double)o.PromisedDays)]), new FrameColumn("weather", ColumnKind.Category, [.. orders.Select(o => o.Weather)]),
                new FrameColumn("note", ColumnKind.Text, [.. orders.Select(o => o.Note)]),
            ]),
            [.. Enumerable.Range(0, orders.Length).Select(i => (long)i)], [.. Enumerable.Range(0, orders.Length).Select(i => $"k{i}")],
            [.. orders.Select(_ => random.NextDouble() < 0.2 ? Side.Exam : Side.Train)], [.. orders.Select(_ => random.Next(5))], [.. Enumerable.Range(0, orders.Length).Select(i => (long)i)],
            new bool[orders.Length], new string?[orders.Length], MadeOrders.Classes, [.. orders.Select(o => o.RecordedLate ? 1 : 0)], []);
        return new MadeOrders(data, [.. orders.Select(o => o.TrueLate)], [.. orders.Select(o => o.Chance)], [], depots);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void From_twenty_corrections_to_the_cause_its_repair_and_what_it_did(int seed)
    {
        var orders = Sample((ulong)seed);
        var data = orders.Data;
        var words = new CauseWords("order", "late", new Dictionary<string, string>());
        int[] exam = [.. Enumerable.Range(0, data.Count).Where(i => data.Sides[i] == Side.Exam)];
        int[] shown = [.. orders.Depot.Distinct().SelectMany(depot => exam.Where(i => orders.Depot[i] == depot).Take(16))];
        int[] wrong = [.. exam.Where(i => orders.Depot[i] == "Leeds" && orders.Late[i] && data.Labels[i] == 0).Take(20)];
        Feedback[] feedback = [.. wrong.Select(i => new Feedback($"f{i}", "r1", null, $"p{i}", 1, $"k{i}", "no", Verdicts.Wrong, "yes", null, null, DateTimeOffset.UnixEpoch))];

        var cause = Assert.Single(CauseSearch.Find(
            new CauseSearch.Request(data, feedback, [.. shown.Union(wrong).Select(i => $"k{i}")], words, DateTimeOffset.UnixEpoch, 1), TestContext.Current.CancellationToken));
        Assert.Equal([new Condition("depot", "Leeds")], cause.Where);
        Assert.Equal("distrust", cause.Repair!.Action);
        Assert.InRange(SampleOrders.FaultyShare, cause.FlipRate!.Low - 0.02, cause.FlipRate.High + 0.02); // the share of these rows, not of all that could be drawn

        int[] kept = [.. Enumerable.Range(0, data.Count).Where(i => orders.Depot[i] != "Leeds" || wrong.Contains(i))];
        var repaired = MadeOrders.Keep(data, kept) with
        {
            JudgeOnly = [.. kept.Select(wrong.Contains)],
            LabelWas = [.. kept.Select(i => wrong.Contains(i) ? "no" : null)],
            Labels = [.. kept.Select(i => wrong.Contains(i) ? 1 : data.Labels[i])],
        };
        var before = new Turn.Models(1, data, MadeOrders.Fit(data), MadeOrders.FitFolds(data));
        var after = new Turn.Models(2, repaired, MadeOrders.Fit(repaired), MadeOrders.FitFolds(repaired));
        var turn = Turn.Compute(new Turn.Request(before, after, "yes", feedback, [cause.Repair], words, 1), TestContext.Current.CancellationToken)!;
        var truth = TurnTests.TrueGains(orders, before, after, i => !wrong.Contains(i));
        TestContext.Current.SendDiagnosticMessage($"{truth} {cause.Sentence} {string.Join(" | ", turn.Sentences)}");

        // Unseen rows of the depot improve, the interval excludes 0 and holds the truth, and the sentence says so.
        Assert.True(turn.Repairs[0].Gain.Low > 0);
        Assert.InRange(truth.Points, turn.Repairs[0].Gain.Low, turn.Repairs[0].Gain.High);
        Assert.True(turn.Repairs[1].Gain.Low > 0);
        Assert.Contains(turn.Sentences, s => s.StartsWith("Repair depot-leeds-1 (depot Leeds): on 1,") && s.EndsWith(", better."));
    }
}
