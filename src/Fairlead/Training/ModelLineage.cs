using Fairlead.Data.Versions;

namespace Fairlead.Training;

/// <summary>What the search made.</summary>
public sealed class ModelLineage(LineageNode data, SearchResult found) : ITraceLineage
{
    public static LineageNode NodeOf(SearchResult found) => new("model", found.Model, found.Chosen);

    public IEnumerable<Made> Made()
    {
        yield return new Made("search", [data], [NodeOf(found)]);
    }
}
