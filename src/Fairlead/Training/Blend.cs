using Fairlead.Models.Contracts;

namespace Fairlead.Training;

/// <summary>A weighted average of candidates' answers.</summary>
/// <param name="Members">Candidates with their weights, which sum to 1; one with weight 1 is no blend.</param>
/// <param name="Score">Metric on the evaluated rows.</param>
internal sealed record Blend(IReadOnlyList<(Candidate Candidate, double Weight)> Members, double Score)
{
    /// <summary>Most candidates in a blend: each makes an answer dearer and harder to explain.</summary>
    public const int MembersMax = 3;

    /// <summary>Picks with replacement; weights are multiples of 1 / this.</summary>
    private const int PicksMax = 12;

    /// <summary>A blend must better the best single candidate by this share of its score.</summary>
    private const double GainMin = 0.001;

    /// <summary>Picks candidates one by one, each the one that betters the average of those picked before the most: R. Caruana et al., "Ensemble Selection from Libraries of Models", ICML 2004.</summary>
    /// <param name="candidates">Best first; all with the target transform of the first.</param>
    /// <param name="targets">Shape [evaluated rows].</param>
    /// <param name="affordable">Says whether there is time to complete these members.</param>
    public static Blend Choose(IReadOnlyList<Candidate> candidates, ModelTask task, double[] targets, Func<IReadOnlyList<Candidate>, bool> affordable)
    {
        var first = candidates[0];
        var sum = (double[])first.Answers.Clone();
        var counts = new Dictionary<Candidate, int> { [first] = 1 };
        var picks = 1;
        var (best, bestPicks) = (first.Score, new Dictionary<Candidate, int>(counts));
        var average = new double[sum.Length];
        while (picks < PicksMax)
        {
            Candidate? chosen = null;
            var chosenScore = double.PositiveInfinity;
            foreach (var candidate in candidates)
            {
                if (!counts.ContainsKey(candidate) && (counts.Count == MembersMax || !affordable([.. counts.Keys, candidate])))
                {
                    continue;
                }

                for (var i = 0; i < sum.Length; i++)
                {
                    average[i] = (sum[i] + candidate.Answers[i]) / (picks + 1);
                }

                var score = Losses.Mean(task, average, targets);
                if (score < chosenScore)
                {
                    (chosen, chosenScore) = (candidate, score);
                }
            }

            if (chosen is null)
            {
                break;
            }

            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += chosen.Answers[i];
            }

            counts[chosen] = counts.GetValueOrDefault(chosen) + 1;
            picks++;
            if (chosenScore < best)
            {
                (best, bestPicks) = (chosenScore, new Dictionary<Candidate, int>(counts));
            }
        }

        if (best > first.Score * (1 - GainMin))
        {
            return new Blend([(first, 1)], first.Score);
        }

        var total = bestPicks.Values.Sum();
        return new Blend([.. bestPicks.OrderBy(entry => entry.Key.Number).Select(entry => (entry.Key, (double)entry.Value / total))], best);
    }
}
