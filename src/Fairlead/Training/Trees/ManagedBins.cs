namespace Fairlead.Training.Trees;

/// <summary>Rows as bin numbers, column by column: at most 255 bins of values and one for missing.</summary>
/// <remarks>A numeric bin b holds values in (Upper[b - 1], Upper[b]], made so that each distinct value has its own bin or bins hold about as many rows. A categorical bin is the level's index.</remarks>
internal sealed class ManagedBins
{
    /// <summary>The bin of missing values, and of category levels from this index on.</summary>
    public const int Missing = 255;

    public ManagedBins(TreeInputs inputs)
    {
        Categorical = inputs.Categorical;
        Rows = inputs.Rows;
        Bins = new byte[inputs.Columns][];
        Upper = new double[inputs.Columns][];
        var values = new double[inputs.Rows];
        for (var column = 0; column < inputs.Columns; column++)
        {
            for (var row = 0; row < inputs.Rows; row++)
            {
                values[row] = inputs.Values[(row * inputs.Columns) + column];
            }

            Upper[column] = Categorical[column] ? [] : Cut(values);
            Bins[column] = Array.ConvertAll(values, value => Bin(column, value));
        }
    }

    public int Rows { get; }

    public bool[] Categorical { get; }

    /// <summary>Shape [columns][rows].</summary>
    public byte[][] Bins { get; }

    /// <summary>Shape [columns][numeric bins]: the largest value of each bin but the last, which has no bound.</summary>
    public double[][] Upper { get; }

    private byte Bin(int column, double value)
    {
        if (double.IsNaN(value))
        {
            return Missing;
        }

        if (Categorical[column])
        {
            return value is >= 0 and < Missing ? (byte)value : (byte)Missing;
        }

        var at = Array.BinarySearch(Upper[column], value);
        return (byte)(at >= 0 ? at : ~at);
    }

    /// <summary>Bounds between bins, increasing, at most 253: midway between the neighbouring values, so that values between them fall on the nearer side.</summary>
    private static double[] Cut(double[] values)
    {
        var sorted = Array.FindAll(values, value => !double.IsNaN(value));
        Array.Sort(sorted);
        var distinct = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        }

        var bounds = new List<double>();
        var perBin = distinct <= Missing - 1 ? 1.0 : (double)sorted.Length / (Missing - 1);
        var filled = 0;
        for (var i = 1; i < sorted.Length; i++)
        {
            filled++;
            if (sorted[i] != sorted[i - 1] && filled >= perBin && bounds.Count < Missing - 2)
            {
                var middle = sorted[i - 1] + ((sorted[i] - sorted[i - 1]) / 2);
                bounds.Add(middle < sorted[i] ? middle : sorted[i - 1]);
                filled = 0;
            }
        }

        return [.. bounds];
    }
}
