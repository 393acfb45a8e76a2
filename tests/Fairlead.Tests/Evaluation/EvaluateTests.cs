using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Workspace;

namespace Fairlead.Tests.Evaluation;

public sealed class EvaluateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static EvaluationReport Run(Dataset data, FittedModel model, Evaluate.Champion? champion = null) =>
        Evaluate.Run(new Evaluate.Request(model, data, data.Classes.Count == 2 ? "yes" : null, champion, 1, 3), Cancel);

    [Fact]
    public void Two_classes_are_judged_on_the_exam_only_and_beat_guessing()
    {
        var orders = MadeOrders.Make(5_000, 1);
        var report = Run(orders.Data, MadeOrders.Fit(orders.Data));
        var exam = Enumerable.Range(0, 5_000).Where(i => orders.Data.Sides[i] == Side.Exam).ToArray();
        Assert.Equal(exam.Length, report.Rows);
        Assert.Equal("auc", report.MainMetric);
        Assert.Equal(3, report.ExamUses);
        Assert.True(report.BeatsGuessing);
        Assert.Equal(report.Baseline["log_loss"] - report.Metrics["log_loss"].Value, report.GainOverBaseline.Value, 12);
        Assert.Equal(0.5, report.Baseline["auc"]);

        // Guessing answers the larger class always: its accuracy is that class's share.
        Assert.Equal((double)exam.Count(i => orders.Data.Labels[i] == 0) / exam.Length, report.Baseline["accuracy"], 12);

        // The truth was drawn from known chances: no model can do better than they, and a linear one comes close.
        var best = exam.Average(i => -Math.Log(orders.Late[i] ? orders.Chance[i] : 1 - orders.Chance[i]));
        Assert.InRange(report.Metrics["log_loss"].Value, best - 0.005, best + 0.02);

        Assert.Equal(exam.Length, report.Confusion!.Counts.Sum(row => row.Sum()));
        Assert.Equal(report.Metrics["accuracy"].Value, (double)(report.Confusion.Counts[0][0] + report.Confusion.Counts[1][1]) / exam.Length, 12);
        Assert.InRange(report.Roc!.Count, 50, 200);
        Assert.Equal((0, 0), (report.Roc[0].X, report.Roc[0].Y));
        Assert.Equal((1, 1), (report.Roc[^1].X, report.Roc[^1].Y));
        Assert.Equal(10, report.Calibration!.Count);
        Assert.Equal(exam.Length, report.Calibration.Sum(bin => bin.Rows));
        Assert.True(report.Calibration.Count(bin => bin.Observed.Low <= bin.Predicted && bin.Predicted <= bin.Observed.High) >= 8);

        Assert.Equal("distance", report.Importance[0].Column);
        Assert.True(report.Importance.Single(i => i.Column == "weather").Loss > report.Importance.Single(i => i.Column == "depot").Loss);
        Assert.Equal(9, report.Slices.Count); // 6 depots, 3 skies
        Assert.All(report.Slices, slice => Assert.InRange(slice.Main!.Value, slice.Main.Low, slice.Main.High));
    }

    [Fact]
    public void The_area_under_the_drawn_curve_is_the_auc()
    {
        var orders = MadeOrders.Make(700, 2); // about 140 exam rows: no point is thinned out
        var report = Run(orders.Data, MadeOrders.Fit(orders.Data));
        var area = report.Roc!.Zip(report.Roc!.Skip(1)).Sum(p => (p.Second.X - p.First.X) * (p.First.Y + p.Second.Y) / 2);
        Assert.Equal(report.Metrics["auc"].Value, area, 10);
    }

    [Fact]
    public void A_random_target_does_not_beat_guessing()
    {
        // Labels drawn without a look at the row. 20 data sets: a 95 % interval lies above 0 by chance in at most 1 of 40.
        var beats = Enumerable.Range(0, 20).Count(seed =>
        {
            var orders = MadeOrders.Make(600, seed);
            var random = new Random(seed);
            var data = orders.Data with { Labels = [.. orders.Data.Labels.Select(_ => random.Next(4) == 0 ? 1 : 0)] };
            return Run(data, MadeOrders.Fit(data)).BeatsGuessing;
        });
        Assert.InRange(beats, 0, 1);
    }

    [Fact]
    public void Numbers_have_residuals()
    {
        var orders = MadeOrders.Make(2_000, 3);
        var random = new Random(3);
        var data = orders.Data with { Classes = [], Labels = [], Values = [.. orders.Distance.Select(d => (0.1 * d) + MadeOrders.Normal(random))] };
        var report = Run(data, MadeOrders.Fit(data));
        Assert.Equal("rmse", report.MainMetric);
        Assert.InRange(report.Metrics["rmse"].Value, 0.9, 1.6); // the noise has standard deviation 1
        Assert.True(report.BeatsGuessing);
        Assert.Equal(10, report.Residuals!.Count);
        Assert.All(report.Residuals, bin => Assert.True(bin.Low <= bin.Middle && bin.Middle <= bin.High));
        Assert.Null(report.Confusion);
        Assert.Null(report.Roc);
        Assert.Equal("distance", report.Importance[0].Column);
    }

    [Fact]
    public void Three_classes_decide_by_log_loss()
    {
        var orders = MadeOrders.Make(3_000, 4);
        var data = orders.Data with { Classes = ["far", "late", "near"], Labels = [.. orders.Distance.Select((d, i) => d > 300 ? 0 : orders.Late[i] ? 1 : 2)] };
        var report = Run(data, MadeOrders.Fit(data));
        Assert.Equal("log_loss", report.MainMetric);
        Assert.True(report.BeatsGuessing);
        Assert.Equal(["accuracy", "auc", "average_precision", "balanced_accuracy", "brier", "f1", "log_loss"], report.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Null(report.Roc);
        Assert.Equal(3, report.Confusion!.Counts.Count);
        Assert.NotNull(report.Calibration);
    }

    [Fact]
    public void The_same_model_is_not_worse_than_itself_and_a_poorer_one_is()
    {
        var orders = MadeOrders.Make(4_000, 5);
        var good = MadeOrders.Fit(orders.Data);
        var same = Run(orders.Data, good, new Evaluate.Champion(1, good, orders.Data)).Champion!;
        Assert.True(same.NotWorse);
        Assert.Equal(0, same.Changed);
        Assert.Equal(0, same.LeftOut);
        Assert.Equal((0, 0), (same.Metrics["auc"].Value, same.Metrics["log_loss"].High));

        // A model that knows the depot only.
        var poor = orders.Data with { Features = new Frame([orders.Data.Features["depot"]]) };
        var worse = Run(orders.Data, MadeOrders.Fit(poor), new Evaluate.Champion(1, good, orders.Data)).Champion!;
        Assert.False(worse.NotWorse);
        Assert.True(worse.Metrics["auc"].High < 0);
        Assert.True(worse.Changed > 0);
    }

    [Fact]
    public void Exam_rows_that_a_model_knows_by_a_near_duplicate_are_left_out_of_the_comparison()
    {
        var orders = MadeOrders.Make(2_000, 6);
        var data = orders.Data;
        var exam = Enumerable.Range(0, 2_000).Where(i => data.Sides[i] == Side.Exam).ToArray();
        var training = Enumerable.Range(0, 2_000).First(i => data.Sides[i] == Side.Train);
        data.Groups[exam[0]] = data.Groups[training]; // in this version

        // The champion trained on what is an exam row here, under the same key.
        var before = data with { Sides = [.. data.Sides], Groups = [.. data.Groups] };
        before.Sides[exam[1]] = Side.Train;
        before.Groups[exam[0]] = -1;
        var model = MadeOrders.Fit(data);
        var comparison = Run(data, model, new Evaluate.Champion(1, MadeOrders.Fit(before), before)).Champion!;
        Assert.Equal(2, comparison.LeftOut);
        Assert.Equal(exam.Length - 2, comparison.Rows);
    }

    [Fact]
    public void The_same_request_gives_the_same_report()
    {
        var orders = MadeOrders.Make(900, 7);
        var model = MadeOrders.Fit(orders.Data);
        Assert.Equal(Text(Run(orders.Data, model)), Text(Run(orders.Data, model)));

        static string Text(EvaluationReport report) => System.Text.Json.JsonSerializer.Serialize(report, Fairlead.Iterations.IterationJson.Default.EvaluationReport);
    }

    [Fact]
    public void No_exam_row_is_a_clear_fault()
    {
        var orders = MadeOrders.Make(50, 8);
        Array.Fill(orders.Data.Sides, Side.Train);
        var fault = Assert.Throws<FaultException>(() => Run(orders.Data, MadeOrders.Fit(orders.Data)));
        Assert.Contains("exam", fault.Message);
    }

    [Fact]
    public void An_exam_of_one_class_is_judged_by_log_loss()
    {
        var orders = MadeOrders.Make(300, 9);
        var data = orders.Data with { Labels = [.. orders.Data.Labels.Select((label, i) => orders.Data.Sides[i] == Side.Exam ? 0 : label)] };
        var report = Run(data, MadeOrders.Fit(data));
        Assert.Equal("log_loss", report.MainMetric);
        Assert.False(report.Metrics.ContainsKey("auc"));
        Assert.Null(report.Roc);
    }
}
