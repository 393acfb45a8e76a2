using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>Types: what an operator takes, and how two values come to one type.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>Numbers; a date moved by days; the days between two dates.</summary>
    private OperatorNode Added(ExpressionNode left, ExpressionNode right, int start, int rightStart, Token sign)
    {
        var which = sign.Text == "+" ? ExpressionOperator.Add : ExpressionOperator.Subtract;
        if (left.Type == ExpressionType.Text || right.Type == ExpressionType.Text)
        {
            var text = left.Type == ExpressionType.Text ? start : rightStart;
            Fault(text, $"\"{sign.Text}\" takes numbers, and this is a text.", sign.Text == "+" ? "Write concat(a, b) to put texts together, number(…) to read a text as a number." : "Write number(…) to read a text as a number.");
            return Made(new OperatorNode(ExpressionType.Number, which, AsNumber(left), AsNumber(right)));
        }

        if (left.Type == ExpressionType.Date && right.Type == ExpressionType.Date)
        {
            if (which == ExpressionOperator.Add)
            {
                Fault(sign.Start, "Two dates can't be added.", "Write days_between(a, b) for the days between them.");
            }

            return Made(new OperatorNode(ExpressionType.Number, which, left, right));
        }

        if (right.Type == ExpressionType.Date && which == ExpressionOperator.Subtract)
        {
            Fault(sign.Start, "A date can't be taken from a number.", "Write \"date - days\", or days_between(a, b).");
        }

        (left, right) = (As(left, right.Type == ExpressionType.Date && which == ExpressionOperator.Subtract ? ExpressionType.Date : ExpressionType.Number), As(right, ExpressionType.Number));
        var dated = left.Type == ExpressionType.Date || right.Type == ExpressionType.Date;
        _ = left.Type == ExpressionType.Date || Wants(ref left, ExpressionType.Number, start, $"\"{sign.Text}\"");
        _ = right.Type == ExpressionType.Date || Wants(ref right, ExpressionType.Number, rightStart, $"\"{sign.Text}\"");
        return Made(new OperatorNode(dated ? ExpressionType.Date : ExpressionType.Number, which, left, right));
    }

    /// <summary>Two values that are compared have one type; a text written out beside a date is read as a date.</summary>
    private void Unify(ref ExpressionNode left, ref ExpressionNode right, int leftStart, int rightStart, string by)
    {
        if (left.Type == ExpressionType.Any || right.Type == ExpressionType.Any)
        {
            return; // taken as what stands beside it, row by row
        }

        if (left.Type == ExpressionType.Date)
        {
            right = AsDate(right, rightStart);
        }
        else if (right.Type == ExpressionType.Date)
        {
            left = AsDate(left, leftStart);
        }

        foreach (var (node, start) in new[] { (left, leftStart), (right, rightStart) })
        {
            if (node is LiteralNode { Text: "" })
            {
                Fault(start, "The empty text is a missing value, and nothing equals it.", "Write \"… is missing\".");
            }
        }

        if (left.Type != right.Type && left.Type != ExpressionType.Missing && right.Type != ExpressionType.Missing)
        {
            Fault(rightStart, $"{by} compares a {Expression.Name(left.Type)} with a {Expression.Name(right.Type)}.", Together(left.Type, right.Type));
        }
    }

    private static string Together(ExpressionType left, ExpressionType right) => (left, right) switch
    {
        (ExpressionType.Text, ExpressionType.Number) or (ExpressionType.Number, ExpressionType.Text) => "Write number(…) around the text, or put the number into quotes.",
        (ExpressionType.Text, ExpressionType.Date) or (ExpressionType.Date, ExpressionType.Text) => "Write date(…) around the text.",
        (ExpressionType.Text, ExpressionType.Boolean) or (ExpressionType.Boolean, ExpressionType.Text) => "Put true and false into quotes where the column holds these words.",
        _ => "Compare values of one type.",
    };

    /// <summary>A column of no kind as the type that is wanted.</summary>
    private static ExpressionNode As(ExpressionNode node, ExpressionType type) => node is ColumnNode { Type: ExpressionType.Any } column ? column with { Type = type } : node;

    private ExpressionNode AsDate(ExpressionNode node, int start)
    {
        if (node is not LiteralNode { Text: { } text })
        {
            return As(node, ExpressionType.Date);
        }

        if (DateText.TryParse(PlainText.Trim(text), null, out var days))
        {
            return new LiteralNode(ExpressionType.Date, Number: days);
        }

        Fault(start, $"'{text}' is not a date.", "Write year, month and day, such as '2024-02-29'.");
        return new LiteralNode(ExpressionType.Missing);
    }

    /// <summary>What is not of the type it should be counts as missing, so that one fault is reported once.</summary>
    private static ExpressionNode AsNumber(ExpressionNode node) => node.Type == ExpressionType.Number ? node : new LiteralNode(ExpressionType.Missing);

    private bool Wants(ref ExpressionNode node, ExpressionType type, int start, string by)
    {
        node = As(node, type);
        if (node.Type == type || node.Type == ExpressionType.Missing)
        {
            return true;
        }

        var fix = type switch
        {
            ExpressionType.Number => "Write number(…) around it.",
            ExpressionType.Text => "Write text(…) around it.",
            ExpressionType.Date => "Write date(…) around it.",
            _ => "Compare it with something, such as \"… > 0\" or \"… = 'yes'\".",
        };
        Fault(start, $"{by} takes a {Expression.Name(type)}, and this is a {Expression.Name(node.Type)}.", fix);
        return false;
    }
}
