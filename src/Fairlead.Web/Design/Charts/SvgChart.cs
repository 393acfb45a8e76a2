using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Fairlead.Web.Design.Charts;

/// <summary>A chart being drawn: a plot area with axes inside a figure with a caption and a text for those who can't see it. Colours come from the style sheet's classes.</summary>
/// <remarks>Drawn 320 to 400 units wide, so that its letters keep their size on a phone.</remarks>
internal sealed class SvgChart
{
    private const double Top = 14;
    private const double Right = 14;

    private readonly StringBuilder _body = new();
    private readonly string _caption;
    private readonly string _says;
    private readonly double _height;
    private readonly double _left;
    private readonly double _bottom;
    private readonly double _width;
    private bool _linked;

    /// <param name="caption">Title, shown.</param>
    /// <param name="says">The chart in a sentence or two.</param>
    public SvgChart(string caption, string says, double height = 240, double left = 52, double bottom = 44, double width = 400)
    {
        (_caption, _says, _height, _left, _bottom, _width) = (caption, says, height, left, bottom, width);
        (XMin, XMax, YMin, YMax) = (0, 1, 0, 1);
    }

    public double XMin { get; private set; }

    public double XMax { get; private set; }

    public double YMin { get; private set; }

    public double YMax { get; private set; }

    public double PlotBottom => _height - _bottom;

    public SvgChart Scale(double xMin, double xMax, double yMin, double yMax)
    {
        (XMin, XMax, YMin, YMax) = (xMin, xMax > xMin ? xMax : xMin + 1, yMin, yMax > yMin ? yMax : yMin + 1);
        return this;
    }

    public double X(double value) => _left + ((value - XMin) / (XMax - XMin) * (_width - _left - Right));

    public double Y(double value) => Top + ((1 - ((value - YMin) / (YMax - YMin))) * (_height - Top - _bottom));

    /// <summary>Lines across with their values, and what they count.</summary>
    public void YAxis(string title, IEnumerable<double> ticks, Func<double, string> format)
    {
        foreach (var tick in ticks)
        {
            Line("grid", XMin, tick, XMax, tick);
            Text("tick end", _left - 8, Y(tick) + 4, format(tick));
        }

        _body.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" transform=\"rotate(-90)\" x=\"{N(-(Top + ((_height - Top - _bottom) / 2)))}\" y=\"12\" text-anchor=\"middle\">{Escape(title)}</text>");
    }

    public void XAxis(string title, IEnumerable<(double At, string Label)> ticks)
    {
        foreach (var (at, label) in ticks)
        {
            Text("tick middle", X(at), PlotBottom + 18, label);
        }

        Text("axis middle", _left + ((_width - _left - Right) / 2), _height - 5, title);
    }

    public void Line(string kind, double x1, double y1, double x2, double y2) =>
        _body.Append(CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{N(X(x1))}\" y1=\"{N(Y(y1))}\" x2=\"{N(X(x2))}\" y2=\"{N(Y(y2))}\"/>");

    public void Path(string kind, IEnumerable<(double X, double Y)> points, bool closed = false) =>
        _body.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"M{string.Join('L', points.Select(p => $"{N(X(p.X))} {N(Y(p.Y))}"))}{(closed ? "Z" : "")}\"/>");

    /// <summary>A bar from the bottom of the scale.</summary>
    public void Bar(string kind, double from, double to, double value, string says)
    {
        var (x, y) = (X(from), Y(value));
        _body.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{N(x + 0.6)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0.8, X(to) - x - 1.2))}\" height=\"{N(Math.Max(0, Y(YMin) - y))}\"><title>{Escape(says)}</title></rect>");
    }

    public void Dot(string kind, double x, double y, double radius, string says, string? href = null)
    {
        var dot = string.Create(CultureInfo.InvariantCulture, $"<circle class=\"{kind}\" cx=\"{N(X(x))}\" cy=\"{N(Y(y))}\" r=\"{N(radius)}\"><title>{Escape(says)}</title></circle>");
        _linked |= href is not null;
        _body.Append(href is null ? dot : $"<a href=\"{Escape(href)}\">{dot}</a>");
    }

    /// <summary>Text at a place of the plot.</summary>
    public void Label(string kind, double x, double y, string text, double dx = 0, double dy = 0) => Text(kind, X(x) + dx, Y(y) + dy, text);

    public MarkupString Done() => new($"""
        <figure class="chart"><figcaption>{Escape(_caption)}</figcaption><svg viewBox="0 0 {N(_width)} {N(_height)}" role="{(_linked ? "group" : "img")}" aria-label="{Escape(_says)}">{_body}</svg></figure>
        """);

    /// <summary>Round steps that cover a range, about <paramref name="count"/> of them.</summary>
    public static double[] Ticks(double min, double max, int count = 4)
    {
        if (!(max > min))
        {
            return [min];
        }

        var rough = (max - min) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 };
        var first = Math.Ceiling((min / step) - 1e-9);
        var last = Math.Floor((max / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }

    internal static string Escape(string text) => HtmlEncoder.Default.Encode(text);

    internal static string N(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private void Text(string kind, double x, double y, string text) =>
        _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{N(x)}\" y=\"{N(y)}\">{Escape(text)}</text>");
}
