using Microsoft.AspNetCore.Http;

namespace Fairlead.Web;

/// <summary>303: look there with GET, so that reloading never sends a form twice.</summary>
internal sealed class SeeOtherResult(string address) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}
