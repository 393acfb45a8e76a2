using Fairlead.Models.Contracts;
using Fairlead.Models.Features;
using Fairlead.Projects;

namespace Fairlead.Training;

/// <summary>Fits feature transforms on training rows: what <see cref="FeatureSet"/> then applies in training, evaluation and serving.</summary>
/// <remarks>
/// Columns that say nothing (values in too few rows, or one value everywhere and never missing) give no feature. Id columns neither.
/// Rare levels, terms and numbers are left out: they teach nothing, and a package must not carry one person's words or values.
/// The same rows in the same order give the same features: sums run in row order, ties are broken by ordinal order of names.
/// </remarks>
public static class FeatureFitter
{
    /// <summary>Most levels of a category that are known by name; the most frequent ones.</summary>
    public const int MaxLevels = 200;

    /// <summary>Part of the search's key: raised when the same rows would give other features.</summary>
    public const int Version = 3;

    /// <param name="frame">Cleaned feature columns of the training rows.</param>
    /// <param name="labels">Classification: class index per row; else empty.</param>
    /// <param name="values">Regression: target per row; else empty.</param>
    /// <param name="leastRows">Fewest rows that a level or a word must be in to be known by name, and a number or date must have a value in.</param>
    /// <returns>Features in the frame's column order.</returns>
    /// <exception cref="ArgumentException">The target's length is not the number of rows.</exception>
    public static IReadOnlyList<Feature> Fit(Frame frame, ModelTask task, int[] labels, double[] values, int leastRows = TrainingRule.DefaultLeastRows)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(values);
        var target = task == ModelTask.Regression ? values.Length : labels.Length;
        if (target != frame.Rows)
        {
            throw new ArgumentException($"There are {frame.Rows} rows and {target} targets.", nameof(labels));
        }

        var features = new List<Feature>(frame.Columns.Count);
        foreach (var column in frame.Columns)
        {
            Feature? feature = column.Kind switch
            {
                ColumnKind.Number => FitNumber(column, leastRows),
                ColumnKind.Category => FitCategory(column, leastRows),
                ColumnKind.Date => FitDate(column, leastRows),
                ColumnKind.Text => TextFitter.Fit(column, task, labels, values, leastRows),
                _ => null,
            };
            if (feature is not null)
            {
                features.Add(feature);
            }
        }

        return features;
    }

    private static NumberFeature? FitNumber(FrameColumn column, int leastRows)
    {
        if (column.Numbers is not { } numbers || Moments(numbers, leastRows) is not { } moments)
        {
            return null;
        }

        return new NumberFeature(column.Name, moments.Mean, moments.Scale);
    }

    private static CategoryFeature? FitCategory(FrameColumn column, int leastRows)
    {
        if (column.Texts is not { } texts)
        {
            return null;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var filled = 0;
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
            {
                filled++;
                counts[text] = counts.GetValueOrDefault(text) + 1;
            }
        }

        string[] levels = [.. counts
            .Where(level => level.Value >= leastRows)
            .OrderByDescending(level => level.Value).ThenBy(level => level.Key, StringComparer.Ordinal)
            .Take(MaxLevels).Select(level => level.Key)];
        var others = filled - levels.Sum(level => counts[level]);
        var kinds = levels.Length + (others > 0 ? 1 : 0) + (filled < texts.Length ? 1 : 0);
        return filled == 0 || kinds < 2 ? null : new CategoryFeature(column.Name, levels);
    }

    private static DateFeature? FitDate(FrameColumn column, int leastRows)
    {
        if (column.Numbers is not { } days)
        {
            return null;
        }

        var (parts, means, scales) = (new List<string>(), new List<double>(), new List<double>());
        var values = new double[days.Length];
        foreach (var part in DateParts.Names)
        {
            for (var row = 0; row < days.Length; row++)
            {
                values[row] = DateParts.Of(part, days[row]);
            }

            // A part that never varies says nothing but whether the date is missing, which the first part says already.
            if (Moments(values, leastRows) is { } moments && (parts.Count == 0 || moments.Varies))
            {
                parts.Add(part);
                means.Add(moments.Mean);
                scales.Add(moments.Scale);
            }
        }

        return parts.Count == 0 ? null : new DateFeature(column.Name, parts, means, scales);
    }

    /// <summary>Mean and standard deviation over the values there are; null when they say nothing: fewer than enough rows, or one value in every row.</summary>
    private static (double Mean, double Scale, bool Varies)? Moments(double[] values, int leastRows)
    {
        var (count, sum, least, most) = (0, 0.0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                count++;
                sum += value;
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }

        var varies = least < most;
        if (count < leastRows || (!varies && count == values.Length))
        {
            return null;
        }

        if (!varies)
        {
            return (least, 1, false);
        }

        var (mean, squares) = (sum / count, 0.0);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                squares += (value - mean) * (value - mean);
            }
        }

        var scale = Math.Sqrt(squares / count);
        return double.IsFinite(scale) && scale > 0
            ? (mean, scale, true)
            : ((least / 2) + (most / 2), Math.Max((most / 2) - (least / 2), double.Epsilon), true); // beyond what a double can square
    }
}
