using Fairlead.Data;
using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation.Metrics;

/// <summary>Answers of one model to rows whose truth is known. What metrics are computed from.</summary>
public sealed class JudgedAnswers
{
    /// <param name="outputs">Shape [rows x outputs], row-major: probabilities, or values.</param>
    /// <param name="labels">Classification: true class index per row; else empty.</param>
    /// <param name="values">Regression: true value per row; else empty.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public JudgedAnswers(AnswerRule rule, int width, double[] outputs, int[] labels, double[] values)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(values);
        (Rule, Width, Outputs, Labels, Values) = (rule, width, outputs, labels, values);
        Count = rule.Task == ModelTask.Regression ? values.Length : labels.Length;
        if (outputs.Length != Count * width)
        {
            throw new ArgumentException($"{Count} rows of {width} outputs need {Count * width} numbers, not {outputs.Length}.", nameof(outputs));
        }
    }

    public AnswerRule Rule { get; }

    /// <summary>Outputs a row: classes, or 1.</summary>
    public int Width { get; }

    public double[] Outputs { get; }

    public int[] Labels { get; }

    public double[] Values { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Outputs of one row.</summary>
    public ReadOnlySpan<double> this[int row] => Outputs.AsSpan(row * Width, Width);

    /// <summary>Answered class of one row.</summary>
    public int Answer(int row) => Rule.Answer(this[row]);

    /// <summary>The rows at <paramref name="rows"/>, in that order.</summary>
    public JudgedAnswers Take(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var outputs = new double[rows.Count * Width];
        for (var i = 0; i < rows.Count; i++)
        {
            this[rows[i]].CopyTo(outputs.AsSpan(i * Width));
        }

        return new JudgedAnswers(
            Rule, Width, outputs, Labels.Length == 0 ? [] : [.. rows.Select(row => Labels[row])], Values.Length == 0 ? [] : [.. rows.Select(row => Values[row])]);
    }

    /// <summary>Outputs for rows of a data set beside their labels.</summary>
    /// <param name="outputs">Shape [rows x outputs], row-major, for the rows at <paramref name="rows"/>.</param>
    public static JudgedAnswers Of(AnswerRule rule, Dataset data, IReadOnlyList<int> rows, double[] outputs)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(rows);
        var regression = rule.Task == ModelTask.Regression;
        return new JudgedAnswers(
            rule, regression ? 1 : data.Classes.Count, outputs, regression ? [] : [.. rows.Select(row => data.Labels[row])], regression ? [.. rows.Select(row => data.Values[row])] : []);
    }
}
