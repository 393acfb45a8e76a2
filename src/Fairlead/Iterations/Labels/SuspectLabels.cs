using System.Globalization;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;

namespace Fairlead.Iterations.Labels;

/// <summary>Confident learning on the probabilities of models that never saw the rows, and what the suspected labels have in common.</summary>
/// <remarks>
/// A suspect is always an unlikely label, so suspects gather where a class is rare without anything being wrong there. A cause is therefore sought among rows that look alike:
/// all rows for which the model prefers the other class as clearly as for the least clear suspect, whatever is recorded. Where labels are only noisy, the same share of them is recorded as the
/// other class everywhere; a slice that is recorded so more often, beyond chance, may be a cause. It is one when the records of the slice bear it out: a quick model fitted outside it expects
/// more of the class than are recorded, by the interval of <see cref="SliceEvidence"/>. At most <see cref="EvidencesMax"/> slices are held against the records, those of the most frequent kind of suspect first.
/// </remarks>
public static class SuspectLabels
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 3;

    /// <summary>Most suspects listed one by one.</summary>
    public const int ListedMax = 1_000;

    /// <summary>Fewest judged rows that say anything.</summary>
    private const int RowsMin = 50;

    private const int CausesMax = 3;

    /// <summary>Slices held against the records: each takes a fit and a bootstrap.</summary>
    private const int EvidencesMax = 3;

    /// <summary>A cause records rows that look alike as the other class at least this many times as often as the rest: a slice that is a little different is no fault of the source.</summary>
    private const double LiftMin = 2;

    /// <summary>Share of the slice's rows of the class that are recorded otherwise, by the lower end of its interval, from which a slice is named without anybody having said that a label is wrong.</summary>
    private const double FlipMin = 0.1;

    /// <summary>Most rows that look alike and are searched for a cause; the first.</summary>
    private const int AlikeMax = 20_000;

    /// <param name="Extra">Cleaned columns beside the features that a slice may be cut by, shape [rows].</param>
    public sealed record Request(Dataset Data, UnseenJudge Judge, IReadOnlyList<FrameColumn> Extra, CauseWords Words, int Seed = 1)
    {
        /// <summary>Categories that say who or what recorded a row: among the features or <see cref="Extra"/>. Numbers that such a level shifts as a whole are told.</summary>
        public IReadOnlyList<string> Provenance { get; init; } = [];
    }

    /// <summary>Null where too few rows may be judged by a model, and for numbers also where most are answered exactly.</summary>
    public static LabelReport? Find(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var data = request.Data;
        int[] asked = [.. Enumerable.Range(0, data.Count).Where(row => data.Sides[row] != Side.Sealed && !data.JudgeOnly[row] && data.LabelWas[row] is null)];
        var answers = request.Judge.Answer(asked);
        var judged = new List<int>(asked.Length);
        var probabilities = new List<double>(asked.Length * Math.Max(1, data.Classes.Count));
        for (var i = 0; i < asked.Length; i++)
        {
            if (answers[i] is { } answer)
            {
                judged.Add(asked[i]);
                probabilities.AddRange(answer);
            }
        }

        cancel.ThrowIfCancellationRequested();
        if (data.Classes.Count == 0)
        {
            return SuspectValues.Find(request, judged, [.. probabilities], cancel);
        }

        if (data.Classes.Count < 2 || judged.Count < RowsMin)
        {
            return null;
        }

        var all = probabilities.ToArray();
        var noise = ConfidentLearning.Find(judged.ConvertAll(row => data.Labels[row]).ToArray(), all, data.Classes.Count);
        var causes = Causes(request, judged, all, noise, cancel, out var causeOf);
        var rows = noise.Issues.Take(ListedMax).Select((at, i) =>
        {
            var row = judged[at];
            return new SuspectLabel(
                data.Keys[row], data.Rows[row], data.Sides[row] == Side.Exam ? "exam" : "train", data.Classes[data.Labels[row]], data.Classes[noise.Suggested[i]],
                all[(at * data.Classes.Count) + data.Labels[row]], all[(at * data.Classes.Count) + noise.Suggested[i]], causeOf.GetValueOrDefault(at));
        });
        return new LabelReport(data.Classes, judged.Count, noise.Issues.Length, noise.ConfidentJoint, noise.NoiseMatrix, [.. rows], causes);
    }

    private static List<LabelCause> Causes(Request request, List<int> judged, double[] probabilities, LabelNoise noise, CancellationToken cancel, out Dictionary<int, string> causeOf)
    {
        causeOf = [];
        var data = request.Data;
        var kinds = noise.Issues.Zip(noise.Suggested, (at, to) => (At: at, From: data.Labels[judged[at]], To: to))
            .GroupBy(issue => (issue.From, issue.To)).Where(kind => kind.Count() >= SliceSearch.CorrectionsMin)
            .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key.From).ThenBy(kind => kind.Key.To).ToList();
        if (kinds.Count == 0)
        {
            return [];
        }

        var candidates = CandidateSlices.Of(data, request.Extra, request.Words);
        List<LabelCause> causes = [];
        var evidences = EvidencesMax;
        foreach (var kind in kinds)
        {
            cancel.ThrowIfCancellationRequested();
            if (evidences > 0)
            {
                causes.AddRange(OfKind(request, candidates, judged, probabilities, kind.Key.From, kind.Key.To, [.. kind.Select(issue => issue.At)], causes.Count, causeOf, ref evidences, cancel));
            }
        }

        return [.. causes.OrderByDescending(cause => cause.Suspects).ThenBy(cause => cause.Id, StringComparer.Ordinal)];
    }

    private static List<LabelCause> OfKind(
        Request request, IReadOnlyList<CandidateSlice> candidates, List<int> judged, double[] probabilities, int from, int to, HashSet<int> suspects, int known, Dictionary<int, string> causeOf,
        ref int evidences, CancellationToken cancel)
    {
        var (data, classes) = (request.Data, request.Data.Classes.Count);
        double Ahead(int at) => probabilities[(at * classes) + to] - probabilities[(at * classes) + from];
        var least = suspects.Min(Ahead);
        int[] alike =
        [
            .. Enumerable.Range(0, judged.Count).Where(at => data.Labels[judged[at]] is var label && (label == from || label == to) && Ahead(at) >= least).Take(AlikeMax),
        ];
        var hits = Array.ConvertAll(alike, at => data.Labels[judged[at]] == from);
        if (hits.Count(hit => hit) < SliceSearch.CorrectionsMin)
        {
            return [];
        }

        var names = candidates.Select(c => c.Condition.Column).Distinct(StringComparer.Ordinal).ToList();
        var search = new SliceSearch(
            [.. candidates.Select(c => SliceRows.Find(data, c.Condition.Column, request.Extra)!).Zip(candidates, (column, c) => Array.ConvertAll(alike, at => SliceRows.Meets(column, c.Condition, judged[at])))],
            [.. candidates.Select(c => names.IndexOf(c.Condition.Column))], alike.Length);
        var live = Array.ConvertAll(alike, _ => true);
        List<LabelCause> causes = [];
        while (causes.Count < CausesMax && evidences > 0 && search.Best(live, hits) is var (single, pair) && (single ?? pair) is not null)
        {
            var found = pair is null || (single is not null && single.Bits <= pair.Bits) ? single! : pair;
            Condition[] where = found.Second < 0 ? [candidates[found.First].Condition] : [candidates[found.First].Condition, candidates[found.Second].Condition];
            var columns = Array.ConvertAll(where, condition => SliceRows.Find(data, condition.Column, request.Extra)!);
            var inside = Array.ConvertAll(alike, at => where.Index().All(condition => SliceRows.Meets(columns[condition.Index], condition.Item, judged[at])));
            var words = found.Second < 0 ? candidates[found.First].Words : $"{candidates[found.First].Words} and {candidates[found.Second].Words}";
            var id = string.Create(CultureInfo.InvariantCulture, $"{CasesFolder.IdOf(words)}-{known + causes.Count + 1}");
            int Count(bool within, bool recorded) => Enumerable.Range(0, alike.Length).Count(i => live[i] && inside[i] == within && (!recorded || hits[i]));
            var (hit, rows, hitElsewhere, rowsElsewhere) = (Count(true, true), Count(true, false), Count(false, true), Count(false, false));

            // A slice with fewer of them than the rest is the slice that is right; one with a few more may be different for good reasons.
            // Where rows that look so are hardly ever recorded otherwise, the records can't hide many: the quick model only expects too much of a slice unlike the rest.
            var more = hit >= FlipMin * rows && (double)hit / rows >= LiftMin * hitElsewhere / Math.Max(1, rowsElsewhere);
            evidences -= more ? 1 : 0;
            if (more && SliceEvidence.Of(data, where, [], from, to, QuickModel.Fit, request.Extra, request.Seed, cancel) is { FlipRate.Low: >= FlipMin } evidence)
            {
                causes.Add(new LabelCause(
                    id, char.ToUpperInvariant(words[0]) + words[1..], where, data.Classes[from], data.Classes[to], hit, rows, hitElsewhere, rowsElsewhere, found.Chance, evidence.FlipRate,
                    string.Create(CultureInfo.InvariantCulture, $"Of {rows:N0} {request.Words.Thing}s in {words} that look {request.Words.Class(data.Classes[to])}, {hit:N0} are recorded as {request.Words.Class(data.Classes[from])}; elsewhere {hitElsewhere:N0} of {rowsElsewhere:N0}. By rows like them elsewhere, about {100 * evidence.FlipRate.Value:0} % [{100 * evidence.FlipRate.Low:0}, {100 * evidence.FlipRate.High:0}] of its {request.Words.Class(data.Classes[to])} {request.Words.Thing}s are recorded as {request.Words.Class(data.Classes[from])}.")));
                for (var i = 0; i < alike.Length; i++)
                {
                    if (live[i] && inside[i] && hits[i] && suspects.Contains(alike[i]))
                    {
                        causeOf.TryAdd(alike[i], id);
                    }
                }
            }

            for (var i = 0; i < alike.Length; i++)
            {
                live[i] &= !inside[i];
            }
        }

        return causes;
    }
}
