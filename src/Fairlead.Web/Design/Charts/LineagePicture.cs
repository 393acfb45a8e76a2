using System.Globalization;
using System.Text;
using Fairlead.Data.Versions;
using Microsoft.AspNetCore.Components;

namespace Fairlead.Web.Design.Charts;

/// <summary>What was made from what, left to right: a column for each kind of thing, a line for each step. Colours come from the style sheet's classes.</summary>
internal static class LineagePicture
{
    private const double ColumnWidth = 150;
    private const double BoxWidth = 126;
    private const double BoxHeight = 40;
    private const double RowHeight = 54;
    private const double Top = 30;
    private const int NameMax = 18;

    private static readonly (string Kind, string Title)[] Columns =
        [("source", "Sources"), ("raw_version", "As read"), ("other_table", "Checked against"), ("dataset_version", "Cleaned"), ("model", "Models"), ("package", "Packages"), ("image", "Images"), ("iteration", "Iterations"), ("release", "Releases")];

    /// <param name="project">Name of the project, for links to its iterations.</param>
    public static MarkupString Draw(IReadOnlyCollection<LineageNode> nodes, IReadOnlyList<LineageLink> links, string project)
    {
        var shown = nodes.Where(node => Columns.Any(column => column.Kind == node.Kind)).ToList();
        var columns = Columns.Where(column => shown.Any(node => node.Kind == column.Kind)).ToList();
        var places = new Dictionary<string, (double X, double Y)>(StringComparer.Ordinal);
        var body = new StringBuilder();
        for (var i = 0; i < columns.Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{SvgChart.N(i * ColumnWidth)}\" y=\"14\">{columns[i].Title}</text>");
            var row = 0;
            foreach (var node in shown.Where(node => node.Kind == columns[i].Kind))
            {
                places[node.Key] = (i * ColumnWidth, Top + (row++ * RowHeight));
            }
        }

        foreach (var link in links.Where(link => places.ContainsKey(link.From) && places.ContainsKey(link.To)))
        {
            var (from, to) = (places[link.From], places[link.To]);
            var (x1, y1, x2, y2) = (from.X + BoxWidth, from.Y + (BoxHeight / 2), to.X, to.Y + (BoxHeight / 2));
            var bend = Math.Max(14, (x2 - x1) / 2);
            body.Append(CultureInfo.InvariantCulture, $"<path class=\"made\" d=\"M{SvgChart.N(x1)} {SvgChart.N(y1)}C{SvgChart.N(x1 + bend)} {SvgChart.N(y1)} {SvgChart.N(x2 - bend)} {SvgChart.N(y2)} {SvgChart.N(x2)} {SvgChart.N(y2)}\"><title>{SvgChart.Escape(link.Step)}</title></path>");
        }

        foreach (var node in shown)
        {
            var (x, y) = places[node.Key];
            var box = string.Create(CultureInfo.InvariantCulture, $"""<rect class="thing" x="{SvgChart.N(x)}" y="{SvgChart.N(y)}" width="{BoxWidth}" height="{BoxHeight}" rx="6"><title>{SvgChart.Escape($"{node.Name} ({node.Id})")}</title></rect><text class="name" x="{SvgChart.N(x + 10)}" y="{SvgChart.N(y + (node.Rows is null ? 24 : 17))}">{SvgChart.Escape(Cut(node.Name))}</text>""");
            var rows = node.Rows is { } count ? string.Create(CultureInfo.InvariantCulture, $"<text x=\"{SvgChart.N(x + 10)}\" y=\"{SvgChart.N(y + 32)}\">{count:N0} rows</text>") : "";
            body.Append(node.Kind == "iteration" ? $"<a href=\"/projects/{project}/iterations/{node.Id}\">{box}{rows}</a>" : box + rows);
        }

        var height = Top + (RowHeight * columns.Select(column => shown.Count(node => node.Kind == column.Kind)).DefaultIfEmpty(0).Max());
        var width = Math.Max(1, (columns.Count * ColumnWidth) - (ColumnWidth - BoxWidth) + 1); // the last column has no line to its right
        return new MarkupString($"""<svg viewBox="0 0 {SvgChart.N(width)} {SvgChart.N(height)}" width="{SvgChart.N(width)}" height="{SvgChart.N(height)}" role="group" aria-label="What was made from what; the table below says the same">{body}</svg>""");
    }

    private static string Cut(string name) => name.Length > NameMax ? name[..(NameMax - 1)] + "…" : name;
}
