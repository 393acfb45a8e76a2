namespace Fairlead.Models.Features;

/// <summary>Sparse rows (compressed sparse row form). Within a row the columns rise, and each stands once.</summary>
/// <param name="Columns">Number of columns.</param>
/// <param name="RowStarts">Shape [rows + 1]: row i is entries RowStarts[i] to RowStarts[i + 1].</param>
/// <param name="Indices">Shape [entries]: column of each entry.</param>
/// <param name="Values">Shape [entries].</param>
public sealed record SparseMatrix(int Columns, int[] RowStarts, int[] Indices, double[] Values)
{
    public int Rows => RowStarts.Length - 1;

    public ReadOnlySpan<int> RowIndices(int row) => Indices.AsSpan(RowStarts[row], RowStarts[row + 1] - RowStarts[row]);

    public ReadOnlySpan<double> RowValues(int row) => Values.AsSpan(RowStarts[row], RowStarts[row + 1] - RowStarts[row]);

    /// <summary>Mean of each column over all rows, absent entries counting as 0. Shape [Columns]; zeros when there are no rows. Summed in row order.</summary>
    public double[] ColumnMeans()
    {
        var means = new double[Columns];
        for (var i = 0; i < Indices.Length; i++)
        {
            means[Indices[i]] += Values[i];
        }

        for (var c = 0; c < means.Length && Rows > 0; c++)
        {
            means[c] /= Rows;
        }

        return means;
    }
}

/// <summary>Features of many rows: what trainers read.</summary>
/// <param name="DenseWidth">Dense inputs a row.</param>
/// <param name="Dense">Shape [rows x DenseWidth], row-major; missing is NaN.</param>
/// <param name="Terms">Text terms, shape [rows x <see cref="FeatureSet.TermCount"/>].</param>
public sealed record FeatureMatrix(int DenseWidth, double[] Dense, SparseMatrix Terms)
{
    public int Rows => Terms.Rows;

    public FeatureRow this[int row] => new(Dense.AsSpan(row * DenseWidth, DenseWidth), Terms.RowIndices(row), Terms.RowValues(row));
}

/// <summary>Features of one row.</summary>
/// <param name="dense">Shape [DenseWidth]; missing is NaN.</param>
/// <param name="termIndices">Text terms the row has, rising.</param>
/// <param name="termValues">Their weights.</param>
public readonly ref struct FeatureRow(ReadOnlySpan<double> dense, ReadOnlySpan<int> termIndices, ReadOnlySpan<double> termValues)
{
    public ReadOnlySpan<double> Dense { get; } = dense;

    public ReadOnlySpan<int> TermIndices { get; } = termIndices;

    public ReadOnlySpan<double> TermValues { get; } = termValues;
}
