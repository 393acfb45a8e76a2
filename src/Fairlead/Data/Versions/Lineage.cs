namespace Fairlead.Data.Versions;

/// <summary>Something that was made, or that others were made from.</summary>
/// <param name="Kind">source, raw_version, other_table (that checks look at), dataset_version, quarantine, model, package, image, iteration, release.</param>
/// <param name="Id">Its content's hash, or its number.</param>
/// <param name="Name">As a person calls it.</param>
/// <param name="Rows">Rows it has, where it is a table.</param>
public sealed record LineageNode(string Kind, string Id, string Name, long? Rows = null)
{
    /// <summary>Names it among all.</summary>
    public string Key => $"{Kind}:{Id}";

    /// <summary>A hash as far as people read it.</summary>
    public static string Short(string id) => id.Length > 8 ? id[..8] : id;
}

/// <summary>A step that made something from something.</summary>
/// <param name="Beside">What this run of the step looked at without making anything of it. It says nothing of what was made, which another run may have made alike without it.</param>
public sealed record Made(string Step, IReadOnlyList<LineageNode> From, IReadOnlyList<LineageNode> To, IReadOnlyList<LineageNode>? Beside = null);

/// <summary>What must reach every stage to trace lineage: each stage says what it made from what, and the last one puts it together.</summary>
public interface ITraceLineage
{
    IEnumerable<Made> Made();
}

/// <param name="From">Key of a node.</param>
/// <param name="To">Key of a node that was made from it.</param>
public sealed record LineageLink(string From, string To, string Step);

/// <summary>What was made from what. A thing made twice stands once.</summary>
public sealed class LineageGraph
{
    private readonly OrderedDictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<LineageLink> _links = [];

    /// <summary>In the order they were made.</summary>
    public IReadOnlyCollection<LineageNode> Nodes => _nodes.Values;

    public IReadOnlyList<LineageLink> Links => _links;

    public void Add(ITraceLineage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        foreach (var made in stage.Made())
        {
            foreach (var node in made.From.Concat(made.To))
            {
                _nodes.TryAdd(node.Key, node);
            }

            foreach (var link in made.From.SelectMany(from => made.To.Select(to => new LineageLink(from.Key, to.Key, made.Step))).Where(link => !_links.Contains(link)))
            {
                _links.Add(link);
            }
        }
    }

    /// <summary>The part of the graph that the nodes were made from, that was made from them, or both; the nodes are in it.</summary>
    public LineageGraph Around(IReadOnlyCollection<string> nodes, bool back, bool forward)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var kept = nodes.ToHashSet(StringComparer.Ordinal);
        if (back)
        {
            kept.UnionWith(Reached(nodes, link => (link.To, link.From)));
        }

        if (forward)
        {
            kept.UnionWith(Reached(nodes, link => (link.From, link.To)));
        }

        var part = new LineageGraph();
        foreach (var node in _nodes.Values.Where(node => kept.Contains(node.Key)))
        {
            part._nodes.Add(node.Key, node);
        }

        part._links.AddRange(_links.Where(link => kept.Contains(link.From) && kept.Contains(link.To)));
        return part;
    }

    private HashSet<string> Reached(IReadOnlyCollection<string> start, Func<LineageLink, (string From, string To)> along)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(start);
        while (next.TryDequeue(out var node))
        {
            foreach (var (_, to) in _links.Select(along).Where(link => link.From == node && reached.Add(link.To)))
            {
                next.Enqueue(to);
            }
        }

        return reached;
    }
}

/// <summary>What reading and cleaning made.</summary>
public sealed class VersionLineage(RawVersion raw, DatasetVersion data) : ITraceLineage
{
    public static LineageNode NodeOf(DatasetVersion data) => new("dataset_version", data.Id, $"version {LineageNode.Short(data.Id)}", data.Kept);

    public static LineageNode NodeOf(SourceFile file) => new("source", file.Sha256, file.Name);

    /// <summary>A file that checks look at beside the data, as it was then.</summary>
    public static LineageNode OtherTable(SourceFile file) => new("other_table", file.Sha256, file.Name);

    public IEnumerable<Made> Made()
    {
        var read = new LineageNode("raw_version", raw.Blob, $"raw {LineageNode.Short(raw.Blob)}", raw.Rows);
        yield return new Made("ingest", [.. raw.Files.Select(NodeOf)], [read]);
        yield return new Made(
            "clean", [read], [NodeOf(data), new LineageNode("quarantine", data.Quarantine, $"quarantine {LineageNode.Short(data.Quarantine)}", data.Quarantined)],
            [.. (data.CheckedAgainst ?? []).Select(OtherTable)]);
    }
}
