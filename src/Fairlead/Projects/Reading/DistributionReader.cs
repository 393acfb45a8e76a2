using System.Globalization;

namespace Fairlead.Projects.Reading;

/// <summary>Reads the expected distribution of <c>kl_divergence_below</c>: <c>{values, weights}</c> or <c>{bins, weights, tail_weights}</c>.</summary>
internal sealed class DistributionReader(CheckArguments arguments, FaultList faults)
{
    /// <summary>How far the shares may be from adding up to 1.</summary>
    private const double SumTolerance = 1e-5;

    public DivergenceCheck? Read(MapReader map, string column)
    {
        var threshold = map.Required("threshold", "0.1") is null ? null : map.Number("threshold", 0);
        var tailHoldout = map.Number("tail_weight_holdout", 0, 1) ?? 0;
        var internalHoldout = map.Number("internal_weight_holdout", 0, 1) ?? 0;
        if (map.Required("distribution", "{values: [a, b], weights: [0.7, 0.3]}") is null || map.Child("distribution") is not { } distribution)
        {
            return null;
        }

        var values = distribution.Texts("values");
        var bins = distribution.Has("bins") ? arguments.Numbers(distribution, "bins", "[0, 10, 20]", infinite: true) : null;
        var weights = arguments.Numbers(distribution, "weights", "[0.7, 0.3]");
        var tails = distribution.Has("tail_weights") ? arguments.Numbers(distribution, "tail_weights", "[0.01, 0.01]") : null;
        distribution.Done();
        if (weights is null || (values is null) == (bins is null))
        {
            if (weights is not null && (values is not null || !distribution.Has("bins")))
            {
                faults.Add(distribution.Map, "A distribution has values or bins.", "Write {values: [a, b], weights: [0.7, 0.3]} or {bins: [0, 10, 20], weights: [0.7, 0.3]}.");
            }

            return null;
        }

        var problem = Problem(values?.Count, bins, weights, tails, tailHoldout, internalHoldout);
        if (problem is { } found)
        {
            faults.Add(distribution.Map, found.What, found.Fix);
            return null;
        }

        return threshold is { } most
            ? new DivergenceCheck(column, most, values?.Select(value => value.Value).ToList(), bins, weights, tails, tailHoldout, internalHoldout)
            : null;
    }

    private static (string What, string Fix)? Problem(int? values, List<double>? bins, List<double> weights, List<double>? tails, double tailHoldout, double internalHoldout)
    {
        var sum = weights.Sum() + (tails?.Sum() ?? 0);
        if (weights.Exists(weight => weight < 0) || tails?.Exists(weight => weight < 0) == true || Math.Abs(sum - 1) > SumTolerance)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"The weights add up to {sum}; shares are not negative and add up to 1."), "Divide each by their sum.");
        }

        if (values is { } count)
        {
            return count != weights.Count ? ($"Values: {count}, weights: {weights.Count}.", "Write one weight for each value.")
                : internalHoldout > 0 ? ("internal_weight_holdout is for bins.", "Take it away.")
                : tails is not null ? ("tail_weights are for bins.", "Take them away, or use tail_weight_holdout.")
                : null;
        }

        var edges = bins!;
        for (var i = 1; i < edges.Count; i++)
        {
            if (!(edges[i] > edges[i - 1]))
            {
                return ("The bins do not rise.", "Write rising edges.");
            }
        }

        var infinite = double.IsInfinity(edges[0]) || double.IsInfinity(edges[^1]);
        return edges.Count != weights.Count + 1 ? ($"Edges: {edges.Count}, weights: {weights.Count}.", "Write one edge more than weights.")
            : tails is not null && tails.Count != 2 ? ("tail_weights are two: below and above.", "Write [below, above].")
            : tails is not null && tailHoldout > 0 ? ("tail_weight_holdout and tail_weights exclude each other.", "Keep one.")
            : tails is not null && infinite ? ("There are no tails beyond an infinite edge.", "Take tail_weights away.")
            : tailHoldout > 0 && double.IsInfinity(edges[0]) && double.IsInfinity(edges[^1]) ? ("There are no tails beyond infinite edges.", "Take tail_weight_holdout away.")
            : null;
    }
}
