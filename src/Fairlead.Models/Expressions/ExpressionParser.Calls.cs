using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>Functions: how many arguments one takes, and what each may be.</summary>
internal sealed partial class ExpressionParser
{
    private CallNode Call(Token name)
    {
        var function = ExpressionFunctions.All.GetValueOrDefault(name.Text);
        if (function is null)
        {
            var known = string.Join(", ", ExpressionFunctions.All.Keys);
            throw Broken(name.Start, $"There is no function \"{name.Text}\".", $"Functions: {known}.");
        }

        List<ExpressionNode> arguments = [];
        if (!TakeSign(")"))
        {
            do
            {
                var start = Now.Start;
                var argument = Or();
                arguments.Add(arguments.Count < function.Arguments.Count || function.Repeats ? Checked(function, arguments, argument, start) : argument);
            }
            while (TakeSign(","));
            Take(")", $"The call of {name.Text} does not end", "Close it with ).");
        }

        if (arguments.Count < function.Required || (arguments.Count > function.Arguments.Count && !function.Repeats))
        {
            throw Broken(name.Start, $"{name.Text} takes {Counts(function)}, not {arguments.Count}.", $"{name.Text} gives {function.Says}.");
        }

        var type = function.Result ?? arguments.Select(argument => argument.Type).FirstOrDefault(type => type != ExpressionType.Missing, ExpressionType.Missing);
        if (function.Result is null && type == ExpressionType.Boolean && name.Text is "min" or "max")
        {
            Fault(name.Start, "Yes/no values have no order.", "Use and, or.");
        }

        return Made(new CallNode(type, name.Text, arguments));
    }

    private ExpressionNode Checked(ExpressionFunction function, List<ExpressionNode> before, ExpressionNode argument, int start)
    {
        var form = function.Arguments[Math.Min(before.Count, function.Arguments.Count - 1)];
        var literal = argument as LiteralNode;
        switch (form)
        {
            case ArgumentForm.Number:
                Wants(ref argument, ExpressionType.Number, start, function.Name);
                return argument;
            case ArgumentForm.Text:
                Wants(ref argument, ExpressionType.Text, start, function.Name);
                return argument;
            case ArgumentForm.Date:
                argument = AsDate(argument, start);
                Wants(ref argument, ExpressionType.Date, start, function.Name);
                return argument;
            case ArgumentForm.Any:
                return As(argument, ExpressionType.Text);
            case ArgumentForm.Same:
                var first = before.FirstOrDefault(known => known.Type != ExpressionType.Missing) ?? As(argument, ExpressionType.Text);
                argument = As(argument, first.Type);
                argument = first.Type == ExpressionType.Date ? AsDate(argument, start) : argument;
                if (argument.Type != first.Type && argument.Type != ExpressionType.Missing)
                {
                    Fault(start, $"This is a {Expression.Name(argument.Type)}, but the value before it is a {Expression.Name(first.Type)}: {function.Name} takes values of one type.", "Give all of them one type, with number(…), text(…) or date(…).");
                }

                return argument;
            case ArgumentForm.TextLiteral or ArgumentForm.TextLiteralOrEmpty or ArgumentForm.PatternLiteral or ArgumentForm.OrderLiteral when literal?.Text is not { } text:
                Fault(start, $"{function.Name} takes a text written out here.", "Write it in quotes, such as '-'.");
                return argument;
            case ArgumentForm.TextLiteral or ArgumentForm.PatternLiteral when literal!.Text!.Length == 0:
                Fault(start, "This text is empty.", "Write at least one sign between the quotes.");
                return argument;
            case ArgumentForm.OrderLiteral when literal!.Text is not ("ymd" or "dmy" or "mdy"):
                Fault(start, $"'{literal.Text}' is not an order of day, month and year.", "Write 'ymd', 'dmy' or 'mdy'.");
                return argument;
            case ArgumentForm.PatternLiteral:
                Pattern(literal!.Text!, start);
                return argument;
            case ArgumentForm.WholeLiteral:
                Whole(function.Name, before.Count, literal?.Number, start);
                return argument;
            default:
                return argument;
        }
    }

    private void Whole(string function, int argument, double? number, int start)
    {
        var (least, most) = (function, argument) switch { ("round", _) => (0, 15), ("substring", 1) or ("split_part", _) => (1, 1_000_000), _ => (0, 1_000_000) };
        if (number is not { } value || value != Math.Floor(value) || value < least || value > most)
        {
            Fault(start, $"{function} takes a whole number written out here.", string.Create(CultureInfo.InvariantCulture, $"Write a number from {least} to {most}."));
        }
    }

    private void Pattern(string pattern, int start)
    {
        try
        {
            RowCheckRunner.Pattern(pattern);
        }
        catch (ArgumentException exception)
        {
            Fault(start, exception.Message, "Correct the pattern; .NET's syntax, without look-around and back-references.");
        }
    }

    private static string Counts(ExpressionFunction function)
    {
        var most = function.Arguments.Count;
        var count = function.Repeats ? $"{function.Required} or more" : function.Required == most ? $"{most}" : $"{function.Required} to {most}";
        return $"{count} value{(count == "1" ? "" : "s")}";
    }
}
