using Fairlead.Models.Features;

namespace Fairlead.Models.Scoring;

/// <summary>
/// Turns features into the inputs of a linear model: numbers and date parts standardised (missing gives 0 and an indicator of its own),
/// categories one input a level with one for "other" and one for missing, text terms as they are.
/// </summary>
/// <remarks>
/// Inputs, feature by feature: a number gives [standardised, is missing]; a date gives [each part standardised, is missing];
/// a category gives [other, each level, is missing]; a text gives its terms.
/// Standardised values are held within <see cref="MaxDeviation"/>: one impossible value must not decide an answer.
/// </remarks>
public sealed class LinearEncoder
{
    /// <summary>Largest distance from the mean, in standard deviations.</summary>
    public const double MaxDeviation = 10;

    private readonly FeatureSet _features;

    public LinearEncoder(IReadOnlyList<Feature> features)
        : this(new FeatureSet(features))
    {
    }

    public LinearEncoder(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        _features = features;
        var columns = new List<int>();
        for (var f = 0; f < features.Features.Count; f++)
        {
            columns.AddRange(Enumerable.Repeat(features.ColumnOf(f), InputsOf(features.Features[f])));
        }

        InputColumns = columns;
    }

    /// <summary>Number of inputs.</summary>
    public int Inputs => InputColumns.Count;

    /// <summary>Which of <see cref="FeatureSet.Columns"/> each input comes from. Shape [Inputs].</summary>
    public IReadOnlyList<int> InputColumns { get; }

    /// <summary>Most inputs that one row can have other than 0.</summary>
    internal int MaxEntries => _features.DenseWidth + _features.Features.Count + _features.TermCount;

    /// <summary>Inputs that feature gives.</summary>
    public static int InputsOf(Feature feature) => feature switch
    {
        NumberFeature => 2,
        DateFeature date => date.Parts.Count + 1,
        CategoryFeature category => category.Levels.Count + 2,
        TextFeature text => text.Terms.Count,
        _ => throw new ArgumentException("The feature's type is not known.", nameof(feature)),
    };

    /// <summary>The inputs of one row that are not 0, with rising indices. Returns how many there are.</summary>
    /// <param name="indices">Takes the inputs' indices; at least <see cref="Inputs"/> long, or as long as the row can need.</param>
    /// <param name="values">Takes their values.</param>
    public int Encode(FeatureRow row, Span<int> indices, Span<double> values)
    {
        var (count, input, dense, termAt, termsBefore) = (0, 0, 0, 0, 0);
        foreach (var feature in _features.Items)
        {
            switch (feature)
            {
                case NumberFeature number:
                    if (double.IsNaN(row.Dense[dense]))
                    {
                        (indices[count], values[count++]) = (input + 1, 1);
                    }
                    else
                    {
                        (indices[count], values[count++]) = (input, Standardise(row.Dense[dense], number.Mean, number.Scale));
                    }

                    dense++;
                    break;
                case DateFeature date:
                    var missing = false;
                    for (var p = 0; p < date.Parts.Count; p++)
                    {
                        var part = row.Dense[dense++];
                        if (double.IsNaN(part))
                        {
                            missing = true;
                        }
                        else
                        {
                            (indices[count], values[count++]) = (input + p, Standardise(part, date.Means[p], date.Scales[p]));
                        }
                    }

                    if (missing)
                    {
                        (indices[count], values[count++]) = (input + date.Parts.Count, 1);
                    }

                    break;
                case CategoryFeature category:
                    var level = row.Dense[dense++];
                    (indices[count], values[count++]) = (input + (double.IsNaN(level) ? category.Levels.Count + 1 : (int)level), 1);
                    break;
                case TextFeature text:
                    dense += text.Width;
                    termsBefore += text.Terms.Count;
                    for (; termAt < row.TermIndices.Length && row.TermIndices[termAt] < termsBefore; termAt++)
                    {
                        (indices[count], values[count++]) = (input + row.TermIndices[termAt] - (termsBefore - text.Terms.Count), row.TermValues[termAt]);
                    }

                    break;
            }

            input += InputsOf(feature);
        }

        return count;
    }

    /// <summary>The inputs of many rows, by the same code as one row.</summary>
    public SparseMatrix Encode(FeatureMatrix rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var starts = new int[rows.Rows + 1];
        var capacity = (int)Math.Min(Array.MaxLength, ((long)rows.Rows * (_features.DenseWidth + 1)) + rows.Terms.Indices.Length);
        var (allIndices, allValues) = (new List<int>(capacity), new List<double>(capacity));
        var (indices, values) = (new int[MaxEntries], new double[MaxEntries]);
        for (var row = 0; row < rows.Rows; row++)
        {
            var count = Encode(rows[row], indices, values);
            allIndices.AddRange(indices.AsSpan(0, count));
            allValues.AddRange(values.AsSpan(0, count));
            starts[row + 1] = allIndices.Count;
        }

        return new SparseMatrix(Inputs, starts, [.. allIndices], [.. allValues]);
    }

    private static double Standardise(double value, double mean, double scale) =>
        Math.Clamp((value - mean) / scale, -MaxDeviation, MaxDeviation);
}
