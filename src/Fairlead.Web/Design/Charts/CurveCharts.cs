using Fairlead.Evaluation;
using Microsoft.AspNetCore.Components;

namespace Fairlead.Web.Design.Charts;

/// <summary>Curves of an evaluation: ROC, calibration, residuals.</summary>
internal static class CurveCharts
{
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];

    public static MarkupString Roc(IReadOnlyList<CurvePoint> points, double? auc)
    {
        var chart = new SvgChart("ROC curve", $"True positive rate against false positive rate.{(auc is { } a ? $" Area {Figures.Of(a)}." : "")}", 300);
        chart.Scale(0, 1, 0, 1);
        chart.YAxis("found (true positive rate)", Shares, Figures.Of);
        chart.XAxis("false alarms (false positive rate)", Shares.Select(s => (s, Figures.Of(s))));
        chart.Line("reference", 0, 0, 1, 1);
        chart.Label("note end", 0.97, 0.86, "guessing", 0, 0);
        chart.Path("area", points.Select(p => (p.X, p.Y)).Append((1, 0)).Append((0, 0)), closed: true);
        chart.Path("stroke", points.Select(p => (p.X, p.Y)));
        return chart.Done();
    }

    public static MarkupString Calibration(IReadOnlyList<CalibrationBin> bins)
    {
        var chart = new SvgChart("Calibration", "How often what was said with a probability came true, in bins, with 95 % intervals. On the diagonal, what is said is what happens.", 300);
        chart.Scale(0, 1, 0, 1);
        chart.YAxis("came true", Shares, Figures.Of);
        chart.XAxis("predicted probability", Shares.Select(s => (s, Figures.Of(s))));
        chart.Line("reference", 0, 0, 1, 1);
        chart.Path("stroke thin", bins.Select(b => (b.Predicted, b.Observed.Value)));
        foreach (var bin in bins)
        {
            chart.Line("whisker", bin.Predicted, Math.Clamp(bin.Observed.Low, 0, 1), bin.Predicted, Math.Clamp(bin.Observed.High, 0, 1));
            chart.Dot("dot", bin.Predicted, bin.Observed.Value, 4.5, $"Said {Figures.Percent(bin.Predicted)}, came true {Figures.Percent(bin.Observed.Value)} ({Figures.Count(bin.Rows, "row")})");
        }

        return chart.Done();
    }

    /// <summary>Where the answers are off: the middle residual and the band of the middle 80 of 100, over the answer.</summary>
    public static MarkupString Residuals(IReadOnlyList<ResidualBin> bins, string? unit)
    {
        var low = Math.Min(0, bins.Min(b => b.Low));
        var high = Math.Max(0, bins.Max(b => b.High));
        var room = (high - low) * 0.06;
        var chart = new SvgChart("Residuals", "Truth minus answer over the answer: median, and the band from the 10th to the 90th percentile. Around zero is good.", 300);
        chart.Scale(bins.Min(b => b.Predicted), bins.Max(b => b.Predicted), low - room, high + room);
        var unitText = unit is null ? "" : $" ({unit})";
        chart.YAxis("truth − answer" + unitText, SvgChart.Ticks(chart.YMin, chart.YMax, 5), Figures.Of);
        chart.XAxis("answer" + unitText, SvgChart.Ticks(chart.XMin, chart.XMax, 4).Select(t => (t, Figures.Of(t))));
        chart.Path("band", bins.Select(b => (b.Predicted, b.High)).Concat(bins.Reverse().Select(b => (b.Predicted, b.Low))), closed: true);
        chart.Line("reference", chart.XMin, 0, chart.XMax, 0);
        chart.Path("stroke", bins.Select(b => (b.Predicted, b.Middle)));
        foreach (var bin in bins)
        {
            chart.Dot("dot", bin.Predicted, bin.Middle, 3.5, $"Answer about {Figures.Of(bin.Predicted)}: off by {Figures.Signed(bin.Middle)} in the middle, {Figures.Signed(bin.Low)} to {Figures.Signed(bin.High)} ({Figures.Count(bin.Rows, "row")})");
        }

        return chart.Done();
    }
}
