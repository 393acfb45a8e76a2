using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Versions;
using Fairlead.Iterations;
using Fairlead.Iterations.Lineage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Releases;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data lineage FOLDER</c>: what was made from what, forward and back.</summary>
internal static partial class DataLineageVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { HelpName = "FOLDER", Description = "The project folder." };
        var row = new Option<string?>("--row") { HelpName = "KEY", Description = "Which models saw this row? Its key." };
        var source = new Option<string?>("--source") { HelpName = "FILE", Description = "What was made from this source file? Its name, or its SHA-256." };
        var version = new Option<string?>("--version") { HelpName = "ID", Description = "What was this made from, and what from it? At least eight digits of an id." };
        var iteration = new Option<int?>("--iteration") { HelpName = "N", Description = "What is this iteration made of? Its number." };
        var open = new Option<string?>("--openlineage") { HelpName = "FILE", Description = "Also write OpenLineage run events, as JSON lines." };
        var croissant = new Option<string?>("--croissant") { HelpName = "FILE.json", Description = "Also write the version's rows as CSV, and Croissant metadata that names them; of --iteration, else of the newest." };
        var license = new Option<string>("--license") { HelpName = "TEXT", Description = "License of the data, for --croissant.", DefaultValueFactory = _ => "not stated" };
        var creator = new Option<string>("--creator") { HelpName = "NAME", Description = "Who made the data, for --croissant.", DefaultValueFactory = _ => "not stated" };
        var command = new Command("lineage", "Say what was made from what: sources, versions, models, images, releases.") { folder, row, source, version, iteration, open, croissant, license, creator };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var request = new TraceLineage.Request(parsed.GetValue(folder)!, parsed.GetValue(row), parsed.GetValue(source), parsed.GetValue(version), parsed.GetValue(iteration));
            var outcome = TraceLineage.Run(workspace, request, cancel);
            var written = Export(workspace, request, parsed.GetValue(open), parsed.GetValue(croissant) is { } path ? new CroissantFile.Request(path, parsed.GetValue(license)!, parsed.GetValue(creator)!) : null, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(outcome.Project, outcome.Asked, outcome.Nodes, outcome.Links, outcome.Rows, outcome.Differs, written), LineageJson.Default.View);
            }
            else
            {
                Show(outcome, written);
            }

            return Task.FromResult(outcome.Rows is { Count: 0 } ? Edge.No : Edge.Done);
        });
        return command;
    }

    private static List<string> Export(WorkspaceFolder workspace, TraceLineage.Request request, string? open, CroissantFile.Request? croissant, CancellationToken cancel)
    {
        var written = new List<string>();
        if (open is null && croissant is null)
        {
            return written;
        }

        var project = ProjectFileReader.Read(request.Folder, withSource: false);
        WrittenFiles.Check([("--openlineage", open), ("--croissant", croissant?.Path), ("--croissant", croissant is null ? null : CroissantFile.RowsOf(croissant.Path))], [], project);
        var iterations = IterationRecords.List(workspace.Records, project.Id).Where(one => request.Iteration is null || one.Number == request.Iteration).ToList();
        if (open is not null)
        {
            DurableFile.Write(Path.GetFullPath(open), string.Concat(OpenLineageEvents.Of(project, iterations, ReleaseRecords.List(workspace.Records, project.Id)).Select(one => one + "\n")));
            written.Add(open);
        }

        if (croissant is not null)
        {
            var newest = iterations.LastOrDefault() ?? throw new FaultException(project.Project, "No iteration has run in this workspace.", "Run `fairlead iterate` first.");
            workspace.Audit.Read("data lineage --croissant", string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {newest.Number}"));
            written.AddRange(CroissantFile.Write(project, newest, croissant, workspace.Blobs, cancel));
        }

        return written;
    }

    private static void Show(TraceLineage.Outcome outcome, List<string> written)
    {
        if (outcome.Rows is { } rows)
        {
            if (rows.Count == 0)
            {
                AnsiConsole.MarkupLine("No iteration in this workspace has a row of this key.");
            }
            else
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumns("iteration", "the row", "side", "fold", "its model");
                foreach (var row in rows)
                {
                    table.AddRow(
                        row.Iteration.ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Found.Outcome + (row.Found.Reason is { } reason ? $": {reason}" : "")), row.Found.Side ?? "", row.Found.Fold?.ToString(CultureInfo.InvariantCulture) ?? "",
                        row.Trained ? $"learned from it{(row.FoldModels.Count > 0 ? $", and fold models {string.Join(", ", row.FoldModels)}" : "")}" : row.Judged ? "was judged by it" : "never saw it");
                }

                AnsiConsole.Write(table);
            }
        }

        var names = outcome.Nodes.ToDictionary(node => node.Key, node => $"{node.Name}{(node.Rows is { } count ? $" ({count.ToString("N0", CultureInfo.InvariantCulture)} rows)" : "")}");
        foreach (var group in outcome.Links.GroupBy(link => (link.To, link.Step)))
        {
            AnsiConsole.MarkupLineInterpolated($"{names[group.Key.To]} ← {string.Join(" + ", group.Select(link => names[link.From]))} [grey]{group.Key.Step}[/]");
        }

        foreach (var one in outcome.Differs)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]iteration {one.Iteration} {one.Says}[/]");
        }

        foreach (var file in written)
        {
            AnsiConsole.MarkupLineInterpolated($"wrote {file}");
        }
    }

    /// <param name="Written">Files of --openlineage and --croissant.</param>
    internal sealed record View(
        string Project, string Asked, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageLink> Links, IReadOnlyList<TraceLineage.RowSeen>? Rows, IReadOnlyList<TraceLineage.DifferingIteration> Differs, IReadOnlyList<string> Written);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class LineageJson : JsonSerializerContext;
}
