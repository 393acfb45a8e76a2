namespace Fairlead.Data.Labels;

/// <summary>What confident learning says about given labels.</summary>
/// <param name="Issues">0-based rows whose label is probably wrong, most suspect first: the lowest probability of the given label, then the row whose likeliest class is furthest ahead of it, then the lower row.</param>
/// <param name="Suggested">Likeliest class of each of <paramref name="Issues"/>, as an index.</param>
/// <param name="ConfidentJoint">Calibrated counts of rows by given label (rows) and true label (columns). Whole numbers; a row sums to the rows given that label, the whole to all rows.</param>
/// <param name="NoiseMatrix">P(given | true). Shape [given, true]; every column sums to 1. A class that no row is counted as truly of has 1 on the diagonal: nothing says that its labels are wrong.</param>
/// <param name="Thresholds">Mean probability of a class among the rows given it: from here on a row counts as truly of the class. NaN for a class that no row is given.</param>
public sealed record LabelNoise(int[] Issues, int[] Suggested, long[][] ConfidentJoint, double[][] NoiseMatrix, double[] Thresholds);

/// <summary>
/// Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70), with the rules of the library cleanlab:
/// per-class thresholds, the confident joint calibrated to the counts of the given labels, and pruning by noise rate.
/// </summary>
/// <remarks>
/// O(rows x classes) time. Float sums run in row order. Where probabilities tie, the lower row is taken first, so that the same input always gives the same answer.
/// Loops rather than queries: a query over numbers is compiled when it first runs, which took longer than the work itself.
/// </remarks>
public static class ConfidentLearning
{
    /// <summary>Slack of comparisons, so that a probability equal to a threshold but for rounding counts as reaching it.</summary>
    private const double Slack = 1e-6;

    /// <summary>Least threshold: above <see cref="Slack"/>, so that a class predicted with 0 never counts.</summary>
    private const double ThresholdMin = 2 * Slack;

    /// <summary>Rows of a class that pruning leaves.</summary>
    private const long KeptMin = 1;

    /// <param name="labels">Given label of each row, 0 to classes - 1. At least one row.</param>
    /// <param name="probabilities">Out-of-sample probabilities, row after row. Shape [rows, classes], each in [0, 1].</param>
    /// <param name="classes">At least 2.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is out of range.</exception>
    public static LabelNoise Find(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, 1);
        if (probabilities.Length != (long)labels.Length * classes)
        {
            throw new ArgumentException($"{labels.Length} labels of {classes} classes need {(long)labels.Length * classes} probabilities, not {probabilities.Length}.", nameof(probabilities));
        }

        var counts = Counts(labels, classes);
        var thresholds = Thresholds(labels, probabilities, counts);
        var joint = Calibrated(Confident(labels, probabilities, thresholds), counts);
        var (issues, suggested) = Prune(labels, probabilities, counts, joint);
        for (var k = 0; k < classes; k++)
        {
            thresholds[k] = counts[k] == 0 ? double.NaN : thresholds[k];
        }

        return new LabelNoise(issues, suggested, joint, Noise(joint), thresholds);
    }

    private static int[] Counts(ReadOnlySpan<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentException($"{label} is no label of {classes} classes.", nameof(labels));
            }

            counts[label]++;
        }

        return counts;
    }

    /// <summary>Mean self-confidence of each class; infinite for a class that no row is given.</summary>
    private static double[] Thresholds(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int[] counts)
    {
        var sums = new double[counts.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            sums[labels[row]] += probabilities[(row * counts.Length) + labels[row]];
        }

        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] = counts[k] == 0 ? double.PositiveInfinity : Math.Max(ThresholdMin, sums[k] / counts[k]);
        }

        return sums;
    }

    /// <summary>Rows counted by given label and the class whose threshold they reach; of several the likeliest of all. Every class keeps at least one row as rightly labelled.</summary>
    private static long[][] Confident(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, double[] thresholds)
    {
        var classes = thresholds.Length;
        var (joint, least) = (new long[classes][], new double[classes]);
        for (var k = 0; k < classes; k++)
        {
            (joint[k], least[k]) = (new long[classes], thresholds[k] - Slack);
        }

        for (var row = 0; row < labels.Length; row++)
        {
            var of = probabilities.Slice(row * classes, classes);
            var (reached, first, likeliest) = (0, -1, 0);
            for (var k = 0; k < classes; k++)
            {
                if (of[k] >= least[k])
                {
                    first = reached++ == 0 ? k : first;
                }

                likeliest = of[k] > of[likeliest] ? k : likeliest;
            }

            if (reached > 0)
            {
                joint[labels[row]][reached == 1 ? first : likeliest]++;
            }
        }

        for (var k = 0; k < classes; k++)
        {
            joint[k][k] = Math.Max(1, joint[k][k]);
        }

        return joint;
    }

    /// <summary>Rows scaled to the counts of given labels and rounded so that they keep that sum.</summary>
    private static long[][] Calibrated(long[][] joint, int[] counts)
    {
        var scaled = Square(joint.Length);
        var (total, rows) = (0.0, 0);
        for (var given = 0; given < joint.Length; given++)
        {
            var (sum, of) = ((double)Total(joint[given]), 0.0);
            for (var truth = 0; truth < joint.Length; truth++)
            {
                of += scaled[given][truth] = joint[given][truth] / sum * counts[given];
            }

            total += of;
            rows += counts[given];
        }

        var calibrated = new long[joint.Length][];
        for (var given = 0; given < joint.Length; given++)
        {
            for (var truth = 0; truth < joint.Length; truth++)
            {
                scaled[given][truth] = scaled[given][truth] / total * rows;
            }

            calibrated[given] = Rounded(scaled[given], counts[given]);
        }

        return calibrated;
    }

    /// <summary>Half to even, then the entries nearest to the next whole number are moved by one until the sum is right.</summary>
    private static long[] Rounded(double[] values, long sum)
    {
        var rounded = new long[values.Length];
        for (var k = 0; k < values.Length; k++)
        {
            rounded[k] = (long)Math.Round(values[k], MidpointRounding.ToEven);
        }

        for (var missing = sum - Total(rounded); missing != 0; missing = sum - Total(rounded))
        {
            Move(values, rounded, missing);
        }

        return rounded;
    }

    /// <summary>Moves as many entries by one as are missing, each at most once: raised are those whose value lies furthest above, lowered those whose value lies furthest below.</summary>
    private static void Move(double[] values, long[] rounded, long missing)
    {
        var moved = new bool[values.Length];
        for (var step = 0; step < Math.Min(Math.Abs(missing), values.Length); step++)
        {
            var next = -1;
            for (var k = 0; k < values.Length; k++)
            {
                // Of equals, the later entry is raised first and the earlier one lowered first.
                var before = next < 0 ? 0 : (values[k] - rounded[k]).CompareTo(values[next] - rounded[next]);
                next = !moved[k] && (next < 0 || (missing > 0 ? before >= 0 : before < 0)) ? k : next;
            }

            moved[next] = true;
            rounded[next] += Math.Sign(missing);
        }
    }

    private static double[][] Noise(long[][] joint)
    {
        var noise = Square(joint.Length);
        for (var truth = 0; truth < joint.Length; truth++)
        {
            var sum = 0L;
            foreach (var row in joint)
            {
                sum += row[truth];
            }

            for (var given = 0; given < joint.Length; given++)
            {
                noise[given][truth] = sum > 0 ? (double)joint[given][truth] / sum : given == truth ? 1 : 0;
            }
        }

        return noise;
    }

    /// <summary>Of the rows given a label, as many as the joint counts truly of another class: those where that class is furthest ahead of the given one. A row whose given label is the likeliest stays.</summary>
    private static (int[] Issues, int[] Suggested) Prune(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int[] counts, long[][] joint)
    {
        var classes = counts.Length;
        var suspect = new bool[labels.Length];
        var members = Members(labels, counts);
        for (var given = 0; given < classes; given++)
        {
            var rows = members[given];
            if (rows.Length <= KeptMin)
            {
                continue; // the only row of its class is not taken away
            }

            var margins = new double[rows.Length];
            var order = new double[rows.Length];
            var prune = Pruned(joint[given], given);
            for (var truth = 0; truth < classes; truth++)
            {
                if (truth == given || prune[truth] <= 0)
                {
                    continue;
                }

                for (var i = 0; i < rows.Length; i++)
                {
                    var at = rows[i] * classes;
                    margins[i] = probabilities[at + truth] - probabilities[at + given];
                }

                margins.CopyTo(order, 0);
                var take = (int)Math.Min(prune[truth], rows.Length);
                var least = Selection.Largest(order, take);
                var atLeast = take;
                foreach (var margin in margins)
                {
                    atLeast -= margin > least ? 1 : 0;
                }

                for (var i = 0; i < rows.Length; i++)
                {
                    if (margins[i] > least || (margins[i] == least && atLeast-- > 0))
                    {
                        suspect[rows[i]] = true;
                    }
                }
            }
        }

        return Ranked(labels, probabilities, classes, suspect);
    }

    /// <summary>How many rows to prune for each true class, so that the given one keeps <see cref="KeptMin"/>.</summary>
    private static long[] Pruned(long[] joint, int given)
    {
        var raised = Math.Max(joint[given], KeptMin) - joint[given];
        var present = 0;
        foreach (var count in joint)
        {
            present += count != 0 ? 1 : 0;
        }

        var (others, pruned) = (Math.Max(present - 1.0, 1.0), new long[joint.Length]);
        for (var truth = 0; truth < joint.Length; truth++)
        {
            pruned[truth] = (long)Math.Max(0, joint[truth] - (raised / others));
        }

        return pruned;
    }

    private static (int[] Issues, int[] Suggested) Ranked(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities, int classes, bool[] suspect)
    {
        var (rows, suggested) = (new List<int>(), new int[suspect.Length]);
        var (selves, margins) = (new double[suspect.Length], new double[suspect.Length]);
        for (var row = 0; row < suspect.Length; row++)
        {
            if (!suspect[row])
            {
                continue;
            }

            var of = probabilities.Slice(row * classes, classes);
            var self = of[labels[row]];
            var likeliest = -1;
            for (var k = 0; k < classes; k++)
            {
                likeliest = k != labels[row] && (likeliest < 0 || of[k] > of[likeliest]) ? k : likeliest;
            }

            // As likely as any other, but for rounding: the label stands.
            var stands = of[likeliest] < self + Slack || (of[likeliest] == self + Slack && likeliest > labels[row]);
            if (!stands)
            {
                rows.Add(row);
                (selves[row], margins[row], suggested[row]) = (self, self - of[likeliest], likeliest);
            }
        }

        rows.Sort((a, b) => selves[a] != selves[b] ? selves[a].CompareTo(selves[b]) : margins[a] != margins[b] ? margins[a].CompareTo(margins[b]) : a - b);
        var (issues, labelsOf) = (new int[rows.Count], new int[rows.Count]);
        for (var i = 0; i < issues.Length; i++)
        {
            (issues[i], labelsOf[i]) = (rows[i], suggested[rows[i]]);
        }

        return (issues, labelsOf);
    }

    private static int[][] Members(ReadOnlySpan<int> labels, int[] counts)
    {
        var (members, filled) = (new int[counts.Length][], new int[counts.Length]);
        for (var k = 0; k < counts.Length; k++)
        {
            members[k] = new int[counts[k]];
        }

        for (var row = 0; row < labels.Length; row++)
        {
            members[labels[row]][filled[labels[row]]++] = row;
        }

        return members;
    }

    private static double[][] Square(int size)
    {
        var square = new double[size][];
        for (var row = 0; row < size; row++)
        {
            square[row] = new double[size];
        }

        return square;
    }

    private static long Total(long[] counts)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        return total;
    }
}
