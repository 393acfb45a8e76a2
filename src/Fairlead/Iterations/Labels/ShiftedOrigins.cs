using Fairlead.Customers.Causes;
using Fairlead.Data.Labels;
using Fairlead.Data.Profiles;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;

namespace Fairlead.Iterations.Labels;

/// <summary>Origins of rows whose numbers are shifted as a whole: source files, and levels of the columns that are declared to say who or what recorded a row.</summary>
/// <remarks>
/// No model knows the file of a row, so a shift of all its numbers stays in its residuals. A declared column may be a feature, and a model learns the shift of a level as if the level were different: there the residuals are
/// those of a linear fit on the other features, each fold by the others. Either is tested by ranks against the rows of the column's other origins (H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18, 1947), corrected for all
/// origins looked at. The size comes from fits that learnt on the other origins alone, so that no part of the shift is in what is expected: the models had learnt the origin's share of it.
/// </remarks>
internal sealed class ShiftedOrigins
{
    /// <summary>Difference of medians from which an origin is shifted, in usual residuals.</summary>
    private const double ShiftMin = 0.5;

    private const double ChanceMax = 0.01;

    /// <summary>Fewest rows of an origin, and of the others.</summary>
    private const int RowsMin = 30;

    /// <summary>A factor is named rather than a difference when it leaves at most this share of what the difference leaves.</summary>
    private const double FactorLeaves = 0.9;

    private readonly SuspectLabels.Request _request;
    private readonly List<int> _judged;
    private readonly List<Column> _columns = [];
    private readonly double[] _robust;

    /// <param name="predicted">By models that never saw the rows, shape [judged].</param>
    /// <param name="spreads">The usual residual of each, shape [judged].</param>
    /// <param name="scores">Residuals in usual residuals, shape [judged].</param>
    public ShiftedOrigins(SuspectLabels.Request request, List<int> judged, double[] predicted, double[] spreads, double[] scores, CancellationToken cancel)
    {
        (_request, _judged) = (request, judged);
        _robust = [.. judged.Select((row, at) => SuspectValues.Cut(request.Data.Values[row], predicted[at], spreads[at]))];
        var plain = request.Data.Features.Columns.Where(column => column.Kind != ColumnKind.Text).ToList();
        if (request.Data.File is { } file)
        {
            _columns.Add(new Column(file, false, scores, predicted, plain, OriginsOf(file)));
        }

        foreach (var column in request.Provenance.Select(name => SliceRows.Find(request.Data, name, request.Extra)).OfType<FrameColumn>().Where(column => column.Kind == ColumnKind.Category))
        {
            cancel.ThrowIfCancellationRequested();
            List<FrameColumn> others = [.. plain.Where(one => one.Name != column.Name)];
            var expected = CrossFitted(others);
            _columns.Add(new Column(column, true, [.. judged.Select((row, at) => (request.Data.Values[row] - expected[at]) / spreads[at])], new double[judged.Count], others, OriginsOf(column)));
        }
    }

    /// <param name="Slice">The origin.</param>
    /// <param name="Declared">By a declared column, not a file.</param>
    /// <param name="Rows">Positions of its rows among the judged ones.</param>
    /// <param name="Others">Those of the column's other origins.</param>
    /// <param name="Away">Difference of medians in usual residuals.</param>
    /// <param name="Chance">Chance of so much by accident, over all origins.</param>
    /// <param name="Beyond">Rows of the origin on that side of the others' median.</param>
    /// <param name="BeyondElsewhere">Other rows there.</param>
    public sealed record Found(CandidateSlice Slice, bool Declared, int[] Rows, int[] Others, double Away, double Chance, int Beyond, int BeyondElsewhere, ValueShift Shift);

    /// <summary>The origin that is shifted most among the rows that nothing explains yet; null where none is beyond chance.</summary>
    /// <param name="explained">Shape [judged].</param>
    public Found? Next(bool[] explained)
    {
        var looked = Math.Max(1, _columns.Sum(column => column.Origins.Count));
        (Column Column, CandidateSlice Slice, int[] Rows, double Away, double Chance, double Middle)? worst = null;
        foreach (var column in _columns)
        {
            int[] left = [.. column.Origins.SelectMany(origin => origin.Rows).Where(at => !explained[at])];
            var scores = Array.ConvertAll(left, at => column.Scores[at]);
            var ranks = new double[explained.Length];
            foreach (var (rank, at) in Correlations.Ranks(scores).Zip(left))
            {
                ranks[at] = rank;
            }

            var rising = left.OrderBy(at => column.Scores[at]).ThenBy(at => at).ToArray();
            var mine = new bool[explained.Length];
            foreach (var (slice, all) in column.Origins)
            {
                int[] rows = [.. all.Where(at => !explained[at])];
                if (rows.Length < RowsMin || left.Length - rows.Length < RowsMin)
                {
                    continue;
                }

                Array.ForEach(rows, at => mine[at] = true);
                var middle = Middle(column.Scores, rising, mine, left.Length - rows.Length);
                Array.ForEach(rows, at => mine[at] = false);
                var away = ValueDoubts.MedianAndSpread(Array.ConvertAll(rows, at => column.Scores[at])).Median - middle;
                var chance = Math.Min(1, looked * RankSum(rows.Sum(at => ranks[at]), rows.Length, left.Length));

                // Of two origins either is shifted against the other: the one with fewer rows is named.
                if (Math.Abs(away) >= ShiftMin && chance <= ChanceMax
                    && (worst is not { } known || Math.Abs(away) > Math.Abs(known.Away) || (Math.Abs(away) == Math.Abs(known.Away) && rows.Length < known.Rows.Length)))
                {
                    worst = (column, slice, rows, away, chance, middle);
                }
            }
        }

        if (worst is not { } found)
        {
            return null;
        }

        var own = found.Rows.ToHashSet();
        int[] others = [.. found.Column.Origins.SelectMany(origin => origin.Rows).Where(at => !explained[at] && !own.Contains(at)).Order()];
        bool Beyond(int at) => found.Away > 0 ? found.Column.Scores[at] > found.Middle : found.Column.Scores[at] < found.Middle;
        return new Found(found.Slice, found.Column.Declared, found.Rows, others, found.Away, found.Chance, found.Rows.Count(Beyond), others.Count(Beyond), SizeOf(found.Column, found.Rows, others));
    }

    private List<(CandidateSlice Slice, int[] Rows)> OriginsOf(FrameColumn column) =>
        [.. CandidateSlices.Levels(column, _request.Words.Label(column.Name))
            .GroupJoin(Enumerable.Range(0, _judged.Count), slice => slice.Condition.Level, at => column.Texts![_judged[at]], (slice, rows) => (slice, rows.ToArray()), StringComparer.Ordinal)
            .Where(origin => origin.Item2.Length >= RowsMin)];

    /// <summary>What other features say of each row's number, by a linear fit on the other folds; the median where there are none.</summary>
    private double[] CrossFitted(List<FrameColumn> features)
    {
        var expected = new double[_judged.Count];
        var (data, frame) = (_request.Data, features.Count == 0 ? null : new Frame(features));
        foreach (var fold in Enumerable.Range(0, _judged.Count).GroupBy(at => data.Folds[_judged[at]]))
        {
            int[] learn = [.. Enumerable.Range(0, _judged.Count).Where(at => data.Folds[_judged[at]] != fold.Key)];
            int[] mine = [.. fold];
            foreach (var (answer, at) in Fit(frame, learn, at => _robust[at], mine).Zip(mine))
            {
                expected[at] = answer;
            }
        }

        return expected;
    }

    private double[] Fit(Frame? frame, int[] learn, Func<int, double> value, int[] answer)
    {
        if (frame is null || learn.Length < 2 * RowsMin)
        {
            var middle = ValueDoubts.MedianAndSpread([.. learn.Select(value)]).Median;
            return Array.ConvertAll(answer, _ => middle);
        }

        var rows = SuspectValues.EveryNth(learn);
        return SuspectValues.Fit(frame, Array.ConvertAll(rows, at => _judged[at]), Array.ConvertAll(rows, at => value(at)), Array.ConvertAll(answer, at => _judged[at]));
    }

    /// <summary>By how much, or how many times, the rows' numbers are beyond what is expected from the others alone: the difference of medians, since the fit tells means.</summary>
    private ValueShift SizeOf(Column column, int[] rows, int[] others)
    {
        var frame = column.Features.Count == 0 ? null : new Frame(column.Features);
        var expected = (double[])column.Base.Clone();
        foreach (var half in new[] { 0, 1 })
        {
            int[] learn = [.. others.Where((_, i) => i % 2 == half)];
            int[] answer = [.. others.Where((_, i) => i % 2 != half)];
            foreach (var (more, i) in Fit(frame, learn, at => _robust[at] - column.Base[at], [.. answer, .. rows]).Select((more, i) => (more, i)))
            {
                expected[i < answer.Length ? answer[i] : rows[i - answer.Length]] += i < answer.Length ? more : more / 2;
            }
        }

        double Recorded(int at) => _request.Data.Values[_judged[at]];
        var offset = Apart(rows, others, at => Recorded(at) - expected[at]);
        if (rows.Concat(others).All(at => Recorded(at) > 0 && expected[at] > 0))
        {
            var log = Apart(rows, others, at => Math.Log(Recorded(at) / expected[at]));
            var factor = new Estimate(Math.Exp(log.Value), Math.Exp(log.Low), Math.Exp(log.High));
            double Left(Func<int, double> corrected) => ValueDoubts.MedianAndSpread([.. rows.Select(at => Math.Abs(corrected(at) - expected[at]))]).Median;
            if (Left(at => Recorded(at) / factor.Value) < FactorLeaves * Left(at => Recorded(at) - offset.Value))
            {
                return new ValueShift("factor", factor, true);
            }
        }

        return new ValueShift("offset", offset, true);
    }

    /// <summary>Difference of two medians; its interval from those of both, at right angles.</summary>
    private static Estimate Apart(int[] rows, int[] others, Func<int, double> of)
    {
        var (inside, outside) = (ValueCauses.Median([.. rows.Select(of)]), ValueCauses.Median([.. others.Select(of)]));
        var value = inside.Value - outside.Value;
        return new Estimate(value, value - Length(inside.Value - inside.Low, outside.High - outside.Value), value + Length(inside.High - inside.Value, outside.Value - outside.Low));

        static double Length(double a, double b) => Math.Sqrt((a * a) + (b * b));
    }

    /// <summary>The median of the rows that are not marked.</summary>
    private static double Middle(double[] scores, int[] rising, bool[] marked, int count)
    {
        var (seen, low) = (0, double.NaN);
        foreach (var at in rising)
        {
            if (marked[at])
            {
                continue;
            }

            seen++;
            low = seen == (count + 1) / 2 ? scores[at] : low;
            if (seen == (count / 2) + 1)
            {
                return (low + scores[at]) / 2;
            }
        }

        return low;
    }

    /// <summary>Two-sided p of the rank-sum test by its normal approximation; ties make it a little larger.</summary>
    private static double RankSum(double sum, int rows, double n) => SpecialFunctions.NormalTwoSided((sum - (rows * (n + 1) / 2)) / Math.Sqrt(rows * (n - rows) * (n + 1) / 12));

    /// <param name="Scores">What is left of each number, in usual residuals.</param>
    /// <param name="Base">What <paramref name="Scores"/> are measured from as far as it does not know the column; a fit tells the rest.</param>
    /// <param name="Features">What that fit looks at.</param>
    private sealed record Column(FrameColumn Of, bool Declared, double[] Scores, double[] Base, List<FrameColumn> Features, List<(CandidateSlice Slice, int[] Rows)> Origins);
}
