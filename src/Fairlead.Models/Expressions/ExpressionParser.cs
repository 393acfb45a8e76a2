using System.Globalization;
using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Expressions;

/// <summary>Reads the grammar of docs/formats/expressions.md by recursive descent and gives each part its type.</summary>
internal sealed class ExpressionParser
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal) { "and", "or", "not", "in", "between", "is", "missing", "if", "then", "else", "case", "when", "end", "true", "false" };
    private readonly string _text;
    private readonly Func<string, ExpressionType?> _columnType;
    private readonly List<ExpressionFault> _faults = [];
    private readonly List<string> _columns = [];
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private List<Token> _tokens = [];
    private int _at;
    private int _depth;
    private int _nodes;

    public ExpressionParser(string text, Func<string, ExpressionType?> columnType) => (_text, _columnType) = (text, columnType);

    public IReadOnlyList<string> Columns => _columns;

    private Token Now => _tokens[_at];

    public ExpressionNode Read()
    {
        if (_text.Length > Expression.CharactersMax)
        {
            throw Broken(0, string.Create(CultureInfo.InvariantCulture, $"The expression has {_text.Length:N0} characters; at most {Expression.CharactersMax:N0} are read."), "Put a part of it into a column of its own with a derive step.");
        }

        _tokens = [.. new ExpressionLexer(_text, Broken).Tokens().Select(Canonical)];
        if (Now.Kind == TokenKind.End)
        {
            throw Broken(0, "The expression is empty.", "Write something such as \"price * 2\".");
        }

        var root = Or();
        return Now.Kind == TokenKind.End
            ? root
            : throw Broken(Now.Start, $"{Say(Now)} does not belong here: the expression is complete before it.", "Put an operator (+, *, =, and, …) before it, or take it away; a column name with blanks stands in backticks: `order date`.");
    }

    public void Fault(int start, string what, string fix, string? unknown = null)
    {
        var before = _text.AsSpan(0, start);
        var line = before.Count('\n') + 1;
        _faults.Add(new ExpressionFault(line, start - before.LastIndexOf('\n'), what, fix, unknown));
    }

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ExpressionException(_faults);
        }
    }

    /// <summary>A fault after which nothing more can be read.</summary>
    private ExpressionException Broken(int start, string what, string fix)
    {
        Fault(start, what, fix);
        return new ExpressionException(_faults);
    }

    /// <summary>Words of the language may also be written in capitals, as in SQL.</summary>
    private static Token Canonical(Token token) =>
        token.Kind == TokenKind.Word && token.Text.All(char.IsAsciiLetterUpper) && Keywords.Contains(token.Text.ToLowerInvariant()) ? token with { Text = token.Text.ToLowerInvariant() } : token;

    private ExpressionNode Or() => Chain(And, "or", ExpressionOperator.Or);

    private ExpressionNode And() => Chain(Not, "and", ExpressionOperator.And);

    private ExpressionNode Chain(Func<ExpressionNode> part, string word, ExpressionOperator which)
    {
        var start = Now.Start;
        var left = part();
        while (IsWord(word))
        {
            Wants(left, ExpressionType.Boolean, start, $"\"{word}\"");
            _at++;
            start = Now.Start;
            var right = part();
            Wants(right, ExpressionType.Boolean, start, $"\"{word}\"");
            left = Made(new OperatorNode(ExpressionType.Boolean, which, left, right));
        }

        return left;
    }

    private ExpressionNode Not()
    {
        if (!TakeWord("not"))
        {
            return Comparison();
        }

        var start = Now.Start;
        var value = Deeper(Not);
        Wants(value, ExpressionType.Boolean, start, "\"not\"");
        return Made(new NotNode(value));
    }

    private ExpressionNode Comparison()
    {
        var start = Now.Start;
        var left = Sum();
        if (Now.Kind == TokenKind.Sign && Comparing(Now.Text) is { } comparing)
        {
            var sign = _tokens[_at++];
            var rightStart = Now.Start;
            var right = Sum();
            Unify(ref left, ref right, start, rightStart, $"\"{sign.Text}\"");
            if (left.Type == ExpressionType.Boolean && comparing is not (ExpressionOperator.Equal or ExpressionOperator.NotEqual))
            {
                Fault(sign.Start, "Yes/no values have no order.", "Compare them with = or !=.");
            }

            if (Now.Kind == TokenKind.Sign && Comparing(Now.Text) is not null)
            {
                throw Broken(Now.Start, "Two comparisons in a row mean nothing.", "Write \"x between 1 and 5\", or \"a < b and b < c\".");
            }

            return Made(new OperatorNode(ExpressionType.Boolean, comparing, left, right));
        }

        var not = TakeWord("not");
        if (TakeWord("in"))
        {
            return Negated(In(left, start), not);
        }

        if (TakeWord("between"))
        {
            var lowStart = Now.Start;
            var low = Sum();
            Unify(ref left, ref low, start, lowStart, "\"between\"");
            if (!TakeWord("and"))
            {
                throw Broken(Now.Start, "\"between\" needs two bounds.", "Write \"x between 1 and 5\".");
            }

            var highStart = Now.Start;
            var high = Sum();
            Unify(ref left, ref high, start, highStart, "\"between\"");
            Unify(ref low, ref high, lowStart, highStart, "\"between\"");
            return Negated(Made(new BetweenNode(left, low, high)), not);
        }

        if (not)
        {
            throw Broken(Now.Start, "After a value, \"not\" stands only before \"in\" and \"between\".", "Write \"x not in ('a', 'b')\", or put \"not\" before the whole comparison.");
        }

        if (!TakeWord("is"))
        {
            return left;
        }

        not = TakeWord("not");
        return TakeWord("missing") || TakeName("null")
            ? Negated(Made(new IsMissingNode(left)), not)
            : throw Broken(Now.Start, "After \"is\" only \"missing\" or \"not missing\" can stand.", "Write \"x is missing\", or \"x = …\" to compare.");
    }

    private ExpressionNode Negated(ExpressionNode node, bool not) => not ? Made(new NotNode(node)) : node;

    private InNode In(ExpressionNode left, int start)
    {
        Take("(", "\"in\" needs a list of values", "Write \"x in ('a', 'b')\".");
        List<ExpressionNode> values = [];
        do
        {
            var valueStart = Now.Start;
            var value = Deeper(Or);
            Unify(ref left, ref value, start, valueStart, "\"in\"");
            values.Add(value);
        }
        while (TakeSign(","));
        Take(")", "The list of values does not end", "Close it with ).");
        return Made(new InNode(left, values));
    }

    private ExpressionNode Sum()
    {
        var start = Now.Start;
        var left = Product();
        while (Now is { Kind: TokenKind.Sign, Text: "+" or "-" })
        {
            var sign = _tokens[_at++];
            var rightStart = Now.Start;
            var right = Product();
            left = Added(left, right, start, rightStart, sign);
        }

        return left;
    }

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

        var dated = left.Type == ExpressionType.Date || right.Type == ExpressionType.Date;
        _ = left.Type == ExpressionType.Date || Wants(left, ExpressionType.Number, start, $"\"{sign.Text}\"");
        _ = right.Type == ExpressionType.Date || Wants(right, ExpressionType.Number, rightStart, $"\"{sign.Text}\"");
        return Made(new OperatorNode(dated ? ExpressionType.Date : ExpressionType.Number, which, left, right));
    }

    private ExpressionNode Product()
    {
        var start = Now.Start;
        var left = Sign();
        while (Now is { Kind: TokenKind.Sign, Text: "*" or "/" or "%" })
        {
            var sign = _tokens[_at++];
            Wants(left, ExpressionType.Number, start, $"\"{sign.Text}\"");
            var rightStart = Now.Start;
            var right = Sign();
            Wants(right, ExpressionType.Number, rightStart, $"\"{sign.Text}\"");
            var which = sign.Text switch { "*" => ExpressionOperator.Multiply, "/" => ExpressionOperator.Divide, _ => ExpressionOperator.Remainder };
            left = Made(new OperatorNode(ExpressionType.Number, which, AsNumber(left), AsNumber(right)));
        }

        return left;
    }

    private ExpressionNode Sign()
    {
        if (!TakeSign("-"))
        {
            return Primary();
        }

        var start = Now.Start;
        var value = Deeper(Sign);
        Wants(value, ExpressionType.Number, start, "\"-\"");
        return value is LiteralNode { Type: ExpressionType.Number, Number: { } number } literal ? literal with { Number = -number } : Made(new NegativeNode(AsNumber(value)));
    }

    private ExpressionNode Primary()
    {
        var token = _tokens[_at++];
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Made(new LiteralNode(ExpressionType.Number, Number: token.Number));
            case TokenKind.Text:
                return Made(new LiteralNode(ExpressionType.Text, Text: token.Text));
            case TokenKind.QuotedName:
                return Column(token);
            case TokenKind.Sign when token.Text == "(":
                var inner = Deeper(Or);
                Take(")", "A bracket is not closed", "Close it with ).");
                return inner;
            case TokenKind.Word:
                return Word(token);
            default:
                throw Broken(token.Start, token.Kind == TokenKind.End ? "The expression ends where a value should stand." : $"{Say(token)} stands where a value should.", "Write a column, a number, a 'text' or a function there.");
        }
    }

    private ExpressionNode Word(Token token)
    {
        switch (token.Text)
        {
            case "true" or "false":
                return Made(new LiteralNode(ExpressionType.Boolean, Boolean: token.Text == "true"));
            case "missing":
                return Made(new LiteralNode(ExpressionType.Missing));
            case "if":
                return If();
            case "case":
                return Case(token);
            case var word when Now is { Kind: TokenKind.Sign, Text: "(" } && !Keywords.Contains(word):
                _at++;
                return Deeper(() => Call(token));
            case var word when Keywords.Contains(word):
                throw Broken(token.Start, $"\"{word}\" stands where a value should.", $"Write a value before it; a column of this name stands in backticks: `{word}`.");
            default:
                return Column(token);
        }
    }

    private ExpressionNode Column(Token token)
    {
        if (_columnType(token.Text) is { } type)
        {
            if (!_columns.Contains(token.Text, StringComparer.Ordinal))
            {
                _columns.Add(token.Text);
            }

            return Made(new ColumnNode(type, token.Text));
        }

        if (_unknown.Add(token.Text))
        {
            Fault(token.Start, $"There is no column \"{token.Text}\" here.", "Use the name of a column, in backticks where it holds more than letters, digits and _; texts stand in quotes: 'yes'.", token.Text);
        }

        return Made(new LiteralNode(ExpressionType.Missing));
    }

    private CaseNode If()
    {
        var cases = new List<(ExpressionNode, ExpressionNode)>();
        var starts = new List<int>();
        var when = When("if");
        if (!TakeWord("then"))
        {
            throw Broken(Now.Start, "\"then\" is missing.", "Write \"if CONDITION then VALUE else VALUE\".");
        }

        starts.Add(Now.Start);
        cases.Add((when, Deeper(Or)));
        ExpressionNode otherwise = new LiteralNode(ExpressionType.Missing);
        if (TakeWord("else"))
        {
            starts.Add(Now.Start);
            otherwise = Deeper(Or);
        }

        return Cases(cases, otherwise, starts);
    }

    private CaseNode Case(Token token)
    {
        var cases = new List<(ExpressionNode, ExpressionNode)>();
        var starts = new List<int>();
        while (TakeWord("when"))
        {
            var when = When("when");
            if (!TakeWord("then"))
            {
                throw Broken(Now.Start, "\"then\" is missing.", "Write \"case when CONDITION then VALUE else VALUE end\".");
            }

            starts.Add(Now.Start);
            cases.Add((when, Deeper(Or)));
        }

        if (cases.Count == 0)
        {
            throw Broken(token.Start, "A case needs a \"when\".", "Write \"case when CONDITION then VALUE else VALUE end\".");
        }

        ExpressionNode otherwise = new LiteralNode(ExpressionType.Missing);
        if (TakeWord("else"))
        {
            starts.Add(Now.Start);
            otherwise = Deeper(Or);
        }

        return TakeWord("end") ? Cases(cases, otherwise, starts) : throw Broken(Now.Start, "The case does not end.", "Close it with \"end\".");
    }

    private ExpressionNode When(string word)
    {
        var start = Now.Start;
        var when = Deeper(Or);
        Wants(when, ExpressionType.Boolean, start, $"\"{word}\"");
        return when;
    }

    private CaseNode Cases(List<(ExpressionNode When, ExpressionNode Then)> cases, ExpressionNode otherwise, List<int> starts)
    {
        List<ExpressionNode> values = [.. cases.Select(part => part.Then), otherwise];
        var type = values.Select(value => value.Type).FirstOrDefault(type => type != ExpressionType.Missing, ExpressionType.Missing);
        for (var i = 0; i < starts.Count; i++)
        {
            if (values[i].Type != type && values[i].Type != ExpressionType.Missing)
            {
                Fault(starts[i], $"This is a {Expression.Name(values[i].Type)}, but the value before it is a {Expression.Name(type)}: all values of a case have one type.", type == ExpressionType.Text ? "Write text(…) around it." : "Give all of them one type.");
            }
        }

        return Made(new CaseNode(type, cases, otherwise));
    }

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
                Wants(argument, ExpressionType.Number, start, function.Name);
                return argument;
            case ArgumentForm.Text:
                Wants(argument, ExpressionType.Text, start, function.Name);
                return argument;
            case ArgumentForm.Date:
                argument = AsDate(argument, start);
                Wants(argument, ExpressionType.Date, start, function.Name);
                return argument;
            case ArgumentForm.Same:
                var first = before.FirstOrDefault(known => known.Type != ExpressionType.Missing) ?? argument;
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

    /// <summary>Two values that are compared have one type; a text written out beside a date is read as a date.</summary>
    private void Unify(ref ExpressionNode left, ref ExpressionNode right, int leftStart, int rightStart, string by)
    {
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

    private ExpressionNode AsDate(ExpressionNode node, int start)
    {
        if (node is not LiteralNode { Text: { } text })
        {
            return node;
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

    private bool Wants(ExpressionNode node, ExpressionType type, int start, string by)
    {
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

    private T Made<T>(T node)
        where T : ExpressionNode => ++_nodes > Expression.NodesMax
            ? throw Broken(0, $"The expression has more than {Expression.NodesMax} parts.", "Put a part of it into a column of its own with a derive step.")
            : node;

    private ExpressionNode Deeper(Func<ExpressionNode> read)
    {
        if (++_depth > Expression.DepthMax)
        {
            throw Broken(Now.Start, $"The expression is nested deeper than {Expression.DepthMax} levels.", "Put a part of it into a column of its own with a derive step.");
        }

        var node = read();
        _depth--;
        return node;
    }

    private static ExpressionOperator? Comparing(string sign) => sign switch
    {
        "=" or "==" => ExpressionOperator.Equal,
        "!=" or "<>" => ExpressionOperator.NotEqual,
        "<" => ExpressionOperator.Less,
        "<=" => ExpressionOperator.LessOrEqual,
        ">" => ExpressionOperator.Greater,
        ">=" => ExpressionOperator.GreaterOrEqual,
        _ => null,
    };

    private bool IsWord(string word) => Now.Kind == TokenKind.Word && Now.Text == word;

    private bool TakeWord(string word) => IsWord(word) && ++_at > 0;

    private bool TakeName(string word) => Now.Kind == TokenKind.Word && string.Equals(Now.Text, word, StringComparison.OrdinalIgnoreCase) && ++_at > 0;

    private bool TakeSign(string sign) => Now.Kind == TokenKind.Sign && Now.Text == sign && ++_at > 0;

    private void Take(string sign, string what, string fix)
    {
        if (!TakeSign(sign))
        {
            throw Broken(Now.Start, $"{what}: {(Now.Kind == TokenKind.End ? "the expression ends" : Say(Now) + " stands there")}.", fix);
        }
    }

    private static string Say(Token token) => token.Kind switch { TokenKind.End => "the end", TokenKind.Text => $"'{token.Text}'", TokenKind.QuotedName => $"`{token.Text}`", _ => $"\"{token.Text}\"" };
}
