namespace Fairlead.Data.Checks;

/// <summary>A failing row to show.</summary>
/// <param name="Row">0-based, in file order.</param>
/// <param name="Value">What stands there; null: nothing.</param>
public sealed record FailingRow(long Row, string? Value);

/// <summary>What a check has counted so far.</summary>
internal sealed class Tally
{
    /// <summary>Failing rows shown with their values.</summary>
    public const int Shown = 5;

    /// <summary>Rows looked at: all, or those that meet the condition.</summary>
    public long Elements { get; set; }

    /// <summary>Rows without a value, or skipped.</summary>
    public long Missing { get; set; }

    public RowRuns Rows { get; private set; } = new();

    public List<FailingRow> Examples { get; } = [];

    /// <summary>Adds a failing row; rows come in rising order.</summary>
    public void Add(long row, ColumnView view, int inBatch)
    {
        Rows.Add(row);
        if (Examples.Count < Shown)
        {
            Examples.Add(new FailingRow(row, view.Vector.Text(inBatch)));
        }
    }
}
