using System.Globalization;
using System.Text;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>The SQL implementation of expressions, for whole tables. <see cref="ExpressionRunner"/> is the managed one; a property test holds them equal.</summary>
/// <remarks>
/// Made from the typed tree alone: of the user's text only quoted literals and the caller's column references reach SQL.
/// What the two engines could compute differently (logarithms, rounding, numbers as text) is one managed function that both call.
/// </remarks>
internal sealed class ExpressionSql
{
    /// <summary>Longest SQL of one expression, in characters: some operators write their operand twice.</summary>
    public const int CharactersMax = 200_000;

    private readonly Func<string, string> _reference;
    private readonly DataEngine _engine;

    private ExpressionSql(Func<string, string> reference, DataEngine engine) => (_reference, _engine) = (reference, engine);

    /// <summary>The value: DOUBLE for numbers and dates, VARCHAR for texts ('true' and 'false' for conditions); NULL when missing.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="reference">How SQL names a column: DOUBLE for Number and Date (days), VARCHAR without empty texts for Text.</param>
    /// <param name="engine">Where the functions are made that the SQL calls.</param>
    /// <exception cref="FaultException">Its SQL is too large.</exception>
    public static string Value(Expression expression, Func<string, string> reference, DataEngine engine)
    {
        var sql = new ExpressionSql(reference, engine);
        return expression.Type switch
        {
            ExpressionType.Number or ExpressionType.Date => sql.Clean(expression.Root),
            ExpressionType.Text => sql.CleanText(expression.Root),
            ExpressionType.Boolean => $"CAST({sql.Boolean(expression.Root)} AS VARCHAR)",
            _ => "CAST(NULL AS VARCHAR)",
        };
    }

    /// <summary>A condition: BOOLEAN, NULL where a value it needs is missing.</summary>
    public static string Condition(Expression expression, Func<string, string> reference, DataEngine engine) =>
        new ExpressionSql(reference, engine).Boolean(expression.Root);

    /// <summary>Finite or NULL; a date within the years 1 to 9999 or NULL.</summary>
    private string Clean(ExpressionNode node)
    {
        var value = Number(node);
        return node is LiteralNode ? value
            : node.Type == ExpressionType.Date ? $"CASE WHEN {value} >= {SqlText.Number(DateParts.First)} AND {value} < {SqlText.Number(DateParts.Last)} THEN {value} END"
            : ExpressionShape.IsFinite(node) ? value
            : $"CASE WHEN isfinite({value}) THEN {value} END";
    }

    private string CleanText(ExpressionNode node) => Text(node) is var value && ExpressionShape.IsNeverEmpty(node) ? value : $"CASE WHEN {value} <> '' THEN {value} END";

    /// <summary>By type, without empty texts and infinite numbers.</summary>
    private string Any(ExpressionNode node) => node.Type switch
    {
        ExpressionType.Number or ExpressionType.Date => Clean(node),
        ExpressionType.Text => CleanText(node),
        ExpressionType.Boolean => Boolean(node),
        _ => "NULL",
    };

    private string Boolean(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                return literal.Boolean switch { true => "true", false => "false", _ => "CAST(NULL AS BOOLEAN)" };
            case NotNode not:
                return $"(NOT {Boolean(not.Value)})";
            case OperatorNode { Operator: ExpressionOperator.And or ExpressionOperator.Or } both:
                return Small($"({Boolean(both.Left)} {(both.Operator == ExpressionOperator.And ? "AND" : "OR")} {Boolean(both.Right)})");
            case OperatorNode compare:
                return Compared(compare);
            case BetweenNode between:
                return Untyped(between.Value, between.Low, between.High) ? "CAST(NULL AS BOOLEAN)" : Small($"({Any(between.Value)} BETWEEN {Any(between.Low)} AND {Any(between.High)})");
            case InNode set:
                return Untyped([set.Value, .. set.Values]) ? "CAST(NULL AS BOOLEAN)" : Small($"({Any(set.Value)} IN ({string.Join(", ", set.Values.Select(Any))}))");
            case IsMissingNode missing:
                return Small($"({Any(missing.Value)} IS NULL)");
            case CaseNode branches:
                return Case(branches, Boolean);
            case CallNode { Function: "coalesce" } coalesce:
                return Small($"COALESCE({string.Join(", ", coalesce.Arguments.Select(Boolean))})");
            case CallNode { Function: "matches" } call:
                var text = CleanText(call.Arguments[0]);
                return Small($"CASE WHEN {text} IS NOT NULL THEN {_engine.AddPattern(Literal(call, 1))}({text}) END");
            case CallNode call:
                var name = call.Function switch { "contains" => "contains", "starts_with" => "starts_with", "ends_with" => "ends_with", _ => throw new ArgumentException($"No SQL for {call.Function}.", nameof(node)) };
                return Small($"{name}(CAST({CleanText(call.Arguments[0])} AS VARCHAR), CAST({CleanText(call.Arguments[1])} AS VARCHAR))");
            default:
                return "CAST(NULL AS BOOLEAN)";
        }
    }

    private string Compared(OperatorNode compare)
    {
        var sign = compare.Operator switch
        {
            ExpressionOperator.Equal => "=",
            ExpressionOperator.NotEqual => "<>",
            ExpressionOperator.Less => "<",
            ExpressionOperator.LessOrEqual => "<=",
            ExpressionOperator.Greater => ">",
            _ => ">=",
        };
        return Untyped(compare.Left, compare.Right) ? "CAST(NULL AS BOOLEAN)" : Small($"({Any(compare.Left)} {sign} {Any(compare.Right)})");
    }

    private static bool Untyped(params ExpressionNode[] nodes) => nodes.All(node => node.Type == ExpressionType.Missing);

    private string Number(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                return literal.Number is { } number ? SqlText.Number(number) : "CAST(NULL AS DOUBLE)";
            case ColumnNode column:
                return _reference(column.Name);
            case NegativeNode negative:
                return Small($"(-{Number(negative.Value)})");
            case OperatorNode { Operator: ExpressionOperator.Divide or ExpressionOperator.Remainder } quotient:
                var by = Number(quotient.Right);
                var divisor = quotient.Right is LiteralNode { Number: not (0 or null) } ? by : $"CASE WHEN {by} <> 0 THEN {by} END";
                return Small($"({Number(quotient.Left)} {(quotient.Operator == ExpressionOperator.Divide ? "/" : "%")} {divisor})");
            case OperatorNode arithmetic:
                var sign = arithmetic.Operator switch { ExpressionOperator.Add => "+", ExpressionOperator.Subtract => "-", _ => "*" };
                return Small($"({Number(arithmetic.Left)} {sign} {Number(arithmetic.Right)})");
            case CaseNode branches:
                return Case(branches, Clean);
            case CallNode call:
                return Small(NumberCall(call));
            default:
                return "CAST(NULL AS DOUBLE)";
        }
    }

    private string NumberCall(CallNode call)
    {
        var first = call.Arguments[0];
        switch (call.Function)
        {
            case "number" when first.Type == ExpressionType.Text:
                return Read("fairlead_number", static text => NumberText.TryParse(text.AsSpan().Trim(RowStep.WhiteSpace), out var number) ? number : double.NaN, CleanText(first));
            case "number":
                return first.Type == ExpressionType.Boolean ? $"CAST({Boolean(first)} AS DOUBLE)" : Clean(first);
            case "date":
                var order = (call.Arguments.ElementAtOrDefault(1) as LiteralNode)?.Text ?? "ymd";
                return Read($"fairlead_date_{order}", text => DateText.TryParse(PlainText.Trim(text), order, out var days) ? days : double.NaN, CleanText(first));
            case "length":
                return $"CAST(length(CAST({CleanText(first)} AS VARCHAR)) AS DOUBLE)";
            case "year" or "month" or "day":
                return $"CAST({call.Function}({Day(first)}) AS DOUBLE)";
            case "weekday":
                return $"CAST(isodow({Day(first)}) AS DOUBLE)";
            case "hour":
                return $"floor((({Microseconds(first)} % {Whole(DateText.DayMicroseconds)} + {Whole(DateText.DayMicroseconds)}) % {Whole(DateText.DayMicroseconds)}) / {Whole(3_600_000_000)})";
            case "days_between":
                return $"({Clean(call.Arguments[1])} - {Clean(first)})";
            case "min" or "max":
                return $"{(call.Function == "min" ? "least" : "greatest")}({string.Join(", ", call.Arguments.Select(argument => $"CAST({Clean(argument)} AS DOUBLE)"))})";
            case "coalesce":
                return $"COALESCE({string.Join(", ", call.Arguments.Select(argument => $"CAST({Clean(argument)} AS DOUBLE)"))})";
            case "abs" or "floor" or "ceil":
                return $"{call.Function}({Number(first)})";
            case "log":
                return Made("fairlead_log", Arithmetic.Log, Number(first));
            case "exp":
                return Made("fairlead_exp", Math.Exp, Number(first));
            case "sqrt":
                return Made("fairlead_sqrt", Math.Sqrt, Number(first));
            case "power":
                return Made("fairlead_power", Arithmetic.Power, Number(first), Number(call.Arguments[1]));
            case "round":
                return Made("fairlead_round", Arithmetic.Round, Number(first), SqlText.Number(Arithmetic.Scale(call)));
            default:
                throw new ArgumentException($"No SQL for {call.Function}.", nameof(call));
        }
    }

    private string Text(ExpressionNode node)
    {
        switch (node)
        {
            case LiteralNode literal:
                return literal.Text is { Length: > 0 } text ? SqlText.Text(text) : "CAST(NULL AS VARCHAR)";
            case ColumnNode column:
                return _reference(column.Name);
            case CaseNode branches:
                return Case(branches, CleanText);
            case CallNode call:
                return Small(TextCall(call));
            default:
                return "CAST(NULL AS VARCHAR)";
        }
    }

    private string TextCall(CallNode call)
    {
        var first = call.Arguments[0];
        switch (call.Function)
        {
            case "lower":
                return SqlText.LowerAscii(Text(first));
            case "upper":
                return $"translate({Text(first)}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')";
            case "title":
                return Changed("fairlead_title", PlainText.TitleAscii, Text(first));
            case "soundex":
                return Changed("fairlead_soundex", Soundex.Of, Text(first));
            case "trim":
                return SqlText.Trim(Text(first));
            case "left" or "right":
                return $"{call.Function}({Text(first)}, {Count(call, 1)})";
            case "substring":
                return $"substring({Text(first)}, {Count(call, 1)}{(call.Arguments.Count > 2 ? ", " + Count(call, 2) : "")})";
            case "replace":
                return $"replace({Text(first)}, {SqlText.Text(Literal(call, 1))}, {SqlText.Text(Literal(call, 2))})";
            case "split_part":
                return $"split_part({Text(first)}, {SqlText.Text(Literal(call, 1))}, {Count(call, 2)})";
            case "concat":
                return $"concat({string.Join(", ", call.Arguments.Select(Text))})";
            case "text" when first.Type == ExpressionType.Number:
                return Said("fairlead_number_text", NumberText.Shortest, Clean(first));
            case "text" when first.Type == ExpressionType.Date:
                return Said("fairlead_date_text", DateParts.Text, Clean(first));
            case "text":
                return first.Type == ExpressionType.Boolean ? $"CAST({Boolean(first)} AS VARCHAR)" : CleanText(first);
            case "min" or "max":
                return $"{(call.Function == "min" ? "least" : "greatest")}({string.Join(", ", call.Arguments.Select(CleanText))})";
            case "coalesce":
                return $"COALESCE({string.Join(", ", call.Arguments.Select(CleanText))})";
            default:
                throw new ArgumentException($"No SQL for {call.Function}.", nameof(call));
        }
    }

    private string Case(CaseNode node, Func<ExpressionNode, string> value)
    {
        var sql = new StringBuilder("CASE");
        foreach (var (when, then) in node.Cases)
        {
            sql.Append(CultureInfo.InvariantCulture, $" WHEN {Boolean(when)} THEN {value(then)}");
        }

        return Small(sql.Append(CultureInfo.InvariantCulture, $" ELSE {value(node.Else)} END").ToString());
    }

    private string Microseconds(ExpressionNode date) => $"floor({Clean(date)} * {Whole(DateText.DayMicroseconds)} + 0.5::DOUBLE)";

    private string Day(ExpressionNode date) => $"(DATE '1970-01-01' + CAST(floor({Microseconds(date)} / {Whole(DateText.DayMicroseconds)}) AS INTEGER))";

    private static string Whole(long value) => SqlText.Number(value);

    private static string Count(CallNode call, int argument) => ((long)((LiteralNode)call.Arguments[argument]).Number!.Value).ToString(CultureInfo.InvariantCulture);

    private static string Literal(CallNode call, int argument) => ((LiteralNode)call.Arguments[argument]).Text!;

    private string Read(string name, Func<string, double> function, string value)
    {
        _engine.AddFunction(name, function);
        return $"{name}({value})";
    }

    private string Made(string name, Func<double, double> function, string value)
    {
        _engine.AddFunction(name, function);
        return $"{name}({value})";
    }

    private string Made(string name, Func<double, double, double> function, string first, string second)
    {
        _engine.AddFunction(name, function);
        return $"{name}({first}, {second})";
    }

    private string Said(string name, Func<double, string> function, string value)
    {
        _engine.AddFunction(name, function);
        return $"{name}({value})";
    }

    private string Changed(string name, Func<string, string> function, string value)
    {
        _engine.AddFunction(name, function);
        return $"{name}({value})";
    }

    /// <summary>Stops an operand that is written twice, again and again, before it fills the memory.</summary>
    private static string Small(string sql) => sql.Length <= CharactersMax ? sql : throw new FaultException("expression", string.Create(CultureInfo.InvariantCulture, $"The expression is too large: its SQL has more than {CharactersMax:N0} characters."), "Put a part of it into a column of its own with a derive step.");
}
