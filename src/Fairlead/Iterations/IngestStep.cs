using System.Text.RegularExpressions;
using Fairlead.Data;
using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Evaluation.Cases;
using Fairlead.Iterations.Erasure;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Step "ingest" with its key: the turn runs it, and so does whoever looks at a project's data as it was read.</summary>
internal static partial class IngestStep
{
    public static async Task<RawVersion> RunAsync(StepRunner steps, WorkspaceFolder workspace, ProjectFile project, CancellationToken cancel)
    {
        try
        {
            return await RunAsync(steps, workspace, project, DownloadFolder.Of(workspace), cancel);
        }
        finally
        {
            SourceDownload.DeleteFetched(); // the raw version has it
        }
    }

    private static async Task<RawVersion> RunAsync(StepRunner steps, WorkspaceFolder workspace, ProjectFile project, DownloadFolder downloads, CancellationToken cancel)
    {
        var sources = await FindAsync(workspace, project, downloads, cancel);
        var read = await steps.RunAsync(
            "ingest", sources.Key, "reading the data", IterationJson.Default.RawVersion,
            () => Task.Run(() => Read(project, sources, downloads, workspace, workspace.Blobs, cancel), cancel),
            raw => [raw.Blob],
            raw => $"{Counted.Of(raw.Rows, "row")}, {Counted.Of(raw.Columns.Count, "column")}{(Differs(workspace, project) is { } differs ? $"; {differs}" : "")}");
        return sources.Named(read);
    }

    /// <summary>Hands the rows of the sources as they are now to somebody who only looks: as the workspace holds them, or, where it has not read them, from a store of their own that is gone afterwards, encrypted like the workspace's.</summary>
    /// <exception cref="FaultException">The sources can't be read: every fault.</exception>
    public static async Task<T> LookAsync<T>(WorkspaceFolder workspace, ProjectFile project, Func<RawVersion, BlobStore, Task<T>> look, CancellationToken cancel)
    {
        var place = workspace.Blobs.NewTemporary(".look");
        try
        {
            // Of its own: a turn under way may read those of the workspace. Its notes say what need not be fetched, as the workspace has its rows.
            var downloads = new DownloadFolder(Path.Combine(place, "downloads"), workspace.Keys) { Notes = DownloadFolder.Of(workspace).Path };
            var sources = await FindAsync(workspace, project, downloads, cancel);
            if (StepRunner.Known(workspace, sources.Key, IterationJson.Default.RawVersion) is { } known && workspace.Blobs.Has(known.Blob))
            {
                return await look(sources.Named(known), workspace.Blobs);
            }

            var blobs = new BlobStore(place, workspace.Keys);
            return await look(await Task.Run(() => Read(project, sources, downloads, workspace, blobs, cancel), cancel), blobs);
        }
        finally
        {
            if (Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    /// <summary>The files of a project's sources, and the key of the step that reads them.</summary>
    private sealed record Sources(IReadOnlyList<SourcePlace> Places, List<SourceFile> Files, bool Keyed, ErasureList Erased, string Key)
    {
        /// <summary>Rows depend on what the files hold, not on their names: the same files may have other names than when they were read.</summary>
        public RawVersion Named(RawVersion raw) => raw with { Files = [.. raw.Files.Zip(Files, (kept, now) => kept with { Name = now.Name })] };
    }

    private static async Task<Sources> FindAsync(WorkspaceFolder workspace, ProjectFile project, DownloadFolder downloads, CancellationToken cancel)
    {
        var files = new List<SourceFile>();
        IReadOnlyList<SourcePlace> Places() => SourcePlaces.Of(project, downloads, hashWillDo: true, cancel: cancel);
        var places = project.Sources.Any(SourceDownload.IsAddress) ? await Task.Run(Places, cancel) : Places(); // fetching blocks
        foreach (var place in places)
        {
            var (sha, bytes) = place.Sha256 is { } known ? (known, place.Bytes) : await FileDigests.OfAsync(place.Path, workspace);
            files.Add(new SourceFile(place.Name, sha, bytes));
        }

        var erased = ErasureList.Open(workspace);
        var keyed = NamesRowsByKey(workspace, project);
        var key = StepKeys.Ingest(project, files, PseudonymKeys.IdForRowKeys(project, keyed, workspace.Keys));
        return new Sources(places, files, keyed, erased, erased.Digest(project.Id) is { } people ? StepRunner.Key("ingest without", 1, key, people) : key);
    }

    /// <summary>Reads the files; those behind addresses are fetched where only their hash was known.</summary>
    /// <param name="blobs">Where the raw version goes.</param>
    /// <exception cref="FaultException">A file is another one than its hash was taken of.</exception>
    private static RawVersion Read(ProjectFile project, Sources sources, DownloadFolder downloads, WorkspaceFolder workspace, BlobStore blobs, CancellationToken cancel)
    {
        _ = ProjectFileReader.Read(project.Folder, downloads: downloads); // with the source: columns that the file does not have are faults of the project file
        var places = sources.Places;
        var raw = Ingest.Run(project, places.All(place => File.Exists(place.Path)) ? places : SourcePlaces.Of(project, downloads, cancel: cancel), sources.Keyed, blobs, cancel);
        var other = raw.Files.Zip(sources.Files).FirstOrDefault(pair => pair.First.Sha256 != pair.Second.Sha256).First;
        return other is null ? ErasedFromSource.Without(raw, project.Id, sources.Erased, workspace, blobs, cancel) : throw new FaultException(other.Name, "The file changed while it was read.", "Run again when nobody writes it.");
    }

    /// <summary>Whether rows without a key of their own are named under the project's key. What people said of a project from before refers to names by MD5, in the workspace or in its folder: it keeps to them.</summary>
    private static bool NamesRowsByKey(WorkspaceFolder workspace, ProjectFile project) =>
        IterationRecords.Newest(workspace.Records, project.Id) is { } newest ? newest.Raw.KeyedRows
            : !new[] { CorrectionsFolder.Name, CasesFolder.Name }.Select(name => Path.Combine(project.Folder, name)).Where(Directory.Exists)
                .SelectMany(Directory.EnumerateFiles).Any(path => File.ReadLines(path).Any(line => NamedByMd5().IsMatch(line)));

    [GeneratedRegex("[\"']#[0-9a-f]{32}[\"']", RegexOptions.CultureInvariant)]
    private static partial Regex NamedByMd5();

    /// <summary>Says that people were erased from what the sources hold; null when nobody was.</summary>
    public static string? Differs(WorkspaceFolder workspace, ProjectFile project) => ErasureList.Open(workspace).Of(project.Id).Count is var count and > 0 ? DiffersBy(count) : null;

    /// <summary>Says that people were erased.</summary>
    public static string DiffersBy(int subjects) => $"differs: {Counted.Of(subjects, "subject")} erased";
}
