using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>Compares values of which one at least has no declared type (<see cref="ExpressionType.Any"/>): it is taken as what stands beside it.</summary>
/// <remarks>
/// Beside a number a text is read as a number, beside a date as a date, beside true or false as yes or no. Two columns, or a column and a text written out, are compared as dates where both read as dates,
/// two columns as numbers where both read as numbers; otherwise texts are compared by code point. What does not read as its neighbour is unequal to it, and neither above nor below.
/// </remarks>
internal sealed class LooseComparison
{
    private readonly Side _left;
    private readonly Side _right;

    public LooseComparison(ExpressionCompiler compiler, ExpressionNode left, ExpressionNode right) => (_left, _right) = (new Side(compiler, left), new Side(compiler, right));

    public BooleanPart Compared(ExpressionOperator comparing) => comparing switch
    {
        ExpressionOperator.Equal => row => Equal(row),
        ExpressionOperator.NotEqual => row => Equal(row) is >= 0 and var equal ? 1 - equal : -1,
        ExpressionOperator.Less => row => Order(_left.Value(row), _right.Value(row)) is { } order ? order < 0 ? 1 : 0 : -1,
        ExpressionOperator.LessOrEqual => row => Order(_left.Value(row), _right.Value(row)) is { } order ? order <= 0 ? 1 : 0 : -1,
        ExpressionOperator.Greater => row => Order(_left.Value(row), _right.Value(row)) is { } order ? order > 0 ? 1 : 0 : -1,
        _ => row => Order(_left.Value(row), _right.Value(row)) is { } order ? order >= 0 ? 1 : 0 : -1,
    };

    private int Equal(ReadOnlySpan<Cell> row)
    {
        var (left, right) = (_left.Value(row), _right.Value(row));
        return (left.IsMissing && !_left.IsEmpty) || (right.IsMissing && !_right.IsEmpty) ? -1 : Order(left, right) == 0 ? 1 : 0;
    }

    /// <summary>The order of two values; null where one is missing or they can't be compared.</summary>
    private int? Order(Cell left, Cell right)
    {
        if (left.IsMissing || right.IsMissing)
        {
            return null;
        }

        if (_left.Type == ExpressionType.Boolean || _right.Type == ExpressionType.Boolean)
        {
            return PlainText.Flag(left) is { } first && PlainText.Flag(right) is { } second ? first.CompareTo(second) : null;
        }

        if (_left.Type != ExpressionType.Date && _right.Type != ExpressionType.Date && (left.IsNumber || right.IsNumber || (_left.Type == ExpressionType.Any && _right.Type == ExpressionType.Any))
            && Number(left, out var a) && Number(right, out var b))
        {
            return a.CompareTo(b);
        }

        if (left.Text is not { } text || right.Text is not { } other)
        {
            // A date column after cleaning holds days; a number written out is no date.
            return _left.Type != ExpressionType.Number && _right.Type != ExpressionType.Number && _left.Days(left, out a) && _right.Days(right, out b) ? a.CompareTo(b) : null;
        }

        return _left.Days(left, out a) && _right.Days(right, out b) ? a.CompareTo(b) : PlainText.Compare(text, other);
    }

    private static bool Number(Cell cell, out double value)
    {
        value = cell.Number;
        return cell.IsNumber || NumberText.TryParse(cell.Text.AsSpan().Trim(RowStep.WhiteSpace), out value);
    }

    /// <summary>One of the two values.</summary>
    private sealed class Side
    {
        /// <summary>A text written out: whether it is a date is known once.</summary>
        private readonly double? _days;

        public Side(ExpressionCompiler compiler, ExpressionNode node)
        {
            Type = node.Type;
            switch (node)
            {
                case LiteralNode { Text: { } written }:
                    var literal = Cell.Of(written);
                    IsEmpty = written.Length == 0;
                    (_days, Value) = (DateText.TryParse(written, null, out var days) ? days : double.NaN, _ => literal);
                    break;
                case { Type: ExpressionType.Any }:
                    Value = compiler.Cell(node);
                    break;
                case { Type: ExpressionType.Number or ExpressionType.Date }:
                    var number = compiler.Clean(node);
                    Value = row => Cell.Of(number(row));
                    break;
                case { Type: ExpressionType.Boolean }:
                    var boolean = compiler.Boolean(node);
                    Value = row => boolean(row) switch { 1 => True, 0 => False, _ => Cell.Missing };
                    break;
                case { Type: ExpressionType.Text }:
                    var text = compiler.CleanText(node);
                    Value = row => Cell.Of(text(row));
                    break;
                default:
                    Value = static _ => Cell.Missing;
                    break;
            }
        }

        public ExpressionType Type { get; }

        /// <summary>The empty text written out, which no value that is there equals.</summary>
        public bool IsEmpty { get; }

        public CellPart Value { get; }

        public bool Days(Cell cell, out double days)
        {
            if (_days is { } known)
            {
                days = known;
                return !double.IsNaN(known);
            }

            days = cell.Number;
            return cell.IsNumber || DateText.TryParse(cell.Text, null, out days);
        }

        private static readonly Cell True = Cell.Of("true");
        private static readonly Cell False = Cell.Of("false");
    }
}

/// <summary>A value as it stands in the row.</summary>
internal delegate Cell CellPart(ReadOnlySpan<Cell> row);
