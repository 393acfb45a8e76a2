using System.Net;
using Fairlead.Web.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Fairlead.Web.Releases;

/// <summary><c>POST /projects/{name}/predict</c>: goes on to the server that answers for staging.</summary>
internal static class PredictForwarder
{
    /// <summary>Largest table to predict in one request, in bytes: what the model server takes.</summary>
    private const long MaxBody = 64L << 20;

    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(100) };

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        var forwarder = routes.ServiceProvider.GetRequiredService<IHttpForwarder>();
#pragma warning disable CA2000 // lives as long as the host
        var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
#pragma warning restore CA2000
        routes.MapPost("/projects/{name}/predict", async (string name, HttpContext context) =>
        {
            if (projects.Find(name) is not { } view)
            {
                await Answers.NotFoundAsync(context, $"There is no project \"{name}\" here.");
                return;
            }

            if (view.AnswersAt is not { } server)
            {
                await NothingAnswersAsync(context, view);
                return;
            }

            if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = MaxBody;
            }

            var error = await forwarder.SendAsync(context, server.ToString(), client, Config, HttpTransformer.Default);
            if (error != ForwarderError.None && !context.Response.HasStarted)
            {
                context.Response.Clear();
                await NothingAnswersAsync(context, view);
            }
        });
    }

    private static Task NothingAnswersAsync(HttpContext context, IProjectView view)
    {
        context.Response.Headers.RetryAfter = "5";
        var says = view.Iterations.Count == 0
            ? "No model answers yet: the first iteration has not ended."
            : "No model server is running for staging. It may be starting; otherwise start it with fairlead up.";
        return Results.Problem(says, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Nothing answers").ExecuteAsync(context);
    }
}
