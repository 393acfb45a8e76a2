using Fairlead.Models.Drift;

namespace Fairlead.Data.Drift;

/// <summary>The methods that can be asked for by name; each compares every column of its kind.</summary>
/// <remarks>
/// Distances between numbers that need bins use the tenths of the reference. Wasserstein's distance is divided by the reference's standard deviation (at least 0.001), so that one threshold does for all columns.
/// z of more than two levels is that of the level that moved most, its p-value multiplied by the number of levels.
/// </remarks>
internal static class DriftMethods
{
    public const string Auto = "auto";

    /// <summary>Below this p-value a test that was asked for by name says drift.</summary>
    public const double PThreshold = 0.05;

    private const double DeviationMin = 0.001;

    public static IReadOnlyList<string> Names { get; } = ["ks", "wasserstein", "chi_square", "psi", "jensen_shannon", "hellinger", "kl", "z"];

    public static (IReadOnlyList<ColumnDrift> Columns, IReadOnlyList<SkippedColumn> Skipped) Of(IReadOnlyList<(ColumnSide Reference, ColumnSide Current)> sides, CompareTables.Request request)
    {
        List<ColumnDrift> columns = [];
        List<SkippedColumn> skipped = [];
        foreach (var (reference, current) in sides)
        {
            var pair = new ColumnPair(reference, current);
            var missing = MissingTest.Of(pair);
            if (Compare(pair, request.Method) is { } compared)
            {
                var lost = missing is not null && missing.P <= PThreshold && missing.Change.Matters(request.MinimumEffect);
                var effect = ValueTest.Run(pair);
                columns.Add(new ColumnDrift(
                    reference.Name, pair.KindName, request.Method, "values", compared.Score, compared.P, null, compared.Threshold, compared.Drifted || lost,
                    effect.Effect, [effect.Low, effect.High], missing?.Said(missing.P, lost), lost ? $"{effect.Says} {missing!.Says}" : effect.Says));
            }
            else
            {
                skipped.Add(new SkippedColumn(reference.Name, $"{request.Method} does not apply to {(pair.Kind == ColumnDriftKind.Id ? "columns that name rows" : $"a {pair.KindName} column")}"));
            }
        }

        return (columns, skipped);
    }

    /// <summary>Inner edges at the tenths of the reference, without repeats.</summary>
    public static IReadOnlyList<double> Tenths(NumberSpread reference)
    {
        var edges = ReferenceBins.Edges(reference.Values[0], i => reference.Quantile((double)i / ReferenceBins.Count));

        // A column of one value needs an edge above it, so that anything larger is seen.
        return edges.Count > 0 ? edges : [Math.BitIncrement(reference.Values[0])];
    }

    private static Outcome? Compare(ColumnPair pair, string method)
    {
        switch (method)
        {
            case "ks" when pair.HasNumbers:
                var (first, second) = (pair.Reference.Numbers, pair.Current.Numbers);
                var (statistic, _) = KolmogorovSmirnov.Statistic(first.Values, first.UpTo, second.Values, second.UpTo);
                return Test(statistic, KolmogorovSmirnov.PValue(statistic, first.Kept, second.Kept));
            case "wasserstein" when pair.HasNumbers:
                var distance = Divergences.Wasserstein(pair.Reference.Numbers.Values, pair.Reference.Numbers.UpTo, pair.Current.Numbers.Values, pair.Current.Numbers.UpTo);
                return Distance(distance / Math.Max(DeviationMin, pair.Reference.Numbers.StandardDeviation()));
            case "chi_square" when pair.HasLevels:
                var (chi, _, p) = CountTests.ChiSquare(pair.ReferenceLevels, pair.CurrentLevels);
                return Test(chi, p);
            case "z" when pair.HasLevels:
                return Z(pair.ReferenceLevels, pair.CurrentLevels);
            case "psi" or "jensen_shannon" or "hellinger" or "kl" when Counts(pair) is (var reference, var current):
                return Distance(method switch
                {
                    "psi" => reference.Length < 2 ? 0 : PopulationStability.Compute(reference, current),
                    "jensen_shannon" => Divergences.JensenShannon(reference, current),
                    "hellinger" => Divergences.Hellinger(reference, current),
                    _ => Divergences.KullbackLeibler(reference, current),
                });
            default:
                return null;
        }
    }

    private static (long[] Reference, long[] Current)? Counts(ColumnPair pair)
    {
        if (pair.HasLevels)
        {
            return (pair.ReferenceLevels, pair.CurrentLevels);
        }

        if (!pair.HasNumbers)
        {
            return null;
        }

        var edges = Tenths(pair.Reference.Numbers);
        return (pair.Reference.Numbers.Bins(edges), pair.Current.Numbers.Bins(edges));
    }

    private static Outcome Z(long[] reference, long[] current)
    {
        var (rows, others, most) = (reference.Sum(), current.Sum(), 0.0);
        for (var i = 0; i < reference.Length; i++)
        {
            most = Math.Max(most, Math.Abs(CountTests.Z(reference[i], rows, current[i], others)));
        }

        var tests = reference.Length > 2 ? reference.Length : 1; // of two levels one is the other turned over
        return Test(most, Math.Min(1, tests * SpecialFunctions.NormalTwoSided(most)));
    }

    private static Outcome Test(double score, double p) => new(score, p, PThreshold, p < PThreshold);

    private static Outcome Distance(double score) => new(Profiles.ColumnSummary.Saturated(score), null, Divergences.Threshold, score >= Divergences.Threshold);

    private sealed record Outcome(double Score, double? P, double Threshold, bool Drifted);
}
