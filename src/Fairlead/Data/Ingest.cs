using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Step "ingest": reads the source files into an immutable raw version.</summary>
public static class Ingest
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <summary>Reads every source of the project, in order, as one table.</summary>
    /// <remarks>
    /// A row's key is the text of the key column as the source wrote it, or, where there is none, "#" and the MD5 of every column but the target:
    /// identical rows share a key, and a corrected label does not change it. A key that is personal data stands as its MD5.
    /// </remarks>
    /// <exception cref="FaultException">The files can't be read or do not fit together: every fault with file:line:column.</exception>
    public static RawVersion Run(ProjectFile project, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(blobs);
        var sources = Open(project);
        var columns = sources[0].Columns;
        var rows = sources.Sum(source => source.Rows);
        if (rows > SourceLimits.RowsMax)
        {
            throw new FaultException(project.Sources[0], $"The sources have {rows:N0} rows; the limit is {SourceLimits.RowsMax:N0}.", "Take a sample.");
        }

        var hash = $"'#' || md5({RowHash.Of(columns.Where(name => name != project.Target).Select(SqlText.Name))})";
        var personal = project.Columns.Any(column => column.Name == project.Key && column.Protection is not (Protection.None or Protection.Keep));
        var key = project.Key is { } named ? $"COALESCE({(personal ? $"'#' || md5({SqlText.Name(named)})" : SqlText.Name(named))}, {hash})" : hash;
        var all = string.Join(", ", columns.Select(SqlText.Name));
        var union = string.Join(" UNION ALL ", sources.Select(source => $"SELECT {all} FROM {source.Sql}"));

        using var engine = new DataEngine(blobs.NewTemporary(".spill"), cancel, columns.Count);
        var blob = engine.Store($"SELECT row_number() OVER () - 1 AS __row, {key} AS __key, {all} FROM ({union})", blobs);
        var stored = engine.Count($"SELECT count(*) FROM {DataEngine.Table(blob, blobs)}");
        if (stored != rows)
        {
            throw new FaultException(project.Sources[0], string.Create(CultureInfo.InvariantCulture, $"The files have {rows:N0} rows but {stored:N0} were read; they changed meanwhile, or are written in a way that is not understood."), "Try again; else write them again as plain CSV.");
        }

        return new RawVersion(blob, columns, rows, [.. sources.Select((source, i) => new SourceFile(project.Sources[i], source.Sha256, source.Bytes))]);
    }

    private static List<Source> Open(ProjectFile project)
    {
        List<Source> sources = [];
        List<Fault> faults = [];
        foreach (var name in project.Sources)
        {
            try
            {
                sources.Add(SourceReader.Open(Path.Combine(project.Folder, name)));
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
            }
        }

        foreach (var source in sources.Skip(1))
        {
            var missing = sources[0].Columns.Except(source.Columns, StringComparer.Ordinal).ToList();
            var more = source.Columns.Except(sources[0].Columns, StringComparer.Ordinal).ToList();
            if (missing.Count + more.Count > 0)
            {
                var what = string.Join("; ", new[] { missing.Count > 0 ? $"it lacks {Names(missing)}" : "", more.Count > 0 ? $"it has {Names(more)} besides" : "" }.Where(part => part.Length > 0));
                faults.Add(new Fault($"{source.Path}:1", $"The file's columns are not those of {sources[0].Path}: {what}.", "Give all files the same columns; their order does not matter."));
            }
        }

        if (sources.Count > 0)
        {
            faults.AddRange(ColumnFaults(project, sources[0]));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : sources;
    }

    private static IEnumerable<Fault> ColumnFaults(ProjectFile project, Source source)
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

        Fault Absent(string role, string name) => new(where, $"The {role} column \"{name}\" is not in the file, whose columns are {Names(source.Columns)}.{NearestName.Hint(name, source.Columns)}", $"Name a column of the file in {ProjectFile.FileName}, or give the file this column.");
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(30)) + (names.Count > 30 ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - 30} more") : "");
}
