namespace Fairlead.Data.Drift;

/// <summary>From a model's probability to the share of rows in which it came true: the best non-decreasing fit by least squares, isotonic regression.</summary>
/// <remarks>Pool adjacent violators (M. Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete Information", Ann. Math. Statist. 26, 1955); linear between the middles of neighbouring blocks, level beyond the ends. Points of a few rows would follow chance, and chance looks like skill: rows are put together first.</remarks>
internal sealed class Calibrator
{
    private readonly double[] _at;
    private readonly double[] _share;

    /// <param name="probabilities">Ascending. Shape [n].</param>
    /// <param name="came">1 where it came true, else 0. Shape [n].</param>
    /// <param name="weights">How often each row counts. Shape [n].</param>
    /// <param name="together">Rows of neighbouring probabilities that make one point; rows of one probability always do.</param>
    public Calibrator(ReadOnlySpan<double> probabilities, ReadOnlySpan<byte> came, ReadOnlySpan<int> weights, int together)
    {
        var (at, share, weight) = (new double[probabilities.Length], new double[probabilities.Length], new double[probabilities.Length]);
        var blocks = 0;
        for (var i = 0; i < probabilities.Length;)
        {
            double sum = 0, hits = 0, middle = 0;
            for (var last = double.NaN; i < probabilities.Length && (sum < together || probabilities[i] == last); i++)
            {
                last = probabilities[i];
                sum += weights[i];
                hits += weights[i] * came[i];
                middle += weights[i] * last;
            }

            if (sum == 0)
            {
                continue;
            }

            (at[blocks], share[blocks], weight[blocks]) = (middle / sum, hits / sum, sum);
            blocks++;
            while (blocks > 1 && share[blocks - 2] >= share[blocks - 1])
            {
                var both = weight[blocks - 2] + weight[blocks - 1];
                at[blocks - 2] = ((at[blocks - 2] * weight[blocks - 2]) + (at[blocks - 1] * weight[blocks - 1])) / both;
                share[blocks - 2] = ((share[blocks - 2] * weight[blocks - 2]) + (share[blocks - 1] * weight[blocks - 1])) / both;
                weight[blocks - 2] = both;
                blocks--;
            }
        }

        (_at, _share) = (at[..blocks], share[..blocks]);
    }

    /// <summary>Calibrated probabilities of ascending ones. Shape [n].</summary>
    public void Apply(ReadOnlySpan<double> probabilities, Span<double> calibrated)
    {
        var block = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var p = probabilities[i];
            while (block < _at.Length && _at[block] < p)
            {
                block++;
            }

            calibrated[i] = block == 0 ? _share[0] : block == _at.Length ? _share[^1]
                : _share[block - 1] + ((p - _at[block - 1]) / (_at[block] - _at[block - 1]) * (_share[block] - _share[block - 1]));
        }
    }
}
