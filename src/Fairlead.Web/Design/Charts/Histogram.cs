using Fairlead.Models.Contracts;
using Microsoft.AspNetCore.Components;

namespace Fairlead.Web.Design.Charts;

/// <summary>How the values of a number or date column lie.</summary>
internal static class Histogram
{
    public static MarkupString Draw(string caption, ColumnKind kind, double min, double max, IReadOnlyList<long> counts, string? unit)
    {
        var highest = counts.Max();
        var chart = new SvgChart(caption, $"{Figures.Count(counts.Sum(), "value")} from {Figures.Value(kind, min)} to {Figures.Value(kind, max)}{(unit is null ? "" : " " + unit)}.", 150, left: 46, bottom: 38, width: 320);
        chart.Scale(min, max, 0, highest);
        chart.YAxis("rows", SvgChart.Ticks(0, highest, 2).Where(t => t % 1 == 0), t => Figures.Count((long)t));
        var width = (chart.XMax - min) / counts.Count;
        for (var i = 0; i < counts.Count; i++)
        {
            var (from, to) = (min + (i * width), min + ((i + 1) * width));
            chart.Bar("pillar", from, to, counts[i], $"{Figures.Value(kind, from)} to {Figures.Value(kind, to)}: {Figures.Count(counts[i], "row")}");
        }

        IEnumerable<(double, string)> ticks = kind == ColumnKind.Date
            ? [(min + ((max - min) * 0.1), Day(min)), (min + ((max - min) * 0.9), Day(max))]
            : SvgChart.Ticks(min, max, 4).Select(t => (t, Figures.Of(t)));
        chart.XAxis(unit ?? (kind == ColumnKind.Date ? "day" : "value"), ticks);
        return chart.Done();
    }

    private static string Day(double days) => Figures.Value(ColumnKind.Date, Math.Floor(days));
}
