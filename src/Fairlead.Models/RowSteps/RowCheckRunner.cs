using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>The managed implementation of row checks. Thread-safe.</summary>
public sealed class RowCheckRunner
{
    public RowCheckRunner(IReadOnlyList<string> columns, IReadOnlyList<RowCheck> checks) => throw new NotImplementedException();

    /// <summary>Adds one plain sentence for each failed check, such as "weight_kg: -3 is below 0".</summary>
    public void Run(ReadOnlySpan<Cell> cleaned, List<string> failures) => throw new NotImplementedException();

    /// <summary>True when the row meets check <paramref name="check"/> or the check does not apply to a missing value.</summary>
    public bool Passes(int check, ReadOnlySpan<Cell> cleaned) => throw new NotImplementedException();
}
