using Fairlead.Data.Scanning;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>Checks a file by the checks of another file.</summary>
public static class CheckTable
{
    /// <param name="File">The data.</param>
    /// <param name="Checks">The checks file; files it names stand beside it.</param>
    /// <param name="Previous">The version before, for checks of change; null: none.</param>
    public sealed record Request(string File, string Checks, string? Previous = null);

    /// <exception cref="FaultException">A file can't be read; every fault of the checks file.</exception>
    public static CheckReport Run(Request request, TimeProvider time, CancellationToken cancel)
    {
        if (!File.Exists(request.Checks))
        {
            throw new FaultException(request.Checks, "The checks file is not there.", "Check the name.");
        }

        var source = SourceReader.Open(request.File);
        IReadOnlyList<ScannedColumn> scanned;
        using (var header = TableScan.Open(source))
        {
            scanned = header.Columns;
        }

        var rules = ChecksFile.Read(request.Checks, scanned);
        var folder = Path.GetDirectoryName(Path.GetFullPath(request.Checks))!;
        var sources = new CheckSources(
            looked => TableScan.Open(source, looked),
            (other, looked) => TableScan.Open(Path.Combine(folder, other), looked),
            (sql, where, rows) => SqlRows.Run(scanned, rows, looked => TableScan.Open(source, looked), sql, where, cancel),
            request.Previous is { } previous ? Path.GetFullPath(previous) : null,
            time.GetUtcNow());
        return CheckEngine.Run(rules, source.Columns, sources, cancel);
    }
}
