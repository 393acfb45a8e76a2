using Fairlead.Evaluation.Metrics;

namespace Fairlead.Customers.Causes;

/// <summary>
/// What share of a slice would be of a class if it were like the rest: rows outside, which the scoring model never saw, are grouped by their score,
/// and the slice's rows get the share seen in their group (direct standardisation by a prognostic score; Hansen 2008).
/// </summary>
/// <remarks>
/// Within a group the share is moved by the difference of mean scores. How far levels of the same column differ from each other beyond chance
/// (DerSimonian and Laird 1986, on the log of observed over expected) is the standard deviation <see cref="Between"/>: a slice may differ that much for good reasons.
/// </remarks>
public sealed class ExpectedShare
{
    private const int GroupsMax = 10;
    private const int RowsPerGroup = 25;

    /// <summary>Fewest expected rows of the class in a level that is compared with the others.</summary>
    private const double LevelExpected = 5;

    private const int LevelsMin = 3;

    private readonly double[] _sliceScores;
    private readonly double[] _referenceScores;
    private readonly bool[] _referenceTrue;
    private readonly int[] _sliceGroups;
    private readonly int[] _referenceGroups;
    private readonly int _groups;

    /// <param name="sliceScores">Probability of the class by a model that never saw the slice. Shape [slice rows], at least one.</param>
    /// <param name="referenceScores">The same for rows outside the slice that the model never saw either. Shape [reference rows], at least one.</param>
    /// <param name="referenceTrue">Whether they are of the class.</param>
    /// <param name="referenceLevels">Level of the slice's column per reference row, -1 for none; null when the slice is not a level of a column.</param>
    public ExpectedShare(double[] sliceScores, double[] referenceScores, bool[] referenceTrue, int[]? referenceLevels)
    {
        ArgumentNullException.ThrowIfNull(sliceScores);
        ArgumentNullException.ThrowIfNull(referenceScores);
        (_sliceScores, _referenceScores, _referenceTrue) = (sliceScores, referenceScores, referenceTrue);
        var edges = Edges(sliceScores, referenceScores);
        _groups = edges.Length + 1;
        _sliceGroups = Array.ConvertAll(sliceScores, score => GroupOf(edges, score));
        _referenceGroups = Array.ConvertAll(referenceScores, score => GroupOf(edges, score));
        Between = referenceLevels is null ? 0 : Spread(referenceLevels);
    }

    /// <summary>Standard deviation, between levels, of ln(observed share / expected share).</summary>
    public double Between { get; }

    /// <summary>The share, with every row counted as often as its weight says. In [0, 1].</summary>
    public double Of(ReadOnlySpan<int> slice, ReadOnlySpan<int> reference)
    {
        Span<double> shares = stackalloc double[_groups];
        Shares(reference, shares, out var means);
        Span<long> rows = stackalloc long[_groups];
        Span<double> scores = stackalloc double[_groups];
        var total = 0L;
        for (var i = 0; i < slice.Length; i++)
        {
            rows[_sliceGroups[i]] += slice[i];
            scores[_sliceGroups[i]] += slice[i] * _sliceScores[i];
            total += slice[i];
        }

        var expected = 0.0;
        for (var g = 0; g < _groups; g++)
        {
            if (rows[g] > 0)
            {
                var mean = scores[g] / rows[g];
                expected += rows[g] * (double.IsNaN(shares[g]) ? mean : Math.Clamp(shares[g] + mean - means[g], 0, 1));
            }
        }

        return expected / total;
    }

    private void Shares(ReadOnlySpan<int> reference, Span<double> shares, out double[] means)
    {
        var rows = new long[_groups];
        var hits = new long[_groups];
        means = new double[_groups];
        for (var i = 0; i < reference.Length; i++)
        {
            var g = _referenceGroups[i];
            rows[g] += reference[i];
            hits[g] += _referenceTrue[i] ? reference[i] : 0;
            means[g] += reference[i] * _referenceScores[i];
        }

        for (var g = 0; g < _groups; g++)
        {
            (shares[g], means[g]) = rows[g] > 0 ? ((double)hits[g] / rows[g], means[g] / rows[g]) : (double.NaN, 0);
        }
    }

    private double Spread(int[] levels)
    {
        var ones = new int[_referenceScores.Length];
        Array.Fill(ones, 1);
        var shares = new double[_groups];
        Shares(ones, shares, out _);
        var (effects, weights) = (new List<double>(), new List<double>());
        foreach (var level in Enumerable.Range(0, levels.Length).Where(i => levels[i] >= 0).GroupBy(i => levels[i]).OrderBy(level => level.Key))
        {
            var (expected, variance, observed) = (0.0, 0.0, 0);
            foreach (var i in level)
            {
                var share = shares[_referenceGroups[i]];
                expected += share;
                variance += share * (1 - share);
                observed += _referenceTrue[i] ? 1 : 0;
            }

            if (expected >= LevelExpected && variance > 0)
            {
                effects.Add(Math.Log(Math.Max(observed, 0.5) / expected));
                weights.Add(expected * expected / variance);
            }
        }

        if (effects.Count < LevelsMin)
        {
            return 0;
        }

        var total = weights.Sum();
        var mean = effects.Zip(weights, (effect, weight) => effect * weight).Sum() / total;
        var heterogeneity = effects.Zip(weights, (effect, weight) => weight * (effect - mean) * (effect - mean)).Sum();
        var excess = (heterogeneity - (effects.Count - 1)) / (total - (weights.Sum(weight => weight * weight) / total));
        return Math.Sqrt(Math.Max(0, excess));
    }

    /// <summary>Upper edges of all groups but the last: deciles of the slice's scores, thinned until each group has reference rows enough.</summary>
    private static double[] Edges(double[] slice, double[] reference)
    {
        double[] sorted = [.. slice.Order()];
        double[] others = [.. reference.Order()];
        var edges = new List<double>();
        var below = 0;
        for (var g = 1; g < GroupsMax; g++)
        {
            var edge = Bootstrap.Percentile(sorted, (double)g / GroupsMax);
            var at = CountBelow(others, edge);
            if (at - below >= RowsPerGroup && others.Length - at >= RowsPerGroup && (edges.Count == 0 || edge > edges[^1]))
            {
                edges.Add(edge);
                below = at;
            }
        }

        return [.. edges];
    }

    private static int CountBelow(double[] sorted, double value)
    {
        var at = Array.BinarySearch(sorted, value);
        at = at < 0 ? ~at : at;
        while (at > 0 && sorted[at - 1] >= value)
        {
            at--;
        }

        return at;
    }

    private static int GroupOf(double[] edges, double score)
    {
        var group = 0;
        while (group < edges.Length && score >= edges[group])
        {
            group++;
        }

        return group;
    }
}
