using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Web;

/// <summary>Keeps other sites' pages off the workbench: a name that is not ours (DNS rebinding), and requests that change something from somewhere else.</summary>
internal static class RequestGuard
{
    /// <summary>Null when the request may go on; otherwise why not.</summary>
    public static (int Status, string Title, string Detail)? Refuse(HttpRequest request, IReadOnlyList<string> hosts)
    {
        var host = request.Host.Host;
        if (!IsLoopback(host) && !hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return (StatusCodes.Status421MisdirectedRequest, "Not this workbench's name", $"The workbench does not answer to \"{Short(host)}\". Open it as http://127.0.0.1, or name this host when starting it.");
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        // Browsers say where a request comes from; programs say nothing and have no one's cookies or localhost to abuse.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site == "same-origin")
        {
            return null; // a page's script can't write this header
        }

        if (site is "cross-site" or "same-site")
        {
            return (StatusCodes.Status403Forbidden, "From another site", "A page of another site tried to change something here. Do it from the workbench itself.");
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            return (StatusCodes.Status403Forbidden, "From another site", "A page of another site tried to change something here. Do it from the workbench itself.");
        }

        return null;
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string Short(string text) => text.Length <= 80 ? text : text[..79] + "…";
}
