namespace Fairlead.Models.Drift;

/// <summary>Bins that hold a tenth of a reference each: what distances between numbers are taken over, in a package's drift reference and when two tables are compared.</summary>
public static class ReferenceBins
{
    /// <summary>Bins, when no value is frequent enough to fill several.</summary>
    public const int Count = 10;

    /// <summary>Inner edges, ascending, without repeats: a heavy value gets a bin of its own. Bin i holds values in [edge i-1, edge i).</summary>
    /// <param name="min">Smallest value.</param>
    /// <param name="tenth">The value at the i-th tenth of the values in order, i from 1 to <see cref="Count"/> - 1.</param>
    public static IReadOnlyList<double> Edges(double min, Func<int, double> tenth)
    {
        var edges = new List<double>(Count - 1);
        for (var i = 1; i < Count; i++)
        {
            var edge = tenth(i);
            if (edge > min && (edges.Count == 0 || edge > edges[^1]))
            {
                edges.Add(edge);
            }
        }

        return edges;
    }
}
