namespace Fairlead.Evaluation.Metrics;

/// <summary>Percentile bootstrap over rows (Efron and Tibshirani 1993, chapter 13): 95 % intervals from resamples drawn with replacement.</summary>
/// <remarks>
/// A resample is a count per row, so that a statistic walks its sorted rows once. Resample r draws from its own stream, seeded by (seed, r):
/// the result does not depend on the number of threads. Figures computed from the same counts are paired.
/// </remarks>
public static class Bootstrap
{
    /// <summary>Resamples unless rows are very many.</summary>
    public const int Resamples = 1_000;

    private const int FewestResamples = 200;

    /// <summary>Row visits in all, above which fewer resamples are drawn: about 5 seconds of one core.</summary>
    private const double VisitsMax = 4e9;

    private const int Threads = 2;

    /// <summary>A statistic of weighted rows. Called from two threads.</summary>
    /// <param name="weights">Shape [rows]: how often each row was drawn.</param>
    /// <param name="values">Takes the figures; NaN where one can't be had.</param>
    public delegate void Statistic(ReadOnlySpan<int> weights, Span<double> values);

    /// <summary>Resamples that <paramref name="visits"/> row visits each allow, between 200 and 1,000.</summary>
    public static int ResamplesFor(double visits) => (int)Math.Clamp(VisitsMax / Math.Max(1, visits), FewestResamples, Resamples);

    /// <summary>The figures of every resample. Shape [resamples][width].</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="width">Figures a resample.</param>
    public static double[][] Run(int rows, int width, int resamples, int seed, Statistic statistic, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(statistic);
        var figures = new double[resamples][];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancel }, thread =>
        {
            var weights = new int[rows];
            for (var r = thread; r < resamples; r += Threads)
            {
                cancel.ThrowIfCancellationRequested();
                new ResampleRandom(seed, r).Draw(weights);
                statistic(weights, figures[r] = new double[width]);
            }
        });
        return figures;
    }

    /// <summary>A statistic of several groups of rows that are drawn each by itself, and of something uncertain beside them.</summary>
    /// <param name="weights">Shape [sum of the groups' rows], group after group.</param>
    /// <param name="normal">A standard normal draw of the resample's own.</param>
    public delegate void GroupedStatistic(ReadOnlySpan<int> weights, double normal, Span<double> values);

    /// <summary>The figures of every resample, each group drawn with replacement by itself. Shape [resamples][width].</summary>
    /// <param name="groups">Rows of each group.</param>
    public static double[][] RunGroups(IReadOnlyList<int> groups, int width, int resamples, int seed, GroupedStatistic statistic, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(statistic);
        var figures = new double[resamples][];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancel }, thread =>
        {
            var weights = new int[groups.Sum()];
            for (var r = thread; r < resamples; r += Threads)
            {
                cancel.ThrowIfCancellationRequested();
                var random = new ResampleRandom(seed, r);
                var from = 0;
                foreach (var rows in groups)
                {
                    random.Draw(weights.AsSpan(from, rows));
                    from += rows;
                }

                statistic(weights, random.Normal(), figures[r] = new double[width]);
            }
        });
        return figures;
    }

    /// <summary>The figure with the 2.5th and 97.5th percentile of its resamples.</summary>
    /// <param name="of">Takes the figure out of one resample.</param>
    public static Estimate Interval(double value, double[][] figures, Func<double[], double> of)
    {
        ArgumentNullException.ThrowIfNull(figures);
        var drawn = figures.Select(of).Where(double.IsFinite).ToArray();
        Array.Sort(drawn);
        return drawn.Length == 0 ? new Estimate(value, value, value) : new Estimate(value, Percentile(drawn, 0.025), Percentile(drawn, 0.975));
    }

    /// <summary>Percentile of rising values, linear between neighbours (Hyndman and Fan 1996, type 7).</summary>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>95 % interval of a share (Wilson 1927), within [0, 1].</summary>
    public static Estimate Share(long hits, long of)
    {
        const double Z = 1.959963984540054;
        var share = (double)hits / of;
        var spread = Z * Math.Sqrt(((share * (1 - share)) + (Z * Z / (4 * of))) / of);
        var (middle, scale) = (share + (Z * Z / (2 * of)), 1 + (Z * Z / of));
        return new Estimate(share, Math.Max(0, (middle - spread) / scale), Math.Min(1, (middle + spread) / scale));
    }
}
