namespace Fairlead.Projects.Inference;

/// <summary>How well one column tells the target alone, on rows that its rule was not made from.</summary>
internal static class SingleColumn
{
    private const int Bins = 32;

    /// <summary>Rows a hold-out half needs before its figure says anything.</summary>
    private const int RowsMin = 50;

    /// <summary>
    /// Binary: area under the ROC curve. Multiclass: the mean over classes of the area of one class against the rest, weighted by class share. Regression: R².
    /// 0.5 (or 0) is no better than guessing, 1 tells it all.
    /// </summary>
    /// <param name="numbers">The column's numbers, NaN where missing; null for a column of names.</param>
    /// <param name="codes">The column's levels by row, -1 where missing; used when <paramref name="numbers"/> is null.</param>
    /// <param name="classes">Class by row, -1 where missing; null for regression.</param>
    /// <param name="values">Target by row, NaN where missing; used when <paramref name="classes"/> is null.</param>
    /// <remarks>Even rows make the rule (the target's mean by 32 quantile bins or by level, drawn to the overall mean by one row's weight), odd rows judge it, and the other way round; the mean of both.</remarks>
    public static double Strength(double[]? numbers, int[] codes, int[]? classes, double[] values, int classCount)
    {
        var first = Half(0);
        var second = Half(1);
        return (first + second) / 2;

        double Half(int judge)
        {
            var bins = numbers is null ? Array.ConvertAll(codes, c => c + 1) : Binned(numbers, judge);
            if (classes is null)
            {
                return R2(bins, values, judge);
            }

            if (classCount == 2)
            {
                return Area(bins, classes, 1, judge);
            }

            double sum = 0, weight = 0;
            for (var c = 0; c < classCount; c++)
            {
                var share = classes.Count(x => x == c);
                sum += share * Area(bins, classes, c, judge);
                weight += share;
            }

            return weight == 0 ? 0.5 : sum / weight;
        }
    }

    /// <summary>Bin by row: 0 where missing; an edge has a bin of its own, so that a frequent value (such as 0) stands alone.</summary>
    private static int[] Binned(double[] numbers, int judge)
    {
        var sorted = numbers.Where((n, row) => row % 2 != judge && !double.IsNaN(n)).ToArray();
        Array.Sort(sorted);
        if (sorted.Length == 0)
        {
            return new int[numbers.Length];
        }

        var edges = Enumerable.Range(1, Bins - 1).Select(b => sorted[(int)((long)b * sorted.Length / Bins)]).Distinct().ToArray();
        return Array.ConvertAll(numbers, n =>
        {
            var at = double.IsNaN(n) ? 0 : Array.BinarySearch(edges, n);
            return double.IsNaN(n) ? 0 : at >= 0 ? 2 + (2 * at) : 1 + (2 * ~at);
        });
    }

    private static double Area(int[] bins, int[] classes, int positive, int judge)
    {
        var rule = Totals(bins, row => classes[row] < 0 ? double.NaN : classes[row] == positive ? 1 : 0, judge, out var overall);
        var judged = new (long Positives, long Negatives)[rule.Length];
        var rows = 0;
        for (var row = judge; row < bins.Length; row += 2)
        {
            if (classes[row] < 0)
            {
                continue;
            }

            ref var bin = ref judged[bins[row]];
            bin = classes[row] == positive ? (bin.Positives + 1, bin.Negatives) : (bin.Positives, bin.Negatives + 1);
            rows++;
        }

        double area = 0, negatives = 0, positives = 0;
        foreach (var tie in Enumerable.Range(0, rule.Length).GroupBy(b => Mean(rule[b], overall)).OrderBy(g => g.Key))
        {
            long p = tie.Sum(b => judged[b].Positives), n = tie.Sum(b => judged[b].Negatives);
            area += p * (negatives + (n / 2.0));
            (positives, negatives) = (positives + p, negatives + n);
        }

        return rows < RowsMin || positives == 0 || negatives == 0 ? 0.5 : area / (positives * negatives);
    }

    private static double R2(int[] bins, double[] values, int judge)
    {
        var rule = Totals(bins, row => values[row], judge, out var overall);
        double sum = 0, squares = 0, errors = 0;
        var rows = 0;
        for (var row = judge; row < bins.Length; row += 2)
        {
            if (!double.IsNaN(values[row]))
            {
                var error = values[row] - Mean(rule[bins[row]], overall);
                (rows, sum, squares, errors) = (rows + 1, sum + values[row], squares + (values[row] * values[row]), errors + (error * error));
            }
        }

        var spread = squares - (sum * sum / Math.Max(1, rows));
        return rows < RowsMin || spread <= 0 ? 0 : Math.Max(0, 1 - (errors / spread));
    }

    private static double Mean((double Sum, int Rows) bin, double overall) => (bin.Sum + overall) / (bin.Rows + 1);

    private static (double Sum, int Rows)[] Totals(int[] bins, Func<int, double> value, int judge, out double overall)
    {
        var totals = new (double Sum, int Rows)[bins.Length == 0 ? 1 : bins.Max() + 1];
        double sum = 0;
        var rows = 0;
        for (var row = 1 - judge; row < bins.Length; row += 2)
        {
            var v = value(row);
            if (!double.IsNaN(v))
            {
                ref var bin = ref totals[bins[row]];
                bin = (bin.Sum + v, bin.Rows + 1);
                (sum, rows) = (sum + v, rows + 1);
            }
        }

        overall = rows == 0 ? 0 : sum / rows;
        return totals;
    }
}
