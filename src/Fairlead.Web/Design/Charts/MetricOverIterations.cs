using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Fairlead.Web.Design.Charts;

/// <summary>A figure with its interval over the iterations.</summary>
internal static class MetricOverIterations
{
    /// <param name="Passed">Its gates passed; a hollow point otherwise.</param>
    public sealed record Point(int Iteration, double Value, double Low, double High, bool Passed, string Href);

    /// <param name="gates">Bounds that gates set on this figure.</param>
    public static MarkupString Draw(string metric, IReadOnlyList<Point> points, IReadOnlyList<double> gates)
    {
        var last = points[^1];
        var low = points.Min(p => p.Low);
        var high = points.Max(p => p.High);
        foreach (var gate in gates)
        {
            (low, high) = (Math.Min(low, gate), Math.Max(high, gate));
        }

        var room = high > low ? (high - low) * 0.12 : Math.Max(Math.Abs(high) * 0.1, 1e-6);
        var chart = new SvgChart(
            $"{metric} over the iterations", $"{metric} of {Figures.Count(points.Count, "iteration")}. Iteration {last.Iteration}: {Figures.Of(last.Value)}, 95 % interval {Figures.Of(last.Low)} to {Figures.Of(last.High)}.", 230);
        chart.Scale(points[0].Iteration - 0.4, last.Iteration + 0.4, low - room, high + room);
        chart.YAxis(metric, SvgChart.Ticks(chart.YMin, chart.YMax), Figures.Of);
        var every = Math.Max(1, points.Count / 10);
        chart.XAxis("iteration", points.Where((_, i) => i % every == 0 || i == points.Count - 1).Select(p => ((double)p.Iteration, p.Iteration.ToString(CultureInfo.InvariantCulture))));
        foreach (var gate in gates)
        {
            chart.Line("gate", chart.XMin, gate, chart.XMax, gate);
            chart.Label("note", chart.XMin, gate, $"gate {Figures.Of(gate)}", 4, -5);
        }

        if (points.Count > 1)
        {
            chart.Path("band", points.Select(p => ((double)p.Iteration, p.High)).Concat(points.Reverse().Select(p => ((double)p.Iteration, p.Low))), closed: true);
            chart.Path("stroke", points.Select(p => ((double)p.Iteration, p.Value)));
        }

        foreach (var point in points)
        {
            chart.Line("whisker", point.Iteration, point.Low, point.Iteration, point.High);
            chart.Dot(
                point.Passed ? "dot" : "dot hollow", point.Iteration, point.Value, 5,
                $"Iteration {point.Iteration}: {Figures.Of(point.Value)} ({Figures.Of(point.Low)} to {Figures.Of(point.High)}){(point.Passed ? "" : ", failed a gate")}", point.Href);
        }

        return chart.Done();
    }
}
