namespace Fairlead.Data.Drift;

/// <summary>What is compared when no method is named: right by itself.</summary>
/// <remarks>
/// Each column has up to two tests, one of its values (<see cref="ValueTest"/>) and one of its missing values (<see cref="MissingTest"/>). All p-values of a report are corrected together by S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6, 1979,
/// and held against alpha / looks, so that the probability of one false alarm or more in all looks is at most alpha whatever the columns and looks have to do with each other (Boole's inequality).
/// A change that is sure but small is no alarm: the effect must also reach the smallest that matters, or a rare rate a multiple of what it was (<see cref="RateChange"/>). Both only take alarms away: the bound on false ones rests on the p-values alone.
/// </remarks>
internal static class DefaultDrift
{
    public static (IReadOnlyList<ColumnDrift> Columns, IReadOnlyList<SkippedColumn> Skipped) Of(IReadOnlyList<(ColumnSide Reference, ColumnSide Current)> sides, CompareTables.Request request)
    {
        List<SkippedColumn> skipped = [];
        var tested = new List<(ColumnPair Pair, ValueTest Values, MissingTest? Missing)>();
        foreach (var (reference, current) in sides)
        {
            var pair = new ColumnPair(reference, current);
            var (values, missing) = (ValueTest.Run(pair), MissingTest.Of(pair));
            if (values.Tested || missing is not null)
            {
                tested.Add((pair, values, missing));
            }
            else
            {
                skipped.Add(new SkippedColumn(reference.Name, pair.Kind switch
                {
                    ColumnDriftKind.Id => "it names rows, and none is missing",
                    ColumnDriftKind.Date => "dates move on by themselves, and none is missing",
                    _ => "there is nothing to compare",
                }));
            }
        }

        var adjusted = new Queue<double>(Holm([.. tested.SelectMany(t => PValues(t.Values, t.Missing))]));
        var threshold = request.Alpha / request.Looks;
        List<ColumnDrift> columns = [];
        foreach (var (pair, values, missing) in tested)
        {
            var ofValues = values.Tested ? adjusted.Dequeue() : 1;
            var ofMissing = missing is null ? 1 : adjusted.Dequeue();
            var moved = values.Tested && ofValues <= threshold && (values.Effect >= request.MinimumEffect || values.Level?.Matters(request.MinimumEffect) == true);
            var lost = missing is not null && ofMissing <= threshold && missing.Change.Matters(request.MinimumEffect);
            var says = (values.Tested, lost) switch
            {
                (true, true) => $"{missing!.Says} {values.Says}",
                (false, _) when missing is not null => missing.Says,
                _ => values.Says,
            };
            columns.Add(new ColumnDrift(
                pair.Reference.Name, pair.KindName, values.Method, values.Of,
                values.Tested ? values.Score : Math.Abs(missing!.Effect), values.Tested ? values.P : missing!.P, values.Tested ? ofValues : ofMissing, threshold, moved || lost,
                values.Tested ? values.Effect : Math.Abs(missing!.Effect), values.Tested ? [values.Low, values.High] : Size(missing!), missing?.Said(ofMissing, lost), says));
        }

        return (columns, skipped);
    }

    /// <summary>Adjusted p-values: the smallest times the number of tests, the next times one less, and so on, never falling. Shape of <paramref name="p"/>.</summary>
    internal static double[] Holm(double[] p)
    {
        var order = Enumerable.Range(0, p.Length).OrderBy(i => p[i]).ToArray();
        var adjusted = new double[p.Length];
        var last = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            last = Math.Min(1, Math.Max(last, p[order[rank]] * (p.Length - rank)));
            adjusted[order[rank]] = last;
        }

        return adjusted;
    }

    private static IEnumerable<double> PValues(ValueTest values, MissingTest? missing)
    {
        if (values.Tested)
        {
            yield return values.P;
        }

        if (missing is not null)
        {
            yield return missing.P;
        }
    }

    /// <summary>The interval of the size of a change.</summary>
    private static IReadOnlyList<double> Size(MissingTest missing) =>
        missing.Low > 0 ? [missing.Low, missing.High] : missing.High < 0 ? [-missing.High, -missing.Low] : [0, Math.Max(-missing.Low, missing.High)];
}
