using Fairlead.Models.Contracts;

namespace Fairlead.Projects.Reading;

/// <summary>The steps that look at the whole table.</summary>
internal sealed partial class CleanReader
{
    private static readonly string[] Merges = ["first", "last", "min", "max", "sum", "mean", "longest", "join"];

    private void TableStep(string step, MapReader arguments)
    {
        switch (step)
        {
            case "quarantine":
                var reason = arguments.Text("reason");
                if (arguments.Text("where", "\"price < 0\"") is not null && arguments.At("where") is YamlText text
                    && ExpressionReader.Read(text, column => TypeOf(column, target: true), columns.Names, condition: true, faults) is { } condition)
                {
                    _table.Add(new QuarantineStep(condition.Source, condition.Columns.ToDictionary(column => column, column => TypeOf(column, target: true)!.Value, StringComparer.Ordinal), reason ?? condition.Source));
                }

                break;
            case "fill":
                var column = arguments.Required("column", "NAME") is null ? null : columns.Resolve(arguments, "column");
                var by = arguments.Has("by") ? columns.Resolve(arguments, "by") : null;
                var order = arguments.Required("order", "NAME") is null ? null : columns.Resolve(arguments, "order");
                var from = arguments.Choice("from", ["previous", "next"]) ?? "previous";
                if (column is not null && order is not null && NotTarget(column, arguments.At("column")) && Readable(arguments.At("column"), column) && Readable(arguments.At("order"), order) && (by is null || Readable(arguments.At("by"), by)))
                {
                    _table.Add(new FillStep(column, by, order, from));
                }

                break;
            default:
                Duplicates(step, arguments);
                break;
        }
    }

    private void Duplicates(string step, MapReader arguments)
    {
        var fuzzy = step == "fuzzy duplicates";
        var named = (arguments.Texts("columns") ?? []).Select(name => columns.Resolve(name) is { } known && (!fuzzy || Readable(name, known)) ? known : null).OfType<string>().ToList();
        var keep = arguments.Choice("keep", ["first", "last", "most complete"]) ?? "first";
        var merge = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in arguments.Child("merge", "\"merge\"")?.Map.Entries ?? [])
        {
            var rule = (entry.Value as YamlText)?.Value;
            if (columns.Resolve(entry.Key) is not { } column || !NotTarget(column, entry.Key))
            {
                continue;
            }

            if (rule is null || !Merges.Contains(rule) || (rule is "sum" or "mean" && columns.KindOf(column) != ColumnKind.Number) || (rule is "longest" or "join" && IsNumeric(columns.KindOf(column))))
            {
                faults.Add(entry.Value, $"\"{rule}\" does not merge a {Kind(column)} column.", $"Use one of: {string.Join(", ", Merges)}; sum and mean for numbers, longest and join for texts.");
            }
            else
            {
                merge[column] = rule;
            }
        }

        if (!fuzzy)
        {
            _table.Add(new DropDuplicatesStep(named, keep, merge.Count == 0 ? null : merge));
            return;
        }

        var similarity = arguments.Choice("similarity", ["jaro_winkler", "tokens"]) ?? "jaro_winkler";
        var threshold = arguments.Number("threshold", 0.5, 1) ?? 0.92;
        arguments.Required("columns", "[name, street]");
        if (arguments.Text("block", "\"left(lower(name), 3)\"") is not null && arguments.At("block") is YamlText text
            && ExpressionReader.Read(text, column => TypeOf(column, target: false), columns.Names, condition: false, faults) is { } block && named.Count > 0)
        {
            _table.Add(new FuzzyDuplicatesStep(named, block.Source, block.Columns.ToDictionary(column => column, column => TypeOf(column, target: false)!.Value, StringComparer.Ordinal), threshold, similarity, keep, merge.Count == 0 ? null : merge));
        }
    }
}
