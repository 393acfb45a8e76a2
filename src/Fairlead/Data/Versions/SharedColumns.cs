using Fairlead.Data.Scanning;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>The columns of two tables and how they meet: the key, the columns both have, those that only one has.</summary>
internal sealed class SharedColumns
{
    private SharedColumns(IReadOnlyList<string> key, IReadOnlyList<ScannedColumn> a, IReadOnlyList<ScannedColumn> b)
    {
        (Key, A, B) = (key, a, b);
        PlaceInA = [.. b.Select(column => Place(a, column.Name))];
        var values = Enumerable.Range(0, b.Count).Where(i => PlaceInA[i] >= 0 && !key.Contains(b[i].Name, StringComparer.Ordinal)).ToList();
        Values = [.. values.Select(i => b[i].Name)];
        ByForm = [.. Enumerable.Range(0, b.Count).Select(i => PlaceInA[i] >= 0 && b[i].Form == a[PlaceInA[i]].Form)];
        HashA = new RowHasher([.. key.Select(name => Place(a, name))], [.. values.Select(i => PlaceInA[i])], [.. a.Select(column => Place(b, column.Name) is var i and >= 0 && ByForm[i])]);
        HashB = new RowHasher([.. key.Select(name => Place(b, name))], values, ByForm);
    }

    public IReadOnlyList<string> Key { get; }

    public IReadOnlyList<ScannedColumn> A { get; }

    public IReadOnlyList<ScannedColumn> B { get; }

    /// <summary>Shape [columns of B]: the same column of A, or -1.</summary>
    public IReadOnlyList<int> PlaceInA { get; }

    /// <summary>Compared columns that both have, without the key, in B's order.</summary>
    public IReadOnlyList<string> Values { get; }

    public RowHasher HashA { get; }

    public RowHasher HashB { get; }

    /// <summary>Shape [columns of B]: A stores it in the same form, so that values are compared by their bits.</summary>
    private bool[] ByForm { get; }

    /// <exception cref="FaultException">A key column is not in both tables.</exception>
    public static SharedColumns Of(IReadOnlyList<string> key, (string Name, IReadOnlyList<ScannedColumn> Columns) a, (string Name, IReadOnlyList<ScannedColumn> Columns) b)
    {
        List<Fault> faults = [];
        foreach (var (table, columns) in new[] { a, b })
        {
            faults.AddRange(key.Where(name => Place(columns, name) < 0).Select(name => new Fault(
                table, $"There is no column \"{name}\".{NearestName.Hint(name, columns.Select(column => column.Name))}", $"Name a column that both tables have: {string.Join(", ", columns.Select(column => column.Name).Take(30))}.")));
        }

        return faults.Count > 0 ? throw new FaultException(faults) : new SharedColumns(key, a.Columns, b.Columns);
    }

    public static int Place(IReadOnlyList<ScannedColumn> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
