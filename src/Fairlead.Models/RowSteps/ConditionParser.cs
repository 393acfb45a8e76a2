using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>Reads the grammar of <see cref="RowCondition"/> by recursive descent.</summary>
internal sealed class ConditionParser
{
    private const int DepthMax = 64;
    private readonly HashSet<string> _known;
    private readonly List<string> _columns = [];
    private readonly List<(char Kind, string Text, int At)> _tokens = []; // n number, s text, w word, c column in backticks, o operator
    private int _next;
    private int _depth;

    public ConditionParser(string text, IEnumerable<string> columns)
    {
        _known = new HashSet<string>(columns, StringComparer.Ordinal);
        Split(text);
    }

    public IReadOnlyList<string> Columns => _columns;

    public Func<Cell[], bool?> Read()
    {
        var test = Or();
        return _next == _tokens.Count ? test : throw Fault("does not belong here");
    }

    private Func<Cell[], bool?> Or()
    {
        var left = And();
        while (Take("or") || Take("||"))
        {
            var (a, b) = (left, And());
            left = row => a(row) is var first && first == true ? true : b(row) is var second && second == true ? true : first is null || second is null ? null : false;
        }

        return left;
    }

    private Func<Cell[], bool?> And()
    {
        var left = Not();
        while (Take("and") || Take("&&"))
        {
            var (a, b) = (left, Not());
            left = row => a(row) is var first && first == false ? false : b(row) is var second && second == false ? false : first is null || second is null ? null : true;
        }

        return left;
    }

    private Func<Cell[], bool?> Not()
    {
        if (++_depth > DepthMax)
        {
            throw new ConditionException("The condition is nested too deep.");
        }

        try
        {
            if (Take("not") || Take("!"))
            {
                var inner = Not();
                return row => !inner(row);
            }

            if (Take("("))
            {
                var inner = Or();
                Need(")");
                return inner;
            }

            return Comparison();
        }
        finally
        {
            _depth--;
        }
    }

    private Func<Cell[], bool?> Comparison()
    {
        var left = Value();
        if (Take("is"))
        {
            var isNot = Take("not");
            if (!Take("null") && !Take("missing"))
            {
                throw Fault("should be null or missing");
            }

            return row => left(row).Value.IsMissing != isNot;
        }

        var negated = Take("not");
        if (Take("in"))
        {
            var list = List();
            Func<Cell[], bool?> test = row => list.Exists(value => Compare(left(row), value(row)) == 0) ? true : left(row).Value.IsMissing ? null : false;
            return negated ? row => !test(row) : test;
        }

        if (Take("between"))
        {
            var low = Value();
            Need("and");
            var high = Value();
            Func<Cell[], bool?> test = row => Compare(left(row), low(row)) is { } a && Compare(left(row), high(row)) is { } b ? a >= 0 && b <= 0 : null;
            return negated ? row => !test(row) : test;
        }

        if (negated || _next == _tokens.Count)
        {
            throw Fault("should be in or between");
        }

        var sign = _tokens[_next++].Text;
        Func<int, bool> meets = sign switch
        {
            "=" or "==" => order => order == 0,
            "!=" or "<>" => order => order != 0,
            "<" => order => order < 0,
            "<=" => order => order <= 0,
            ">" => order => order > 0,
            ">=" => order => order >= 0,
            _ => throw Fault("is no comparison", _next - 1),
        };
        var right = Value();
        var isUnequal = sign is "!=" or "<>";
        var isEquality = isUnequal || sign is "=" or "==";
        return row => left(row) is var a && right(row) is var b && Compare(a, b) is { } order ? meets(order)
            : isEquality && !a.Value.IsMissing && !b.Value.IsMissing ? isUnequal // a text is not a number
            : null;
    }

    private List<Func<Cell[], Operand>> List()
    {
        var close = Take("[") ? "]" : ")";
        if (close == ")")
        {
            Need("(");
        }

        var values = new List<Func<Cell[], Operand>> { Value() };
        while (Take(","))
        {
            values.Add(Value());
        }

        Need(close);
        return values;
    }

    private Func<Cell[], Operand> Value()
    {
        if (_next == _tokens.Count)
        {
            throw Fault("should be a column or a value");
        }

        var (kind, text, _) = _tokens[_next++];
        switch (kind)
        {
            case 'n':
                var number = new Operand(Cell.Of(double.Parse(text, CultureInfo.InvariantCulture)), Literal: true);
                return _ => number;
            case 's':
                return Text(text);
            case '"' when !_known.Contains(text):
                return Text(text);
            case 'o':
                throw Fault("is no value", _next - 1);
            case 'w' when text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase):
                return Text(text.ToLowerInvariant(), isFlag: true);
        }

        if (!_known.Contains(text))
        {
            throw new ConditionException($"There is no column \"{text}\" (a text stands in quotes: '{text}').", text);
        }

        var at = _columns.IndexOf(text);
        if (at < 0)
        {
            at = _columns.Count;
            _columns.Add(text);
        }

        return row => new Operand(row[at], Literal: false);

        static Func<Cell[], Operand> Text(string text, bool isFlag = false)
        {
            var literal = new Operand(Cell.Of(text), Literal: true, isFlag);
            return _ => literal;
        }
    }

    /// <summary>The order of two values; null where they can't be compared.</summary>
    private static int? Compare(Operand left, Operand right)
    {
        var (a, b) = (left.Value, right.Value);
        if (a.IsMissing || b.IsMissing)
        {
            return null;
        }

        if (left.Flag || right.Flag)
        {
            return Flag(a) is { } first && Flag(b) is { } second ? first.CompareTo(second) : null;
        }

        // A text in quotes is compared as text, unless the other side is a number or both are dates.
        var asNumbers = a.IsNumber || b.IsNumber || (!left.Literal && !right.Literal);
        if (asNumbers && Number(a, out var x) && Number(b, out var y))
        {
            return x.CompareTo(y);
        }

        if (a.Text is not { } text || b.Text is not { } other)
        {
            // A date column after cleaning holds days.
            return Days(a, out x) && Days(b, out y) ? x.CompareTo(y) : null;
        }

        return DateText.TryParse(text, null, out x) && DateText.TryParse(other, null, out y) ? x.CompareTo(y) : PlainText.Compare(text, other);
    }

    private static bool Number(Cell cell, out double value)
    {
        value = cell.Number;
        return cell.IsNumber || NumberText.TryParse(cell.Text.AsSpan().Trim(RowStep.WhiteSpace), out value);
    }

    private static bool Days(Cell cell, out double value)
    {
        value = cell.Number;
        return cell.IsNumber || DateText.TryParse(cell.Text, null, out value);
    }

    private static bool? Flag(Cell cell) =>
        cell.IsNumber ? cell.Number switch { 1 => true, 0 => false, _ => null }
        : PlainText.LowerAscii(cell.Text!) switch { "true" or "yes" or "y" or "t" or "1" => true, "false" or "no" or "n" or "f" or "0" => false, _ => null };

    private bool Take(string text)
    {
        if (_next < _tokens.Count && _tokens[_next] is var (kind, token, _) && kind is 'w' or 'o' && token.Equals(text, StringComparison.OrdinalIgnoreCase))
        {
            _next++;
            return true;
        }

        return false;
    }

    private void Need(string text)
    {
        if (!Take(text))
        {
            throw Fault($"should be {text}");
        }
    }

    private ConditionException Fault(string what, int? at = null)
    {
        var index = at ?? _next;
        return new ConditionException(index < _tokens.Count
            ? string.Create(CultureInfo.InvariantCulture, $"The condition can't be read: \"{_tokens[index].Text}\" at character {_tokens[index].At + 1} {what}.")
            : $"The condition ends too early: what follows {what}.");
    }

    private void Split(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var sign = text[i];
            if (char.IsWhiteSpace(sign))
            {
                i++;
            }
            else if (sign is '\'' or '"' or '`')
            {
                _tokens.Add((sign == '\'' ? 's' : sign == '"' ? '"' : 'c', Quoted(text, sign, ref i), start));
            }
            else if (char.IsAsciiDigit(sign) || (sign is '-' or '.' && i + 1 < text.Length && (char.IsAsciiDigit(text[i + 1]) || text[i + 1] == '.')))
            {
                i++;
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '.' || (text[i] is '-' or '+' && text[i - 1] is 'e' or 'E')))
                {
                    i++;
                }

                var number = text[start..i];
                _tokens.Add(NumberText.TryParse(number, out _) ? ('n', number, start) : throw new ConditionException($"\"{number}\" is not a number."));
            }
            else if (char.IsLetter(sign) || sign == '_')
            {
                while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] is '_' or '.'))
                {
                    i++;
                }

                _tokens.Add(('w', text[start..i], start));
            }
            else
            {
                var pair = i + 1 < text.Length ? text.Substring(i, 2) : "";
                var length = pair is "==" or "!=" or "<>" or "<=" or ">=" or "&&" or "||" ? 2 : "=<>!(),[]".Contains(sign, StringComparison.Ordinal) ? 1 : throw new ConditionException($"The sign {sign} at character {start + 1} of the condition is not known.");
                _tokens.Add(('o', text.Substring(i, length), start));
                i += length;
            }
        }

        if (_tokens.Count == 0)
        {
            throw new ConditionException("The condition is empty.");
        }
    }

    private static string Quoted(string text, char quote, ref int i)
    {
        var value = new System.Text.StringBuilder();
        for (i++; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                value.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                value.Append(text[i++]);
            }
            else
            {
                i++;
                return value.ToString();
            }
        }

        throw new ConditionException($"A quote {quote} is not closed.");
    }

    private readonly record struct Operand(Cell Value, bool Literal, bool Flag = false);
}
