using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>What the checks of a project look at beside its data. All of it is part of the step's key.</summary>
/// <param name="Folder">The project folder, which names of files are relative to.</param>
/// <param name="Files">Other files that checks name, as the checks write them; in the order of their names.</param>
/// <param name="Before">The version before; null: there is none.</param>
public sealed record CheckInputs(string Folder, IReadOnlyList<SourceFile> Files, EarlierVersion? Before)
{
    /// <summary>Why a check of change compares nothing.</summary>
    public const string NothingBefore = "no earlier version";

    /// <summary>The inputs as parts of a key; none where checks look at nothing beside the data.</summary>
    public IEnumerable<string> KeyParts => [.. Files.Select(file => file.Sha256), .. Before is { } before ? [before.Raw, before.Data] : Array.Empty<string>()];

    /// <summary>Path of a file that a check names.</summary>
    public static string PathOf(string folder, string file) => Path.GetFullPath(Path.Combine(folder, file));

    /// <summary>Opens another file, some columns of it or all.</summary>
    /// <exception cref="FaultException">It can't be read, or has no such column.</exception>
    internal ITableScan Open(string file, IReadOnlyList<string>? columns) => TableScan.Open(PathOf(Folder, file), columns);

    /// <summary>What a check of change compares with: the file it names, else the version before as it was read or as it was cleaned.</summary>
    internal EarlierTable Earlier(CheckRule rule, bool raw, BlobStore blobs)
    {
        if (rule.File is { } file)
        {
            return new EarlierTable(columns => Open(file, columns));
        }

        if (Before is not { } before)
        {
            return new EarlierTable(null, NothingBefore);
        }

        ITableScan Stored(IReadOnlyList<string>? columns) => new StoredScan(raw ? before.Raw : before.Data, blobs, columns ?? []);
        using var header = new StoredScan(raw ? before.Raw : before.Data, blobs);
        return rule.Columns.FirstOrDefault(name => header.Columns.All(column => column.Name != name)) is { } added
            ? new EarlierTable(null, $"the earlier version has no column {added}")
            : new EarlierTable(Stored);
    }
}

/// <summary>A version before, by its blobs.</summary>
/// <param name="Iteration">The iteration it belongs to.</param>
/// <param name="Raw">As it was read.</param>
/// <param name="Data">Its kept rows.</param>
public sealed record EarlierVersion(int Iteration, string Raw, string Data);
