using Fairlead.Projects;
using Fairlead.Web.Design.Charts;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Projects;

/// <summary><c>/projects/{name}</c>: iterations over time, gates, the four risks.</summary>
internal static class ProjectPages
{
    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "", (view, _) =>
        {
            var iterations = view.Iterations;
            return Answers.Page<ProjectPage>(new
            {
                View = view,
                Iterations = iterations,
                view.Risks,
            });
        });
        projects.Post(routes, "/iterate", (view, _) =>
        {
            view.StartIteration();
            return Task.FromResult(Answers.SeeOther($"/projects/{view.Project.Project}/progress"));
        });
    }

    /// <summary>Bounds that the project's gates set on a metric.</summary>
    public static IReadOnlyList<double> Bounds(ProjectFile project, string metric) =>
    [
        .. project.Gates.Select(gate => GateSyntax.TryParse(gate.Text, project.Task, out var read, out _, out _) && read.Kind == GateKind.Metric && read.Metric == metric ? read.Number : (double?)null)
            .OfType<double>(),
    ];

    /// <summary>The metric's points over the iterations that have it.</summary>
    public static IReadOnlyList<MetricOverIterations.Point> Points(string project, IReadOnlyList<Fairlead.Iterations.Iteration> iterations, string metric) =>
    [
        .. iterations.Where(i => i.Evaluation.Metrics.ContainsKey(metric)).Select(i => new MetricOverIterations.Point(
            i.Number, i.Evaluation.Metrics[metric].Value, i.Evaluation.Metrics[metric].Low, i.Evaluation.Metrics[metric].High, i.Passed, $"/projects/{project}/iterations/{i.Number}")),
    ];
}
