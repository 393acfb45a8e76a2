using System.Text;
using Fairlead.Web.Projects;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Web.Iterations;

/// <summary><c>/projects/{name}/iterations/{number}</c> and what runs now.</summary>
internal static class IterationPages
{
    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/iterations/{number}", (view, context) =>
        {
            var iterations = view.Iterations;
            var asked = (string?)context.Request.RouteValues["number"];
            var iteration = asked == "newest" ? view.Newest : iterations.FirstOrDefault(i => i.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) == asked);
            if (iteration is null)
            {
                return asked == "newest"
                    ? Answers.SeeOther($"/projects/{view.Project.Project}/progress")
                    : Answers.Page<Design.FaultPage>(new { Title = "Not here", Faults = new[] { new Fairlead.Workspace.Fault("", $"There is no iteration \"{asked}\".", "The project page lists them all.") } }, StatusCodes.Status404NotFound);
            }

            return Answers.Page<IterationPage>(new
            {
                View = view,
                Iteration = iteration,
                Before = iterations.LastOrDefault(i => i.Number < iteration.Number)?.Number,
                After = iterations.FirstOrDefault(i => i.Number > iteration.Number)?.Number,
            });
        });
        projects.Get(routes, "/progress", (view, _) => Answers.Page<ProgressPage>(new { View = view, Progress = view.Progress.Now, Active = "Iteration" }));
        projects.Get(routes, "/progress/events", (view, context) => new ProgressStream(view));
    }

    /// <summary>Server-sent events: the progress part of the page, drawn anew each time something happened; "done" when it is over.</summary>
    private sealed class ProgressStream(IProjectView view) : IResult
    {
        /// <summary>Pictures a second at most: a search reports faster than anyone reads.</summary>
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var cancel = httpContext.RequestAborted;
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            await using var renderer = new HtmlRenderer(httpContext.RequestServices, httpContext.RequestServices.GetRequiredService<ILoggerFactory>());
            ProgressPicture? seen = null;
            try
            {
                while (true)
                {
                    seen = await view.Progress.NextAsync(seen, cancel);
                    var html = await renderer.Dispatcher.InvokeAsync(async () =>
                        (await renderer.RenderComponentAsync<ProgressSteps>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Progress"] = seen }))).ToHtmlString());
                    await WriteAsync(httpContext.Response, "progress", html, cancel);
                    if (seen.State is ProgressState.Done or ProgressState.Failed)
                    {
                        await WriteAsync(httpContext.Response, "done", seen.State.ToString(), cancel);
                        return;
                    }

                    await Task.Delay(Pause, cancel);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // the page was left
            }
        }

        private static async Task WriteAsync(HttpResponse response, string name, string data, CancellationToken cancel)
        {
            var text = new StringBuilder("event: ").Append(name).Append('\n');
            foreach (var line in data.Split('\n'))
            {
                text.Append("data: ").Append(line.TrimEnd('\r')).Append('\n');
            }

            await response.WriteAsync(text.Append('\n').ToString(), cancel);
            await response.Body.FlushAsync(cancel);
        }
    }
}
