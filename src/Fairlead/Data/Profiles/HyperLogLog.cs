using System.Numerics;

namespace Fairlead.Data.Profiles;

/// <summary>Estimates how many different values were seen, in 4 to 16 KB.</summary>
/// <remarks>
/// P. Flajolet, E. Fusy, O. Gandouet, F. Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", AofA 2007, with 2^12 to 2^14 registers over 64-bit hashes and
/// the estimator of O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284 (algorithm 6), which needs no table of corrections.
/// The order of values does not matter.
/// </remarks>
/// <param name="bits">Binary logarithm of the number of registers.</param>
internal sealed class HyperLogLog(int bits = HyperLogLog.BitsMax)
{
    public const int BitsLeast = 12;
    public const int BitsMax = 14;

    private readonly byte[] _ranks = new byte[1 << bits];

    /// <summary>Standard error of the estimate as a share of it: 1.04 / sqrt(registers).</summary>
    public double Error => 1.04 / Math.Sqrt(_ranks.Length);

    /// <param name="hash">A 64-bit hash of the value whose bits are all good.</param>
    public void Add(ulong hash)
    {
        var register = (int)(hash >> (64 - bits));
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << bits) | (1UL << (bits - 1))) + 1);
        if (rank > _ranks[register])
        {
            _ranks[register] = rank;
        }
    }

    /// <summary>The estimate, at least 0.</summary>
    public double Estimate()
    {
        var (registers, rankMax) = ((double)_ranks.Length, 64 - bits + 1);
        Span<int> counts = stackalloc int[64];
        counts.Clear();
        foreach (var rank in _ranks)
        {
            counts[rank]++;
        }

        var z = registers * Tau((registers - counts[rankMax]) / registers);
        for (var rank = rankMax - 1; rank >= 1; rank--)
        {
            z = 0.5 * (z + counts[rank]);
        }

        z += registers * Sigma(counts[0] / registers);
        return registers / (2 * Math.Log(2)) * (registers / z);
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
        {
            return double.PositiveInfinity;
        }

        for (var (y, z) = (1.0, x); ;)
        {
            x *= x;
            var before = z;
            z += x * y;
            y += y;
            if (z <= before)
            {
                return z;
            }
        }
    }

    private static double Tau(double x)
    {
        if (x is <= 0 or >= 1)
        {
            return 0;
        }

        for (var (y, z) = (1.0, 1 - x); ;)
        {
            x = Math.Sqrt(x);
            var before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
            if (z >= before)
            {
                return z / 3;
            }
        }
    }
}
