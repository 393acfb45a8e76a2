namespace Fairlead.Models.Expressions;

/// <summary>An operator of two operands.</summary>
public enum ExpressionOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// <summary>A part of a typed expression. What the managed code and the SQL are both made from.</summary>
public abstract record ExpressionNode(ExpressionType Type);

/// <summary>A value as written; all null is missing.</summary>
public sealed record LiteralNode(ExpressionType Type, double? Number = null, string? Text = null, bool? Boolean = null) : ExpressionNode(Type);

/// <summary>The value of a column.</summary>
public sealed record ColumnNode(ExpressionType Type, string Name) : ExpressionNode(Type);

/// <summary>The number with the other sign.</summary>
public sealed record NegativeNode(ExpressionNode Value) : ExpressionNode(ExpressionType.Number);

/// <summary>true for false, false for true, missing for missing.</summary>
public sealed record NotNode(ExpressionNode Value) : ExpressionNode(ExpressionType.Boolean);

/// <summary>Arithmetic, comparison, and, or.</summary>
public sealed record OperatorNode(ExpressionType Type, ExpressionOperator Operator, ExpressionNode Left, ExpressionNode Right) : ExpressionNode(Type);

/// <summary>The value is one of the values.</summary>
public sealed record InNode(ExpressionNode Value, IReadOnlyList<ExpressionNode> Values) : ExpressionNode(ExpressionType.Boolean);

/// <summary>low &lt;= value and value &lt;= high.</summary>
public sealed record BetweenNode(ExpressionNode Value, ExpressionNode Low, ExpressionNode High) : ExpressionNode(ExpressionType.Boolean);

/// <summary>There is no value. Never missing itself.</summary>
public sealed record IsMissingNode(ExpressionNode Value) : ExpressionNode(ExpressionType.Boolean);

/// <summary>The value of the first condition that is true; otherwise <paramref name="Else"/>.</summary>
public sealed record CaseNode(ExpressionType Type, IReadOnlyList<(ExpressionNode When, ExpressionNode Then)> Cases, ExpressionNode Else) : ExpressionNode(Type);

/// <summary>A function of <see cref="ExpressionFunctions"/>.</summary>
public sealed record CallNode(ExpressionType Type, string Function, IReadOnlyList<ExpressionNode> Arguments) : ExpressionNode(Type);
