using System.Globalization;
using Fairlead.Data.Versions;

namespace Fairlead.Releases;

/// <summary>Where an iteration was released to.</summary>
public sealed class ReleaseLineage(LineageNode iteration, IReadOnlyList<Release> releases) : ITraceLineage
{
    public IEnumerable<Made> Made() =>
        releases.Select(release => new Made("release", [iteration], [new LineageNode("release", release.Number.ToString(CultureInfo.InvariantCulture), $"release {release.Number} to {release.Environment}")]));
}
