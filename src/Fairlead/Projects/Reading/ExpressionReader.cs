using Fairlead.Models.Expressions;

namespace Fairlead.Projects.Reading;

/// <summary>Reads an expression that stands in a YAML file: its faults carry the file's own line and column.</summary>
internal static class ExpressionReader
{
    /// <summary>The expression, or null and its faults.</summary>
    /// <param name="text">Where it stands.</param>
    /// <param name="types">What a column holds; null for a name that is no column.</param>
    /// <param name="names">The columns, to propose the nearest name.</param>
    /// <param name="condition">It must be true or false.</param>
    public static Expression? Read(YamlText text, Func<string, ExpressionType?> types, IEnumerable<string> names, bool condition, FaultList faults)
    {
        try
        {
            return Expression.Parse(text.Value, types, condition);
        }
        catch (ExpressionException exception)
        {
            foreach (var fault in exception.Faults)
            {
                var hint = fault.Unknown is { } unknown ? NearestName.Hint(unknown, names) : "";
                faults.Add(Place(text, fault), fault.What, fault.Fix + hint);
            }

            return null;
        }
    }

    /// <summary>On the first line of a text the column is counted from where the text begins, behind its quote; further lines of a block stand below.</summary>
    private static YamlText Place(YamlText text, ExpressionFault fault) => fault.Line == 1
        ? text with { Column = text.Column + fault.Column - 1 + (text.Plain ? 0 : 1) }
        : text with { Line = text.Line + fault.Line - 1, Column = fault.Column };
}
