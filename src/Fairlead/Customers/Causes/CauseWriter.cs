using System.Globalization;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Workspace;

namespace Fairlead.Customers.Causes;

/// <summary>Puts a cause into figures and plain sentences.</summary>
internal static class CauseWriter
{
    public static Cause Write(
        CauseSearch.Request request, IReadOnlyList<CandidateSlice> candidates, SliceSearch.Found found, IReadOnlyList<Condition> where, HashSet<int> inside, SliceEvidence? evidence,
        JudgedRow kind, IReadOnlyList<JudgedRow> corrections, IReadOnlyList<JudgedRow> judged, int[] shownInside, int[] universe, int number)
    {
        var (data, words) = (request.Data, request.Words);
        var classes = data.Classes.Count > 0;
        var slice = found.Second < 0 ? candidates[found.First].Words : $"{candidates[found.First].Words} and {candidates[found.Second].Words}";
        JudgedRow[] mine = [.. corrections.Where(row => inside.Contains(row.Row))];
        var judgedInside = judged.Where(row => inside.Contains(row.Row)).ToArray();
        var judgedFrom = judgedInside.Count(row => row.IsCorrection ? row.From == kind.From : JudgedRows.CouldBe(data, row.Row, kind));
        var rows = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["train"] = inside.LongCount(row => data.Sides[row] == Side.Train),
            ["exam"] = inside.LongCount(row => data.Sides[row] == Side.Exam),
            ["sealed"] = inside.LongCount(row => data.Sides[row] == Side.Sealed),
        };
        var rowsFrom = inside.LongCount(row => data.Sides[row] != Side.Sealed && JudgedRows.CouldBe(data, row, kind));
        var action = CauseSearch.ActionFor(evidence, classes, mine.Length, judgedFrom);
        var id = $"{CasesFolder.IdOf(slice)}-{number.ToString(CultureInfo.InvariantCulture)}";

        var sentences = new List<string> { Gathered(request, where, slice, kind, mine.Length, corrections.Count, universe) };
        if (evidence is not null)
        {
            sentences.Add(Records(evidence, slice, kind, words));
        }

        sentences.Add(action switch
        {
            null when evidence is null => "There are too few records to tell whether more labels of the slice are wrong: correct the single labels.",
            null => "The records of the slice are not unlike the rest, so the single labels are corrected and the slice is left as it is.",
            "relabel" => $"Nearly all of them: the repair relabels {Count(rowsFrom)} rows.",
            _ => $"Price: {Count(inside.Count)} rows no longer train or judge, {Count(rows["train"])} of them in training.",
        });
        var repair = action is null
            ? null
            : new Repair(id, action, where, classes ? kind.From : null, classes ? kind.To : null, string.Join(' ', sentences), [.. mine.Select(row => row.Feedback).Order(StringComparer.Ordinal)], request.At);
        var hitsShown = mine.Length;
        return new Cause(
            id, where, slice, kind.From, kind.To, mine.Length, corrections.Count, judgedInside.Length, judgedInside.Count(row => row.Wrong), universe.Length, shownInside.Length,
            shownInside.Length == 0 ? 0 : (double)hitsShown / shownInside.Length / ((double)corrections.Count / universe.Length), found.Chance, rows, rowsFrom,
            evidence?.Recorded, evidence?.Expected, evidence?.FlipRate, evidence is null ? null : evidence.FlipRate.Low > 0, repair, sentences);
    }

    private static string Gathered(CauseSearch.Request request, IReadOnlyList<Condition> where, string slice, JudgedRow kind, int corrections, int all, int[] universe)
    {
        var words = request.Words;
        var said = request.Data.Classes.Count > 0
            ? $"say {words.Class(kind.To)} where {words.Class(kind.From)} is recorded"
            : $"say that the recorded {words.Target} is {kind.From}";
        var text = $"{corrections.ToString(CultureInfo.InvariantCulture)} of {all.ToString(CultureInfo.InvariantCulture)} corrections are in {slice} and {said}";
        if (where.FirstOrDefault(condition => condition.Level is not null) is { } level && SliceRows.Find(request.Data, level.Column, request.Extra ?? []) is { } column)
        {
            var levels = universe.Select(row => column[row].ToString()).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Count();
            text += $"; {Counted.Of(levels, "value")} of {words.Label(level.Column)} {(levels == 1 ? "was" : "were")} shown";
        }

        return text + ".";
    }

    private static string Records(SliceEvidence evidence, string slice, JudgedRow kind, CauseWords words)
    {
        var (to, from, thing) = (words.Class(kind.To), words.Class(kind.From), words.Thing);
        var capital = char.ToUpperInvariant(slice[0]) + slice[1..];
        var rates = $"{capital} records {CauseSearch.Percent(evidence.Recorded.Value)} % {to} where {thing}s like its own are {to} in {CauseSearch.Percent(evidence.Expected.Value)} % elsewhere";
        return evidence.FlipRate.Low > 0
            ? $"{rates}: about {Interval(evidence.FlipRate)} of its {to} {thing}s are recorded as {from}."
            : $"{rates}, which may be chance.";
    }

    private static string Interval(Estimate share) => $"{CauseSearch.Percent(share.Value)} % [{CauseSearch.Percent(share.Low)}, {CauseSearch.Percent(share.High)}]";

    private static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);
}
