using Fairlead.Data.Cleaning;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Privacy;

/// <summary>A raw value as it may be shown and stored: what the column's row steps make of it, up to the one that protects it.</summary>
internal sealed class RawProtection
{
    private readonly RowPipeline _pipeline;
    private readonly ColumnKind _kind;

    /// <param name="column">Its name.</param>
    /// <param name="steps">The column's steps in order, one that protects among them.</param>
    public RawProtection(string column, ColumnKind kind, IEnumerable<RowStep> steps)
    {
        var all = steps.ToList();
        var last = all.FindLastIndex(IsProtecting);
        _kind = kind;
        _pipeline = new RowPipeline([column], [.. (last < 0 ? throw new ArgumentException($"No step protects column \"{column}\".", nameof(steps)) : all.Take(last + 1)).Where(step => step is not (NormaliseStep or ImputeStep))]);
    }

    public static bool IsProtecting(RowStep step) => step is MaskStep or PseudonymStep or SyntheticStep or GeneraliseStep;

    /// <summary>The text; empty where nothing is left.</summary>
    public string Of(string text)
    {
        Cell[] cell = [Cell.Of(text)];
        _pipeline.Apply(cell);
        return cell[0].IsMissing ? "" : cell[0].IsNumber && _kind == ColumnKind.Date ? PlanColumn.DateOf(cell[0].Number) : cell[0].IsNumber ? NumberText.Shortest(cell[0].Number) : cell[0].Text!;
    }
}
