using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>One side of a comparison: a file or a stored table that can be read as often as wanted.</summary>
/// <param name="Name">As a person names it: a path, a version.</param>
/// <param name="Key">The key column when none is given; null for a file.</param>
/// <param name="Open">Reads it from the start: these columns, or all of them.</param>
public sealed record ComparedTable(string Name, string? Key, Func<IReadOnlyList<string>?, ITableScan> Open)
{
    /// <summary>Columns of a stored table that say where a row stands, not what it says; they are not compared.</summary>
    internal const string InnerPrefix = "__";

    /// <summary>A source file.</summary>
    public static ComparedTable File(string path, SourceOptions? reading = null) => new(path, null, columns => TableScan.Open(path, columns, reading));

    /// <summary>A table of the workspace: rows of a dataset version, a raw version, a quarantine.</summary>
    public static ComparedTable Stored(string name, string blob, BlobStore blobs) =>
        new(name, "__key", columns => new StoredScan(blob, blobs, columns));

    /// <summary>Names of the columns that are compared, in order, the key's among them.</summary>
    internal IReadOnlyList<string> Columns(IReadOnlyList<string> key)
    {
        using var scan = Open(null);
        return [.. scan.Columns.Select(column => column.Name).Where(name => Key is null || key.Contains(name, StringComparer.Ordinal) || !name.StartsWith(InnerPrefix, StringComparison.Ordinal))];
    }
}
