namespace Fairlead.Data.Profiles;

/// <summary>Correlations between the columns of a sample of rows.</summary>
/// <remarks>
/// Two numbers: Pearson's r, and Spearman's rho as Pearson's r of the average ranks. Two categories: Cramér's V with the bias corrected (W. Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", J. Korean Stat. Soc. 42, 2013).
/// A category and a number: the correlation ratio eta with the bias corrected, sqrt of epsilon² (T. L. Kelley, "An unbiased correlation ratio measure", PNAS 21, 1935). Each over the rows in which both have a value.
/// </remarks>
internal static class Correlations
{
    /// <summary>Most names of a category that is compared.</summary>
    public const int LevelsMax = 256;

    private const int PairsMax = 1_000;
    private const int RowsMin = 8;

    public static CorrelationTable Of(RowSample sample, IReadOnlyList<ProfiledColumn> columns)
    {
        var all = Enumerable.Range(0, columns.Count).Where(i => !columns[i].Constant && !columns[i].IdLike && (IsNumber(columns[i]) || IsCategory(columns[i]))).ToList();
        var compared = all.Where(i => i < sample.Columns).Take(ProfileLimits.CorrelatedMax).Select(i => new Compared(columns[i], sample, i)).ToList();
        var pairs = new List<Correlation>();
        for (var i = 0; i < compared.Count; i++)
        {
            for (var j = i + 1; j < compared.Count; j++)
            {
                pairs.AddRange(Pair(compared[i], compared[j]));
            }
        }

        var strongest = pairs.OrderByDescending(pair => Math.Abs(pair.Value)).ThenBy(pair => pair.A, StringComparer.Ordinal).ThenBy(pair => pair.B, StringComparer.Ordinal).ThenBy(pair => pair.Measure, StringComparer.Ordinal).Take(PairsMax);
        return new CorrelationTable(sample.Rows, sample.IsAll, sample.IsAll || sample.Rows == 0 ? 0 : 1.96 / Math.Sqrt(sample.Rows), [.. strongest], all.Count - compared.Count);
    }

    /// <summary>Pearson's r; NaN when one of them has one value only.</summary>
    internal static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double meanX = 0, meanY = 0, xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            meanX += x[i];
            meanY += y[i];
        }

        meanX /= x.Length;
        meanY /= y.Length;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return xx > 0 && yy > 0 ? Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1) : double.NaN;
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    internal static double[] Ranks(ReadOnlySpan<double> values)
    {
        var keys = values.ToArray();
        var at = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, at);
        var ranks = new double[keys.Length];
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
            {
                to++;
            }

            for (var i = from; i < to; i++)
            {
                ranks[at[i]] = (from + to + 1) / 2.0;
            }

            from = to;
        }

        return ranks;
    }

    /// <summary>Cramér's V, bias corrected, of codes from 0.</summary>
    internal static double CramersV(ReadOnlySpan<int> a, ReadOnlySpan<int> b, int levelsA, int levelsB)
    {
        var table = new int[levelsA * levelsB];
        var (rows, columns) = (new int[levelsA], new int[levelsB]);
        for (var i = 0; i < a.Length; i++)
        {
            table[(a[i] * levelsB) + b[i]]++;
            rows[a[i]]++;
            columns[b[i]]++;
        }

        double n = a.Length, sum = 0;
        for (var i = 0; i < levelsA; i++)
        {
            for (var j = 0; j < levelsB; j++)
            {
                double count = table[(i * levelsB) + j];
                sum += count == 0 ? 0 : count * count / ((double)rows[i] * columns[j]);
            }
        }

        double r = rows.Count(count => count > 0), k = columns.Count(count => count > 0);
        var phi = Math.Max(0, sum - 1 - ((r - 1) * (k - 1) / (n - 1)));
        var (smallR, smallK) = (r - ((r - 1) * (r - 1) / (n - 1)), k - ((k - 1) * (k - 1) / (n - 1)));
        var most = Math.Min(smallR, smallK) - 1;
        return most > 0 ? Math.Min(1, Math.Sqrt(phi / most)) : double.NaN;
    }

    /// <summary>Correlation ratio of a number on a category, bias corrected.</summary>
    internal static double CorrelationRatio(ReadOnlySpan<int> codes, ReadOnlySpan<double> values, int levels)
    {
        var (sums, counts) = (new double[levels], new int[levels]);
        var mean = 0.0;
        for (var i = 0; i < codes.Length; i++)
        {
            mean += values[i];
        }

        mean /= codes.Length;
        var total = 0.0;
        for (var i = 0; i < codes.Length; i++)
        {
            var d = values[i] - mean;
            sums[codes[i]] += d;
            counts[codes[i]]++;
            total += d * d;
        }

        var between = 0.0;
        for (var level = 0; level < levels; level++)
        {
            between += counts[level] == 0 ? 0 : sums[level] * sums[level] / counts[level];
        }

        double n = codes.Length, k = counts.Count(count => count > 0);
        return total > 0 && k > 1 && n > k ? Math.Sqrt(Math.Clamp(1 - ((1 - (between / total)) * (n - 1) / (n - k)), 0, 1)) : double.NaN;
    }

    private static bool IsNumber(ProfiledColumn column) => column.Type is ValueType.Integer or ValueType.Number or ValueType.Date or ValueType.Timestamp;

    private static bool IsCategory(ProfiledColumn column) => column.Type is ValueType.Category or ValueType.Boolean && column.Distinct.Count <= LevelsMax;

    private static IEnumerable<Correlation> Pair(Compared a, Compared b)
    {
        var rows = new List<int>(a.Rows);
        for (var i = 0; i < a.Rows; i++)
        {
            if (a.Has(i) && b.Has(i))
            {
                rows.Add(i);
            }
        }

        if (rows.Count < RowsMin)
        {
            yield break;
        }

        if (a.Codes is null && b.Codes is null)
        {
            double[] x = [.. rows.Select(i => a.Numbers[i])], y = [.. rows.Select(i => b.Numbers[i])];
            if (Pearson(x, y) is var r && double.IsFinite(r))
            {
                yield return new Correlation(a.Name, b.Name, "pearson", r, rows.Count);
                var all = rows.Count == a.Rows; // then the ranks of a column are the same for every pair
                yield return new Correlation(a.Name, b.Name, "spearman", Pearson(all ? a.WholeRanks : Ranks(x), all ? b.WholeRanks : Ranks(y)), rows.Count);
            }
        }
        else if (a.Codes is { } left && b.Codes is { } right)
        {
            if (CramersV([.. rows.Select(i => left[i])], [.. rows.Select(i => right[i])], a.Levels, b.Levels) is var v && double.IsFinite(v))
            {
                yield return new Correlation(a.Name, b.Name, "cramers_v", v, rows.Count);
            }
        }
        else
        {
            var (category, number) = a.Codes is null ? (b, a) : (a, b);
            if (CorrelationRatio([.. rows.Select(i => category.Codes![i])], [.. rows.Select(i => number.Numbers[i])], category.Levels) is var eta && double.IsFinite(eta))
            {
                yield return new Correlation(a.Name, b.Name, "correlation_ratio", eta, rows.Count);
            }
        }
    }

    /// <summary>A column of the sample as numbers, or as codes.</summary>
    private sealed class Compared
    {
        public Compared(ProfiledColumn column, RowSample sample, int at)
        {
            (Name, Rows) = (column.Name, sample.Rows);
            if (IsNumber(column))
            {
                Numbers = [.. sample.Numbers(at)];
                return;
            }

            var known = new Dictionary<ulong, int>();
            Codes = new int[Rows];
            for (var row = 0; row < Rows; row++)
            {
                var hash = sample.HashesOf(at)[row];
                if (hash == 0)
                {
                    Codes[row] = -1;
                }
                else if (!known.TryGetValue(hash, out Codes[row]))
                {
                    known[hash] = Codes[row] = known.Count;
                }
            }

            Levels = known.Count;
        }

        public string Name { get; }

        public int Rows { get; }

        public double[] Numbers { get; } = [];

        public int[]? Codes { get; }

        public int Levels { get; }

        /// <summary>Ranks over all rows; only where every row has a value.</summary>
        public double[] WholeRanks => field ??= Ranks(Numbers);

        public bool Has(int row) => Codes is { } codes ? codes[row] >= 0 : double.IsFinite(Numbers[row]);
    }
}
