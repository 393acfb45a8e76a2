using System.Globalization;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Data;

/// <summary><c>/projects/{name}/data</c>: versions, distributions, checks, cleaning.</summary>
internal static class DataPages
{
    public static void Map(IEndpointRouteBuilder routes, ProjectList projects) => projects.Get(routes, "/data", (view, context) =>
    {
        var iterations = view.Iterations;
        var newest = iterations is [.., var last] ? last : null;
        var chosen = int.TryParse(context.Request.Query["iteration"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? iterations.FirstOrDefault(i => i.Number == number)
            : null;
        if ((chosen ?? newest) is { } shown)
        {
            view.Workspace.Audit.Read("page of the data", string.Create(CultureInfo.InvariantCulture, $"{view.Project.Project}, iteration {shown.Number}"));
        }

        return Answers.Page<DataPage>(new
        {
            View = view,
            Iterations = iterations,
            Iteration = chosen ?? newest,
        });
    });
}
