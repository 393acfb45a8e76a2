using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation.Metrics;

/// <summary>Metrics with their intervals.</summary>
public static class Measure
{
    /// <summary>Every metric that the rows can give, with its interval.</summary>
    public static IReadOnlyDictionary<string, Estimate> Of(JudgedAnswers answers, int seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var table = new MetricTable(answers);
        var values = Values(table);
        var figures = Bootstrap.Run(answers.Count, values.Length, Resamples(answers), seed, table.Compute, cancel);
        return Named(table.Names, values, (m, value) => Open(answers, table.Names[m], Bootstrap.Interval(value, figures, figure => figure[m])));
    }

    /// <summary>
    /// Resamples of a perfect score are all perfect, but few rows can't prove perfection: at 0 or 1 a bounded metric gets Wilson's interval of its share,
    /// over the rows for accuracy, over the rows of the smallest class for the metrics that weigh classes.
    /// </summary>
    private static Estimate Open(JudgedAnswers answers, string metric, Estimate estimate)
    {
        if (estimate.Low != estimate.High || estimate.Value is not (0 or 1) || metric is not ("auc" or "average_precision" or "accuracy" or "balanced_accuracy" or "f1"))
        {
            return estimate;
        }

        long rows = metric == "accuracy" ? answers.Count : answers.Labels.CountBy(label => label).Min(level => level.Value);
        return Bootstrap.Share(estimate.Value == 1 ? rows : 0, rows);
    }

    /// <summary>The metrics without intervals; those the rows can't give are left out.</summary>
    public static IReadOnlyDictionary<string, double> Plain(JudgedAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var table = new MetricTable(answers);
        return Named(table.Names, Values(table), (_, value) => value);
    }

    /// <summary>One metric with its interval, or null where the rows can't give it.</summary>
    public static Estimate? Of(JudgedAnswers answers, string metric, int resamples, int seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count == 0)
        {
            return null;
        }

        var table = new MetricTable(answers, metric is "auc" or "average_precision");
        var index = table.Names.ToList().IndexOf(metric);
        var values = Values(table);
        if (!double.IsFinite(values[index]))
        {
            return null;
        }

        var figures = Bootstrap.Run(answers.Count, values.Length, resamples, seed, table.Compute, cancel);
        return Open(answers, metric, Bootstrap.Interval(values[index], figures, figure => figure[index]));
    }

    /// <summary><paramref name="candidate"/> minus <paramref name="other"/> on the same rows, paired: each resample draws the same rows for both.</summary>
    /// <exception cref="ArgumentException">The two do not have the same number of rows.</exception>
    public static IReadOnlyDictionary<string, Estimate> Difference(JudgedAnswers candidate, JudgedAnswers other, int seed, CancellationToken cancel = default) =>
        Difference(candidate, other, ranks: true, seed, cancel);

    /// <summary>One metric's difference, which the rows must be able to give.</summary>
    public static Estimate Difference(JudgedAnswers candidate, JudgedAnswers other, string metric, int seed, CancellationToken cancel = default) =>
        Difference(candidate, other, metric is "auc" or "average_precision", seed, cancel)[metric];

    private static Dictionary<string, Estimate> Difference(JudgedAnswers candidate, JudgedAnswers other, bool ranks, int seed, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(other);
        if (candidate.Count != other.Count)
        {
            throw new ArgumentException($"{candidate.Count} rows can't be paired with {other.Count}.", nameof(other));
        }

        var (a, b) = (new MetricTable(candidate, ranks), new MetricTable(other, ranks));
        var (ofA, ofB) = (Values(a), Values(b));
        var width = ofA.Length;
        var figures = Bootstrap.Run(
            candidate.Count, 2 * width, Resamples(candidate), seed,
            (weights, values) =>
            {
                a.Compute(weights, values[..width]);
                b.Compute(weights, values[width..]);
            },
            cancel);
        return Named(a.Names, [.. ofA.Zip(ofB, (x, y) => x - y)], (m, value) => Bootstrap.Interval(value, figures, figure => figure[m] - figure[m + width]));
    }

    internal static double[] Values(MetricTable table)
    {
        var ones = new int[table.Rows];
        Array.Fill(ones, 1);
        var values = new double[table.Names.Count];
        table.Compute(ones, values);
        return values;
    }

    internal static int Resamples(JudgedAnswers answers) =>
        Bootstrap.ResamplesFor((double)answers.Count * (3 + (answers.Rule.Task == ModelTask.Multiclass ? answers.Width : 1)));

    private static Dictionary<string, T> Named<T>(IReadOnlyList<string> names, double[] values, Func<int, double, T> make)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal);
        for (var m = 0; m < values.Length; m++)
        {
            if (double.IsFinite(values[m]))
            {
                named.Add(names[m], make(m, values[m]));
            }
        }

        return named;
    }
}
