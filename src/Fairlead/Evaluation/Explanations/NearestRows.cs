using Fairlead.Data;
using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation.Explanations;

/// <summary>A training row like the one asked about.</summary>
/// <param name="Row">Position in the data set.</param>
/// <param name="Distance">Mean distance over the columns, in [0, 1]; 0 is the same in every column.</param>
/// <param name="Target">What is recorded for it: the class by name, or the number as invariant text.</param>
public sealed record NearRow(int Row, string Key, double Distance, string Target);

/// <summary>
/// The rows a model trained on that are most like a row, over columns of all kinds (Gower 1971): numbers and dates by their difference over the middle 90 % of the
/// values (at most 1), categories 0 or 1, texts by the share of words not in common (Jaccard). A value missing on one side counts 1, on both sides 0.
/// </summary>
public static class NearestRows
{
    /// <summary>Rows unless told otherwise.</summary>
    public const int Shown = 5;

    private static readonly char[] Breaks = [' ', '\t', '\n', '\r', ',', '.', ';', ':', '!', '?', '(', ')', '"'];

    /// <param name="columns">Columns to compare, such as those the model reads.</param>
    /// <param name="cells">Cleaned cells of the row, in the order of <paramref name="columns"/>.</param>
    /// <param name="weights">How much each column counts, at least 0, such as its importance; null means alike.</param>
    /// <param name="except">Key of the row itself, which is left out; or null.</param>
    /// <returns>Nearest first; of equal ones the earlier row.</returns>
    public static IReadOnlyList<NearRow> Find(
        Dataset data, IReadOnlyList<string> columns, ReadOnlySpan<Cell> cells, IReadOnlyList<double>? weights = null, string? except = null, int count = Shown)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(columns);
        if (cells.Length != columns.Count)
        {
            throw new ArgumentException($"{columns.Count} columns have {cells.Length} cells.", nameof(cells));
        }

        int[] rows = [.. Enumerable.Range(0, data.Count).Where(row => UnseenJudge.Trains(data, row) && data.Keys[row] != except)];
        var distances = new double[rows.Length];
        var total = 0.0;
        for (var c = 0; c < columns.Count; c++)
        {
            var weight = weights is null ? 1 : Math.Max(0, weights[c]);
            if (weight == 0 || !data.Features.Has(columns[c]))
            {
                continue;
            }

            total += weight;
            Add(data.Features[columns[c]], rows, cells[c], weight, distances);
        }

        return
        [
            .. Enumerable.Range(0, rows.Length).OrderBy(i => distances[i]).ThenBy(i => i).Take(count)
                .Select(i => new NearRow(rows[i], data.Keys[rows[i]], total > 0 ? distances[i] / total : 0, TargetOf(data, rows[i]))),
        ];
    }

    private static string TargetOf(Dataset data, int row) =>
        data.Classes.Count > 0 ? data.Classes[data.Labels[row]] : data.Values[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static void Add(FrameColumn column, int[] rows, Cell cell, double weight, double[] distances)
    {
        if (column.Numbers is { } numbers)
        {
            var (value, width) = (cell.NumberOrNaN, Width(numbers, rows));
            for (var i = 0; i < rows.Length; i++)
            {
                var other = numbers[rows[i]];
                distances[i] += weight * (double.IsNaN(value) || double.IsNaN(other)
                    ? double.IsNaN(value) == double.IsNaN(other) ? 0 : 1
                    : value == other ? 0 : Math.Min(1, Math.Abs(value - other) / width));
            }

            return;
        }

        var text = cell.IsMissing ? null : cell.ToString();
        var words = column.Kind == ColumnKind.Text ? Words(text) : null;
        for (var i = 0; i < rows.Length; i++)
        {
            var other = column.Texts![rows[i]];
            distances[i] += weight * (text == other ? 0 : text is null || other is null || words is null ? 1 : Apart(words, Words(other)!));
        }
    }

    /// <summary>From the 5th to the 95th percentile: one impossible value must not make all others alike.</summary>
    private static double Width(double[] numbers, int[] rows)
    {
        var sorted = rows.Select(row => numbers[row]).Where(n => !double.IsNaN(n)).Order().ToArray();
        if (sorted.Length == 0)
        {
            return 1;
        }

        var width = Metrics.Bootstrap.Percentile(sorted, 0.95) - Metrics.Bootstrap.Percentile(sorted, 0.05);
        return width > 0 ? width : sorted[^1] > sorted[0] ? sorted[^1] - sorted[0] : 1;
    }

    private static HashSet<string>? Words(string? text) =>
        text is null ? null : new HashSet<string>(text.Split(Breaks, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    private static double Apart(HashSet<string> words, HashSet<string> others)
    {
        var common = words.Count(others.Contains);
        var all = words.Count + others.Count - common;
        return all == 0 ? 0 : 1 - ((double)common / all);
    }
}
