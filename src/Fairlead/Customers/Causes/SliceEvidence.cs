using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training;

namespace Fairlead.Customers.Causes;

/// <summary>What the records themselves say about a slice: how often a class is recorded there, and how often it should be if the slice were like the rest.</summary>
/// <remarks>
/// The expected share comes from a model fitted on training rows outside the slice, without the slice's category and date columns, checked on exam rows outside it.
/// It rests on one assumption, which the sentences name: what makes a row of the class elsewhere makes it so in the slice too.
/// Sealed rows are not looked at.
/// </remarks>
public sealed class SliceEvidence
{
    /// <summary>Fewest rows of the slice.</summary>
    public const int SliceRowsMin = 30;

    /// <summary>Fewest rows outside that check the expectation.</summary>
    public const int ReferenceRowsMin = 60;

    /// <summary>Fewest of those that are of the class.</summary>
    public const int ReferenceHitsMin = 10;

    /// <summary>A flip rate is not taken above this: the estimates divide by what is left.</summary>
    public const double FlipMax = 0.98;

    private readonly int[] _slice;
    private readonly int[] _reference;
    private readonly ExpectedShare _expected;
    private readonly bool[] _recorded;

    private SliceEvidence(int[] slice, bool[] recorded, int[] reference, ExpectedShare expected, double recordedFrom, int seed, CancellationToken cancel)
    {
        (_slice, _recorded, _reference, _expected) = (slice, recorded, reference, expected);
        var (recordedShare, expectedShare) = Shares(Ones(slice.Length), Ones(reference.Length), 0);
        var figures = Bootstrap.RunGroups(
            [slice.Length, reference.Length], 2, Bootstrap.Resamples, seed,
            (weights, normal, values) => (values[0], values[1]) = Shares(weights[..slice.Length], weights[slice.Length..], normal), cancel);
        Recorded = Bootstrap.Interval(recordedShare, figures, figure => figure[0]);
        Expected = Bootstrap.Interval(expectedShare, figures, figure => figure[1]);
        FlipRate = Bootstrap.Interval(Math.Max(0, Flip(recordedShare, expectedShare)), figures, figure => Math.Max(0, Flip(figure[0], figure[1])));
        double Hidden(double recordedTo, double expectedTo) => recordedFrom > 0 ? Math.Clamp((expectedTo - recordedTo) / recordedFrom, 0, 1) : 0;
        HiddenShare = Bootstrap.Interval(Hidden(recordedShare, expectedShare), figures, figure => Hidden(figure[0], figure[1]));
    }

    /// <summary>Rows of the slice that the evidence rests on: positions in the data set, sealed ones not among them.</summary>
    public IReadOnlyList<int> Rows => _slice;

    /// <summary>Share of the slice that is recorded as the class people say is right.</summary>
    public Estimate Recorded { get; }

    /// <summary>Share that should be, if the slice were like the rest.</summary>
    public Estimate Expected { get; }

    /// <summary>Share of the slice's rows truly of the class that are recorded as the other: 1 - recorded / expected, in [0, 0.98].</summary>
    public Estimate FlipRate { get; }

    /// <summary>Share of the rows recorded as the other class that are truly of the class.</summary>
    public Estimate HiddenShare { get; }

    /// <summary>Group sizes for a bootstrap that draws the slice and the reference rows.</summary>
    internal int[] Groups => [_slice.Length, _reference.Length];

    /// <param name="where">The slice.</param>
    /// <param name="from">Class index that is recorded.</param>
    /// <param name="to">Class index that people say is right.</param>
    /// <param name="fit">Fits a model on the rows it is given; <see cref="QuickModel"/> is meant.</param>
    /// <param name="extra">Columns beside the features.</param>
    /// <returns>Null when there are too few rows on either side to tell.</returns>
    public static SliceEvidence? Of(
        Dataset data, IReadOnlyList<Condition> where, int from, int to, Func<TrainingInput, FittedModel> fit, IReadOnlyList<FrameColumn> extra, int seed, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(where);
        return Of(data, where, [], from, to, fit, extra, seed, cancel);
    }

    /// <summary>The same for the part of a slice that does not meet <paramref name="butNot"/>; the model is fitted outside the whole slice.</summary>
    internal static SliceEvidence? Of(
        Dataset data, IReadOnlyList<Condition> where, IReadOnlyList<Condition> butNot, int from, int to, Func<TrainingInput, FittedModel> fit, IReadOnlyList<FrameColumn> extra,
        int seed, CancellationToken cancel)
    {
        var whole = SliceRows.Of(data, where, extra);
        var inside = new bool[data.Count];
        foreach (var row in whole)
        {
            inside[row] = true;
        }

        var left = butNot.Count == 0 ? [] : SliceRows.Of(data, [.. where, .. butNot], extra).ToHashSet();
        int[] slice = [.. whole.Where(row => data.Sides[row] != Side.Sealed && !left.Contains(row))];
        int[] reference = [.. Enumerable.Range(0, data.Count).Where(row => !inside[row] && data.Sides[row] == Side.Exam)];
        int[] training = [.. Enumerable.Range(0, data.Count).Where(row => !inside[row] && UnseenJudge.Trains(data, row))];
        var hits = Array.ConvertAll(reference, row => data.Labels[row] == to);
        if (slice.Length < SliceRowsMin || reference.Length < ReferenceRowsMin || hits.Count(hit => hit) < ReferenceHitsMin
            || training.Select(row => data.Labels[row]).Distinct().Take(2).Count() < 2)
        {
            return null;
        }

        var taken = where.Select(condition => condition.Column).ToHashSet(StringComparer.Ordinal);
        var frame = new Frame([.. data.Features.Columns.Where(column => !taken.Contains(column.Name) || column.Kind == ColumnKind.Number)]);
        if (frame.Columns.Count == 0)
        {
            return null;
        }

        var model = fit(new TrainingInput(
            frame.Take(training), Array.ConvertAll(training, row => data.Folds[row]), data.Classes.Count > 2 ? ModelTask.Multiclass : ModelTask.Binary, data.Classes,
            Array.ConvertAll(training, row => data.Labels[row]), [], null, 1, seed));
        double[] Scores(int[] rows)
        {
            var outputs = model.Score(frame.Take(rows));
            return [.. Enumerable.Range(0, rows.Length).Select(i => outputs[(i * model.Outputs) + to])];
        }

        var recorded = Array.ConvertAll(slice, row => RecordedLabel(data, row));
        var expected = new ExpectedShare(Scores(slice), Scores(reference), hits, Levels(data, where, extra, reference));
        return new SliceEvidence(
            slice, Array.ConvertAll(recorded, label => label == to), reference, expected, (double)recorded.Count(label => label == from) / slice.Length, seed, cancel);
    }

    /// <summary>The recorded class, before anybody corrected it; -1 when it is none of the classes.</summary>
    public static int RecordedLabel(Dataset data, int row)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.LabelWas[row] is { } was ? data.Classes.ToList().IndexOf(was) : data.Labels[row];
    }

    /// <summary>Recorded and expected share of one resample.</summary>
    internal (double Recorded, double Expected) Shares(ReadOnlySpan<int> slice, ReadOnlySpan<int> reference, double normal)
    {
        var (hits, rows) = (0L, 0L);
        for (var i = 0; i < slice.Length; i++)
        {
            rows += slice[i];
            hits += _recorded[i] ? slice[i] : 0;
        }

        return ((double)hits / rows, Math.Min(0.999, _expected.Of(slice, reference) * Math.Exp(_expected.Between * normal)));
    }

    /// <summary>Flip rate from the two shares, at most <see cref="FlipMax"/>; below 0 when more is recorded than expected.</summary>
    internal static double Flip(double recorded, double expected) => expected > 0 ? Math.Min(FlipMax, 1 - (recorded / expected)) : 0;

    private static int[]? Levels(Dataset data, IReadOnlyList<Condition> where, IReadOnlyList<FrameColumn> extra, int[] reference)
    {
        if (where.FirstOrDefault(condition => condition.Level is not null) is not { } level || SliceRows.Find(data, level.Column, extra)?.Texts is not { } texts)
        {
            return null;
        }

        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return Array.ConvertAll(reference, row =>
        {
            if (texts[row] is not { } text)
            {
                return -1;
            }

            if (!known.TryGetValue(text, out var index))
            {
                known.Add(text, index = known.Count);
            }

            return index;
        });
    }

    private static int[] Ones(int count)
    {
        var ones = new int[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
