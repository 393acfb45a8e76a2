using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>How the values that a step receives and makes are told to people: of one column the value, of several each with the column's name.</summary>
internal sealed class StepExamples
{
    private readonly string[] _reads;
    private readonly string[] _writes;
    private readonly bool[] _readsDate;
    private readonly bool[] _writesDate;
    private readonly int _own;

    /// <param name="dates">Columns that hold dates before the step; afterwards as it leaves them.</param>
    public StepExamples(RowStep step, HashSet<string> dates)
    {
        (_reads, _writes) = ([.. step.Reads()], [.. step.Writes()]);
        _readsDate = [.. _reads.Select(dates.Contains)];
        var isDate = step switch
        {
            SplitStep or JoinStep => false,
            DeriveStep derive => derive.Parsed().Type == ExpressionType.Date,
            _ => step.ReadsAs() is { } kind ? kind == ColumnKind.Date : dates.Contains(step.Column),
        };
        foreach (var column in _writes)
        {
            _ = isDate ? dates.Add(column) : dates.Remove(column);
        }

        _writesDate = [.. _writes.Select(dates.Contains)];
        _own = _writes.Length == 1 ? Array.IndexOf(_reads, _writes[0]) : -1;
    }

    /// <summary>What the step received. A step that changes a column received its value, whatever else it looked at.</summary>
    /// <param name="cells">One for each column that it reads.</param>
    public string? Received(ReadOnlySpan<Cell> cells) => _own >= 0 ? Text(cells[_own], _readsDate[_own]) : Text(cells, _reads, _readsDate);

    /// <summary>What the step made.</summary>
    /// <param name="cells">One for each column that it writes.</param>
    public string? Made(ReadOnlySpan<Cell> cells) => Text(cells, _writes, _writesDate);

    private static string? Text(ReadOnlySpan<Cell> cells, string[] names, bool[] dates)
    {
        if (cells.Length == 1)
        {
            return Text(cells[0], dates[0]);
        }

        var parts = new string[cells.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = $"{names[i]}: {Text(cells[i], dates[i]) ?? "missing"}";
        }

        return parts.Length == 0 ? null : string.Join(", ", parts);
    }

    private static string? Text(Cell cell, bool isDate) => cell.IsMissing ? null : cell.IsNumber && isDate ? DateParts.Text(cell.Number) : cell.ToString();
}
