using System.Text.Json.Serialization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects;

/// <summary>A rule the data must meet, as declared.</summary>
/// <param name="Id">Stable name: check, column and a number where that is not unique.</param>
/// <param name="Row">The rule per row, or null when it is about a column or the table.</param>
/// <param name="Table">The rule about a column or the table, or null.</param>
/// <param name="Error">True: failing rows go to quarantine (a table rule fails the iteration's "checks pass"). False: warn.</param>
/// <param name="BeforeCleaning">Looks at raw values; otherwise at cleaned ones.</param>
/// <param name="Mostly">Share of rows with a value that must meet it, in (0, 1]; under 1 the check as a whole passes with some failing rows.</param>
/// <param name="Where">file:line:column in the project file.</param>
public sealed record CheckRule(string Id, RowCheck? Row, TableCheck? Table, bool Error, bool BeforeCleaning, double Mostly, string Where);

/// <summary>A rule about a whole column or table.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "check")]
[JsonDerivedType(typeof(UniqueCheck), "unique")]
[JsonDerivedType(typeof(RowCountCheck), "row_count_between")]
[JsonDerivedType(typeof(FreshnessCheck), "freshness")]
public abstract record TableCheck;

/// <summary>No two rows share a value (or a combination).</summary>
public sealed record UniqueCheck(IReadOnlyList<string> Columns) : TableCheck;

public sealed record RowCountCheck(long? Min, long? Max) : TableCheck;

/// <summary>The newest value of a date column is at most this many days before now.</summary>
public sealed record FreshnessCheck(string Column, double DaysMax) : TableCheck;
