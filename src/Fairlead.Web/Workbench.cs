using System.Net;
using Fairlead.Web.Customers;
using Fairlead.Web.Data;
using Fairlead.Web.Design;
using Fairlead.Web.Iterations;
using Fairlead.Web.Labels;
using Fairlead.Web.Projects;
using Fairlead.Web.Releases;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Web;

/// <param name="Projects">The projects shown; the first one is the first screen.</param>
/// <param name="Port">0 takes a free one.</param>
/// <param name="Address">Address to listen on; null is loopback, and so it stays unless told otherwise.</param>
/// <param name="Hosts">Names it answers to besides localhost and loopback addresses.</param>
/// <param name="Log">Where warnings go, or null.</param>
public sealed record WorkbenchOptions(
    IReadOnlyList<IProjectView> Projects, int Port = WorkbenchOptions.DefaultPort, IPAddress? Address = null, IReadOnlyList<string>? Hosts = null, ILoggerProvider? Log = null)
{
    public const int DefaultPort = 5180;
}

/// <summary>The workbench: pages over the projects, and the door through which their predictions and feedback come.</summary>
public static class Workbench
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Builds the host; the caller starts and stops it.</summary>
    public static WebApplication Build(WorkbenchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var hosts = options.Hosts ?? [];
        var builder = PageHost.Create(options.Address ?? IPAddress.Loopback, options.Port, PageHost.MaxBody, options.Log);
        builder.Services.AddHttpForwarder();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WebJson.Default));
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            PageHost.Secure(context.Response, Policy, referrer: "same-origin");
            if (RequestGuard.Refuse(context.Request, hosts) is { } refusal)
            {
                await Results.Problem(refusal.Detail, statusCode: refusal.Status, title: refusal.Title).ExecuteAsync(context);
                return;
            }

            try
            {
                await next(context);
            }
            catch (FaultException exception) when (!context.Response.HasStarted)
            {
                await Answers.FaultAsync(context, exception);
            }
            catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
            {
                await Results.Problem(exception.Message, statusCode: exception.StatusCode, title: "The request can't be used").ExecuteAsync(context);
            }
        });
        app.UseRouting();
        DesignFiles.Map(app, "workbench.css", "workbench.js", "mark.svg");
        var projects = new ProjectList(options.Projects);
        FirstScreenPages.Map(app, projects);
        ProjectPages.Map(app, projects);
        IterationPages.Map(app, projects);
        DataPages.Map(app, projects);
        SpellingPages.Map(app, projects);
        LabelPages.Map(app, projects);
        QuarantinePages.Map(app, projects);
        LineagePages.Map(app, projects);
        FeedbackPages.Map(app, projects);
        FeedbackApi.Map(app, projects);
        TryPages.Map(app, projects);
        PredictForwarder.Map(app, projects);
        app.MapFallback(context => Answers.NotFoundAsync(context, "There is no such page."));
        return app;
    }
}

/// <summary>The projects by name.</summary>
internal sealed class ProjectList(IReadOnlyList<IProjectView> projects)
{
    public IReadOnlyList<IProjectView> All => projects;

    public IProjectView? Find(string name) => projects.FirstOrDefault(p => p.Project.Project == name);

    /// <summary>Maps GET of a page of one project; an unknown name is a page that says so.</summary>
    public void Get(IEndpointRouteBuilder routes, string pattern, Func<IProjectView, HttpContext, IResult> page) =>
        Get(routes, pattern, (view, context) => Task.FromResult(page(view, context)));

    public void Get(IEndpointRouteBuilder routes, string pattern, Func<IProjectView, HttpContext, Task<IResult>> page) =>
        routes.MapGet("/projects/{name}" + pattern, async (string name, HttpContext context) =>
        {
            if (Find(name) is { } view)
            {
                await (await page(view, context)).ExecuteAsync(context);
            }
            else
            {
                await Answers.NotFoundAsync(context, $"There is no project \"{name}\" here.");
            }
        });

    public void Post(IEndpointRouteBuilder routes, string pattern, Func<IProjectView, HttpContext, Task<IResult>> act) =>
        routes.MapPost("/projects/{name}" + pattern, async (string name, HttpContext context) =>
        {
            if (Find(name) is { } view)
            {
                await (await act(view, context)).ExecuteAsync(context);
            }
            else
            {
                await Answers.NotFoundAsync(context, $"There is no project \"{name}\" here.");
            }
        });
}
