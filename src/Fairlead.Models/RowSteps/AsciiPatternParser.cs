namespace Fairlead.Models.RowSteps;

/// <summary>What a node of an automaton asks of the text.</summary>
internal enum PatternNodeKind
{
    /// <summary>One sign of a set, then on.</summary>
    Signs,

    /// <summary>Two ways on, nothing taken.</summary>
    Split,

    /// <summary>Only at the start of the text.</summary>
    Start,

    /// <summary>Only at the end of the text, or before a line feed that ends it: <c>$</c>.</summary>
    LineEnd,

    /// <summary>Only at the very end of the text: <c>\z</c>.</summary>
    End,

    /// <summary>The pattern is found.</summary>
    Found,
}

/// <summary>A node of a Thompson automaton over ASCII.</summary>
/// <param name="Signs">The signs taken, a bit each; only of <see cref="PatternNodeKind.Signs"/>.</param>
/// <param name="Next">Where it goes on.</param>
/// <param name="Other">The second way of a split.</param>
internal readonly record struct PatternNode(PatternNodeKind Kind, SignSet Signs, int Next, int Other);

/// <summary>Turns a pattern into an automaton over ASCII texts (K. Thompson, "Regular expression search algorithm", CACM 11, 1968); null for what it does not know, which is left to the general engine.</summary>
/// <remarks>
/// Known: signs, <c>.</c>, sets with ranges, <c>\d \w \s</c> and their opposites, escapes of signs, groups, alternatives, counted and lazy repeats, <c>^ $ \A \Z \z</c>.
/// Signs beyond ASCII are never met in an ASCII text, so they stand for nothing. Built from the end backwards: each part is given the node that follows it.
/// </remarks>
internal sealed class AsciiPatternParser
{
    /// <summary>Nodes of the largest automaton that is built.</summary>
    private const int NodesMax = 1_000;

    private const int DepthMax = 50;

    private const int RepeatsMax = 10_000;

    private static readonly SignSet Digits = SignSet.Between('0', '9');
    private static readonly SignSet Words = SignSet.Between('0', '9') | SignSet.Between('a', 'z') | SignSet.Between('A', 'Z') | SignSet.One('_');
    private static readonly SignSet Spaces = SignSet.Between('\t', '\r') | SignSet.One(' ');

    private readonly string _pattern;
    private readonly List<PatternNode> _nodes = [];
    private int _at;
    private int _depth;
    private int _repeats;

    private AsciiPatternParser(string pattern) => _pattern = pattern;

    /// <summary>A part of a pattern: given the node that follows, adds its own and returns the first. -1: too large.</summary>
    private delegate int Part(int next);

    /// <summary>The nodes and the first of them, or null.</summary>
    public static (PatternNode[] Nodes, int First)? Parse(string pattern)
    {
        var parser = new AsciiPatternParser(pattern);
        if (parser.Alternatives() is not { } whole || parser._at != pattern.Length)
        {
            return null;
        }

        var first = whole(parser.Add(new PatternNode(PatternNodeKind.Found, default, 0, 0)));
        return first < 0 ? null : (parser._nodes.ToArray(), first);
    }

    private int Add(PatternNode node)
    {
        if (_nodes.Count >= NodesMax)
        {
            return -1;
        }

        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    private Part? Alternatives()
    {
        if (++_depth > DepthMax || Sequence() is not { } first)
        {
            return null;
        }

        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            if (Sequence() is not { } other)
            {
                return null;
            }

            var before = first;
            first = next => before(next) is var a and >= 0 && other(next) is var b and >= 0 ? Add(new PatternNode(PatternNodeKind.Split, default, a, b)) : -1;
        }

        _depth--;
        return first;
    }

    private Part? Sequence()
    {
        List<Part> parts = [];
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            if (Repeated() is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }

        return next =>
        {
            for (var i = parts.Count - 1; i >= 0 && next >= 0; i--)
            {
                next = parts[i](next);
            }

            return next;
        };
    }

    private Part? Repeated()
    {
        var (part, place) = Atom();
        if (part is null || _at == _pattern.Length || _pattern[_at] is not ('*' or '+' or '?' or '{'))
        {
            return part;
        }

        var (least, most) = Counts();
        if (place || least < 0)
        {
            return null; // a repeated place, or a brace that is no count
        }

        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            _at++; // lazy: finds the same texts
        }

        return _at < _pattern.Length && _pattern[_at] is '*' or '+' or '?' or '{' ? null : next => Repeat(part, least, most, next);
    }

    private int Repeat(Part part, int least, int most, int next)
    {
        _repeats += Math.Max(least, most == int.MaxValue ? 1 : most);
        if (_repeats > RepeatsMax)
        {
            return -1; // repeats of repeats of nothing add no node
        }

        if (most == int.MaxValue)
        {
            var loop = Add(default);
            if (loop < 0 || part(loop) is not (var inner and >= 0))
            {
                return -1;
            }

            _nodes[loop] = new PatternNode(PatternNodeKind.Split, default, inner, next);
            next = loop;
        }
        else
        {
            var behind = next;
            for (var i = least; i < most && next >= 0; i++)
            {
                next = part(next) is var inner and >= 0 ? Add(new PatternNode(PatternNodeKind.Split, default, inner, behind)) : -1;
            }
        }

        for (var i = 0; i < least && next >= 0; i++)
        {
            next = part(next);
        }

        return next;
    }

    /// <summary>Reads a count; least is -1 for what is none.</summary>
    private (int Least, int Most) Counts()
    {
        switch (_pattern[_at++])
        {
            case '*':
                return (0, int.MaxValue);
            case '+':
                return (1, int.MaxValue);
            case '?':
                return (0, 1);
        }

        var close = _pattern.IndexOf('}', _at);
        if (close < 0)
        {
            return (-1, 0);
        }

        var parts = _pattern[_at..close].Split(',');
        _at = close + 1;
        if (parts.Length > 2 || Number(parts[0]) is not (var least and >= 0))
        {
            return (-1, 0);
        }

        var most = parts.Length == 1 ? least : parts[1].Length == 0 ? int.MaxValue : Number(parts[1]);
        return most < least ? (-1, 0) : (least, most);
    }

    private static int Number(string text) => text.Length is > 0 and < 4 && text.All(char.IsAsciiDigit) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : -1;

    /// <summary>One part, and whether it is a place in the text, which takes no sign.</summary>
    private (Part? Part, bool Place) Atom()
    {
        var sign = _pattern[_at++];
        switch (sign)
        {
            case '^':
                return (Place(PatternNodeKind.Start), true);
            case '$':
                return (Place(PatternNodeKind.LineEnd), true);
            case '.':
                return (Signs(~SignSet.One('\n')), false);
            case '(':
                return (Group(), false);
            case '[':
                return (Set() is { } set ? Signs(set) : null, false);
            case '\\' when _at < _pattern.Length && _pattern[_at] is 'A' or 'z' or 'Z':
                return (Place(_pattern[_at++] switch { 'A' => PatternNodeKind.Start, 'z' => PatternNodeKind.End, _ => PatternNodeKind.LineEnd }), true);
            case '\\':
                return (Escape() is { } signs ? Signs(signs) : null, false);
            case '*' or '+' or '?' or '{':
                return (null, false);
            default:
                return (Signs(SignSet.One(sign)), false);
        }
    }

    private Part Place(PatternNodeKind kind) => next => Add(new PatternNode(kind, default, next, 0));

    private Part Signs(SignSet signs) => next => Add(new PatternNode(PatternNodeKind.Signs, signs, next, 0));

    private Part? Group()
    {
        if (_pattern.AsSpan(_at).StartsWith("?:"))
        {
            _at += 2;
        }
        else if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            return null;
        }

        var inner = Alternatives();
        return inner is not null && _at < _pattern.Length && _pattern[_at++] == ')' ? inner : null;
    }

    /// <summary>The signs that the escape behind a backslash stands for.</summary>
    private SignSet? Escape()
    {
        if (_at == _pattern.Length)
        {
            return null;
        }

        var sign = _pattern[_at++];
        return sign switch
        {
            'd' => Digits,
            'D' => ~Digits,
            'w' => Words,
            'W' => ~Words,
            's' => Spaces,
            'S' => ~Spaces,
            't' => SignSet.One('\t'),
            'n' => SignSet.One('\n'),
            'r' => SignSet.One('\r'),
            'f' => SignSet.One('\f'),
            'v' => SignSet.One('\v'),
            _ => char.IsAsciiLetterOrDigit(sign) || sign is '_' or > (char)127 ? null : SignSet.One(sign),
        };
    }

    private SignSet? Set()
    {
        var negated = _at < _pattern.Length && _pattern[_at] == '^';
        _at += negated ? 1 : 0;
        SignSet signs = default;
        for (var first = true; _at < _pattern.Length && (first || _pattern[_at] != ']'); first = false)
        {
            if (_pattern[_at] is '[' || !Member(first, ref signs))
            {
                return null;
            }
        }

        return _at++ < _pattern.Length ? negated ? ~signs : signs : null;
    }

    /// <summary>A sign, an escape or a range of a set.</summary>
    private bool Member(bool first, ref SignSet signs)
    {
        var sign = _pattern[_at++];
        if (sign == '-')
        {
            signs |= SignSet.One(sign);
            return first || (_at < _pattern.Length && _pattern[_at] == ']'); // elsewhere it may mean more
        }

        var escaped = sign == '\\';
        if (escaped)
        {
            if (Escape() is not { } meant)
            {
                return false;
            }

            signs |= meant;
        }
        else
        {
            signs |= SignSet.One(sign);
        }

        if (_at + 1 >= _pattern.Length || _pattern[_at] != '-' || _pattern[_at + 1] == ']')
        {
            return true;
        }

        var to = _pattern[_at + 1];
        if (escaped || to is '\\' or '[' || to < sign)
        {
            return false;
        }

        signs |= SignSet.Between(sign, to);
        _at += 2;
        return true;
    }
}
