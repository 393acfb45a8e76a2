using System.Security.Cryptography;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Step "ingest": reads the source files into an immutable raw version.</summary>
public static class Ingest
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 2;

    /// <summary>Reads every source of the project, in order, as one table.</summary>
    /// <remarks>
    /// A row's key is the text of the key column as the source wrote it, or, where there is none, "#" and the MD5 of every column but the target:
    /// identical rows share a key, and a corrected label does not change it. A key that is personal data stands as its MD5.
    /// </remarks>
    /// <exception cref="FaultException">The files can't be read or do not fit together: every fault with file:line:column.</exception>
    public static RawVersion Run(ProjectFile project, BlobStore blobs, CancellationToken cancel) => Run(project, SourcePlaces.Of(project, cancel: cancel), blobs, cancel);

    /// <param name="places">The files of the project's sources, as <see cref="SourcePlaces.Of"/> found them.</param>
    /// <exception cref="FaultException">As the other.</exception>
    public static RawVersion Run(ProjectFile project, IReadOnlyList<SourcePlace> places, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(blobs);
        var source = SourceSet.Open(project.Sources[0], places, project.Reading);
        List<Fault> faults = [.. ColumnFaults(project, source.Parts[0])];
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        int[] columns = [.. Enumerable.Range(0, source.Columns.Count)];
        var digests = places.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).ToList();
        try
        {
            var personal = project.Columns.Any(column => column.Name == project.Key && column.Protection == Protection.Drop);
            var rows = source.Read(columns, part => digests[part], 0);
            using var scan = new KeyedScan(new TextScan(source, columns, rows), new RowKey(project.Key, personal, project.Target));
            var blob = Store(scan, rows, source, blobs, cancel);
            return new RawVersion(blob, source.Columns, rows.Rows.Sum(), [.. places.Select((place, i) => new SourceFile(place.Name, Convert.ToHexStringLower(digests[i].GetHashAndReset()), new FileInfo(place.Path).Length))]);
        }
        finally
        {
            digests.ForEach(digest => digest.Dispose());
        }
    }

    /// <summary>Stores the rows; where a file is not well-formed, the files behind it are looked through too, so that all faults are told at once.</summary>
    private static string Store(KeyedScan scan, SourceSet.SetRows rows, SourceSet source, BlobStore blobs, CancellationToken cancel)
    {
        try
        {
            return TableWriter.Store(scan, blobs, cancel);
        }
        catch (FaultException exception) when (source.Parts.Count > 1 && rows.Reading < source.Parts.Count - 1)
        {
            List<Fault> faults = [.. exception.Faults];
            foreach (var part in source.Parts.Skip(rows.Reading + 1))
            {
                try
                {
                    using var rest = part.Read([]);
                    while (rest.Next(cancel))
                    {
                    }
                }
                catch (FaultException further)
                {
                    faults.AddRange(further.Faults);
                }
            }

            throw new FaultException(faults);
        }
    }

    private static IEnumerable<Fault> ColumnFaults(ProjectFile project, ISource source)
    {
        var where = $"{source.Path}:1";
        if (!source.Columns.Contains(project.Target, StringComparer.Ordinal))
        {
            yield return Absent("target", project.Target);
        }

        if (project.Key is { } key && !source.Columns.Contains(key, StringComparer.Ordinal))
        {
            yield return Absent("key", key);
        }

        foreach (var column in project.Columns.Where(column => column.Name != project.Key && !source.Columns.Contains(column.Name, StringComparer.Ordinal)))
        {
            yield return Absent("declared", column.Name);
        }

        Fault Absent(string role, string name) => new(where, $"The {role} column \"{name}\" is not in the file, whose columns are {SourceSet.Some(source.Columns)}.{NearestName.Hint(name, source.Columns)}", $"Name a column of the file in {ProjectFile.FileName}, or give the file this column.");
    }
}
