using System.Globalization;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;

namespace Fairlead.Iterations.Labels;

/// <summary>What suspect numbers have in common: an origin whose numbers are shifted as a whole (<see cref="ShiftedOrigins"/>), then files, categories and periods in which suspects gather.</summary>
/// <remarks>
/// A shift of all rows of another category that is a feature looks to every model like the category being different, and is not told. Suspects gather in a slice when they do so
/// beyond chance (<see cref="SliceSearch"/>) and at least <see cref="LiftMin"/> times as often as elsewhere. Ranges of numbers are no cause: where a model fits badly, its residuals are large.
/// </remarks>
internal static class ValueCauses
{
    public const string TooHigh = "too high";

    public const string TooLow = "too low";

    private const int CausesMax = 3;

    private const double LiftMin = 3;

    /// <summary>A factor is named rather than a difference when it leaves at most this share of what the difference leaves.</summary>
    private const double FactorLeaves = 0.9;

    /// <summary>Most rows searched for slices; all suspects and the first others.</summary>
    private const int SearchedMax = 20_000;

    /// <param name="causeOf">Id of the cause by position among the judged rows, of suspects that have one.</param>
    public static IReadOnlyList<LabelCause> Find(
        SuspectLabels.Request request, List<int> judged, double[] predicted, double[] spreads, double[] scores, int[] suspects, CancellationToken cancel, out Dictionary<int, string> causeOf)
    {
        var candidates = CandidateSlices.Of(request.Data, request.Extra, request.Words)
            .Where(one => SliceRows.Find(request.Data, one.Condition.Column, request.Extra)!.Kind is ColumnKind.Category or ColumnKind.Date).ToList();
        var search = new Searching(request, judged, predicted, scores, suspects, candidates);
        search.Origins(new ShiftedOrigins(request, judged, predicted, spreads, scores, cancel));
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

        /// <summary>Origins whose numbers are shifted as a whole, one after the other: each against those that are left.</summary>
        public void Origins(ShiftedOrigins origins)
        {
            for (var found = 0; found < CausesMax && origins.Next(_explained) is { } origin; found++)
            {
                var (direction, words) = (origin.Away > 0 ? TooHigh : TooLow, origin.Slice.Words);
                Add(
                    [origin.Slice.Condition], words, direction, origin.Beyond, origin.Rows.Length, origin.BeyondElsewhere, origin.Others.Length, origin.Chance, origin.Shift,
                    string.Create(CultureInfo.InvariantCulture, $"{origin.Beyond:N0} of {origin.Rows.Length:N0} numbers in {words} are {(origin.Away > 0 ? "above" : "below")} what rows like them have elsewhere; of the {origin.Others.Length:N0} others {origin.BeyondElsewhere:N0}. {Says(origin.Shift)}{(origin.Declared ? " Whether it records otherwise or is different, numbers alone can't tell." : "")}"),
                    origin.Rows);
            }
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
                    var shift = ShiftOf(mine);
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
        private ValueShift ShiftOf(int[] positions)
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
                    return new ValueShift("factor", factor, false);
                }
            }

            return new ValueShift("offset", offset, false);
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
    internal static Estimate Median(double[] values)
    {
        Array.Sort(values);
        var half = 0.98 * Math.Sqrt(values.Length);
        double At(double rank) => values[(int)Math.Clamp(Math.Round(rank), 0, values.Length - 1)];
        return new Estimate(ValueDoubts.Quantile(values, 0.5), At((values.Length / 2.0) - 1 - half), At((values.Length / 2.0) + half));
    }
}
