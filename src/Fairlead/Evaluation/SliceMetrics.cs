using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation;

/// <summary>The main metric by level of each category with few levels: where the model is better or worse than on the whole.</summary>
internal static class SliceMetrics
{
    /// <summary>Fewest exam rows of a level that is judged by itself.</summary>
    public const int RowsMin = 30;

    /// <summary>Categories with more levels are left out: each would hold few rows.</summary>
    public const int LevelsMax = 12;

    /// <summary>Most slices.</summary>
    public const int SlicesMax = 60;

    private const int Resamples = 400;

    public static IReadOnlyList<SliceResult> Of(Frame exam, JudgedAnswers answers, string metric, int seed, CancellationToken cancel)
    {
        var slices = new List<SliceResult>();
        foreach (var column in exam.Columns.Where(c => c.Kind == ColumnKind.Category))
        {
            var levels = Enumerable.Range(0, exam.Rows).Where(row => column.Texts![row] is not null)
                .GroupBy(row => column.Texts![row]!, StringComparer.Ordinal).ToArray();
            if (levels.Length is < 2 or > LevelsMax)
            {
                continue;
            }

            foreach (var level in levels.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                int[] rows = [.. level];
                if (rows.Length >= RowsMin && slices.Count < SlicesMax)
                {
                    slices.Add(new SliceResult(column.Name, level.Key, rows.Length, Measure.Of(answers.Take(rows), metric, Resamples, seed, cancel)));
                }
            }
        }

        return slices;
    }
}
