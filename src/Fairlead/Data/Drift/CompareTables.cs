using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Drift;

/// <summary>Holds one table against another and says which columns are spread otherwise.</summary>
public static class CompareTables
{
    /// <param name="Reference">Source file that says how it should be.</param>
    /// <param name="Current">Source file to judge.</param>
    /// <param name="Method">auto or one of <see cref="DriftMethods.Names"/>.</param>
    /// <param name="Columns">Columns to compare; all when null.</param>
    /// <param name="Looks">How often one looks at this reference before it is renewed.</param>
    /// <param name="Alpha">Probability of one false alarm or more in all looks over all columns.</param>
    /// <param name="MinimumEffect">Smallest share of rows whose change is worth an alarm.</param>
    /// <param name="Reading">What is declared about how both files are written.</param>
    public sealed record Request(string Reference, string Current, string Method = DriftMethods.Auto, IReadOnlyList<string>? Columns = null, int Looks = DefaultLooks, double Alpha = DefaultAlpha, double MinimumEffect = DefaultEffect, SourceOptions? Reading = null);

    /// <summary>A month of daily windows.</summary>
    public const int DefaultLooks = 30;

    public const double DefaultAlpha = 0.05;

    /// <summary>One row in a hundred.</summary>
    public const double DefaultEffect = 0.01;

    /// <exception cref="FaultException">A file can't be read, or the request does not fit it.</exception>
    public static DriftReport Run(Request request, CancellationToken cancel)
    {
        if (request.Method != DriftMethods.Auto && !DriftMethods.Names.Contains(request.Method))
        {
            throw new FaultException("--method", $"There is no method \"{request.Method}\".{NearestName.Hint(request.Method, DriftMethods.Names)}", $"Methods: {DriftMethods.Auto}, {string.Join(", ", DriftMethods.Names)}.", wrongUse: true);
        }

        if (request.Looks < 1 || request.Alpha is not (> 0 and < 1) || request.MinimumEffect is not (>= 0 and < 1))
        {
            throw new FaultException("drift", "Looks are 1 or more, alpha lies between 0 and 1, and the smallest effect from 0 to below 1.", "Give other values, or leave them out.", wrongUse: true);
        }

        var reference = Read(request.Reference, request, cancel);
        var current = Read(request.Current, request, cancel);
        return Compare(request, reference, current);
    }

    internal static DriftReport Compare(Request request, IReadOnlyList<ColumnSide> reference, IReadOnlyList<ColumnSide> current)
    {
        var byName = current.ToDictionary(side => side.Name, StringComparer.Ordinal);
        var pairs = reference.Where(side => byName.ContainsKey(side.Name)).Select(side => (Reference: side, Current: byName[side.Name])).ToList();
        List<string> removed = [.. reference.Where(side => !byName.ContainsKey(side.Name)).Select(side => side.Name)];
        var known = reference.Select(side => side.Name).ToHashSet(StringComparer.Ordinal);
        List<string> added = [.. current.Where(side => !known.Contains(side.Name)).Select(side => side.Name)];
        var (columns, skipped) = request.Method == DriftMethods.Auto ? DefaultDrift.Of(pairs, request) : DriftMethods.Of(pairs, request);
        return new DriftReport(
            request.Method, request.Looks, request.Alpha, request.MinimumEffect, reference is [var one, ..] ? one.Rows : 0, current is [var other, ..] ? other.Rows : 0,
            columns, removed.Count > 0 || columns.Any(column => column.Drifted), removed, added, skipped);
    }

    private static IReadOnlyList<ColumnSide> Read(string path, Request request, CancellationToken cancel)
    {
        using var scan = TableScan.Open(path, request.Columns, request.Reading);
        return Read(scan, cancel);
    }

    internal static IReadOnlyList<ColumnSide> Read(ITableScan scan, CancellationToken cancel)
    {
        var sides = scan.Columns.Select(column => new ColumnSideCollector(column.Name)).ToArray();
        while (scan.Next(cancel) is { } batch)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                sides[i].Add(batch.Columns[i]);
            }
        }

        var spare = new double[ColumnSideCollector.NumbersMax];
        return [.. sides.Select(side => side.Finish(spare))];
    }
}
