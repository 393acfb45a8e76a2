using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Keeps a verb from writing over what it reads, or two of its files over each other.</summary>
public static class WrittenFiles
{
    private const int LinksMax = 40;

    /// <summary>Folders of a project that hold what people said.</summary>
    private static readonly string[] PeopleSaid = ["corrections", "cases"];

    /// <summary>Two names are one file when their full paths are the same with links followed, or when they lead to the same file on the same device (hard links). An address and a version that is named by its id are no file here.</summary>
    /// <param name="written">Option and path of every file that is written; a null path is none.</param>
    /// <param name="read">Files, folders and patterns that are read; null is none.</param>
    /// <param name="project">Its sources, the files its checks look at and the files it consists of are read too.</param>
    /// <exception cref="FaultException">Two of the written files are the same, or one is among what is read: every such place, as wrong use.</exception>
    public static void Check(IEnumerable<(string Option, string? Path)> written, IEnumerable<string?> read, ProjectFile? project = null)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(read);
        var sources = read.OfType<string>().Concat(project is null ? [] : Of(project))
            .Where(name => name.Length > 0 && !SourceDownload.IsAddress(name)).SelectMany(name => FilesOf(name).Select(path => (Name: name, Place: Place.Of(path)))).ToList();
        var before = new List<(string Option, Place Place)>();
        var faults = new List<Fault>();
        foreach (var (option, path) in written.Where(one => one.Path is { Length: > 0 }))
        {
            var place = Place.Of(path!);
            if (sources.FirstOrDefault(source => source.Place.Is(place)) is { Name: { } name })
            {
                faults.Add(new Fault(option, $"{path} is read too{(name == path ? "" : $", as {name}")}: what is in it now would be replaced.", "Name another file for what is written."));
            }

            if (before.FirstOrDefault(other => other.Place.Is(place)) is { Option: { } first })
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

    private static IEnumerable<string> Of(ProjectFile project) =>
    [
        .. project.Sources.Select(source => SourceDownload.IsAddress(source) ? source : Path.Combine(project.Folder, source)),
        .. project.Checks.Select(rule => rule.File).OfType<string>().Select(file => Path.Combine(project.Folder, file)),
        Path.Combine(project.Folder, ProjectFile.FileName), Path.Combine(project.Folder, DealtRows.FileName),
        .. PeopleSaid.Select(name => Path.Combine(project.Folder, name)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles),
    ];

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

    /// <param name="Full">Its full path, links followed.</param>
    /// <param name="File">The file that is there; null where there is none yet.</param>
    private sealed record Place(string Full, FileIdentity? File)
    {
        public static Place Of(string path)
        {
            var full = PlaceOf(path);
            return new Place(full, FileIdentity.Of(full));
        }

        public bool Is(Place other) => Full.Equals(other.Full, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase) || (File is { } file && file == other.File);
    }

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
