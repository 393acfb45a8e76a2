using Fairlead.Models.Contracts;

namespace Fairlead.Evaluation.Metrics;

/// <summary>How outputs become the one answer a person reads. The same rule in evaluation, on cards and in serving.</summary>
/// <param name="Positive">Binary: index of the class of interest. Otherwise 0.</param>
/// <param name="Threshold">Binary: the class of interest is answered at or above this probability, in (0, 1).</param>
public sealed record AnswerRule(ModelTask Task, int Positive, double Threshold)
{
    /// <summary>
    /// The answer that is more likely than not. A card says "will probably be late", which a lower threshold would make untrue;
    /// see docs/decisions/0040-metrics-and-gates.md.
    /// </summary>
    public const double DefaultThreshold = 0.5;

    /// <param name="positive">Binary: the class of interest by name; null means the second.</param>
    /// <exception cref="ArgumentException">The class is not one of <paramref name="classes"/>.</exception>
    public static AnswerRule For(ModelTask task, IReadOnlyList<string> classes, string? positive, double threshold = DefaultThreshold)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (task != ModelTask.Binary)
        {
            return new AnswerRule(task, 0, threshold);
        }

        var index = positive is null ? 1 : classes.ToList().IndexOf(positive);
        return index >= 0
            ? new AnswerRule(task, index, threshold)
            : throw new ArgumentException($"{positive} is not one of the classes {string.Join(", ", classes)}.", nameof(positive));
    }

    /// <summary>Index of the answered class: by threshold for two classes, the most probable (the first of equals) for more; 0 for regression.</summary>
    /// <param name="outputs">Shape [outputs] of one row.</param>
    public int Answer(ReadOnlySpan<double> outputs)
    {
        if (Task == ModelTask.Regression)
        {
            return 0;
        }

        if (Task == ModelTask.Binary)
        {
            return outputs[Positive] >= Threshold ? Positive : 1 - Positive;
        }

        var best = 0;
        for (var k = 1; k < outputs.Length; k++)
        {
            best = outputs[k] > outputs[best] ? k : best;
        }

        return best;
    }
}
