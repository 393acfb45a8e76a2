using System.Globalization;
using Fairlead.Data.Versions;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Lineage;

/// <summary>What was made from what, forward and back: from a source, a version, an iteration, a row.</summary>
public static class TraceLineage
{
    /// <summary>At most one of the four; none: everything.</summary>
    /// <param name="Row">Key of a row: which models saw it?</param>
    /// <param name="Source">Name, path or SHA-256 of a source file, or of a table that checks look at: what was made from it, or checked against it?</param>
    /// <param name="Version">At least eight digits of the id of anything: what was it made from, and what from it?</param>
    /// <param name="Iteration">Number: what is it made of, and where was it released?</param>
    public sealed record Request(string Folder, string? Row = null, string? Source = null, string? Version = null, int? Iteration = null);

    /// <param name="Asked">What the answer is about, in words.</param>
    /// <param name="Rows">What became of the row in each iteration; null unless a row was asked for.</param>
    /// <param name="Differs">Iterations that answer otherwise than when they were made, and why.</param>
    public sealed record Outcome(string Project, string Asked, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageLink> Links, IReadOnlyList<RowSeen>? Rows, IReadOnlyList<DifferingIteration> Differs);

    /// <summary>A row in an iteration.</summary>
    /// <param name="Trained">The iteration's model learned from it.</param>
    /// <param name="Judged">It judged the iteration's model.</param>
    /// <param name="FoldModels">Models of cross-fitting, by number from 0, that learned from it.</param>
    public sealed record RowSeen(int Iteration, RowTrace Found, bool Trained, bool Judged, IReadOnlyList<int> FoldModels, string Model, string Package, string? Image);

    /// <param name="Says">Such as "differs: 1 subject erased".</param>
    public sealed record DifferingIteration(int Iteration, string Says);

    /// <exception cref="FaultException">The project can't be read, or there is nothing of this name.</exception>
    public static Outcome Run(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        if (new object?[] { request.Row, request.Source, request.Version, request.Iteration }.Count(one => one is not null) > 1)
        {
            throw new FaultException("command line", "More than one of --row, --source, --version and --iteration is given.", "Ask for one at a time.", wrongUse: true);
        }

        var project = ProjectFileReader.Read(request.Folder, withSource: false);
        var iterations = IterationRecords.List(workspace.Records, project.Id);
        var graph = Graph(workspace, project, iterations);
        var differs = iterations.Where(iteration => iteration.Differs is not null).Select(iteration => new DifferingIteration(iteration.Number, iteration.Differs!)).ToList();
        IReadOnlyList<RowSeen>? rows = null;
        var asked = "everything";
        if (request.Row is { } key)
        {
            workspace.Audit.Read("data lineage --row", project.Project, key);
            rows = [.. iterations.SelectMany(iteration => RowTrace.Find(key, project.Key, iteration.Data, workspace.Blobs, cancel).Select(row => Seen(iteration, row)))];
            asked = "the row";
            graph = graph.Around([.. rows.Select(row => IterationLineage.NodeOf(row.Iteration).Key).Distinct(StringComparer.Ordinal)], back: true, forward: true);
        }
        else if (request.Source is { } source)
        {
            var files = graph.Nodes.Where(node => node.Kind is "source" or "other_table" && (node.Name == source || node.Id == source || SamePath(project, node.Name, source))).Select(node => node.Key).ToList();
            asked = $"source {source}";
            graph = Around(graph, files, asked, back: false);
        }
        else if (request.Version is { } id)
        {
            asked = $"version {id}";
            graph = Around(graph, [.. id.Length < 8 ? [] : graph.Nodes.Where(node => node.Id.StartsWith(id, StringComparison.Ordinal) || node.Id.StartsWith("sha256:" + id, StringComparison.Ordinal)).Select(node => node.Key)], asked, back: true);
        }
        else if (request.Iteration is { } number)
        {
            asked = IterationLineage.NodeOf(number).Name;
            graph = Around(graph, [.. graph.Nodes.Where(node => node.Key == IterationLineage.NodeOf(number).Key).Select(node => node.Key)], asked, back: true);
        }

        var shown = graph.Nodes.Where(node => node.Kind == "iteration").Select(node => int.Parse(node.Id, CultureInfo.InvariantCulture)).ToHashSet();
        return new Outcome(project.Project, asked, [.. graph.Nodes], graph.Links, rows, [.. differs.Where(one => shown.Contains(one.Iteration))]);
    }

    /// <summary>Everything the project's iterations are made of.</summary>
    public static LineageGraph Graph(WorkspaceFolder workspace, ProjectFile project, IReadOnlyList<Iteration> iterations)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(project);
        var releases = ReleaseRecords.List(workspace.Records, project.Id);
        var graph = new LineageGraph();
        foreach (var iteration in iterations)
        {
            foreach (var stage in IterationLineage.Stages(iteration, releases))
            {
                graph.Add(stage);
            }

            graph.Add(new CheckLineage(iteration));
        }

        return graph;
    }

    private static LineageGraph Around(LineageGraph graph, List<string> nodes, string asked, bool back) => nodes.Count > 0
        ? graph.Around(nodes, back, forward: true)
        : throw new FaultException(asked, "No iteration of this project was made from it, or with it.", "Look at `fairlead data lineage FOLDER` for what there is.");

    private static bool SamePath(ProjectFile project, string name, string asked) =>
        Path.GetFullPath(Path.Combine(project.Folder, name)) == Path.GetFullPath(asked);

    private static RowSeen Seen(Iteration iteration, RowTrace row)
    {
        var trained = row is { Outcome: "kept", Side: "train", JudgeOnly: false };
        return new RowSeen(
            iteration.Number, row, trained, row.Outcome == "kept" && !trained,
            trained ? [.. Enumerable.Range(0, iteration.Search.FoldModels.Count).Where(fold => fold != row.Fold)] : [],
            iteration.Search.Model, IterationPackage(iteration), iteration.Image);
    }

    private static string IterationPackage(Iteration iteration) => Packaging.PackageLineage.NodeOf(iteration.Package).Id;
}
