using Fairlead.Data.Scanning;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;

namespace Fairlead.Data.Checks;

/// <summary>A condition over the batch under way. Taken apart at and, or, not: a part that reads one column is worked out once for each of its distinct texts, or over its numbers, not once a cell.</summary>
/// <remarks>The same for each row as <see cref="ExpressionRunner"/>, which a property test holds.</remarks>
internal sealed class ConditionView
{
    private readonly Part _root;

    public ConditionView(Expression condition, Func<string, ColumnView> find) => _root = Of(condition.Root, find);

    /// <summary>Which rows of the batch meet it. Shape [rows], or longer.</summary>
    public bool[] Selected { get; private set; } = new bool[TableScan.BatchRows];

    public void Take(int rows)
    {
        if (Selected.Length < rows)
        {
            Selected = new bool[rows];
        }

        var met = _root.Values(rows);
        for (var row = 0; row < rows; row++)
        {
            Selected[row] = met[row] == 1;
        }
    }

    private static Part Of(ExpressionNode node, Func<string, ColumnView> find) => node switch
    {
        OperatorNode { Operator: ExpressionOperator.And or ExpressionOperator.Or } both => new Joined(Of(both.Left, find), Of(both.Right, find), both.Operator == ExpressionOperator.And),
        NotNode not => new Negated(Of(not.Value, find)),
        BetweenNode between => new Joined(
            Of(new OperatorNode(ExpressionType.Boolean, ExpressionOperator.GreaterOrEqual, between.Value, between.Low), find),
            Of(new OperatorNode(ExpressionType.Boolean, ExpressionOperator.LessOrEqual, between.Value, between.High), find), and: true),
        OperatorNode { Left: ColumnNode { Type: ExpressionType.Any } column, Right: LiteralNode { Number: { } number, Type: ExpressionType.Number }, Operator: var comparing } when find(column.Name) is { IsText: true } or { IsNumber: true } =>
            new NumberCompared(find(column.Name), comparing, number),
        _ => new Leaf(node, find),
    };

    /// <summary>A part of the condition: 1 true, 0 false, -1 missing.</summary>
    private abstract class Part
    {
        private sbyte[] _values = new sbyte[TableScan.BatchRows];

        /// <summary>Of each row of the batch. Shape [rows], or longer; holds until the next call.</summary>
        public sbyte[] Values(int rows)
        {
            if (_values.Length < rows)
            {
                _values = new sbyte[rows];
            }

            Fill(_values, rows);
            return _values;
        }

        protected abstract void Fill(sbyte[] values, int rows);
    }

    private sealed class Joined(Part left, Part right, bool and) : Part
    {
        protected override void Fill(sbyte[] values, int rows)
        {
            var (a, b) = (left.Values(rows), right.Values(rows));
            var decides = (sbyte)(and ? 0 : 1);
            for (var row = 0; row < rows; row++)
            {
                values[row] = a[row] == decides || b[row] == decides ? decides : Math.Min(a[row], b[row]);
            }
        }
    }

    private sealed class Negated(Part part) : Part
    {
        protected override void Fill(sbyte[] values, int rows)
        {
            var inner = part.Values(rows);
            for (var row = 0; row < rows; row++)
            {
                values[row] = (sbyte)(inner[row] < 0 ? -1 : 1 - inner[row]);
            }
        }
    }

    /// <summary>A column beside a number written out.</summary>
    private sealed class NumberCompared(ColumnView column, ExpressionOperator comparing, double number) : Part
    {
        /// <summary>A text that is no number is unequal to it, and neither above nor below.</summary>
        private readonly sbyte _unread = (sbyte)(comparing switch { ExpressionOperator.Equal => 0, ExpressionOperator.NotEqual => 1, _ => -1 });

        protected override void Fill(sbyte[] values, int rows)
        {
            var numbers = column.Numbers;
            for (var row = 0; row < rows; row++)
            {
                var value = numbers[row];
                var met = comparing switch
                {
                    ExpressionOperator.Equal => value == number,
                    ExpressionOperator.NotEqual => value != number,
                    ExpressionOperator.Less => value < number,
                    ExpressionOperator.LessOrEqual => value <= number,
                    ExpressionOperator.Greater => value > number,
                    _ => value >= number,
                };
                values[row] = double.IsNaN(value) ? column.IsMissing(row) ? (sbyte)-1 : _unread : met ? (sbyte)1 : (sbyte)0;
            }
        }
    }

    /// <summary>Anything else, row by row; where it reads one column of codes, once a code.</summary>
    private sealed class Leaf : Part
    {
        private const sbyte NotYet = -2;
        private readonly ExpressionRunner _runner;
        private readonly ColumnView[] _columns;
        private readonly Cell[] _cells;
        private sbyte[] _known = [];

        public Leaf(ExpressionNode node, Func<string, ColumnView> find)
        {
            string[] names = [.. Expression.ColumnsOf(node).Distinct(StringComparer.Ordinal)];
            (_columns, _cells) = ([.. names.Select(find)], new Cell[names.Length]);
            _runner = new ExpressionRunner(node, names);
        }

        protected override void Fill(sbyte[] values, int rows)
        {
            var codes = _columns is [{ IsText: true } only] ? only.Vector.Codes : null;
            if (codes is not null && _known.Length < _columns[0].Vector.Dictionary!.Count)
            {
                var known = _known.Length;
                Array.Resize(ref _known, Math.Max(_columns[0].Vector.Dictionary!.Count, known * 2));
                _known.AsSpan(known).Fill(NotYet);
            }

            for (var row = 0; row < rows; row++)
            {
                if (codes is null || codes[row] < 0)
                {
                    values[row] = At(row);
                    continue;
                }

                ref var known = ref _known[codes[row]];
                known = known == NotYet ? At(row) : known;
                values[row] = known;
            }
        }

        private sbyte At(int row)
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                _cells[i] = _columns[i].Cell(row);
            }

            return _runner.Holds(_cells) switch { true => 1, false => 0, _ => -1 };
        }
    }
}
