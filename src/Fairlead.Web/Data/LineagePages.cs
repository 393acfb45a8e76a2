using System.Globalization;
using Fairlead.Iterations.Lineage;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Data;

/// <summary><c>/projects/{name}/lineage</c>: what was made from what, as a picture and a table; <c>?iteration=N</c> shows what one iteration is made of.</summary>
internal static class LineagePages
{
    /// <summary>Iterations in the picture unless one is asked for, the newest.</summary>
    private const int Most = 12;

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects) => projects.Get(routes, "/lineage", (view, context) =>
    {
        var iterations = view.Iterations;
        var chosen = int.TryParse(context.Request.Query["iteration"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? iterations.FirstOrDefault(iteration => iteration.Number == number) : null;
        var graph = TraceLineage.Graph(view.Workspace, view.Project, chosen is null ? [.. iterations.TakeLast(Most)] : [chosen]);
        return Answers.Page<LineagePage>(new
        {
            View = view,
            Chosen = chosen,
            Iterations = iterations,
            Nodes = graph.Nodes,
            graph.Links,
            Hidden = chosen is null ? Math.Max(0, iterations.Count - Most) : 0,
        });
    });
}
