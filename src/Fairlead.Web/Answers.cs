using Fairlead.Web.Design;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairlead.Web;

/// <summary>Answers that many endpoints give: pages, and what went wrong, to a person or to a program.</summary>
internal static class Answers
{
    public static IResult Page<T>(object parameters, int status = StatusCodes.Status200OK)
        where T : IComponent => new RazorComponentResult<T>(parameters) { StatusCode = status };

    public static IResult SeeOther(string address) => new SeeOtherResult(address);

    public static Task NotFoundAsync(HttpContext context, string says) => WantsPage(context.Request)
        ? Page<FaultPage>(new { Title = "Not here", Faults = new[] { new Fault("", says, "Go to the first screen and look from there.") } }, StatusCodes.Status404NotFound).ExecuteAsync(context)
        : Results.Problem(says, statusCode: StatusCodes.Status404NotFound, title: "Not found").ExecuteAsync(context);

    public static Task FaultAsync(HttpContext context, FaultException exception) => WantsPage(context.Request)
        ? Page<FaultPage>(new { Title = "That did not work", exception.Faults }, StatusCodes.Status400BadRequest).ExecuteAsync(context)
        : Problem(exception).ExecuteAsync(context);

    /// <summary>All faults at once, by field.</summary>
    public static IResult Problem(FaultException exception) => Results.Problem(
        string.Join(" ", exception.Faults), statusCode: StatusCodes.Status400BadRequest, title: "The request can't be used",
        extensions: [new("errors", exception.Faults.GroupBy(f => f.Where).ToDictionary(g => g.Key, g => g.Select(f => $"{f.What} {f.Fix}".TrimEnd()).ToArray()))]);

    /// <summary>The form of a request.</summary>
    /// <exception cref="FaultException">There is none, or it can't be read.</exception>
    public static async Task<IFormCollection> FormAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            try
            {
                return await context.Request.ReadFormAsync(context.RequestAborted);
            }
            catch (InvalidDataException)
            {
                // answered below
            }
        }

        throw new FaultException("form", "The request carries no form that can be read.", "Send it from the page, or as application/x-www-form-urlencoded.", wrongUse: true);
    }

    private static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
