using System.Globalization;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Data.Profiles;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;
using Fairlead.Models.Drift;

namespace Fairlead.Iterations.Labels;

/// <summary>What suspect numbers have in common: a source file whose numbers are shifted as a whole, then files, categories and periods in which suspects gather.</summary>
/// <remarks>
/// No model knows the file of a row, so a shift of all its numbers shows: by the rank-sum test of its residuals against those of the other files, corrected for the number of files, and by a difference of medians of at
/// least <see cref="ShiftMin"/> usual residuals. A shift of all rows of a category that is a feature looks to every model like the category being different, and is not told. Suspects gather in a slice when they do so
/// beyond chance (<see cref="SliceSearch"/>) and at least <see cref="LiftMin"/> times as often as elsewhere. Ranges of numbers are no cause: where a model fits badly, its residuals are large.
/// </remarks>
internal static class ValueCauses
{
    public const string TooHigh = "too high";

    public const string TooLow = "too low";

    private const int CausesMax = 3;

    private const double LiftMin = 3;

    /// <summary>In usual residuals.</summary>
    private const double ShiftMin = 0.5;

    private const double ChanceMax = 0.01;

    /// <summary>A factor is named rather than a difference when it leaves at most this share of what the difference leaves.</summary>
    private const double FactorLeaves = 0.9;

    private const int FileRowsMin = 30;

    /// <summary>Most rows searched for slices; all suspects and the first others.</summary>
    private const int SearchedMax = 20_000;

    /// <param name="causeOf">Id of the cause by position among the judged rows, of suspects that have one.</param>
    public static IReadOnlyList<LabelCause> Find(
        SuspectLabels.Request request, List<int> judged, double[] predicted, double[] scores, int[] suspects, CancellationToken cancel, out Dictionary<int, string> causeOf)
    {
        var candidates = CandidateSlices.Of(request.Data, request.Extra, request.Words)
            .Where(one => SliceRows.Find(request.Data, one.Condition.Column, request.Extra)!.Kind is ColumnKind.Category or ColumnKind.Date).ToList();
        var search = new Searching(request, judged, predicted, scores, suspects, candidates);
        search.Files();
        foreach (var direction in new[] { TooHigh, TooLow })
        {
            cancel.ThrowIfCancellationRequested();
            search.Gather(direction);
        }

        causeOf = search.CauseOf;
        return [.. search.Causes.OrderByDescending(cause => cause.Shift!.Whole).ThenByDescending(cause => cause.Suspects).ThenBy(cause => cause.Id, StringComparer.Ordinal)];
    }

    private sealed class Searching(SuspectLabels.Request request, List<int> judged, double[] predicted, double[] scores, int[] suspects, List<CandidateSlice> candidates)
    {
        private readonly bool[] _explained = new bool[judged.Count];

        public List<LabelCause> Causes { get; } = [];

        public Dictionary<int, string> CauseOf { get; } = [];

        /// <summary>Files whose numbers are shifted as a whole, one after the other: each against those that are left.</summary>
        public void Files()
        {
            if (request.Data.File?.Texts is not { } texts)
            {
                return;
            }

            var files = candidates.Where(one => one.Condition.Column == FileOfRow.Column).ToList();
            for (var found = 0; found < CausesMax; found++)
            {
                int[] left = [.. Enumerable.Range(0, judged.Count).Where(at => !_explained[at])];
                var (ranks, of) = (Correlations.Ranks(Array.ConvertAll(left, at => scores[at])), Array.ConvertAll(left, at => texts[judged[at]]));
                var shifted = files.ConvertAll(file => (File: file, Shift: Shifted(left, ranks, Array.ConvertAll(of, name => name == file.Condition.Level), files.Count))).Where(one => one.Shift is not null).ToList();
                if (shifted.Count == 0)
                {
                    return;
                }

                // Of two files either is shifted against the other: the one with fewer rows is named.
                var (worst, shift) = shifted.OrderByDescending(one => Math.Abs(one.Shift!.Value.Away)).ThenBy(one => one.Shift!.Value.Rows.Length).First();
                Shifted(worst, left, shift!.Value.Rows, shift.Value.Away, shift.Value.Chance);
            }
        }

        /// <summary>The rows of a file, how far their median lies from that of the others, and the chance of so much by accident; null where it is too little or may be chance.</summary>
        private (int[] Rows, double Away, double Chance)? Shifted(int[] left, double[] ranks, bool[] inside, int files)
        {
            int[] rows = [.. left.Where((_, i) => inside[i])];
            int[] others = [.. left.Where((_, i) => !inside[i])];
            if (rows.Length < FileRowsMin || others.Length < FileRowsMin)
            {
                return null;
            }

            double Middle(int[] positions) => ValueDoubts.MedianAndSpread(Array.ConvertAll(positions, at => scores[at])).Median;
            var (away, chance) = (Middle(rows) - Middle(others), Math.Min(1, files * RankSum(ranks, inside, rows.Length)));
            return Math.Abs(away) >= ShiftMin && chance <= ChanceMax ? (rows, away, chance) : null;
        }

        private void Shifted(CandidateSlice file, int[] left, int[] rows, double away, double chance)
        {
            var (shift, direction, mine) = (ShiftOf(rows, whole: true), away > 0 ? TooHigh : TooLow, rows.ToHashSet());
            bool Beyond(int at) => away > 0 ? scores[at] > 0 : scores[at] < 0;
            var (hit, hitElsewhere, rowsElsewhere) = (rows.Count(Beyond), left.Count(at => !mine.Contains(at) && Beyond(at)), left.Length - rows.Length);
            Add(
                [file.Condition], file.Words, direction, hit, rows.Length, hitElsewhere, rowsElsewhere, chance, shift,
                string.Create(CultureInfo.InvariantCulture, $"{hit:N0} of {rows.Length:N0} numbers in {file.Words} are {(away > 0 ? "above" : "below")} what rows like them have; in the other files {hitElsewhere:N0} of {rowsElsewhere:N0}. {Says(shift)}"),
                rows);
        }

        /// <summary>Slices in which suspects of one direction gather.</summary>
        public void Gather(string direction)
        {
            bool Towards(int at) => direction == TooHigh ? scores[at] > 0 : scores[at] < 0;
            var hitting = suspects.Where(at => Towards(at) && !_explained[at]).ToHashSet();
            if (hitting.Count < SliceSearch.CorrectionsMin || candidates.Count == 0)
            {
                return;
            }

            int[] universe = [.. Enumerable.Range(0, judged.Count).Where(at => !_explained[at]).OrderBy(at => !hitting.Contains(at)).ThenBy(at => at).Take(SearchedMax).Order()];
            var hits = Array.ConvertAll(universe, hitting.Contains);
            var names = candidates.Select(one => one.Condition.Column).Distinct(StringComparer.Ordinal).ToList();
            bool[] Members(Condition condition)
            {
                var column = SliceRows.Find(request.Data, condition.Column, request.Extra)!;
                return Array.ConvertAll(universe, at => SliceRows.Meets(column, condition, judged[at]));
            }

            var members = candidates.ConvertAll(one => Members(one.Condition));
            var search = new SliceSearch(members, [.. candidates.Select(one => names.IndexOf(one.Condition.Column))], universe.Length);
            var live = Array.ConvertAll(universe, _ => true);
            for (var found = 0; found < CausesMax && search.Best(live, hits) is var (single, pair) && (single ?? pair) is not null; found++)
            {
                var best = pair is null || (single is not null && single.Bits <= pair.Bits) ? single! : pair;
                var inside = Array.ConvertAll([.. Enumerable.Range(0, universe.Length)], i => members[best.First][i] && (best.Second < 0 || members[best.Second][i]));
                int Count(bool within, bool suspect) => Enumerable.Range(0, universe.Length).Count(i => live[i] && inside[i] == within && (!suspect || hits[i]));
                var (hit, rows, hitElsewhere, rowsElsewhere) = (Count(true, true), Count(true, false), Count(false, true), Count(false, false));
                if ((double)hit / rows >= LiftMin * hitElsewhere / Math.Max(1, rowsElsewhere))
                {
                    Condition[] where = best.Second < 0 ? [candidates[best.First].Condition] : [candidates[best.First].Condition, candidates[best.Second].Condition];
                    var words = best.Second < 0 ? candidates[best.First].Words : $"{candidates[best.First].Words} and {candidates[best.Second].Words}";
                    int[] mine = [.. Enumerable.Range(0, universe.Length).Where(i => live[i] && inside[i] && hits[i]).Select(i => universe[i])];
                    var shift = ShiftOf(mine, whole: false);
                    Add(
                        where, words, direction, hit, rows, hitElsewhere, rowsElsewhere, best.Chance, shift,
                        string.Create(CultureInfo.InvariantCulture, $"{hit:N0} of {rows:N0} numbers in {words} are probably {direction}; elsewhere {hitElsewhere:N0} of {rowsElsewhere:N0}. {Says(shift)}"),
                        mine);
                }

                for (var i = 0; i < universe.Length; i++)
                {
                    live[i] &= !inside[i];
                }
            }
        }

        private void Add(Condition[] where, string words, string direction, int hit, int rows, int hitElsewhere, int rowsElsewhere, double chance, ValueShift shift, string says, int[] positions)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{CasesFolder.IdOf(words)}-{Causes.Count + 1}");
            Causes.Add(new LabelCause(id, char.ToUpperInvariant(words[0]) + words[1..], where, direction, "", hit, rows, hitElsewhere, rowsElsewhere, chance, null, says) { Shift = shift });
            var doubted = suspects.ToHashSet();
            foreach (var at in positions)
            {
                _explained[at] |= shift.Whole;
                if (doubted.Contains(at))
                {
                    CauseOf.TryAdd(at, id);
                }
            }
        }

        /// <summary>What brings the rows closest to what is expected of them: one factor, or one difference.</summary>
        private ValueShift ShiftOf(int[] positions, bool whole)
        {
            var recorded = Array.ConvertAll(positions, at => request.Data.Values[judged[at]]);
            var expected = Array.ConvertAll(positions, at => predicted[at]);
            var offset = Median([.. recorded.Zip(expected, (value, usual) => value - usual)]);
            if (recorded.Concat(expected).All(value => value > 0))
            {
                var factor = Median([.. recorded.Zip(expected, (value, usual) => value / usual)]);
                double Left(Func<double, double> corrected) => ValueDoubts.MedianAndSpread([.. recorded.Zip(expected, (value, usual) => Math.Abs(corrected(value) - usual))]).Median;
                if (Left(value => value / factor.Value) < FactorLeaves * Left(value => value - offset.Value))
                {
                    return new ValueShift("factor", factor, whole);
                }
            }

            return new ValueShift("offset", offset, whole);
        }
    }

    private static string Says(ValueShift shift)
    {
        static string Of(double value) => SuspectValues.Rounded(Math.Abs(value), Math.Abs(value) / 10);
        return shift.Kind == "factor"
            ? $"They are typically {Of(shift.Size.Value)} [{Of(shift.Size.Low)}, {Of(shift.Size.High)}] times what is expected."
            : $"They are typically {Of(shift.Size.Value)} [{Of(Math.Min(Math.Abs(shift.Size.Low), Math.Abs(shift.Size.High)))}, {Of(Math.Max(Math.Abs(shift.Size.Low), Math.Abs(shift.Size.High)))}] {(shift.Size.Value > 0 ? "more" : "less")} than is expected.";
    }

    /// <summary>The median with its 95 % interval by order statistics, which holds for every distribution.</summary>
    private static Estimate Median(double[] values)
    {
        Array.Sort(values);
        var half = 0.98 * Math.Sqrt(values.Length);
        double At(double rank) => values[(int)Math.Clamp(Math.Round(rank), 0, values.Length - 1)];
        return new Estimate(ValueDoubts.Quantile(values, 0.5), At((values.Length / 2.0) - 1 - half), At((values.Length / 2.0) + half));
    }

    /// <summary>Two-sided p of the rank-sum test by its normal approximation (H. B. Mann and D. R. Whitney 1947); ties make it a little larger.</summary>
    private static double RankSum(double[] ranks, bool[] inside, int rows)
    {
        var (n, sum) = ((double)ranks.Length, 0.0);
        for (var i = 0; i < ranks.Length; i++)
        {
            sum += inside[i] ? ranks[i] : 0;
        }

        return SpecialFunctions.NormalTwoSided((sum - (rows * (n + 1) / 2)) / Math.Sqrt(rows * (n - rows) * (n + 1) / 12));
    }
}
