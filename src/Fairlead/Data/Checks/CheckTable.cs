using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>Checks a file by the checks of another file.</summary>
public static class CheckTable
{
    /// <param name="File">The data.</param>
    /// <param name="Checks">The checks file; files it names stand beside it.</param>
    /// <param name="Previous">The version before, for checks of change; null: none.</param>
    /// <param name="Reading">What is declared about how <paramref name="File"/> and <paramref name="Previous"/> are written.</param>
    public sealed record Request(string File, string Checks, string? Previous = null, SourceOptions? Reading = null);

    /// <exception cref="FaultException">A file can't be read; every fault of the checks file.</exception>
    public static CheckReport Run(Request request, TimeProvider time, CancellationToken cancel)
    {
        var source = SourceReader.Open(request.File, request.Reading);
        return Run(
            looked => TableScan.Open(source, looked), request.Checks,
            rule => request.Previous is { } previous
                ? new EarlierTable(columns => TableScan.Open(Path.GetFullPath(previous), columns, request.Reading))
                : throw new FaultException(rule.Where, $"\"{rule.Name}\" compares with the version before, but none is named.", "Write \"other: FILE\", or run `fairlead data check` with --previous FILE."),
            time, cancel);
    }

    /// <summary>The same over any table.</summary>
    /// <param name="open">Opens it at its first row, with the columns named or all.</param>
    /// <param name="earlier">The version before, for a check that names none.</param>
    internal static CheckReport Run(Func<IReadOnlyList<string>?, ITableScan> open, string checks, Func<CheckRule, EarlierTable> earlier, TimeProvider time, CancellationToken cancel)
    {
        if (!File.Exists(checks))
        {
            throw new FaultException(checks, "The checks file is not there.", "Check the name.");
        }

        IReadOnlyList<ScannedColumn> scanned;
        using (var header = open(null))
        {
            scanned = header.Columns;
        }

        var rules = ChecksFile.Read(checks, scanned);
        var folder = Path.GetDirectoryName(Path.GetFullPath(checks))!;
        ITableScan Other(string other, IReadOnlyList<string>? looked) => TableScan.Open(Path.Combine(folder, other), looked);
        using var sql = SqlTable.Numbered(scanned, looked => open(looked), cancel);
        var sources = new CheckSources(
            looked => open(looked),
            Other,
            sql.Failing,
            rule => rule.Table is ChangeCheck { File: { } file } ? new EarlierTable(columns => Other(file, columns)) : earlier(rule),
            time.GetUtcNow());
        return CheckEngine.Run(rules, [.. scanned.Select(column => column.Name)], sources, cancel);
    }
}
