using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>What a workspace takes on the disk, by project and iteration.</summary>
public static class SpaceUse
{
    /// <param name="Folder">The workspace.</param>
    /// <param name="Bytes">Of all its files.</param>
    /// <param name="Unnamed">Of blobs that no iteration names: results of steps to go on with, and what can be collected.</param>
    public sealed record Outcome(string Folder, long Bytes, long Blobs, long Records, long Predictions, long Unnamed, IReadOnlyList<ProjectSpace> Projects);

    /// <param name="Project">Name, or its id where the folder is gone.</param>
    /// <param name="Bytes">Of everything its iterations name, each blob once.</param>
    /// <param name="Own">Of that, what no other project names.</param>
    public sealed record ProjectSpace(string Project, string Id, long Bytes, long Own, long Predictions, IReadOnlyList<IterationSpace> Iterations);

    /// <param name="Raw">Rows as read.</param>
    /// <param name="Kept">Cleaned rows.</param>
    /// <param name="Models">The model and its fold models.</param>
    /// <param name="Image">Manifest, configuration and layers.</param>
    /// <param name="New">Of all of it, what no earlier iteration of the project names: what this one added.</param>
    /// <param name="Shared">The rest: what it has in common with earlier ones.</param>
    public sealed record IterationSpace(int Iteration, long Raw, long Kept, long Quarantine, long Models, long Package, long Image, long New, long Shared);

    /// <summary>Adds it up. Reads names and sizes, and the manifests of images.</summary>
    public static Outcome Run(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        long Size(IEnumerable<string> blobs) => blobs.Sum(blob => sizes.TryGetValue(blob, out var known) ? known : sizes[blob] = SizeOf(workspace.Blobs.PlaceOf(blob)));
        var byProject = workspace.Records.Stored(IterationRecords.Kind).Select(stored => (stored.Project, Iteration: JsonSerializer.Deserialize(stored.Body, IterationJson.Default.Iteration)!))
            .GroupBy(one => one.Project, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var named = byProject.ToDictionary(group => group.Key, group => group.SelectMany(one => All(one.Iteration, workspace.Blobs)).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var names = KnownProjects.List(workspace).ToDictionary(project => project.Id, project => project.Project, StringComparer.Ordinal);
        var projects = new List<ProjectSpace>();
        foreach (var group in byProject)
        {
            var (seen, iterations) = (new HashSet<string>(StringComparer.Ordinal), new List<IterationSpace>());
            foreach (var (_, iteration) in group)
            {
                var all = All(iteration, workspace.Blobs);
                var added = Size(all.Where(seen.Add));
                iterations.Add(new IterationSpace(
                    iteration.Number, Size(Table(iteration.Raw.Blob, workspace.Blobs)), Size(Table(iteration.Data.Blob, workspace.Blobs)), Size(Table(iteration.Data.Quarantine, workspace.Blobs)), Size(Models(iteration)), Size(iteration.Package.Values.Distinct(StringComparer.Ordinal)),
                    Size(Image(iteration, workspace.Blobs)), added, Size(all) - added));
            }

            var others = named.Where(other => other.Key != group.Key).SelectMany(other => other.Value).ToHashSet(StringComparer.Ordinal);
            projects.Add(new ProjectSpace(
                names.GetValueOrDefault(group.Key, group.Key), group.Key, Size(named[group.Key]), Size(named[group.Key].Where(blob => !others.Contains(blob))),
                SizeOf(Path.Combine(workspace.Folder, "predictions", group.Key)), iterations));
        }

        var blobs = SizeOf(Path.Combine(workspace.Folder, "blobs"));
        return new Outcome(
            workspace.Folder, SizeOf(workspace.Folder), blobs, Directory.EnumerateFiles(workspace.Folder, "records.db*").Sum(SizeOf), SizeOf(Path.Combine(workspace.Folder, "predictions")),
            Math.Max(0, blobs - Size(named.Values.SelectMany(one => one).Distinct(StringComparer.Ordinal))), projects);
    }

    private static List<string> All(Iteration iteration, BlobStore blobs) =>
    [
        .. new[] { iteration.Raw.Blob, iteration.Data.Blob, iteration.Data.RawBlob, iteration.Data.Quarantine }.SelectMany(table => Table(table, blobs)).Concat(Models(iteration)).Concat(iteration.Package.Values).Concat(Image(iteration, blobs))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>A table and its parts.</summary>
    private static IEnumerable<string> Table(string table, BlobStore blobs) => blobs.PartsOf(table).Select(part => part.Id).Prepend(table).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Models(Iteration iteration) => iteration.Search.FoldModels.Prepend(iteration.Search.Model).Distinct(StringComparer.Ordinal);

    /// <summary>The manifest, and what it names.</summary>
    private static List<string> Image(Iteration iteration, BlobStore blobs)
    {
        if (iteration.Image is not { } digest || Id(digest) is not { Length: 64 } manifest || !blobs.Has(manifest))
        {
            return [];
        }

        var parts = JsonNode.Parse(blobs.Read(manifest))!;
        return [manifest, Id(parts["config"]!["digest"]!.GetValue<string>()), .. parts["layers"]!.AsArray().Select(layer => Id(layer!["digest"]!.GetValue<string>()))];
    }

    private static string Id(string digest) => digest.Replace("sha256:", "", StringComparison.Ordinal);

    private static long SizeOf(string path) => File.Exists(path) ? new FileInfo(path).Length
        : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;
}
