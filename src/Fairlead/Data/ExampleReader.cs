using System.Globalization;
using Fairlead.Data.Cleaning;

namespace Fairlead.Data;

/// <summary>Picks rows to look at: the first few, with the value before and after. Values of dropped personal columns are never shown, those of masked ones masked.</summary>
internal sealed class ExampleReader(CleanPlan plan, DataEngine engine)
{
    /// <summary>Examples of one finding.</summary>
    public const int Shown = 5;

    /// <summary>Signs of a value that are shown.</summary>
    private const int ValueShown = 120;

    /// <summary>Rows whose condition holds, with the raw value.</summary>
    public IReadOnlyList<RowExample> Raw(string table, string condition, PlanColumn column) => Of(table, condition, column, raw: true);

    /// <summary>Rows whose condition holds, with the cleaned value.</summary>
    public IReadOnlyList<RowExample> Cleaned(string table, string condition, PlanColumn column) => Of(table, condition, column, raw: false);

    public IReadOnlyList<RowExample> Of(string table, string condition, PlanColumn column, bool raw)
    {
        var rows = First(table, condition);
        return (raw || column.Dropped) && !column.Derived
            ? RawValues(rows, column)
            : [.. Values(table, rows, column).Select(value => new RowExample(value.Row, value.Text, null))];
    }

    /// <summary>Rows whose condition holds, with the raw and the cleaned value.</summary>
    public IReadOnlyList<RowExample> Both(string table, string condition, PlanColumn column)
    {
        var rows = First(table, condition);
        var after = Values(table, rows, column).ToDictionary(value => value.Row, value => value.Text);
        return [.. RawValues(rows, column).Select(example => example with { After = after.GetValueOrDefault(example.Row) })];
    }

    /// <summary>Row numbers whose condition holds, the first few.</summary>
    public IReadOnlyList<long> First(string table, string condition) =>
        engine.List($"SELECT __row FROM {table} WHERE {condition} ORDER BY __row LIMIT {Shown}", reader => reader.GetInt64(0));

    private List<RowExample> RawValues(IReadOnlyList<long> rows, PlanColumn column) => rows.Count == 0
        ? []
        : column.Dropped || column.Derived
        ? [.. rows.Select(row => new RowExample(row, null, null))]
        : engine.List($"SELECT __row, left({column.RawOf("raw")}, {ValueShown}) FROM {plan.RawTable} raw WHERE __row IN ({List(rows)}) ORDER BY __row",
            reader => new RowExample(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), null));

    private List<(long Row, string? Text)> Values(string table, IReadOnlyList<long> rows, PlanColumn column) => rows.Count == 0
        ? []
        : engine.List($"SELECT __row, {(column.IsNumber ? column.Sql : $"left({column.Sql}, {ValueShown})")} FROM {table} WHERE __row IN ({List(rows)}) ORDER BY __row",
            reader => (reader.GetInt64(0), reader.IsDBNull(1) ? null : column.IsNumber ? column.Say(reader.GetDouble(1)) : reader.GetString(1)));

    private static string List(IReadOnlyList<long> rows) => string.Join(", ", rows.Select(row => row.ToString(CultureInfo.InvariantCulture)));
}
