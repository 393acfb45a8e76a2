using System.IO.Enumeration;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>A file that a source consists of.</summary>
/// <param name="Name">As messages and records name it: relative to the project, with / between folders.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">Of a file behind an address whose hash will do: 64 lower-case hexadecimal digits; it need not be there. Null: it is there.</param>
/// <param name="Bytes">Its bytes, with the hash.</param>
public sealed record SourcePlace(string Name, string Path, string? Sha256 = null, long Bytes = 0)
{
    /// <summary>The folder or pattern that means it among others; null for a file that is named itself.</summary>
    public string? Among { get; init; }
}

/// <summary>Finds the files that a source names: one file, a folder, a pattern such as <c>orders/*.csv</c>, or an address to fetch it from.</summary>
public static class SourcePlaces
{
    /// <summary>Most files of a source.</summary>
    public const int FilesMax = 10_000;

    private static readonly string[] Extensions = [".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"];

    /// <summary>Whether a name stands for more than one file.</summary>
    public static bool IsMany(string folder, string name) => !File.Exists(Path.Combine(folder, name)) && (IsPattern(name) || Directory.Exists(Path.Combine(folder, name)));

    /// <summary>All files of a project's sources, in reading order; those with an address are fetched.</summary>
    /// <param name="downloads">Where downloads are kept.</param>
    /// <param name="hashWillDo">Files behind addresses are not fetched when they are still the ones that were.</param>
    /// <exception cref="FaultException">Every source that can't be found or fetched.</exception>
    public static IReadOnlyList<SourcePlace> Of(ProjectFile project, DownloadFolder? downloads = null, bool hashWillDo = false, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(project);
        List<SourcePlace> places = [];
        List<Fault> faults = [];
        for (var i = 0; i < project.Sources.Count; i++)
        {
            try
            {
                places.AddRange(Find(project.Folder, project.Sources[i], i < project.Checksums.Count ? project.Checksums[i] : null, downloads, hashWillDo, cancel));
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
            }
        }

        return faults.Count > 0 ? throw new FaultException(faults) : places;
    }

    /// <summary>The files, in the order of their names byte by byte, so that the same files are always read in the same order.</summary>
    /// <param name="folder">What relative names start at.</param>
    /// <param name="name">A file; a folder: its data files, those of its folders not; a pattern: * and ? stand for signs of one name, ** for any folders. Names that begin with . or _ are left out of both.</param>
    /// <param name="sha256">What the SHA-256 of a file that is fetched must be.</param>
    /// <exception cref="FaultException">There are none, or too many.</exception>
    public static IReadOnlyList<SourcePlace> Find(string folder, string name, string? sha256 = null, DownloadFolder? downloads = null, bool hashWillDo = false, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (SourceDownload.IsAddress(name))
        {
            return [Task.Run(async () => hashWillDo ? await SourceDownload.HashAsync(name, sha256, downloads ?? DownloadFolder.Usual(), cancel) : new SourcePlace(name, await SourceDownload.FetchAsync(name, sha256, downloads ?? DownloadFolder.Usual(), cancel)), cancel).GetAwaiter().GetResult()];
        }

        if (!IsMany(folder, name))
        {
            return [new SourcePlace(name, Path.GetFullPath(Path.Combine(folder, name)))];
        }

        var isFolder = !IsPattern(name);
        var parts = name.Replace('\\', '/').TrimEnd('/').Split('/');
        var first = isFolder ? parts.Length : Array.FindIndex(parts, IsPattern);
        var root = string.Join('/', parts[..first]);
        var wanted = isFolder ? ["*"] : parts[first..];
        var top = Path.GetFullPath(Path.Combine(folder, root.Length == 0 && name.StartsWith('/') ? "/" : root.Length == 0 ? "." : root));
        List<string> found = [];
        if (Directory.Exists(top))
        {
            Search(top, wanted, [], found);
        }

        var files = found.Where(file => !isFolder || Extensions.Contains(SourceBytes.Extension(file))).Order(StringComparer.Ordinal).ToList();
        return files.Count switch
        {
            0 => throw new FaultException(Path.Combine(folder, name), isFolder ? "The folder holds no data file." : "No file matches this pattern.", $"Check the name; relative names start at the project folder. Data files end with {string.Join(", ", Extensions)}; texts may be compressed (.csv.gz)."),
            > FilesMax => throw new FaultException(Path.Combine(folder, name), $"{files.Count:N0} files are meant; the limit is {FilesMax:N0}.", "Join them to fewer files, or name fewer."),
            _ => [.. files.Select(file => new SourcePlace(root.Length == 0 ? file : $"{root}/{file}", Path.Combine(top, file)) { Among = name })],
        };
    }

    private static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

    /// <summary>Collects the files below a folder that the rest of a pattern means, as names relative to the top one.</summary>
    private static void Search(string folder, ReadOnlySpan<string> wanted, string[] above, List<string> found)
    {
        if (found.Count > FilesMax)
        {
            return;
        }

        if (wanted.Length == 1 && wanted[0] != "**")
        {
            foreach (var file in Directory.EnumerateFiles(folder).Select(Path.GetFileName).Where(IsShown!))
            {
                if (FileSystemName.MatchesSimpleExpression(wanted[0], file, ignoreCase: false))
                {
                    found.Add(string.Join('/', [.. above, file]));
                }
            }

            return;
        }

        var any = wanted[0] == "**";
        if (any)
        {
            Search(folder, wanted.Length == 1 ? ["*"] : wanted[1..], above, found);
        }

        foreach (var below in Directory.EnumerateDirectories(folder).Select(Path.GetFileName).Where(IsShown!))
        {
            if (any || FileSystemName.MatchesSimpleExpression(wanted[0], below, ignoreCase: false))
            {
                Search(Path.Combine(folder, below!), any ? wanted : wanted[1..], [.. above, below!], found);
            }
        }
    }

    private static bool IsShown(string name) => name[0] is not ('.' or '_');
}
