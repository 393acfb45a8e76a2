using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Profiles;

/// <summary>Looks at every value of a table once and says what its columns are like.</summary>
public static class ProfileTable
{
    /// <param name="Path">Source file.</param>
    /// <param name="Target">Column whose class balance is wanted, or null.</param>
    /// <param name="Reading">What is declared about how the file is written.</param>
    public sealed record Request(string Path, string? Target = null, SourceOptions? Reading = null);

    /// <exception cref="FaultException">The file can't be read, or has no such target.</exception>
    public static TableProfile Run(Request request, CancellationToken cancel)
    {
        using var scan = TableScan.Open(request.Path, reading: request.Reading);
        return Of(scan, request.Target, cancel);
    }

    /// <summary>Profiles what a scan gives.</summary>
    public static TableProfile Of(ITableScan scan, string? target, CancellationToken cancel)
    {
        var names = scan.Columns.Select(column => column.Name).ToList();
        if (target is not null && !names.Contains(target))
        {
            throw new FaultException("--target", $"There is no column \"{target}\".{NearestName.Hint(target, names)}", "Name a column of the file.", wrongUse: true);
        }

        var profiler = new TableProfiler(names);
        while (scan.Next(cancel) is { } batch)
        {
            profiler.Add(batch);
        }

        return profiler.Finish(target);
    }
}
