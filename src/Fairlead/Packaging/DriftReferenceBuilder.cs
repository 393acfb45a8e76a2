using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;
using Fairlead.Projects;

namespace Fairlead.Packaging;

/// <summary>Counts how the training rows are spread.</summary>
internal static class DriftReferenceBuilder
{
    /// <summary>Bins of a number: tenths of the training rows.</summary>
    public const int Bins = 10;

    /// <summary>Names counted one by one; the rest is counted together.</summary>
    public const int MostLevels = 30;

    public static DriftReference Build(ProjectFile project, Dataset dataset)
    {
        var training = ContractBuilder.TrainingRows(dataset);
        return new DriftReference(training.Length,
        [
            .. project.Columns
                .Where(column => column.IsFeature && dataset.Features.Has(column.Name))
                .Select(column => Column(dataset.Features[column.Name], column.Protection, training, project.Training.LeastRows)),
        ]);
    }

    private static DriftColumn Column(FrameColumn column, Protection protection, int[] training, int least)
    {
        if (column.Numbers is { } numbers)
        {
            var seen = training.Select(row => numbers[row]).Where(double.IsFinite).Order().ToArray();
            var edges = Edges(seen);
            var counts = new long[edges.Count + 1];
            foreach (var value in seen)
            {
                counts[BinOf(edges, value)]++;
            }

            return new DriftColumn(column.Name, column.Kind, training.Length - seen.Length, edges, null, counts);
        }

        var texts = column.Texts!;
        var missing = training.Count(row => string.IsNullOrEmpty(texts[row]));
        if (column.Kind != ColumnKind.Category || protection != Protection.None)
        {
            return new DriftColumn(column.Name, column.Kind, missing, null, null, []);
        }

        var levels = ContractBuilder.Levels(texts, training, least).Take(MostLevels).ToArray();
        long others = training.Length - missing - levels.Sum(level => level.Rows);
        return new DriftColumn(column.Name, column.Kind, missing, null, [.. levels.Select(level => level.Name)], [.. levels.Select(level => (long)level.Rows), others]);
    }

    /// <summary>Values at the tenths of the sorted sample, without repeats: a heavy value gets a bin of its own.</summary>
    private static List<double> Edges(double[] sorted)
    {
        var edges = new List<double>(Bins - 1);
        for (var i = 1; i < Bins && sorted.Length > 0; i++)
        {
            var edge = sorted[(int)((long)sorted.Length * i / Bins)];
            if (edge > sorted[0] && (edges.Count == 0 || edge > edges[^1]))
            {
                edges.Add(edge);
            }
        }

        return edges;
    }

    private static int BinOf(List<double> edges, double value)
    {
        var found = edges.BinarySearch(value);
        return found >= 0 ? found + 1 : ~found;
    }
}
