using Fairlead.Models.Contracts;

namespace Fairlead.Models.Expressions;

/// <summary>The managed implementation of an expression. Thread-safe; allocates only for texts that it makes.</summary>
public sealed class ExpressionRunner
{
    private readonly NumberPart? _number;
    private readonly TextPart? _text;
    private readonly BooleanPart? _boolean;

    /// <param name="expression">The expression.</param>
    /// <param name="columns">Names of the row's columns, in the order of its cells.</param>
    /// <exception cref="ArgumentException">The row lacks a column that the expression reads.</exception>
    public ExpressionRunner(Expression expression, IReadOnlyList<string> columns)
        : this((expression ?? throw new ArgumentNullException(nameof(expression))).Root, columns)
    {
    }

    /// <summary>Of a part of an expression.</summary>
    public ExpressionRunner(ExpressionNode part, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(columns);
        var compiler = new ExpressionCompiler(columns);
        switch (part.Type)
        {
            case ExpressionType.Number or ExpressionType.Date:
                _number = compiler.Clean(part);
                break;
            case ExpressionType.Text:
                _text = compiler.CleanText(part);
                break;
            case ExpressionType.Boolean:
                _boolean = compiler.Boolean(part);
                break;
        }
    }

    /// <summary>The value for a row: a number (a date as days), a text, "true" or "false", or missing.</summary>
    public Cell Value(ReadOnlySpan<Cell> row) =>
        _number is not null ? Cell.Of(_number(row))
        : _text is not null ? Cell.Of(_text(row))
        : _boolean is not null ? _boolean(row) switch { 1 => True, 0 => False, _ => Cell.Missing }
        : Cell.Missing;

    /// <summary>Whether a condition holds for a row; null when that can't be said, for a value it needs is missing.</summary>
    public bool? Holds(ReadOnlySpan<Cell> row) => _boolean?.Invoke(row) switch { 1 => true, 0 => false, _ => null };

    private static readonly Cell True = Cell.Of("true");
    private static readonly Cell False = Cell.Of("false");
}

/// <summary>A number or a date as days; NaN is missing. Inside arithmetic it may be infinite.</summary>
internal delegate double NumberPart(ReadOnlySpan<Cell> row);

/// <summary>A text; null and empty are missing.</summary>
internal delegate string? TextPart(ReadOnlySpan<Cell> row);

/// <summary>1 true, 0 false, -1 missing.</summary>
internal delegate int BooleanPart(ReadOnlySpan<Cell> row);

/// <summary>The order of two values: negative, 0 or positive; null when one is missing.</summary>
internal delegate int? OrderPart(ReadOnlySpan<Cell> row);

/// <summary>Whether there is a value.</summary>
internal delegate bool PresentPart(ReadOnlySpan<Cell> row);
