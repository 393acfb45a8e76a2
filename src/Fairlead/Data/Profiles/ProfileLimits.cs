namespace Fairlead.Data.Profiles;

/// <summary>How much is kept of a table of so many columns, so that its profile stays within a few hundred megabytes however wide it is.</summary>
internal sealed class ProfileLimits
{
    /// <summary>Most numbers of a column that are ranked exactly.</summary>
    public const int BlockMax = 65_536;

    /// <summary>Most different values of a column that are counted exactly.</summary>
    public const int DistinctMax = 65_536;

    /// <summary>Most rows that are looked at for correlations.</summary>
    public const int SampleMax = 10_000;

    /// <summary>Most columns between which correlations are looked for.</summary>
    public const int CorrelatedMax = 100;

    /// <summary>Most rows that are held against each other one by one for repeats.</summary>
    public const int RowsMax = 1 << 20;

    private const int Total = 1 << 22;

    public ProfileLimits(int columns)
    {
        var each = 2_048;
        while (each * 2L * Math.Max(1, columns) <= Total && each < BlockMax)
        {
            each *= 2;
        }

        (Block, Distinct) = (each, each);
    }

    /// <summary>Numbers in a block of <see cref="QuantileSketch"/>.</summary>
    public int Block { get; }

    /// <summary>Different values that <see cref="ValueCounts"/> counts exactly.</summary>
    public int Distinct { get; }
}
