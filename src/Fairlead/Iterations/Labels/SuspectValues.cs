using System.Globalization;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Data.Profiles;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Training;

namespace Fairlead.Iterations.Labels;

/// <summary>Recorded numbers that models which never saw the rows do not expect, and what they have in common.</summary>
/// <remarks>
/// Predictions are first freed of what very wrong numbers do to a model of squared errors, and brought to the median of each level and month. A residual is then divided by what is usual for rows of alike answers (<see cref="ValueDoubts"/>) and, where the rows' features say that their numbers are harder to tell, by how much harder: a linear fit of the
/// logarithm of the size, for each fold on the others. So a row is not suspect for being of a kind whose numbers vary. The idea of dividing the residual by its row's uncertainty is
/// H. Zhou, J. Mueller, M. Kumar, J.-L. Wang and J. Lei, "Detecting Errors in Numerical Data via any Regression Model", 2023 (cleanlab); the threshold is this class's own.
/// </remarks>
internal static class SuspectValues
{
    /// <summary>Share of rows of the usual values that is shown beside a suspect.</summary>
    private const double UsualShare = 0.95;

    /// <summary>Rows that the fit of the spread learns from, at most; every n-th.</summary>
    private const int FitRowsMax = 10_000;

    private const int FitRowsMin = 50;

    /// <summary>The features' say on the spread is used from this correlation on, and at most by <see cref="SpreadTimes"/>.</summary>
    private const double CorrelationMin = 0.1;

    /// <summary>A size counts as at most so many usual residuals, so that wrong numbers do not make their slice one whose numbers vary; the fit is made anew on what is left, so that a slice may vary more than that.</summary>
    private const double SizeMax = 3;

    private const int Rounds = 2;

    /// <summary>In usual residuals of a model.</summary>
    private const double CutOff = 2.5;

    /// <summary>Rows of a level or month whose median residual is looked at.</summary>
    private const int SliceRowsMin = 50;

    private const int Sweeps = 2;

    private const double SpreadTimes = 5;

    /// <summary>Added to a size before its logarithm is taken: a residual of nearly 0 is no sign of a tiny spread.</summary>
    private const double SizeFloor = 0.1;

    /// <summary>A slip explains a number when the number without it lies within so many usual residuals.</summary>
    private const double SlipWithin = 3;

    /// <summary>Of a factor it may also lie within this share of what is expected: a number ten times too large pulls what is expected of rows like it along, and no other factor is near.</summary>
    private const double SlipShare = 0.3;

    private static readonly (double Times, string Says)[] Slips =
    [
        (10, "10 times too large"), (100, "100 times too large"), (1_000, "1,000 times too large"), (0.1, "10 times too small"), (0.01, "100 times too small"), (0.001, "1,000 times too small"), (-1, "with the wrong sign"),
    ];

    /// <param name="judged">Rows that may be judged.</param>
    /// <param name="predicted">By models that never saw them, shape [judged].</param>
    public static LabelReport? Find(SuspectLabels.Request request, List<int> judged, double[] predicted, CancellationToken cancel)
    {
        var data = request.Data;
        predicted = Polished(data, judged, Straightened(data, judged, predicted, cancel));
        var residuals = judged.Select((row, at) => data.Values[row] - predicted[at]).ToArray();
        if (judged.Count < ValueDoubts.RowsMin || ValueDoubts.LevelOf(predicted, residuals) is not { } level)
        {
            return null;
        }

        var scores = residuals.Select((residual, at) => (residual - level.Center(predicted[at])) / level.Spread(predicted[at])).ToArray();
        var spreads = Array.ConvertAll(predicted, level.Spread);
        for (var round = 0; round < Rounds; round++)
        {
            var harder = Harder(data, judged, scores, cancel);
            for (var at = 0; at < scores.Length; at++)
            {
                scores[at] /= harder[at];
                spreads[at] *= harder[at];
            }
        }

        var (above, below) = ValueDoubts.TailsOf(scores);
        var chances = Array.ConvertAll(scores, score => score > 0 ? above.Chance(score) : below.Chance(-score));
        var suspects = ValueDoubts.Suspects(chances);
        var causes = ValueCauses.Find(request, judged, predicted, spreads, scores, suspects, cancel, out var causeOf);
        var (high, low) = (above.Distance(1 - UsualShare), below.Distance(1 - UsualShare));
        var rows = suspects.Take(SuspectLabels.ListedMax).Select(at =>
        {
            var (row, recorded) = (judged[at], data.Values[judged[at]]);
            var expected = predicted[at] + level.Center(predicted[at]);
            var (slip, corrected) = SlipOf(recorded, expected, spreads[at]);
            return new SuspectLabel(
                data.Keys[row], data.Rows[row], data.Sides[row] == Side.Exam ? "exam" : "train", NumberText.Shortest(recorded), Rounded(expected, spreads[at]), null, null, causeOf.GetValueOrDefault(at))
            {
                Value = new ValueDoubt(recorded, expected, expected - (low * spreads[at]), expected + (high * spreads[at]), Math.Round(scores[at], 2), chances[at], slip, corrected),
            };
        });
        return new LabelReport([], judged.Count, suspects.Length, [], [], [.. rows], causes);
    }

    /// <summary>A recorded number as a fit may see it: at most <see cref="CutOff"/> usual residuals from what is predicted, so that very wrong ones do not pull it along.</summary>
    internal static double Cut(double recorded, double predicted, double spread) => Math.Clamp(recorded, predicted - (CutOff * spread), predicted + (CutOff * spread));

    /// <summary>A number to the digits that its spread leaves any meaning: two of the spread's.</summary>
    internal static string Rounded(double value, double spread)
    {
        var digits = spread > 0 ? 1 - (int)Math.Floor(Math.Log10(spread)) : 6;
        var step = Math.Pow(10, Math.Max(0, -digits));
        return NumberText.Shortest(digits >= 0 ? Math.Round(value, Math.Min(digits, 12)) : Math.Round(value / step) * step);
    }

    /// <summary>
    /// Predictions less what a few very wrong numbers do to a model of squared errors: for each model, a linear fit of its residuals, cut off at <see cref="CutOff"/> usual ones, on the features; each half of the rows by the
    /// fit on the other. Taken where it brings the right numbers closer, and then once more.
    /// </summary>
    private static double[] Straightened(Dataset data, List<int> judged, double[] predicted, CancellationToken cancel)
    {
        var plain = data.Features.Columns.Where(column => column.Kind != ColumnKind.Text).ToList();
        if (plain.Count == 0)
        {
            return predicted;
        }

        var frame = new Frame(plain);
        double Usual(double[] answers) => ValueDoubts.MedianAndSpread([.. judged.Select((row, at) => data.Values[row] - answers[at])]).Spread;
        var usual = Usual(predicted);
        for (var round = 0; round < Rounds; round++)
        {
            var better = (double[])predicted.Clone();
            foreach (var model in Enumerable.Range(0, judged.Count).GroupBy(at => data.Sides[judged[at]] == Side.Exam ? -1 : data.Folds[judged[at]]))
            {
                cancel.ThrowIfCancellationRequested();
                int[] rows = [.. model];
                if (rows.Length < 2 * FitRowsMin)
                {
                    continue;
                }

                var residuals = Array.ConvertAll(rows, at => data.Values[judged[at]] - predicted[at]);
                var (middle, spread) = ValueDoubts.MedianAndSpread([.. residuals]);
                var cut = Array.ConvertAll(residuals, residual => Math.Clamp(residual, middle - (CutOff * spread), middle + (CutOff * spread)));
                foreach (var half in new[] { 0, 1 })
                {
                    int[] learn = EveryNth([.. Enumerable.Range(0, rows.Length).Where(i => i % 2 != half)]);
                    int[] answer = [.. Enumerable.Range(0, rows.Length).Where(i => i % 2 == half)];
                    foreach (var (more, i) in Fit(frame, Array.ConvertAll(learn, i => judged[rows[i]]), Array.ConvertAll(learn, i => cut[i]), Array.ConvertAll(answer, i => judged[rows[i]])).Zip(answer))
                    {
                        better[rows[i]] += more;
                    }
                }
            }

            if (Usual(better) is var now && now >= usual)
            {
                return predicted;
            }

            (predicted, usual) = (better, now);
        }

        return predicted;
    }

    /// <summary>Answers of a quick model fitted on some rows to others.</summary>
    internal static double[] Fit(Frame frame, int[] learn, double[] values, int[] answer) =>
        ManyRows.Score(QuickModel.Fit(new TrainingInput(frame.Take(learn), [], ModelTask.Regression, [], [], values, null, null, 0)), frame.Take(answer));

    internal static int[] EveryNth(int[] rows)
    {
        var step = Math.Max(1, (rows.Length + FitRowsMax - 1) / FitRowsMax);
        return step == 1 ? rows : [.. rows.Where((_, i) => i % step == 0)];
    }

    /// <summary>
    /// Predictions with the median residual of each level and month added. Wrong numbers that gather in a slice pull the model's answers to its right ones along; the median of the slice stays with those as long as they are more than half.
    /// </summary>
    private static double[] Polished(Dataset data, List<int> judged, double[] predicted)
    {
        double[] polished = [.. predicted];
        foreach (var column in Enumerable.Repeat(data.Features.Columns.Where(column => column.Kind is ColumnKind.Category or ColumnKind.Date).ToList(), Sweeps).SelectMany(columns => columns))
        {
            foreach (var slice in Enumerable.Range(0, judged.Count).GroupBy(at => Slice(column, judged[at])).Where(slice => slice.Key is not null && slice.Count() >= SliceRowsMin))
            {
                var median = ValueDoubts.MedianAndSpread([.. slice.Select(at => data.Values[judged[at]] - polished[at])]).Median;
                foreach (var at in slice)
                {
                    polished[at] += median;
                }
            }
        }

        return polished;

        static string? Slice(FrameColumn column, int row) => column.Texts is { } texts ? texts[row]
            : double.IsNaN(column.Numbers![row]) ? null
            : DateTime.UnixEpoch.AddDays(Math.Clamp(column.Numbers[row], -700_000, 2_900_000)).ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }

    /// <summary>How many times as far as usual the residual of each row may lie, by its features; 1 everywhere where they do not tell.</summary>
    private static double[] Harder(Dataset data, List<int> judged, double[] scores, CancellationToken cancel)
    {
        var harder = new double[judged.Count];
        Array.Fill(harder, 1);
        var plain = data.Features.Columns.Where(column => column.Kind != ColumnKind.Text).ToList();
        if (plain.Count == 0)
        {
            return harder;
        }

        var frame = new Frame(plain);
        var size = Array.ConvertAll(scores, score => Math.Log(Math.Min(SizeMax, Math.Abs(score)) + SizeFloor));
        var expected = new double[judged.Count];
        foreach (var fold in Enumerable.Range(0, judged.Count).GroupBy(at => data.Folds[judged[at]]))
        {
            cancel.ThrowIfCancellationRequested();
            var others = EveryNth([.. Enumerable.Range(0, judged.Count).Where(at => data.Folds[judged[at]] != fold.Key)]);
            if (others.Length < FitRowsMin)
            {
                return harder;
            }

            int[] mine = [.. fold];
            foreach (var (answer, at) in Fit(frame, Array.ConvertAll(others, at => judged[at]), Array.ConvertAll(others, at => size[at]), Array.ConvertAll(mine, at => judged[at])).Zip(mine))
            {
                expected[at] = answer;
            }
        }

        if (!(Correlations.Pearson(expected, size) >= CorrelationMin))
        {
            return harder;
        }

        double[] sorted = [.. expected.Order()];
        var usual = ValueDoubts.Quantile(sorted, 0.5);
        return Array.ConvertAll(expected, one => Math.Clamp(Math.Exp(one - usual), 1 / SpreadTimes, SpreadTimes));
    }

    /// <summary>The slip that explains the number best, with the number without it; nothing where none does.</summary>
    private static (string? Says, string? Corrected) SlipOf(double recorded, double expected, double spread)
    {
        var (best, says, corrected) = (double.PositiveInfinity, (string?)null, (string?)null);
        if (recorded is <= -1e15 or 0 or >= 1e15)
        {
            return (says, corrected);
        }

        foreach (var (times, words) in Slips)
        {
            var without = (double)((decimal)recorded / (decimal)times); // through decimals: 4510 / 10 is 451, not 451.00000000000006
            var (away, within) = (Math.Abs(without - expected), SlipWithin * spread);
            if (away <= (times < 0 ? within : Math.Max(within, SlipShare * Math.Abs(expected))) && away < best)
            {
                (best, says, corrected) = (away, words, NumberText.Shortest(without));
            }
        }

        return (says, corrected);
    }
}
