using Fairlead.Data.Scanning;
using Fairlead.Models.Expressions;

namespace Fairlead.Data.Checks;

/// <summary>The batch under way as checks see it: its columns by name, and which rows meet the condition of a check.</summary>
internal sealed class BatchView
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<ConditionView> _conditions = [];
    private readonly Dictionary<string, int> _conditionIndex = new(StringComparer.Ordinal);

    public BatchView(IReadOnlyList<ScannedColumn> columns)
    {
        Columns = [.. columns.Select(column => new ColumnView(column))];
        for (var i = 0; i < columns.Count; i++)
        {
            _index[columns[i].Name] = i;
        }
    }

    public ColumnView[] Columns { get; }

    public long FirstRow { get; private set; }

    public int Rows { get; private set; }

    public ColumnView Find(string name) => Columns[_index[name]];

    /// <summary>Registers a condition; returns its number, or -1 for null.</summary>
    public int Condition(string? text)
    {
        if (text is null)
        {
            return -1;
        }

        if (!_conditionIndex.TryGetValue(text, out var index))
        {
            _conditionIndex[text] = index = _conditions.Count;
            _conditions.Add(new ConditionView(Expression.Condition(text, _index.Keys), Find));
        }

        return index;
    }

    /// <summary>Which rows of the batch meet a condition; null: all.</summary>
    public bool[]? Selected(int condition) => condition < 0 ? null : _conditions[condition].Selected;

    public void Take(TableBatch batch)
    {
        (FirstRow, Rows) = (batch.FirstRow, batch.Rows);
        for (var i = 0; i < Columns.Length; i++)
        {
            Columns[i].Take(batch.Columns[i], batch.Rows);
        }

        foreach (var condition in _conditions)
        {
            condition.Take(Rows);
        }
    }
}
