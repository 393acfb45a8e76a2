using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Keeps a verb from writing over what it reads, or two of its files over each other.</summary>
public static class WrittenFiles
{
    private const int LinksMax = 40;

    /// <summary>Looks at names only: full paths with links followed. An address and a version that is named by its id are no file here.</summary>
    /// <param name="written">Option and path of every file that is written; a null path is none.</param>
    /// <param name="read">Files, folders and patterns that are read; null is none.</param>
    /// <param name="project">Its sources are read too.</param>
    /// <exception cref="FaultException">Two of the written files are the same, or one is among what is read: every such place, as wrong use.</exception>
    public static void Check(IEnumerable<(string Option, string? Path)> written, IEnumerable<string?> read, ProjectFile? project = null)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(read);
        var sources = read.OfType<string>().Concat(project?.Sources.Select(source => SourceDownload.IsAddress(source) ? source : Path.Combine(project.Folder, source)) ?? [])
            .Where(name => name.Length > 0 && !SourceDownload.IsAddress(name)).SelectMany(name => FilesOf(name).Select(path => (Name: name, Place: PlaceOf(path)))).ToList();
        var before = new List<(string Option, string Place)>();
        var faults = new List<Fault>();
        foreach (var (option, path) in written.Where(one => one.Path is { Length: > 0 }))
        {
            var place = PlaceOf(path!);
            if (sources.FirstOrDefault(source => IsSame(source.Place, place)) is { Name: { } name })
            {
                faults.Add(new Fault(option, $"{path} is read too{(name == path ? "" : $", as {name}")}: what is in it now would be replaced.", "Name another file for what is written."));
            }

            if (before.FirstOrDefault(other => IsSame(other.Place, place)) is { Option: { } first })
            {
                faults.Add(new Fault(option, $"{path} is the file that {first} writes: one of the two would be lost.", "Name two different files."));
            }

            before.Add((option, place));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults, wrongUse: true);
        }
    }

    private static IEnumerable<string> FilesOf(string name)
    {
        try
        {
            return SourcePlaces.IsMany("", name) ? SourcePlaces.Find("", name).Select(place => place.Path) : [name];
        }
        catch (FaultException)
        {
            return []; // nothing is there to be lost; whoever reads it says so
        }
    }

    private static bool IsSame(string one, string other) =>
        one.Equals(other, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path with every link in it followed; what is not there yet stands where it would be.</summary>
    private static string PlaceOf(string path, int links = 0)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full)!;
        var place = root;
        foreach (var part in full[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(place, part);
            place = links < LinksMax && new FileInfo(next).LinkTarget is { } target ? PlaceOf(Path.GetFullPath(target, place), links + 1) : next;
        }

        return place;
    }
}
