using System.Globalization;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Scoring;
using Fairlead.Training;

namespace Fairlead.Customers.Causes;

/// <summary>Searches what people corrected for a common cause in the data: a slice, a source, a period.</summary>
public static class CauseSearch
{
    /// <summary>Most causes named for one kind of correction.</summary>
    public const int CausesMax = 3;

    /// <summary>Most rows people were shown that are looked at; the first.</summary>
    public const int ShownMax = 20_000;

    /// <summary>A parent slice is blamed rather than a part of it when the rest of the parent hides at least this share, by its interval.</summary>
    private const double HiddenElsewhere = 0.05;

    /// <summary>From this share on, of the rows recorded wrongly, the slice is relabelled rather than distrusted.</summary>
    private const double NearlyAll = 0.9;

    /// <summary>Fewest corrections that carry a repair where the records can't tell.</summary>
    private const int CorrectionsAlone = 5;

    /// <param name="Data">The version whose labels were shown and judged.</param>
    /// <param name="Feedback">All that people said; the latest word on a row counts.</param>
    /// <param name="Shown">Keys of the rows people were shown, judged or not: what corrections are compared with.</param>
    /// <param name="At">Now: goes into the proposed repairs.</param>
    /// <param name="Fit">Fits a quick model; null means <see cref="QuickModel"/>.</param>
    /// <param name="Extra">Cleaned columns beside the features that a slice may be cut by, shape [rows]; null means none.</param>
    public sealed record Request(
        Dataset Data, IReadOnlyList<Feedback> Feedback, IReadOnlyCollection<string> Shown, CauseWords Words, DateTimeOffset At, int Seed,
        Func<TrainingInput, FittedModel>? Fit = null, IReadOnlyList<FrameColumn>? Extra = null);

    /// <summary>Causes, heaviest first. A wrong answer whose recorded label is right is the model's fault, not the data's, and is no part of it.</summary>
    public static IReadOnlyList<Cause> Find(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var judged = JudgedRows.Of(request.Data, request.Feedback);
        var kinds = judged.Where(row => row.IsCorrection).GroupBy(row => (row.From, row.To)).Where(kind => kind.Count() >= SliceSearch.CorrectionsMin).ToArray();
        if (kinds.Length == 0)
        {
            return [];
        }

        var candidates = CandidateSlices.Of(request.Data, request.Extra ?? [], request.Words);
        var causes = new List<Cause>();
        foreach (var kind in kinds.OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key.From, StringComparer.Ordinal).ThenBy(kind => kind.Key.To, StringComparer.Ordinal))
        {
            causes.AddRange(OfKind(request, candidates, judged, [.. kind], cancel));
        }

        return [.. causes.OrderByDescending(cause => cause.Supported != false).ThenByDescending(cause => cause.Corrections).ThenBy(cause => cause.Id, StringComparer.Ordinal)];
    }

    private static List<Cause> OfKind(
        Request request, IReadOnlyList<CandidateSlice> candidates, IReadOnlyList<JudgedRow> judged, JudgedRow[] corrections, CancellationToken cancel)
    {
        var (data, extra) = (request.Data, request.Extra ?? []);
        var first = corrections[0];
        var corrected = corrections.Select(row => row.Row).ToHashSet();
        var universe = Universe(request, judged, corrected, first);
        var hits = Array.ConvertAll(universe, corrected.Contains);
        var names = candidates.Select(c => c.Condition.Column).Distinct(StringComparer.Ordinal).ToList();
        var search = new SliceSearch(
            [.. candidates.Select(c => SliceRows.Find(data, c.Condition.Column, extra)!).Zip(candidates, (column, c) => Array.ConvertAll(universe, row => SliceRows.Meets(column, c.Condition, row)))],
            [.. candidates.Select(c => names.IndexOf(c.Condition.Column))], universe.Length);
        var live = Array.ConvertAll(universe, _ => true);
        var causes = new List<Cause>();
        while (causes.Count < CausesMax)
        {
            cancel.ThrowIfCancellationRequested();
            var (single, pair) = search.Best(live, hits);
            if (single is null && pair is null)
            {
                break;
            }

            var (found, evidence) = Choose(request, candidates, first, single, pair, parent => search.Single(parent, live, hits), cancel);
            var where = ConditionsOf(candidates, found);
            var inside = SliceRows.Of(data, where, extra).ToHashSet();
            var shownInside = universe.Where((row, i) => live[i] && inside.Contains(row)).ToArray();
            causes.Add(CauseWriter.Write(
                request, candidates, found, where, inside, evidence, first, corrections, judged, shownInside, universe, causes.Count + 1));
            for (var i = 0; i < universe.Length; i++)
            {
                live[i] &= !inside.Contains(universe[i]);
            }
        }

        return causes;
    }

    /// <summary>
    /// The rows that corrections are compared with, rising: rows people were shown and that are recorded as the corrected ones were, since only those can be corrected so.
    /// Where such rows are few, all rows shown; where few others were shown at all, as when answers of service were corrected, exam rows stand in.
    /// </summary>
    private static int[] Universe(Request request, IReadOnlyList<JudgedRow> judged, HashSet<int> corrected, JudgedRow kind)
    {
        var data = request.Data;
        var rowOf = RowsByKey(data);
        int[] shown =
        [
            .. request.Shown.Select(key => rowOf.TryGetValue(key, out var row) ? row : -1).Concat(judged.Select(row => row.Row)).Where(row => row >= 0).Distinct().Order().Take(ShownMax),
        ];
        int[] universe = [.. shown.Where(row => corrected.Contains(row) || JudgedRows.CouldBe(data, row, kind))];
        if (universe.Length < 2 * corrected.Count)
        {
            universe = shown;
        }

        return universe.Length >= 2 * corrected.Count
            ? universe
            : [.. universe.Concat(Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Exam)).Distinct().Order().Take(ShownMax)];
    }

    /// <summary>
    /// Corrections gather where the class is frequent, so a part of a faulty slice (its far orders, say) can explain them in fewer bits than the slice itself.
    /// The records decide: where the rest of the slice hides wrong labels too, the whole slice is the cause.
    /// </summary>
    private static (SliceSearch.Found, SliceEvidence?) Choose(
        Request request, IReadOnlyList<CandidateSlice> candidates, JudgedRow kind, SliceSearch.Found? single, SliceSearch.Found? pair,
        Func<int, SliceSearch.Found> judge, CancellationToken cancel)
    {
        if (pair is null || (single is not null && single.Bits <= pair.Bits))
        {
            return (single!, Evidence(request, ConditionsOf(candidates, single!), [], kind, cancel));
        }

        foreach (var (parent, part) in new[] { (pair.First, pair.Second), (pair.Second, pair.First) }.OrderBy(p => p.Item1 == single?.First ? 0 : 1))
        {
            Condition[] whole = [candidates[parent].Condition];
            if (Evidence(request, whole, [candidates[part].Condition], kind, cancel) is { } rest && rest.FlipRate.Low > HiddenElsewhere)
            {
                return (judge(parent), Evidence(request, whole, [], kind, cancel));
            }
        }

        return (pair, Evidence(request, ConditionsOf(candidates, pair), [], kind, cancel));
    }

    private static SliceEvidence? Evidence(Request request, IReadOnlyList<Condition> where, IReadOnlyList<Condition> butNot, JudgedRow kind, CancellationToken cancel) =>
        request.Data.Classes.Count == 0
            ? null
            : SliceEvidence.Of(
                request.Data, where, butNot, request.Data.Classes.ToList().IndexOf(kind.From), request.Data.Classes.ToList().IndexOf(kind.To),
                request.Fit ?? QuickModel.Fit, request.Extra ?? [], request.Seed, cancel);

    private static Condition[] ConditionsOf(IReadOnlyList<CandidateSlice> candidates, SliceSearch.Found found) =>
        found.Second < 0 ? [candidates[found.First].Condition] : [candidates[found.First].Condition, candidates[found.Second].Condition];

    private static Dictionary<string, int> RowsByKey(Dataset data)
    {
        var rows = new Dictionary<string, int>(data.Count, StringComparer.Ordinal);
        for (var row = 0; row < data.Count; row++)
        {
            rows.TryAdd(data.Keys[row], row);
        }

        return rows;
    }

    /// <summary>distrust or relabel; null when the records speak against either.</summary>
    internal static string? ActionFor(SliceEvidence? evidence, bool classes, int corrections, int judgedFrom)
    {
        if (evidence is null)
        {
            return corrections >= CorrectionsAlone && corrections >= NearlyAll * judgedFrom ? "distrust" : null;
        }

        return evidence.FlipRate.Low <= 0 ? null
            : classes && evidence.HiddenShare.Value >= NearlyAll && corrections >= NearlyAll * judgedFrom ? "relabel" : "distrust";
    }

    internal static string Percent(double share) => Math.Round(100 * share).ToString("0", CultureInfo.InvariantCulture);
}
