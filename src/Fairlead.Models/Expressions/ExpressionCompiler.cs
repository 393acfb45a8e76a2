using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>Makes closures of a typed expression: no reflection, no emitted code.</summary>
internal sealed class ExpressionCompiler(IReadOnlyList<string> columns)
{
    /// <summary>The number, finite or NaN; a date within the years 1 to 9999 or NaN.</summary>
    public NumberPart Clean(ExpressionNode node)
    {
        var value = Number(node);
        return node.Type == ExpressionType.Date
            ? row => value(row) is var days && days >= DateParts.First && days < DateParts.Last ? days : double.NaN
            : ExpressionShape.IsFinite(node) ? value
            : row => value(row) is var number && double.IsFinite(number) ? number : double.NaN;
    }

    /// <summary>The text, never empty, or null.</summary>
    public TextPart CleanText(ExpressionNode node)
    {
        var value = Text(node);
        return ExpressionShape.IsNeverEmpty(node) ? value : row => value(row) is { Length: > 0 } text ? text : null;
    }

    public BooleanPart Boolean(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                var known = literal.Boolean switch { true => 1, false => 0, _ => -1 };
                return _ => known;
            case NotNode not:
                var negated = Boolean(not.Value);
                return row => negated(row) switch { 1 => 0, 0 => 1, _ => -1 };
            case OperatorNode { Operator: ExpressionOperator.And } and:
                var (left, right) = (Boolean(and.Left), Boolean(and.Right));
                return row => left(row) is var a && a == 0 ? 0 : right(row) is var b && b == 0 ? 0 : Math.Min(a, b);
            case OperatorNode { Operator: ExpressionOperator.Or } or:
                var (first, second) = (Boolean(or.Left), Boolean(or.Right));
                return row => first(row) is var a && a == 1 ? 1 : second(row) is var b && b == 1 ? 1 : Math.Min(a, b);
            case ColumnNode column:
                var at = Index(column.Name);
                return row => PlainText.Flag(row[at]) switch { true => 1, false => 0, _ => -1 };
            case OperatorNode compare:
                return Compared(compare.Left, compare.Right, compare.Operator);
            case BetweenNode between:
                var (low, high) = (Compared(between.Value, between.Low, ExpressionOperator.GreaterOrEqual), Compared(between.Value, between.High, ExpressionOperator.LessOrEqual));
                return row => low(row) is var a && a == 0 ? 0 : high(row) is var b && b == 0 ? 0 : Math.Min(a, b);
            case InNode set:
                BooleanPart[] equals = [.. set.Values.Select(value => Compared(set.Value, value, ExpressionOperator.Equal))];
                return row => Any(equals, row);
            case IsMissingNode missing:
                var present = Present(missing.Value);
                return row => present(row) ? 0 : 1;
            case CaseNode branches:
                var (when, then, otherwise) = Branches(branches, Boolean);
                return row => Chosen(when, row) is >= 0 and var at ? then[at](row) : otherwise(row);
            case CallNode { Function: "coalesce" } coalesce:
                BooleanPart[] parts = [.. coalesce.Arguments.Select(Boolean)];
                return row => FirstKnown(parts, row);
            case CallNode call:
                return new TextFunctions(this).Boolean(call);
            default:
                return static _ => -1;
        }
    }

    /// <summary>Inside arithmetic: not finite where IEEE says so.</summary>
    public NumberPart Number(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                var known = literal.Number ?? double.NaN;
                return _ => known;
            case ColumnNode column:
                var at = Index(column.Name);
                return column.Type == ExpressionType.Date
                    ? row => row[at] is var cell && cell.IsNumber ? cell.Number : cell.Text is { } text && DateText.TryParse(PlainText.Trim(text), null, out var days) ? days : double.NaN
                    : row => row[at] is var cell && cell.IsNumber ? cell.Number : cell.Text is { } text && NumberText.TryParse(text.AsSpan().Trim(RowStep.WhiteSpace), out var number) ? number : double.NaN;
            case NegativeNode negative:
                var value = Number(negative.Value);
                return row => -value(row);
            case OperatorNode arithmetic:
                var (left, right) = (Number(arithmetic.Left), Number(arithmetic.Right));
                return arithmetic.Operator switch
                {
                    ExpressionOperator.Add => row => left(row) + right(row),
                    ExpressionOperator.Subtract => row => left(row) - right(row),
                    ExpressionOperator.Multiply => row => left(row) * right(row),
                    ExpressionOperator.Divide => row => right(row) is var by && by == 0 ? double.NaN : left(row) / by,
                    _ => row => right(row) is var by && by == 0 ? double.NaN : left(row) % by,
                };
            case CaseNode branches:
                var (when, then, otherwise) = Branches(branches, Clean);
                return row => Chosen(when, row) is >= 0 and var branch ? then[branch](row) : otherwise(row);
            case CallNode call:
                return new NumberFunctions(this).Number(call);
            default:
                return static _ => double.NaN;
        }
    }

    /// <summary>Inside text functions: empty where nothing is left.</summary>
    public TextPart Text(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                var known = literal.Text is { Length: > 0 } written ? written : null;
                return _ => known;
            case ColumnNode column:
                var at = Index(column.Name);
                return row => row[at] is var cell && cell.IsNumber ? NumberText.Shortest(cell.Number) : cell.Text;
            case CaseNode branches:
                var (when, then, otherwise) = Branches(branches, CleanText);
                return row => Chosen(when, row) is >= 0 and var branch ? then[branch](row) : otherwise(row);
            case CallNode call:
                return new TextFunctions(this).Text(call);
            default:
                return static _ => null;
        }
    }

    /// <summary>The value of a column as it stands.</summary>
    public CellPart Cell(ExpressionNode node)
    {
        var at = Index(((ColumnNode)node).Name);
        return row => row[at];
    }

    private BooleanPart Compared(ExpressionNode left, ExpressionNode right, ExpressionOperator comparing) =>
        left.Type == ExpressionType.Any || right.Type == ExpressionType.Any ? new LooseComparison(this, left, right).Compared(comparing) : Compared(Comparer(left, right), comparing);

    /// <summary>The order of two values: negative, 0, positive; null when one is missing.</summary>
    private OrderPart Comparer(ExpressionNode left, ExpressionNode right)
    {
        var type = left.Type == ExpressionType.Missing ? right.Type : left.Type;
        switch (type)
        {
            case ExpressionType.Number or ExpressionType.Date:
                var (a, b) = (Clean(left), Clean(right));
                return row => (a(row), b(row)) is var (x, y) && !double.IsNaN(x) && !double.IsNaN(y) ? x < y ? -1 : x > y ? 1 : 0 : null;
            case ExpressionType.Text:
                var (s, t) = (CleanText(left), CleanText(right));
                return row => s(row) is { } one && t(row) is { } other ? PlainText.Compare(one, other) : null;
            case ExpressionType.Boolean:
                var (p, q) = (Boolean(left), Boolean(right));
                return row => (p(row), q(row)) is var (x, y) && x >= 0 && y >= 0 ? x - y : null;
            default:
                return static _ => null;
        }
    }

    private static BooleanPart Compared(OrderPart order, ExpressionOperator comparing) => comparing switch
    {
        ExpressionOperator.Equal => row => order(row) is { } sign ? sign == 0 ? 1 : 0 : -1,
        ExpressionOperator.NotEqual => row => order(row) is { } sign ? sign != 0 ? 1 : 0 : -1,
        ExpressionOperator.Less => row => order(row) is { } sign ? sign < 0 ? 1 : 0 : -1,
        ExpressionOperator.LessOrEqual => row => order(row) is { } sign ? sign <= 0 ? 1 : 0 : -1,
        ExpressionOperator.Greater => row => order(row) is { } sign ? sign > 0 ? 1 : 0 : -1,
        _ => row => order(row) is { } sign ? sign >= 0 ? 1 : 0 : -1,
    };

    /// <summary>Whether there is a value.</summary>
    private PresentPart Present(ExpressionNode node)
    {
        switch (node.Type)
        {
            case ExpressionType.Number or ExpressionType.Date:
                var number = Clean(node);
                return row => !double.IsNaN(number(row));
            case ExpressionType.Text:
                var text = CleanText(node);
                return row => text(row) is not null;
            case ExpressionType.Boolean:
                var boolean = Boolean(node);
                return row => boolean(row) >= 0;
            case ExpressionType.Any:
                var cell = Cell(node);
                return row => !cell(row).IsMissing;
            default:
                return static _ => false;
        }
    }

    private (BooleanPart[] When, T[] Then, T Otherwise) Branches<T>(CaseNode node, Func<ExpressionNode, T> compile) =>
        ([.. node.Cases.Select(part => Boolean(part.When))], [.. node.Cases.Select(part => compile(part.Then))], compile(node.Else));

    private static int Chosen(BooleanPart[] when, ReadOnlySpan<Cell> row)
    {
        for (var i = 0; i < when.Length; i++)
        {
            if (when[i](row) == 1)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>True when one is, else missing when one is, else false.</summary>
    private static int Any(BooleanPart[] parts, ReadOnlySpan<Cell> row)
    {
        var found = 0;
        foreach (var part in parts)
        {
            switch (part(row))
            {
                case 1:
                    return 1;
                case -1:
                    found = -1;
                    break;
            }
        }

        return found;
    }

    private static int FirstKnown(BooleanPart[] parts, ReadOnlySpan<Cell> row)
    {
        foreach (var part in parts)
        {
            if (part(row) is >= 0 and var known)
            {
                return known;
            }
        }

        return -1;
    }

    private int Index(string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"The expression reads the column \"{name}\", which the row does not have.", nameof(name));
    }
}

/// <summary>What is known of a part's value from its form alone, for managed code and SQL alike.</summary>
public static class ExpressionShape
{
    /// <summary>A number that is finite or missing as it stands: no arithmetic made it.</summary>
    public static bool IsFinite(ExpressionNode node) => node switch
    {
        NegativeNode or OperatorNode => false,
        CallNode call => call.Function is "length" or "year" or "month" or "day" or "weekday" or "hour" or "min" or "max" or "coalesce",
        _ => true,
    };

    /// <summary>A text that is not empty or is missing as it stands: no text function made it.</summary>
    public static bool IsNeverEmpty(ExpressionNode node) => node is not CallNode { Function: not ("min" or "max" or "coalesce") };
}
