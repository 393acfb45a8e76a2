using Fairlead.Data.Erasure;
using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>A source file that holds a person. It belongs to its owner: it is named, and rewritten only when asked for.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rows">Their rows in it.</param>
/// <param name="Rewritten">They are not in it any more.</param>
/// <param name="Why">Why it was not rewritten although asked for, or what still holds them; null where there is nothing to say.</param>
public sealed record SourceOfSubject(string Path, long Rows, bool Rewritten = false, string? Why = null)
{
    /// <summary>The project's sources that hold the person.</summary>
    /// <param name="finish">Clears what a killed rewriting left beside them.</param>
    internal static IReadOnlyList<SourceOfSubject> Find(ProjectFile project, Subject subject, bool finish, CancellationToken cancel)
    {
        var found = new List<SourceOfSubject>();
        foreach (var path in project.Sources.Where(source => !SourceDownload.IsAddress(source)).SelectMany(source => Files(project.Folder, source)).Where(System.IO.File.Exists))
        {
            if (finish)
            {
                ReplacedSource.Finish(path);
            }

            var rows = subject.Column == Subject.RowKey ? 0 : RowsIn(path, subject, project.Reading, cancel).Count;
            if (rows > 0)
            {
                found.Add(new SourceOfSubject(path, rows));
            }
        }

        return found;
    }

    /// <summary>Copies of what was fetched from an address, in the workspace: they are fetched again when they are read again.</summary>
    internal static IEnumerable<SubjectTrace> Fetched(ProjectFile project, WorkspaceFolder workspace, bool onlyLook)
    {
        foreach (var address in project.Sources.Where(SourceDownload.IsAddress))
        {
            var folder = SourceDownload.PlaceOf(address, System.IO.Path.Combine(workspace.Folder, "downloads"));
            string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(file => !file.EndsWith(SourceDownload.NoteEnding, StringComparison.Ordinal))] : [];
            if (files.Length > 0)
            {
                Array.ForEach(onlyLook ? [] : files, ShreddedFile.Delete);
                yield return new SubjectTrace("file", $"copy of {address}", files.Count(file => !file.EndsWith(FetchedFile.KeyEnding, StringComparison.Ordinal)));
            }
        }
    }

    private static IEnumerable<string> Files(string folder, string source)
    {
        try
        {
            return SourcePlaces.Find(folder, source).Select(place => place.Path);
        }
        catch (FaultException)
        {
            return []; // it is gone, and holds nobody
        }
    }

    /// <summary>The file without the person's rows.</summary>
    internal SourceOfSubject Rewrite(ProjectFile project, Subject subject, CancellationToken cancel)
    {
        var theirs = RowsIn(Path, subject, project.Reading, cancel);
        if (theirs.Count == Total(Path, project.Reading, cancel))
        {
            return this with { Why = "no row would be left; delete the file" };
        }

        var others = RewriteSource.Run(Path, theirs, project.Reading, text => subject.Names.Any(name => text.Contains(name, StringComparison.Ordinal)), cancel);
        return this with { Rewritten = true, Why = others == 0 ? null : others == 1 ? "the old file has another name (a hard link), which still holds them" : $"the old file has {others} other names (hard links), which still hold them" };
    }

    private static long Total(string path, SourceOptions reading, CancellationToken cancel)
    {
        var total = 0L;
        using var scan = TableScan.Open(path, [], reading);
        while (scan.Next(cancel) is { } batch)
        {
            total += batch.Rows;
        }

        return total;
    }

    private static HashSet<long> RowsIn(string path, Subject subject, SourceOptions reading, CancellationToken cancel)
    {
        var rows = new HashSet<long>();
        using (var all = TableScan.Open(path, null, reading))
        {
            if (all.Columns.All(column => column.Name != subject.Column))
            {
                return rows;
            }
        }

        using var scan = TableScan.Open(path, [subject.Column], reading);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                if (subject.Is(batch.Columns[0].Text(row)))
                {
                    rows.Add(batch.FirstRow + row);
                }
            }
        }

        return rows;
    }
}
