namespace Fairlead.Data.Cleaning;

/// <summary>A column as a step finds it.</summary>
/// <param name="Sql">How SQL names it.</param>
/// <param name="IsNumber">It holds DOUBLE; otherwise text.</param>
internal sealed record SqlColumn(string Sql, bool IsNumber);
