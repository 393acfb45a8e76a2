using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Customers;

/// <summary>
/// Chooses which answers are put before people: every level of the small categories has its share, and sure and unsure answers are mixed,
/// so that a fault in one source shows however few of its rows there are.
/// </summary>
/// <remarks>
/// Greedy: the card that fills the most missing shares is taken next, until enough are taken or none is left.
/// A level's share is an equal part of the cards (as far as it has rows); no level goes over its share while another card would fill one,
/// and the share of the column with the most levels is given up last. O(cards x candidates x columns); the same candidates give the same cards.
/// </remarks>
public static class ChooseCards
{
    /// <summary>A category with more levels than this gets no shares of its own.</summary>
    public const int MaxLevels = 12;

    /// <summary>Parts that answers are dealt to by confidence.</summary>
    public const int ConfidenceParts = 4;

    /// <param name="keys">Shape [candidates]; ties are broken by a hash of them.</param>
    /// <param name="categories">Per category column the level of each candidate (null when missing). Each of shape [candidates].</param>
    /// <param name="answers">Answered class of each candidate; the same text for all in regression. Shape [candidates].</param>
    /// <param name="confidence">Probability of the answer, or the answered number. Shape [candidates].</param>
    /// <param name="count">Cards wanted.</param>
    /// <returns>Indexes of the chosen candidates, in the order to show them; at most <paramref name="count"/>.</returns>
    public static IReadOnlyList<int> Run(IReadOnlyList<string> keys, IReadOnlyList<string?[]> categories, string[] answers, double[] confidence, int count)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(categories);
        ArgumentNullException.ThrowIfNull(confidence);
        var candidates = keys.Count;
        var order = Enumerable.Range(0, candidates).OrderBy(i => Shuffle(keys[i])).ToArray();

        // Hard shares first (most levels first), then soft ones: the answered class and the confidence within it.
        var strata = categories
            .Select(levels => new Stratum(levels, count))
            .Where(s => s.Levels is > 1 and <= MaxLevels)
            .OrderByDescending(s => s.Levels)
            .ToList();
        var hard = strata.Count;
        strata.Add(new Stratum(answers, count));
        strata.Add(new Stratum(Parts(confidence), count));

        var taken = new bool[candidates];
        var chosen = new List<int>(Math.Min(count, candidates));
        while (chosen.Count < count)
        {
            var best = -1;
            for (var kept = hard; best < 0 && kept >= 0; kept--)
            {
                best = Best(order, taken, strata, kept);
            }

            if (best < 0)
            {
                break;
            }

            taken[best] = true;
            chosen.Add(best);
            strata.ForEach(s => s.Take(best));
        }

        return chosen;
    }

    /// <summary>The candidate that fills the most, among those that overfill none of the first <paramref name="kept"/> strata.</summary>
    private static int Best(int[] order, bool[] taken, List<Stratum> strata, int kept)
    {
        var best = -1;
        var bestGain = double.NegativeInfinity;
        foreach (var i in order)
        {
            if (taken[i])
            {
                continue;
            }

            var fits = true;
            for (var s = 0; fits && s < kept; s++)
            {
                fits = strata[s].Room(i);
            }

            if (!fits)
            {
                continue;
            }

            var gain = 0.0;
            foreach (var stratum in strata)
            {
                gain += stratum.Gain(i);
            }

            if (gain > bestGain)
            {
                (best, bestGain) = (i, gain);
            }
        }

        return best;
    }

    /// <summary>Quarters by rank, named by number.</summary>
    private static string[] Parts(double[] confidence)
    {
        var parts = new string[confidence.Length];
        var ranked = Enumerable.Range(0, confidence.Length).OrderBy(i => confidence[i]).ThenBy(i => i).ToArray();
        for (var rank = 0; rank < ranked.Length; rank++)
        {
            parts[ranked[rank]] = ((char)('0' + (rank * ConfidenceParts / ranked.Length))).ToString();
        }

        return parts;
    }

    private static string Shuffle(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>One column's levels with the share of each.</summary>
    private sealed class Stratum
    {
        private readonly int[] _level;
        private readonly double[] _share;
        private readonly int[] _have;

        public Stratum(string?[] levels, int count)
        {
            var names = new Dictionary<string, int>(StringComparer.Ordinal);
            _level = new int[levels.Length];
            for (var i = 0; i < levels.Length; i++)
            {
                var name = levels[i] ?? "";
                if (!names.TryGetValue(name, out _level[i]))
                {
                    names.Add(name, _level[i] = names.Count);
                }
            }

            Levels = names.Count;
            _have = new int[Levels];
            _share = Shares(levels.Length == 0 ? [] : Counts(), count);
        }

        public int Levels { get; }

        public bool Room(int candidate) => _have[_level[candidate]] < _share[_level[candidate]];

        public double Gain(int candidate) => _level[candidate] is var level && _share[level] > 0 ? 1 - (_have[level] / _share[level]) : 0;

        public void Take(int candidate) => _have[_level[candidate]]++;

        private int[] Counts()
        {
            var counts = new int[Levels];
            foreach (var level in _level)
            {
                counts[level]++;
            }

            return counts;
        }

        /// <summary>Equal parts; what a rare level can't fill goes to the others.</summary>
        private static double[] Shares(int[] available, int count)
        {
            var shares = new double[available.Length];
            var left = Math.Min(count, available.Sum());
            var open = Enumerable.Range(0, available.Length).ToList();
            while (open.Count > 0)
            {
                var part = (int)Math.Ceiling((double)left / open.Count);
                var full = open.Where(level => available[level] <= part).ToArray();
                if (full.Length == 0)
                {
                    open.ForEach(level => shares[level] = part);
                    break;
                }

                foreach (var level in full)
                {
                    shares[level] = available[level];
                    left -= available[level];
                    open.Remove(level);
                }
            }

            return shares;
        }
    }
}
