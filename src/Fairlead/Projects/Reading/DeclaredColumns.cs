using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Reading;

/// <summary>The columns a project declares, target included, to resolve the names that other keys use.</summary>
internal sealed class DeclaredColumns(IReadOnlyList<ProjectColumn> columns, string? target, ModelTask task, FaultList faults) : ICheckableColumns
{
    private readonly Dictionary<string, ColumnKind> _kinds = Kinds(columns, target, task);

    public IReadOnlyList<ProjectColumn> Columns { get; } = columns;

    public string? Target { get; } = target;

    public IEnumerable<string> Names => _kinds.Keys;

    public ColumnKind KindOf(string name) => _kinds[name];

    public bool Has(string name) => _kinds.ContainsKey(name);

    /// <summary>Adds a column that a step makes, or says what a column holds after a step.</summary>
    public void Set(string name, ColumnKind kind) => _kinds[name] = kind;

    ColumnKind? ICheckableColumns.KindOf(string name) => _kinds.TryGetValue(name, out var kind) ? kind : null;

    /// <summary>The name when the column is declared, or null and a fault.</summary>
    public string? Resolve(YamlText? name)
    {
        if (name is null || _kinds.ContainsKey(name.Value))
        {
            return name?.Value;
        }

        faults.Add(name, $"There is no column \"{name.Value}\".", $"Use a name from \"columns\".{NearestName.Hint(name.Value, Names)}");
        return null;
    }

    /// <summary>The column a key names.</summary>
    public string? Resolve(MapReader map, string key) => map.Text(key) is null ? null : Resolve((YamlText)map.At(key));

    private static Dictionary<string, ColumnKind> Kinds(IReadOnlyList<ProjectColumn> columns, string? target, ModelTask task)
    {
        var kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            kinds.TryAdd(column.Name, column.Kind);
        }

        if (target is not null)
        {
            kinds.TryAdd(target, task == ModelTask.Regression ? ColumnKind.Number : ColumnKind.Category);
        }

        return kinds;
    }
}
