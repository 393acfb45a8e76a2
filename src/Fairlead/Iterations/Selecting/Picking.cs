using System.Globalization;
using Fairlead.Data;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Projects;

namespace Fairlead.Iterations.Selecting;

/// <summary>Picks rows one after the other: each time the one with the highest uncertainty x novelty, raised where training rows are thin.</summary>
/// <remarks>
/// Novelty is the distance to the nearest row picked before (greedy k-center, Sener and Savarese 2018), by Gower's coefficient over the cleaned columns without free text: so that fifty rows alike are asked about once.
/// O(rows x columns x picks) time. Ties go to the earlier row.
/// </remarks>
internal static class Picking
{
    /// <summary>A level with fewer training rows than this is thin; or than this share of them, whichever is more.</summary>
    public const int ThinRows = 20;
    private const double ThinShare = 0.005;

    /// <summary>How much a row in a slice without any training row is raised; less as the slice has more.</summary>
    private const double ThinWeight = 0.5;

    /// <summary>Categories with more levels have thin ones only.</summary>
    private const int LevelsMax = 1_000;

    /// <param name="At">Position in the pool.</param>
    public sealed record Pick(int At, double Novelty, string? ThinSlice, string Why);

    /// <param name="pool">Cleaned rows.</param>
    /// <param name="uncertainty">Shape [rows], in [0, 1].</param>
    public static IReadOnlyList<Pick> Choose(Dataset data, Frame pool, double[] uncertainty, int count, ProjectFile project, CancellationToken cancel)
    {
        var trained = TrainingSide.Rows(data);
        var thin = Thin(data, trained, pool, project);
        var columns = pool.Columns.Where(column => column.Kind != ColumnKind.Text).Select(column => Comparable(data.Features[column.Name], trained, column)).ToList();
        var nearest = new double[pool.Rows];
        Array.Fill(nearest, 1);
        var taken = new bool[pool.Rows];
        List<Pick> picks = [];
        while (picks.Count < Math.Min(count, pool.Rows))
        {
            cancel.ThrowIfCancellationRequested();
            var best = -1;
            var highest = double.NegativeInfinity;
            for (var row = 0; row < pool.Rows; row++)
            {
                var score = uncertainty[row] * nearest[row] * (1 + (ThinWeight * thin[row].Share));
                if (!taken[row] && score > highest)
                {
                    (best, highest) = (row, score);
                }
            }

            taken[best] = true;
            picks.Add(new Pick(best, nearest[best], thin[best].Words, Why(uncertainty[best], picks.Count == 0 ? null : nearest[best], thin[best])));
            for (var row = 0; row < pool.Rows; row++)
            {
                if (!taken[row])
                {
                    nearest[row] = Math.Min(nearest[row], Distance(columns, row, best));
                }
            }
        }

        return picks;
    }

    private static string Why(double uncertainty, double? novelty, (double Share, string? Words, int Rows) thin)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"the model is unsure ({uncertainty:0.00} of 1)");
        if (novelty is { } apart)
        {
            text += string.Create(CultureInfo.InvariantCulture, $", and no row named before is like it ({apart:0.00} of 1 apart)");
        }

        return text + (thin.Words is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; {thin.Words} has only {thin.Rows:N0} training rows"));
    }

    private static double Distance(List<double[]> columns, int a, int b)
    {
        var sum = 0.0;
        foreach (var column in columns)
        {
            var (left, right) = (column[a], column[b]);
            sum += left == right || (double.IsNaN(left) && double.IsNaN(right)) ? 0 : double.IsNaN(left) || double.IsNaN(right) ? 1 : Math.Min(1, Math.Abs(left - right));
        }

        return columns.Count == 0 ? 1 : sum / columns.Count;
    }

    /// <summary>Numbers by the width of the middle 90 % of the training rows; names as whole numbers apart by 1 or more.</summary>
    private static double[] Comparable(FrameColumn trainedColumn, int[] trained, FrameColumn column)
    {
        if (column.Numbers is { } numbers)
        {
            var sorted = trained.Select(row => trainedColumn.Numbers![row]).Where(number => !double.IsNaN(number)).Order().ToArray();
            var width = sorted.Length == 0 ? 0 : Bootstrap.Percentile(sorted, 0.95) - Bootstrap.Percentile(sorted, 0.05);
            width = width > 0 ? width : sorted.Length > 0 && sorted[^1] > sorted[0] ? sorted[^1] - sorted[0] : 1;
            return Array.ConvertAll(numbers, number => number / width);
        }

        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        return Array.ConvertAll(column.Texts!, text => text is null ? double.NaN : codes.TryGetValue(text, out var code) ? code : codes[text] = codes.Count);
    }

    private static (double Share, string? Words, int Rows)[] Thin(Dataset data, int[] trained, Frame pool, ProjectFile project)
    {
        var least = Math.Max(ThinRows, (int)(ThinShare * trained.Length));
        var thin = new (double Share, string? Words, int Rows)[pool.Rows];
        foreach (var column in pool.Columns.Where(column => column.Kind == ColumnKind.Category))
        {
            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var row in trained)
            {
                if (data.Features[column.Name].Texts![row] is { } level)
                {
                    counts[level] = counts.GetValueOrDefault(level) + 1;
                }
            }

            if (counts.Count > LevelsMax)
            {
                continue;
            }

            var label = project.Columns.FirstOrDefault(declared => declared.Name == column.Name)?.Label ?? column.Name;
            for (var row = 0; row < pool.Rows; row++)
            {
                if (column.Texts![row] is { } level && counts.GetValueOrDefault(level) is var rows && rows < least && 1 - ((double)rows / least) is var share && share > thin[row].Share)
                {
                    thin[row] = (share, $"{label} {level}", rows);
                }
            }
        }

        return thin;
    }
}
