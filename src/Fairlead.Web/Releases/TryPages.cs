using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Releases;

/// <summary><c>/projects/{name}/try</c>: type a row, see its answer.</summary>
internal static class TryPages
{
    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/try", (view, context) => Page(view, context, TryField.Of(view, null), null, null));
        projects.Post(routes, "/try", async (view, context) =>
        {
            var form = await Answers.FormAsync(context);
            var typed = TryField.Read(view, form);
            try
            {
                return Page(view, context, TryField.Of(view, typed), await view.TryAsync(typed, context.RequestAborted), null);
            }
            catch (FaultException exception)
            {
                return Page(view, context, TryField.Of(view, typed), null, exception.Faults);
            }
        });
    }

    private static IResult Page(IProjectView view, HttpContext context, IReadOnlyList<TryField> fields, TriedAnswer? answer, IReadOnlyList<Fault>? faults) =>
        Answers.Page<TryPage>(new { View = view, Fields = fields, Answer = answer, Faults = faults ?? [], Host = context.Request.Host.Value }, faults is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
