namespace Fairlead.Data.Labels;

/// <summary>Which recorded numbers lie too far from what a model that never saw them expects.</summary>
/// <remarks>
/// A residual is measured in the usual residuals of rows with alike answers: by the median and the median absolute deviation along the prediction. What is usual beyond that is taken from the
/// residuals themselves, above and below apart, so that a skewed target is not suspect by being skewed: the quarter of each side just beyond its median gives a tail that is exponential, or a
/// heavier generalised Pareto one (J. Pickands, "Statistical Inference Using Extreme Order Statistics", Ann. Statist. 3, 1975), never a lighter one. Suspects are chosen by
/// Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57, 1995, at <see cref="FalseShare"/>: where every number is right and the tails are as assumed,
/// the chance that any is suspect is at most that.
/// </remarks>
public static class ValueDoubts
{
    /// <summary>Expected share of right numbers among the suspects, at most, while the tails are as assumed.</summary>
    public const double FalseShare = 0.05;

    /// <summary>Fewest rows whose residuals say what is usual.</summary>
    public const int RowsMin = 100;

    /// <summary>Rows of a stretch of predictions that a median and a spread are taken of, at least.</summary>
    private const int StretchRows = 100;

    private const int StretchesMax = 20;

    /// <summary>The spread of a stretch is never taken below this share of the spread of all: a few rows that are answered exactly must not make every other one suspect.</summary>
    private const double SpreadMin = 0.1;

    /// <summary>1 / the median of |Z| of the standard normal distribution: a MAD in standard deviations.</summary>
    private const double Normal = 1.4826022185056018;

    /// <summary>What a residual usually is along the prediction: its median and its spread, between the middles of stretches linear, beyond the outer ones constant.</summary>
    /// <param name="At">Middles of stretches, rising. Shape [stretches].</param>
    /// <param name="Centers">Median residual of each.</param>
    /// <param name="Spreads">Spread of each in standard deviations of a normal distribution of the same MAD, above 0.</param>
    public sealed record Level(double[] At, double[] Centers, double[] Spreads)
    {
        public double Center(double predicted) => Between(Centers, predicted);

        public double Spread(double predicted) => Between(Spreads, predicted);

        private double Between(double[] values, double predicted)
        {
            var above = Array.FindIndex(At, at => at > predicted);
            if (above <= 0)
            {
                return above == 0 ? values[0] : values[^1];
            }

            var share = (predicted - At[above - 1]) / (At[above] - At[above - 1]);
            return values[above - 1] + (share * (values[above] - values[above - 1]));
        }
    }

    /// <summary>How far the numbers of one side usually lie beyond the median, and the tail behind.</summary>
    /// <param name="Median">Of the distances of this side.</param>
    /// <param name="Scale">Of the tail, above 0.</param>
    /// <param name="Shape">0: exponential; above: heavier.</param>
    public sealed record Tail(double Median, double Scale, double Shape)
    {
        /// <summary>Chance that a right number of this side lies at least so far away. In (0, 1].</summary>
        public double Chance(double distance)
        {
            if (distance <= Median)
            {
                return 1;
            }

            var beyond = (distance - Median) / Scale;
            return 0.5 * (Shape == 0 ? Math.Exp(-beyond) : Math.Pow(1 + (Shape * beyond), -1 / Shape));
        }

        /// <summary>The distance that a right number of this side exceeds with a chance of at most 0.5.</summary>
        public double Distance(double chance) => Median + (Scale * (Shape == 0 ? Math.Log(0.5 / chance) : (Math.Pow(0.5 / chance, Shape) - 1) / Shape));
    }

    /// <summary>The residuals' median and spread by what is predicted.</summary>
    /// <param name="predicted">By models that never saw the rows, shape [rows].</param>
    /// <param name="residuals">Recorded less predicted, shape [rows].</param>
    /// <returns>Null where more than half of the residuals are the same: then nothing says what is usual.</returns>
    public static Level? LevelOf(double[] predicted, double[] residuals)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(residuals);
        var (_, all) = MedianAndSpread([.. residuals]);
        if (all <= 0)
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, predicted.Length).OrderBy(row => predicted[row]).ThenBy(row => row)];
        var stretches = Math.Clamp(order.Length / StretchRows, 1, StretchesMax);
        List<(double At, double Center, double Spread)> found = [];
        for (var i = 0; i < stretches; i++)
        {
            var rows = order[(int)((long)order.Length * i / stretches)..(int)((long)order.Length * (i + 1) / stretches)];
            var at = predicted[rows[rows.Length / 2]];
            if (found.Count == 0 || at > found[^1].At)
            {
                var (center, spread) = MedianAndSpread(Array.ConvertAll(rows, row => residuals[row]));
                found.Add((at, center, Math.Max(spread, SpreadMin * all)));
            }
        }

        return new Level([.. found.Select(one => one.At)], [.. found.Select(one => one.Center)], [.. found.Select(one => one.Spread)]);
    }

    /// <summary>The tails of distances above and below 0.</summary>
    /// <param name="scores">Residuals in usual residuals, shape [rows], at least <see cref="RowsMin"/>.</param>
    public static (Tail Above, Tail Below) TailsOf(double[] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return (TailOf([.. scores.Where(score => score > 0)]), TailOf([.. scores.Where(score => score <= 0).Select(score => -score)]));
    }

    /// <summary>Positions of the chances that are too small, smallest first (ties: the lower position).</summary>
    /// <param name="chances">Shape [rows].</param>
    public static int[] Suspects(double[] chances)
    {
        ArgumentNullException.ThrowIfNull(chances);
        int[] order = [.. Enumerable.Range(0, chances.Length).OrderBy(row => chances[row]).ThenBy(row => row)];
        var count = 0;
        for (var i = 0; i < order.Length; i++)
        {
            count = chances[order[i]] <= FalseShare * (i + 1) / order.Length ? i + 1 : count;
        }

        return order[..count];
    }

    /// <summary>Median and 1.4826 MAD; sorts its argument.</summary>
    internal static (double Median, double Spread) MedianAndSpread(double[] values)
    {
        if (values.Length == 0)
        {
            return (0, 0);
        }

        Array.Sort(values);
        var median = Quantile(values, 0.5);
        var away = Array.ConvertAll(values, value => Math.Abs(value - median));
        Array.Sort(away);
        return (median, Normal * Quantile(away, 0.5));
    }

    /// <summary>Linear between the ranks.</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + ((at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private static Tail TailOf(double[] distances)
    {
        if (distances.Length == 0)
        {
            return new Tail(0, 1, 0);
        }

        Array.Sort(distances);
        var (median, upper, next) = (Quantile(distances, 0.5), Quantile(distances, 0.75), Quantile(distances, 0.875));
        var (first, second) = (upper - median, next - upper);
        if (first <= 0)
        {
            return new Tail(median, Math.Max(median, 1), 0); // many equal distances: nothing says how the tail falls
        }

        // Beyond the median a quarter more lies within first, an eighth more within second: equal for an exponential tail, doubled for a shape of 1.
        var shape = Math.Max(0, Math.Log2(second / first));
        return new Tail(median, shape == 0 ? first / Math.Log(2) : first * shape / (Math.Pow(2, shape) - 1), shape);
    }
}
