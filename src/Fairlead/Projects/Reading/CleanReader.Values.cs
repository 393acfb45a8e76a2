using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>The steps that read, fill and make values, and those of whole tables.</summary>
internal sealed partial class CleanReader
{
    /// <summary>A step by its name, with how it is written.</summary>
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["trim"] = "trim: all",
        ["missing"] = "missing: {column: weight_kg, values: [\"N/A\"]}",
        ["normalise"] = "normalise: {column: carrier, map: {gruenbote: Grünbote}}",
        ["case"] = "case: {column: city, to: title}",
        ["map"] = "map: {column: paid, values: {\"1\": paid, \"0\": open}}",
        ["parse number"] = "parse number: {column: weight, decimal: comma, unit: kg}",
        ["parse date"] = "parse date: {column: born, formats: [ymd, dmy]}",
        ["cast"] = "cast: {column: price, to: number}",
        ["clip"] = "clip: {column: price, quantiles: [0.01, 0.99]}",
        ["impute"] = "impute: {column: weight_kg, with: median}",
        ["split"] = "split: {column: size, by: \"x\", into: [width, height]}",
        ["join"] = "join: {columns: [street, city], by: \", \", into: address}",
        ["derive"] = "derive: {column: margin, as: \"price - cost\"}",
        ["drop"] = "drop: [notes]",
        ["drop duplicates"] = "drop duplicates",
        ["fuzzy duplicates"] = "fuzzy duplicates: {columns: [name, street], block: \"left(lower(name), 3)\"}",
        ["quarantine"] = "quarantine: {where: \"price < 0\", reason: negative price}",
        ["fill"] = "fill: {column: price, by: shop, order: day}",
    };

    private static readonly string[] Merges = ["first", "last", "min", "max", "sum", "mean", "longest", "join"];

    private void ParseNumber(string? column, MapReader arguments)
    {
        var comma = arguments.Choice("decimal", ["point", "comma"]) == "comma";
        var (unit, assumed) = (arguments.Text("unit"), arguments.Text("assumed"));
        if (assumed is not null && (unit is null || !MeasureText.Spellings(unit).Any(known => known.Spelling == PlainText.LowerAscii(assumed))))
        {
            faults.Add(arguments.At("assumed"), unit is null ? "A unit is assumed, but none is wanted." : $"\"{assumed}\" can't be converted to \"{unit}\".", unit is null ? "Add \"unit: kg\", the unit that the numbers shall be in." : $"Use one of: {string.Join(", ", MeasureText.Spellings(unit).Select(known => known.Spelling))}.");
        }

        if (column is not null && MayRead(arguments, column, ColumnKind.Number))
        {
            Reading(new ParseNumberStep(column, comma, unit, assumed));
        }
    }

    private void ParseDate(string? column, MapReader arguments)
    {
        var pivot = arguments.Whole("pivot", 0, 100);
        List<string> formats = [];
        foreach (var format in arguments.Required("formats", "[ymd, dmy]") is null ? [] : arguments.Texts("formats") ?? [])
        {
            if (format.Value is not ("ymd" or "dmy" or "mdy") && !DateFormat.TryParse(format.Value, out _, out var wrong))
            {
                faults.Add(format, $"\"{format.Value}\" is not a date format: {wrong}.", "Write ymd, dmy, mdy, or a pattern such as \"%d %b %Y\".");
            }
            else if (format.Value.Contains("%y", StringComparison.Ordinal) && pivot is null)
            {
                faults.Add(format, "A year of two digits does not say its century.", "Add \"pivot: 50\": years below it are 20yy, others 19yy.");
            }

            formats.Add(format.Value);
        }

        if (formats.Contains("dmy") && formats.Contains("mdy"))
        {
            faults.Add(arguments.At("formats"), "dmy and mdy in one list: 3/4/2024 is then always what stands first.", "Keep the one that the source writes; quarantine or split the others first.");
        }

        if (column is not null && formats.Count > 0 && MayRead(arguments, column, ColumnKind.Date))
        {
            Reading(new ParseDateStep(column, formats, pivot ?? 50));
        }
    }

    private void Cast(string? column, MapReader arguments)
    {
        var to = arguments.Required("to", "number") is null ? null : arguments.Choice("to", ["number", "date"]);
        var format = arguments.Choice("format", ["ymd", "dmy", "mdy"]);
        if (column is not null && to is not null && MayRead(arguments, column, to == "date" ? ColumnKind.Date : ColumnKind.Number))
        {
            Reading(new CastStep(column, to == "date" ? ColumnKind.Date : ColumnKind.Number, format is "ymd" ? null : format));
        }
    }

    private bool MayRead(MapReader arguments, string column, ColumnKind kind)
    {
        var source = !recipe && _source.Contains(column, StringComparer.Ordinal);
        if (source && columns.KindOf(column) != kind)
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is declared as {Kind(column)}.", $"Write \"kind: {kind.ToString().ToLowerInvariant()}\" at the column.");
            return false;
        }

        if (!_read.Add(column) || (!source && IsNumeric(columns.KindOf(column))))
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is read as a {Kind(column)} already.", "Keep one of the steps.");
            return false;
        }

        return true;
    }

    private void Reading(RowStep step)
    {
        if (!recipe && _source.Contains(step.Column, StringComparer.Ordinal))
        {
            _reading.Add(step);
            return;
        }

        _after.Add(step);
        columns.Set(step.Column, step.ReadsAs()!.Value);
    }

    private void Clip(string? column, MapReader arguments)
    {
        var (min, max) = (arguments.Number("min"), arguments.Number("max"));
        double? low = null, high = null;
        if (arguments.Texts("quantiles") is { } quantiles)
        {
            var shares = quantiles.Select(text => NumberText(text.Value) is { } number ? double.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : -1).ToList();
            if (shares is [>= 0 and <= 1, >= 0 and <= 1] && shares[0] < shares[1])
            {
                (low, high) = (shares[0], shares[1]);
            }
            else
            {
                faults.Add(arguments.At("quantiles"), "These are not two quantiles.", "Write two shares from 0 to 1, the lower first: \"quantiles: [0.01, 0.99]\".");
            }
        }

        if (arguments.Has("quantiles") == (min is not null || max is not null))
        {
            faults.Add(arguments.Map, "\"clip\" needs either bounds or quantiles.", "Write \"min: 0, max: 100\", or \"quantiles: [0.01, 0.99]\".");
        }
        else if (min > max)
        {
            faults.Add(arguments.At("min"), "The lower bound is above the upper one.", "Exchange them.");
        }
        else if (column is not null && columns.KindOf(column) != ColumnKind.Number)
        {
            faults.Add(arguments.At("column"), $"\"{column}\" is a {Kind(column)} column; only numbers are clipped.", recipe ? "Read it first with \"parse number\" or \"cast\"." : "Write \"kind: number\" at the column.");
        }
        else if (column is not null)
        {
            _after.Add(new ClipStep(column, min, max, low, high));
        }
    }

    private void Impute(string? column, MapReader arguments)
    {
        var value = arguments.Text("value");
        var fit = arguments.Choice("with", [ImputeStep.Median, ImputeStep.Mean, ImputeStep.MostFrequent, "mode", "model"]);
        fit = fit == "mode" ? ImputeStep.MostFrequent : fit;
        var by = arguments.Has("by") ? columns.Resolve(arguments, "by") : null;
        var from = arguments.Texts("from")?.Select(name => (name, Column: columns.Resolve(name))).ToList();
        if (arguments.Has("value") == arguments.Has("with"))
        {
            faults.Add(arguments.Map, "\"impute\" needs either a value or how to find it.", "Write \"value: 0\", or \"with: median\" (numbers) or \"with: most_frequent\".");
            return;
        }

        if (column is null || (value is null && fit is null))
        {
            return;
        }

        var isNumber = columns.KindOf(column) == ColumnKind.Number;
        if (column == columns.Target)
        {
            faults.Add(arguments.At("column"), "The target is never filled in: an invented answer is no answer.", "Take the step away; rows without a target are quarantined.");
        }
        else if (value is not null && isNumber && NumberText(value) is null)
        {
            faults.Add(arguments.At("value"), $"\"{value}\" is not a number, but \"{column}\" is a number column.", "Write a number with a point.");
        }
        else if (value is not null && columns.KindOf(column) == ColumnKind.Date && NumberText(value) is null)
        {
            faults.Add(arguments.At("value"), $"\"{value}\" is not a number of days, which a date column holds.", "Write the days since 1970-01-01.");
        }
        else if (fit is ImputeStep.Median or ImputeStep.Mean or "model" && !isNumber)
        {
            faults.Add(arguments.At("with"), $"\"{column}\" has no {fit}: it is a {Kind(column)} column.", "Write \"with: most_frequent\".");
        }
        else if (fit == "model")
        {
            Model(column, from, arguments);
        }
        else if (by is not null && fit is not null)
        {
            _ = NotTarget(by, arguments.At("by")) && Readable(arguments.At("by"), by) && Added(new GroupImputeStep(column, by, fit));
        }
        else
        {
            _after.Add(new ImputeStep(column, value is null ? "" : isNumber ? NumberText(value)! : value, fit));
        }
    }

    private bool Added(RowStep step)
    {
        _after.Add(step);
        return true;
    }

    private void Model(string column, List<(YamlText Name, string? Column)>? from, MapReader arguments)
    {
        foreach (var (name, used) in from ?? [])
        {
            if (used is not null && (!IsNumeric(columns.KindOf(used)) || used == column || used == columns.Target))
            {
                faults.Add(name, $"\"{used}\" can't predict \"{column}\": {(used == column ? "it is the column itself" : used == columns.Target ? "it is the target" : $"it is a {Kind(used)} column")}.", "Name number or date columns.");
            }
        }

        if (from is not { Count: > 0 })
        {
            faults.Add(arguments.Map, "A model needs columns to predict from.", "Add \"from: [height, width]\".");
        }
        else
        {
            _after.Add(new ModelImputeStep(column, [.. from.Select(pair => pair.Column).OfType<string>()]));
        }
    }

    private void NewColumns(string step, MapReader arguments)
    {
        switch (step)
        {
            case "split":
                Split(arguments);
                break;
            case "join":
                var from = arguments.Required("columns", "[street, city]") is null ? [] : arguments.Texts("columns") ?? [];
                var named = from.Where(name => NotTarget(name.Value, name)).Select(columns.Resolve).OfType<string>().ToList();
                var by = arguments.Text("by") ?? "";
                if (arguments.Text("into", "NAME") is { } into && MayMake((YamlText)arguments.At("into")))
                {
                    _after.Add(new JoinStep(into, named, by));
                    Made(into, Kind(arguments, ColumnKind.Category));
                }

                break;
            default:
                Derive(arguments);
                break;
        }
    }

    private void Split(MapReader arguments)
    {
        var column = arguments.Required("column", "NAME") is null ? null : columns.Resolve(arguments, "column");
        var (by, pattern) = (arguments.Text("by"), arguments.Text("pattern"));
        if (string.IsNullOrEmpty(by) == (pattern is null))
        {
            faults.Add(arguments.Map, "\"split\" needs either a separator or a pattern.", "Write \"by: \\\"-\\\"\", or \"pattern: ([0-9]+) x ([0-9]+)\".");
        }

        if (pattern is not null)
        {
            try
            {
                RowCheckRunner.Pattern(pattern);
            }
            catch (ArgumentException exception)
            {
                faults.Add(arguments.At("pattern"), exception.Message, "Correct the pattern; .NET's syntax, without look-around and back-references.");
            }
        }

        List<(YamlText Name, ColumnKind Kind)> into = [];
        if (arguments.Find("into") is YamlMap map)
        {
            into.AddRange(map.Entries.Select(entry => (entry.Key, KindNamed(entry.Value))));
        }
        else
        {
            into.AddRange((arguments.Required("into", "[width, height]") is null ? [] : arguments.Texts("into") ?? []).Select(name => (name, ColumnKind.Category)));
        }

        into.RemoveAll(part => !MayMake(part.Name));
        if (column is null || into.Count == 0 || !NotTarget(column, arguments.At("column")) || !Readable(arguments.At("column"), column))
        {
            return;
        }

        _after.Add(new SplitStep(column, [.. into.Select(part => part.Name.Value)], pattern is null ? by ?? "" : null, pattern));
        foreach (var (name, kind) in into)
        {
            Made(name.Value, kind);
            if (IsNumeric(kind))
            {
                _after.Add(new TrimStep(name.Value));
                _after.Add(new CastStep(name.Value, kind));
            }
        }
    }

    private void Derive(MapReader arguments)
    {
        var name = arguments.Text("column", "NAME");
        var declared = arguments.Find("kind") is null ? (ColumnKind?)null : Kind(arguments, ColumnKind.Category);
        if (arguments.Text("as", "\"price - cost\"") is null || arguments.At("as") is not YamlText text
            || ExpressionReader.Read(text, column => TypeOf(column, target: false), columns.Names.Where(known => known != columns.Target), condition: false, faults) is not { } expression)
        {
            return;
        }

        var kind = expression.Type switch { ExpressionType.Number => ColumnKind.Number, ExpressionType.Date => ColumnKind.Date, _ => declared ?? ColumnKind.Category };
        if (declared is { } wanted && IsNumeric(wanted) != IsNumeric(kind))
        {
            faults.Add(arguments.At("kind"), $"The expression gives a {Expression.Name(expression.Type)}, which is no {wanted.ToString().ToLowerInvariant()}.", $"Write \"kind: {kind.ToString().ToLowerInvariant()}\", or nothing.");
        }

        if (name is null)
        {
            return;
        }

        var step = new DeriveStep(name, expression.Source, expression.Columns.ToDictionary(column => column, column => TypeOf(column, target: false)!.Value, StringComparer.Ordinal));
        if (recipe && columns.Has(name))
        {
            _after.Add(step);
            columns.Set(name, kind);
        }
        else if (MayMake((YamlText)arguments.At("column")))
        {
            _after.Add(step);
            Made(name, kind);
        }
    }

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

    private bool NotTarget(string column, YamlNode at)
    {
        if (column != columns.Target)
        {
            return true;
        }

        faults.Add(at, "No step looks at the target: its answer would leak into the other columns.", "Name another column.");
        return false;
    }

    private bool MayMake(YamlText name)
    {
        if (!columns.Has(name.Value) && name.Value.Length > 0 && !name.Value.StartsWith("__", StringComparison.Ordinal))
        {
            return true;
        }

        faults.Add(name, columns.Has(name.Value) ? $"There is a column \"{name.Value}\" already." : $"\"{name.Value}\" is no name of a column.", "Give the new column a name of its own, which does not begin with __.");
        return false;
    }

    private void Made(string name, ColumnKind kind)
    {
        columns.Set(name, kind);
        _derived.Add(new ProjectColumn(name, kind, Naming.LabelOf(name).Label, Required: false));
    }

    private static ColumnKind Kind(MapReader arguments, ColumnKind otherwise) =>
        arguments.Choice("kind", Kinds) is { } kind ? (ColumnKind)Array.IndexOf(Kinds, kind) : otherwise;

    private ColumnKind KindNamed(YamlNode node)
    {
        var at = node is YamlText text ? Array.IndexOf(Kinds, text.Value) : -1;
        if (at < 0)
        {
            faults.Add(node, "This is not a kind.", $"Use one of: {string.Join(", ", Kinds)}.");
        }

        return at < 0 ? ColumnKind.Category : (ColumnKind)at;
    }

    private static readonly string[] Kinds = ["number", "category", "text", "date", "id"];
}
