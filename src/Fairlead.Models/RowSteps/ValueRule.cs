namespace Fairlead.Models.RowSteps;

/// <summary>A check of one present value, compiled. Serving asks it for each row, whole tables for each distinct text that has no faster way. Thread-safe.</summary>
public sealed class ValueRule
{
    private readonly Func<string, bool> _text;
    private readonly Func<double, bool> _number;

    private ValueRule(Func<string, bool> text, Func<double, bool> number) => (_text, _number) = (text, number);

    public bool Passes(string text) => _text(text);

    public bool Passes(double number) => _number(number);

    /// <summary>The rule of a check; null where it is not about one present value (not_null, is_null, pairs and rows).</summary>
    /// <exception cref="ArgumentException">A pattern, a format, a schema can't be read, or a type is unknown.</exception>
    public static ValueRule? Of(RowCheck check)
    {
        switch (check)
        {
            case InSetCheck set:
                var values = new ValueSet(set.Values);
                return new ValueRule(values.Contains, values.Contains);
            case NotInSetCheck set:
                var none = new ValueSet(set.Values);
                return new ValueRule(text => !none.Contains(text), number => !none.Contains(number));
            case BetweenCheck or GreaterThanCheck or LessThanCheck:
                var range = NumberRange.Of(check);
                return new ValueRule(text => range.Read(text, out var number) && range.Contains(number), range.Contains);
            case MatchesCheck matches:
                return OfText(Matcher(matches.Pattern));
            case NotMatchesCheck matches:
                return OfText(Not(Matcher(matches.Pattern)));
            case MatchesAnyCheck matches:
                var any = Matchers(matches.Patterns);
                return OfText(text => any.Exists(find => find(text)));
            case MatchesAllCheck matches:
                var all = Matchers(matches.Patterns);
                return OfText(text => all.TrueForAll(find => find(text)));
            case MatchesNoneCheck matches:
                var never = Matchers(matches.Patterns);
                return OfText(text => !never.Exists(find => find(text)));
            case LengthCheck length:
                return OfText(text => PlainText.Length(text) is var count && !(count < length.Min) && !(count > length.Max));
            case LengthEqualsCheck length:
                return OfText(text => PlainText.Length(text) == length.Value);
            case TypeCheck type:
                _ = RowCheckRunner.Reads("", type.Type);
                return new ValueRule(text => RowCheckRunner.Reads(text, type.Type), number => IsOf(number, type.Type));
            case TypeListCheck list:
                _ = list.Types.Count(type => RowCheckRunner.Reads("", type));
                return new ValueRule(text => list.Types.Any(type => RowCheckRunner.Reads(text, type)), number => list.Types.Any(type => IsOf(number, type)));
            case DateFormatCheck date:
                var format = new TimeFormat(date.Format);
                return new ValueRule(text => format.Reads(text), number => format.Reads(NumberText.Shortest(number)));
            case ParseableDateCheck:
                return new ValueRule(text => LooseDate.Reads(text), number => LooseDate.Reads(NumberText.Shortest(number)));
            case JsonCheck:
                return new ValueRule(JsonRules.IsJson, static _ => true);
            case JsonSchemaCheck json:
                var rules = new JsonRules(json.Schema);
                return new ValueRule(rules.Meets, number => rules.Meets(NumberText.Shortest(number)));
            default:
                return null;
        }
    }

    private static ValueRule OfText(Func<string, bool> text) => new(text, static _ => true);

    private static Func<string, bool> Not(Func<string, bool> find) => text => !find(text);

    private static Func<string, bool> Matcher(string pattern)
    {
        var regex = RowCheckRunner.Pattern(pattern);
        return text => regex.IsMatch(text);
    }

    private static List<Func<string, bool>> Matchers(IReadOnlyList<string> patterns) => [.. patterns.Select(Matcher)];

    private static bool IsOf(double number, string type) => type switch
    {
        "integer" => number == Math.Floor(number),
        "boolean" => number is 0 or 1,
        _ => true,
    };
}

/// <summary>The values of a list, compared by their text, and by value where both sides read as numbers without leading zeros.</summary>
public sealed class ValueSet
{
    private readonly HashSet<string> _texts;
    private readonly HashSet<double> _numbers = [];

    public ValueSet(IEnumerable<string> values)
    {
        _texts = new HashSet<string>(values, StringComparer.Ordinal);
        foreach (var text in _texts)
        {
            if (NumberText.TryPlain(text, out var number))
            {
                _numbers.Add(number);
            }
        }
    }

    public IReadOnlyCollection<string> Texts => _texts;

    public IReadOnlyCollection<double> Numbers => _numbers;

    public bool Contains(string text) => _texts.Contains(text) || (_numbers.Count > 0 && NumberText.TryPlain(text, out var number) && _numbers.Contains(number));

    public bool Contains(double number) => _numbers.Contains(number);
}

/// <summary>Bounds of a number, or of a date as days.</summary>
/// <param name="Dates">Text is read as a date.</param>
public readonly record struct NumberRange(double Min, double Max, bool StrictMin, bool StrictMax, bool Dates = false)
{
    /// <summary>The bounds of between, greater_than or less_than.</summary>
    public static NumberRange Of(RowCheck check) => check switch
    {
        BetweenCheck between => new NumberRange(between.Min ?? double.NegativeInfinity, between.Max ?? double.PositiveInfinity, between.StrictMin && between.Min is not null, between.StrictMax && between.Max is not null, between.Dates),
        GreaterThanCheck greater => new NumberRange(greater.Value, double.PositiveInfinity, !greater.OrEqual, false, greater.Dates),
        LessThanCheck less => new NumberRange(double.NegativeInfinity, less.Value, false, !less.OrEqual, less.Dates),
        _ => throw new ArgumentException($"{check?.Name} has no bounds.", nameof(check)),
    };

    public bool Contains(double value) => (StrictMin ? value > Min : value >= Min) && (StrictMax ? value < Max : value <= Max);

    /// <summary>Reads a text for these bounds; white space around it does not count.</summary>
    public bool Read(ReadOnlySpan<char> text, out double value) =>
        Dates ? DateText.TryParse(text.Trim(RowStep.WhiteSpace), null, out value) : NumberText.TryParse(text.Trim(RowStep.WhiteSpace), out value);
}
