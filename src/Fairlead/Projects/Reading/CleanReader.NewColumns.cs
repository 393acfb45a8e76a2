using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects.Reading;

/// <summary>The steps that make columns: split, join, derive.</summary>
internal sealed partial class CleanReader
{
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
