using Fairlead.Data.Profiles;

namespace Fairlead.Data.Drift;

/// <summary>What a column holds.</summary>
internal enum ColumnDriftKind
{
    Number,
    Category,
    Boolean,
    Date,

    /// <summary>Whole numbers that all differ: they name rows.</summary>
    Id,
    Text,
}

/// <summary>A distribution of numbers: ascending, each with how many there are up to it.</summary>
/// <param name="UpTo">Shape of <paramref name="Values"/>, or empty when each stands for itself.</param>
/// <param name="Count">Numbers there were; more than stand here when only a sample was kept.</param>
internal sealed record NumberSpread(double[] Values, long[] UpTo, long Count)
{
    /// <summary>Numbers that stand here.</summary>
    public long Kept => UpTo.Length == 0 ? Values.Length : UpTo[^1];

    /// <summary>Arithmetic mean of all there were; NaN without any.</summary>
    public double Mean { get; init; } = double.NaN;

    public double Quantile(double p) => At((long)Math.Min(Kept - 1, Math.Floor(p * Kept)));

    /// <summary>The number of this rank, from 0, among those that stand here.</summary>
    public double At(long rank)
    {
        if (UpTo.Length == 0)
        {
            return Values[rank];
        }

        var found = Array.BinarySearch(UpTo, rank + 1);
        return Values[found >= 0 ? found : ~found];
    }

    /// <summary>Numbers at or above each inner edge and below the next. Shape [edges + 1].</summary>
    public long[] Bins(IReadOnlyList<double> edges)
    {
        var counts = new long[edges.Count + 1];
        var (before, at) = (0L, 0);
        for (var bin = 0; bin <= edges.Count; bin++)
        {
            while (at < Values.Length && (bin == edges.Count || Values[at] < edges[bin]))
            {
                at++;
            }

            var upTo = at == 0 ? 0 : UpTo.Length == 0 ? at : UpTo[at - 1];
            counts[bin] = upTo - before;
            before = upTo;
        }

        return counts;
    }

    /// <summary>Standard deviation over n.</summary>
    public double StandardDeviation()
    {
        var moments = new Moments();
        if (UpTo.Length == 0)
        {
            moments.Add(Values);
        }
        else
        {
            for (var i = 0; i < Values.Length; i++)
            {
                moments.Add(Values[i], UpTo[i] - (i == 0 ? 0 : UpTo[i - 1]));
            }
        }

        return moments.Variance is { } variance ? Math.Sqrt(variance * (moments.Count - 1) / moments.Count) : 0;
    }
}

/// <summary>Everything that is known of one column on one side.</summary>
/// <param name="Kinds">Values by what they read as. Shape [CellKind].</param>
/// <param name="Counted">Rows by text; null when there are too many.</param>
/// <param name="Lengths">Texts by length in bytes.</param>
internal sealed record ColumnSide(string Name, long Rows, long Missing, long[] Kinds, NumberSpread Numbers, ValueCounts? Counted, NumberSpread Lengths)
{
    public long Present => Rows - Missing;

    /// <summary>Rows by text, with a hash to tell them apart; null when there are too many. Made anew by each call: of a wide table all columns at once would fill the memory.</summary>
    public Dictionary<ulong, (string Text, long Count)>? Levels() => Counted?.All().ToDictionary(level => level.Hash, level => (level.Value, level.Count));
}
