using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Web;

/// <summary>What both listeners share: a Kestrel of its own that reads no configuration of the machine, razor components without circuits, limits.</summary>
internal static class PageHost
{
    /// <summary>Largest request, in bytes: a page form is small, and a table to predict goes to the model server.</summary>
    public const long MaxBody = 1 << 20;

    public static WebApplicationBuilder Create(IPAddress address, int port, long maxBody, ILoggerProvider? log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = maxBody;
            kestrel.Limits.MaxRequestLineSize = 8 << 10;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
            kestrel.Limits.MaxConcurrentConnections = 1_000;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddRazorComponents();
        builder.Services.AddProblemDetails();

        // Razor components bring data protection along; nothing here needs its keys, so none are written to the user's folder.
        builder.Services.Configure<KeyManagementOptions>(options => options.XmlRepository = new NoKeys());
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        }

        return builder;
    }

    /// <summary>Headers of every answer: nothing but our own files, nobody's frame, nothing sent on.</summary>
    /// <param name="referrer">no-referrer where the address is a secret; browsers then send the origin of a form as "null".</param>
    public static void Secure(HttpResponse response, string policy, string referrer)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = referrer;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
    }

    private sealed class NoKeys : IXmlRepository
    {
        public IReadOnlyCollection<System.Xml.Linq.XElement> GetAllElements() => [];

        public void StoreElement(System.Xml.Linq.XElement element, string friendlyName)
        {
        }
    }
}
