using System.Globalization;

namespace Fairlead.Models.Expressions;

/// <summary>Reads the grammar of docs/formats/expressions.md by recursive descent and gives each part its type.</summary>
internal sealed partial class ExpressionParser
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

    /// <summary>Words of the language may be written in any case, unless a column is called so; and, or, not also as signs.</summary>
    private Token Canonical(Token token) => token switch
    {
        { Kind: TokenKind.Word } when !Keywords.Contains(token.Text) && Keywords.Contains(token.Text.ToLowerInvariant()) && _columnType(token.Text) is null => token with { Text = token.Text.ToLowerInvariant() },
        { Kind: TokenKind.Sign, Text: "&&" } => token with { Kind = TokenKind.Word, Text = "and" },
        { Kind: TokenKind.Sign, Text: "||" } => token with { Kind = TokenKind.Word, Text = "or" },
        { Kind: TokenKind.Sign, Text: "!" } => token with { Kind = TokenKind.Word, Text = "not" },
        _ => token,
    };

    private ExpressionNode Or() => Chain(And, "or", ExpressionOperator.Or);

    private ExpressionNode And() => Chain(Not, "and", ExpressionOperator.And);

    private ExpressionNode Chain(Func<ExpressionNode> part, string word, ExpressionOperator which)
    {
        var start = Now.Start;
        var left = part();
        while (IsWord(word))
        {
            Wants(ref left, ExpressionType.Boolean, start, $"\"{word}\"");
            _at++;
            start = Now.Start;
            var right = part();
            Wants(ref right, ExpressionType.Boolean, start, $"\"{word}\"");
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
        Wants(ref value, ExpressionType.Boolean, start, "\"not\"");
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
        var close = TakeSign("[") ? "]" : ")";
        if (close == ")")
        {
            Take("(", "\"in\" needs a list of values", "Write \"x in ('a', 'b')\".");
        }

        List<ExpressionNode> values = [];
        do
        {
            var valueStart = Now.Start;
            var value = Deeper(Or);
            Unify(ref left, ref value, start, valueStart, "\"in\"");
            values.Add(value);
            _nodes -= value is LiteralNode ? 1 : 0; // a long list of names is no big expression
        }
        while (TakeSign(","));
        Take(close, "The list of values does not end", $"Close it with {close}.");
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

    private ExpressionNode Product()
    {
        var start = Now.Start;
        var left = Sign();
        while (Now is { Kind: TokenKind.Sign, Text: "*" or "/" or "%" })
        {
            var sign = _tokens[_at++];
            Wants(ref left, ExpressionType.Number, start, $"\"{sign.Text}\"");
            var rightStart = Now.Start;
            var right = Sign();
            Wants(ref right, ExpressionType.Number, rightStart, $"\"{sign.Text}\"");
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
        Wants(ref value, ExpressionType.Number, start, "\"-\"");
        return value is LiteralNode { Type: ExpressionType.Number, Number: { } number } literal ? literal with { Number = -number } : Made(new NegativeNode(AsNumber(value)));
    }

    private ExpressionNode Primary()
    {
        var token = _tokens[_at++];
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Made(new LiteralNode(ExpressionType.Number, Number: token.Number));
            case TokenKind.Text when _text[token.Start] == '"' && IsUntyped(token.Text):
                return Column(token); // as SQL quotes a name
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
            case var word when IsUntyped(word) && word is not ("true" or "false") && !Begins(word):
                return Column(token);
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

    private bool IsUntyped(string name) => _columnType(name) == ExpressionType.Any;

    /// <summary>After this word a branch or a call follows, so that it is no column.</summary>
    private bool Begins(string word) => word switch
    {
        "case" => IsWord("when"),
        "if" => !(Now.Kind == TokenKind.End || (Now.Kind == TokenKind.Sign && Now.Text is not ("(" or "-")) || (Now.Kind == TokenKind.Word && Now.Text is "is" or "in" or "between" or "and" or "or" or "not")),
        _ => Now is { Kind: TokenKind.Sign, Text: "(" } && !Keywords.Contains(word),
    };

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
