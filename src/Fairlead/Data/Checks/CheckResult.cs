using System.Text.Json.Nodes;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>What one check found.</summary>
/// <param name="Elements">Rows looked at: all, or those that meet its condition.</param>
/// <param name="Missing">Of these, rows without a value, or skipped.</param>
/// <param name="Listed">Failing rows, 0-based in file order, where they are not those of <paramref name="Runs"/>.</param>
/// <param name="Runs">Failing rows, 0-based in file order.</param>
/// <param name="Observed">The figure of a check of a column or the table; null of a check of rows.</param>
/// <param name="Examples">A few failing rows with what stands there.</param>
public sealed record CheckResult(CheckRule Rule, bool Success, long Elements, long Missing, IReadOnlyList<long>? Listed, RowRuns Runs, JsonNode? Observed, IReadOnlyList<FailingRow> Examples)
{
    public long UnexpectedCount => Listed?.Count ?? Runs.Count;

    /// <summary>The column it looks at; null where it looks at several, or at the table.</summary>
    public string? Column => Rule switch { { Table: ColumnExistsCheck exists } => exists.Column, { Columns: [var one] } => one, _ => null };

    public IEnumerable<long> UnexpectedRows => Listed ?? (IEnumerable<long>)Runs;
}

/// <summary>What the checks of a table found.</summary>
public sealed record CheckReport(long Rows, IReadOnlyList<CheckResult> Results)
{
    /// <summary>Every check that is an error passed.</summary>
    public bool Success => Results.All(result => result.Success || !result.Rule.Error);
}
