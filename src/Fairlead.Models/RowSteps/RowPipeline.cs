using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>The managed implementation of row steps: a raw row in, a cleaned row out. Thread-safe.</summary>
public sealed class RowPipeline
{
    /// <param name="columns">Names of the row's columns, in the order of its cells.</param>
    /// <param name="steps">Steps in order; each names one of the columns.</param>
    public RowPipeline(IReadOnlyList<string> columns, IReadOnlyList<RowStep> steps) => throw new NotImplementedException();

    /// <summary>Cleans a row in place. Shape [columns].</summary>
    /// <param name="row">Raw cells in, cleaned cells out.</param>
    /// <param name="notes">Takes what went wrong on the way ("weight: \"12kg\" is not a number"); null when not wanted.</param>
    public void Apply(Span<Cell> row, List<string>? notes = null) => throw new NotImplementedException();
}
