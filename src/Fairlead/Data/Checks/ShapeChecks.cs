using System.Text.Json.Nodes;
using Fairlead.Data.Scanning;
using Fairlead.Projects;

namespace Fairlead.Data.Checks;

/// <summary>Checks of the rows' number and of the columns' names.</summary>
/// <param name="otherRows">Rows of another file, when the check compares with one.</param>
internal sealed class ShapeCheck(CheckRule rule, IReadOnlyList<string> columns, int condition, Func<string, long> otherRows) : RunningCheck(rule)
{
    public override void Take(BatchView batch) => Tally.Elements += batch.Selected(condition) is { } selected ? selected.AsSpan(0, batch.Rows).Count(true) : batch.Rows;

    public override Verdict End()
    {
        var rows = Tally.Elements;
        switch (Rule.Table)
        {
            case RowCountCheck count:
                return new Verdict(!(rows < count.Min) && !(rows > count.Max), JsonValue.Create(rows));
            case RowCountEqualsCheck count:
                return new Verdict(rows == count.Value, JsonValue.Create(rows));
            case RowCountOtherCheck other:
                var expected = otherRows(other.File);
                return new Verdict(rows == expected, new JsonObject { ["rows"] = rows, ["other"] = expected });
            case ColumnCountCheck count:
                return new Verdict(!(columns.Count < count.Min) && !(columns.Count > count.Max), JsonValue.Create(columns.Count));
            case ColumnCountEqualsCheck count:
                return new Verdict(columns.Count == count.Value, JsonValue.Create(columns.Count));
            case ColumnsInOrderCheck order:
                return new Verdict(columns.SequenceEqual(order.Columns, StringComparer.Ordinal), Names());
            case ColumnsSetCheck set:
                var names = columns.ToHashSet(StringComparer.Ordinal);
                return new Verdict(set.Exact ? names.SetEquals(set.Columns) : names.IsSupersetOf(set.Columns), Names());
            case ColumnExistsCheck exists:
                var at = columns.ToList().IndexOf(exists.Column);
                return new Verdict(at >= 0 && !(exists.Index is { } index && index != at), at < 0 ? null : JsonValue.Create(at));
            default:
                throw new InvalidOperationException($"No implementation of {Rule.Name}.");
        }
    }

    private JsonArray Names() => new([.. columns.Select(name => (JsonNode)JsonValue.Create(name))]);
}

/// <summary>references: every value occurs in a column of another file. Compared by their bytes.</summary>
internal sealed class ReferenceCheck(CheckRule rule, ColumnView view, int condition, HashSet<Hash128> known) : RowwiseCheck(rule, condition)
{
    private readonly ValueHash _hash = new(view);

    public override void Take(BatchView batch)
    {
        var selected = batch.Selected(ConditionIndex);
        Count(batch, view, selected);
        for (var row = 0; row < batch.Rows; row++)
        {
            if (!view.IsMissing(row) && selected?[row] != false && !known.Contains(view.IsText ? _hash.At(row) : ValueHash.Of(view.Utf8(row))))
            {
                Tally.Add(batch.FirstRow + row, view, row);
            }
        }
    }
}
