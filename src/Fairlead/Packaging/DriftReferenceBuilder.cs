using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;
using Fairlead.Projects;

namespace Fairlead.Packaging;

/// <summary>Counts how the training rows are spread.</summary>
internal static class DriftReferenceBuilder
{
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
            // No edge lies so far out that it could be told whose value it is.
            IReadOnlyList<double> edges = seen.Length < 2 * least ? [] : ReferenceBins.Edges(seen[0], i => seen[Math.Clamp((int)((long)seen.Length * i / ReferenceBins.Count), least - 1, seen.Length - least)]);
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

    private static int BinOf(IReadOnlyList<double> edges, double value)
    {
        var bin = 0;
        while (bin < edges.Count && value >= edges[bin])
        {
            bin++;
        }

        return bin;
    }
}
