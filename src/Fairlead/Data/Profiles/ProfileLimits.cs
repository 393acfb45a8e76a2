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

    /// <summary>Fewest numbers in a block: below, ranks would be off by more than a few percent.</summary>
    private const int BlockLeast = 2_048;

    /// <summary>Fewest different values that are counted exactly.</summary>
    private const int DistinctLeast = 256;

    /// <summary>Bytes for estimates of how many different values there are, of all columns.</summary>
    private const long EstimatesTotal = 64L << 20;

    private long _left;

    public ProfileLimits(int columns)
    {
        (Block, Distinct) = (Share(BlockLeast, BlockMax, columns), Share(DistinctLeast, DistinctMax, columns));
        _left = Total - ((long)columns * Distinct);
        EstimateBits = HyperLogLog.BitsMax;
        while (EstimateBits > HyperLogLog.BitsLeast && ((long)columns << EstimateBits) > EstimatesTotal)
        {
            EstimateBits--;
        }
    }

    /// <summary>Numbers in a block of <see cref="QuantileSketch"/>.</summary>
    public int Block { get; }

    /// <summary>Different values that <see cref="ValueCounts"/> counts exactly of every column; of some more: see <see cref="More"/>.</summary>
    public int Distinct { get; }

    /// <summary>Whether a column that has as many different values as it may count exactly may count as many again: as long as all columns together stay within what is kept of a table. Who asks first has it.</summary>
    public bool More(int values)
    {
        if (values >= DistinctMax || values > _left)
        {
            return false;
        }

        _left -= values;
        return true;
    }

    /// <summary>Bits of <see cref="HyperLogLog"/>.</summary>
    public int EstimateBits { get; }

    /// <summary>A column's share of the total: a power of two.</summary>
    private static int Share(int least, int most, int columns)
    {
        while (least * 2L * Math.Max(1, columns) <= Total && least < most)
        {
            least *= 2;
        }

        return least;
    }
}
