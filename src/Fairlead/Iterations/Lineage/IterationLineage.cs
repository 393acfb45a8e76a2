using System.Globalization;
using Fairlead.Data.Versions;
using Fairlead.Packaging;
using Fairlead.Releases;
using Fairlead.Training;

namespace Fairlead.Iterations.Lineage;

/// <summary>What an iteration is made of, and what every stage made in it.</summary>
public sealed class IterationLineage(Iteration iteration) : ITraceLineage
{
    public static LineageNode NodeOf(int number) => new("iteration", number.ToString(CultureInfo.InvariantCulture), $"iteration {number}");

    /// <summary>All stages, in the order of the loop.</summary>
    public static IEnumerable<ITraceLineage> Stages(Iteration iteration, IReadOnlyList<Release> releases)
    {
        ArgumentNullException.ThrowIfNull(iteration);
        return
        [
            new VersionLineage(iteration.Raw, iteration.Data),
            new ModelLineage(VersionLineage.NodeOf(iteration.Data), iteration.Search),
            new PackageLineage(ModelLineage.NodeOf(iteration.Search), iteration.Package, iteration.Image),
            new IterationLineage(iteration),
            new ReleaseLineage(NodeOf(iteration.Number), [.. releases.Where(release => release.Iteration == iteration.Number)]),
        ];
    }

    public IEnumerable<Made> Made()
    {
        var last = iteration.Image is { } image ? PackageLineage.NodeOf(image) : PackageLineage.NodeOf(iteration.Package);
        yield return new Made("iterate", [VersionLineage.NodeOf(iteration.Data), last], [NodeOf(iteration.Number)]);
    }
}

/// <summary>The tables that the checks of an iteration looked at. They belong to the iteration: its version may be another iteration's too, which looked at none.</summary>
public sealed class CheckLineage(Iteration iteration) : ITraceLineage
{
    public IEnumerable<Made> Made() =>
        iteration.Data.CheckedAgainst is { Count: > 0 } others ? [new Made("check", [.. others.Select(VersionLineage.OtherTable)], [IterationLineage.NodeOf(iteration.Number)])] : [];
}
