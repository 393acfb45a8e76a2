using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Models.Scoring;

namespace Fairlead.Evaluation;

/// <summary>Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): how much the main metric suffers on exam rows when one column's values change places.</summary>
internal static class ColumnImportance
{
    public const int Repeats = 3;
    public const int RowsMax = 1_000;

    /// <summary>Most columns that are shuffled; of more, those the model's explanations weigh heaviest.</summary>
    public const int ColumnsMax = 100;

    /// <summary>Tree nodes and inputs visited in all, which bounds the time to about a second on two cores.</summary>
    private const double VisitsMax = 3e8;

    /// <summary>Nodes on the way through a tree.</summary>
    private const int TreeDepth = 8;

    /// <summary>Words and pairs of words of a text.</summary>
    private const int TextTerms = 100;

    private const int RowsMin = 100;
    private const int ExplainedRows = 50;
    private const int Threads = 2;

    public static IReadOnlyList<Importance> Of(FittedModel model, Frame exam, JudgedAnswers answers, string metric, int seed, CancellationToken cancel)
    {
        var columns = model.Columns;
        var rows = (int)Math.Clamp(VisitsMax / ((double)Math.Min(columns.Count, ColumnsMax) * Repeats * VisitsPerRow(model)), RowsMin, RowsMax);
        var picked = Enumerable.Range(0, exam.Rows).ToArray();
        if (exam.Rows > rows)
        {
            new ResampleRandom(seed, -1).Shuffle(picked);
            picked = [.. picked.Take(rows).Order()];
        }

        var frame = exam.Take(picked);
        var part = answers.Take(picked);
        var before = ValueOf(part, metric);
        if (!double.IsFinite(before))
        {
            return [];
        }

        var cells = new Cell[frame.Rows][];
        for (var row = 0; row < cells.Length; row++)
        {
            cells[row] = [.. columns.Select(column => frame[column][row])];
        }

        var chosen = Chosen(model, cells);
        var losses = new double[chosen.Length];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancel }, thread =>
        {
            for (var c = thread; c < chosen.Length; c += Threads)
            {
                cancel.ThrowIfCancellationRequested();
                losses[c] = Loss(model, cells, chosen[c], part, metric, before, seed);
            }
        });
        return [.. chosen.Select((column, c) => new Importance(columns[column], losses[c])).OrderByDescending(i => i.Loss).ThenBy(i => i.Column, StringComparer.Ordinal)];
    }

    private static double VisitsPerRow(FittedModel model) =>
        model.Parts.Sum(part => part.Predictor is TreeEnsemble trees ? (double)trees.Trees.Count * TreeDepth : 0)
        + model.Features.Sum(feature => feature is TextFeature ? TextTerms * model.Outputs : 10.0 * model.Outputs);

    private static double Loss(FittedModel model, Cell[][] cells, int column, JudgedAnswers part, string metric, double before, int seed)
    {
        var order = new int[cells.Length];
        var row = new Cell[model.Columns.Count];
        var outputs = new double[part.Outputs.Length];
        var scratch = new ModelScratch();
        var sum = 0.0;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            for (var i = 0; i < order.Length; i++)
            {
                order[i] = i;
            }

            new ResampleRandom(seed, (column * Repeats) + repeat).Shuffle(order);
            for (var i = 0; i < order.Length; i++)
            {
                var target = outputs.AsSpan(i * model.Outputs, model.Outputs);
                if (cells[order[i]][column] == cells[i][column])
                {
                    part[i].CopyTo(target); // the same value gives the same answer
                    continue;
                }

                cells[i].CopyTo(row, 0);
                row[column] = cells[order[i]][column];
                model.Score(row, target, scratch);
            }

            var after = ValueOf(new JudgedAnswers(part.Rule, part.Width, outputs, part.Labels, part.Values), metric);
            sum += MetricTable.SmallerIsBetter(metric) ? after - before : before - after;
        }

        return sum / Repeats;
    }

    private static double ValueOf(JudgedAnswers answers, string metric)
    {
        var table = new MetricTable(answers, metric is "auc" or "average_precision");
        return Measure.Values(table)[table.Names.ToList().IndexOf(metric)];
    }

    private static int[] Chosen(FittedModel model, Cell[][] cells)
    {
        var columns = model.Columns.Count;
        if (columns <= ColumnsMax)
        {
            return [.. Enumerable.Range(0, columns)];
        }

        var (weights, contributions) = (new double[columns], new double[columns]);
        foreach (var row in cells.Take(ExplainedRows))
        {
            for (var output = model.Outputs == 2 ? 1 : 0; output < model.Outputs; output++)
            {
                model.Explain(row, output, contributions, out _);
                for (var c = 0; c < columns; c++)
                {
                    weights[c] += Math.Abs(contributions[c]);
                }
            }
        }

        return [.. Enumerable.Range(0, columns).OrderByDescending(c => weights[c]).Take(ColumnsMax).Order()];
    }
}
