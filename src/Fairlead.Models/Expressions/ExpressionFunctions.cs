namespace Fairlead.Models.Expressions;

/// <summary>What a function takes.</summary>
public enum ArgumentForm
{
    Number,
    Text,
    Date,

    /// <summary>A number, a text, a date or a boolean.</summary>
    Any,

    /// <summary>The type of the first argument.</summary>
    Same,

    /// <summary>A text written out that is not empty.</summary>
    TextLiteral,

    /// <summary>A text written out; it may be empty.</summary>
    TextLiteralOrEmpty,

    /// <summary>A whole number written out, from 0 to 1,000,000.</summary>
    WholeLiteral,

    /// <summary>A pattern written out: .NET's non-backtracking engine.</summary>
    PatternLiteral,

    /// <summary>An order of day, month and year written out: 'ymd', 'dmy' or 'mdy'.</summary>
    OrderLiteral,
}

/// <summary>A function of the language.</summary>
/// <param name="Name">As written.</param>
/// <param name="Result">Its type; null: that of the first argument.</param>
/// <param name="Arguments">What it takes, in order.</param>
/// <param name="Required">Arguments that must be there.</param>
/// <param name="Repeats">The last argument may stand any number of times.</param>
/// <param name="Says">What it gives, for the list of functions.</param>
public sealed record ExpressionFunction(string Name, ExpressionType? Result, IReadOnlyList<ArgumentForm> Arguments, int Required, bool Repeats, string Says);

/// <summary>The functions of the language, one definition for the reader, the managed code, the SQL and the documentation.</summary>
/// <remarks>Letters are lower and upper in ASCII only, and text is counted in code points, as everywhere in row steps.</remarks>
public static class ExpressionFunctions
{
    private const ArgumentForm Number = ArgumentForm.Number;
    private const ArgumentForm Text = ArgumentForm.Text;
    private const ArgumentForm Date = ArgumentForm.Date;

    public static IReadOnlyDictionary<string, ExpressionFunction> All { get; } = new ExpressionFunction[]
    {
        New("lower", ExpressionType.Text, [Text], "A to Z in lower case"),
        New("upper", ExpressionType.Text, [Text], "a to z in upper case"),
        New("title", ExpressionType.Text, [Text], "the first letter of each word in upper case, the others in lower case (ASCII)"),
        New("soundex", ExpressionType.Text, [Text], "how a name sounds in English, as a letter and three digits: names that sound alike agree"),
        New("trim", ExpressionType.Text, [Text], "without white space at both ends"),
        New("length", ExpressionType.Number, [Text], "how many characters (code points)"),
        New("left", ExpressionType.Text, [Text, ArgumentForm.WholeLiteral], "the first characters"),
        New("right", ExpressionType.Text, [Text, ArgumentForm.WholeLiteral], "the last characters"),
        new("substring", ExpressionType.Text, [Text, ArgumentForm.WholeLiteral, ArgumentForm.WholeLiteral], 2, false, "from a character (the first is 1), all or so many"),
        New("contains", ExpressionType.Boolean, [Text, Text], "whether the second stands in the first"),
        New("starts_with", ExpressionType.Boolean, [Text, Text], "whether the first begins with the second"),
        New("ends_with", ExpressionType.Boolean, [Text, Text], "whether the first ends with the second"),
        New("matches", ExpressionType.Boolean, [Text, ArgumentForm.PatternLiteral], "whether the pattern is found anywhere in the text"),
        New("replace", ExpressionType.Text, [Text, ArgumentForm.TextLiteral, ArgumentForm.TextLiteralOrEmpty], "every place of the second becomes the third"),
        New("split_part", ExpressionType.Text, [Text, ArgumentForm.TextLiteral, ArgumentForm.WholeLiteral], "the n-th part (the first is 1) between separators"),
        new("concat", ExpressionType.Text, [Text, Text], 1, true, "the texts one after the other; missing ones are left out"),
        new("number", ExpressionType.Number, [ArgumentForm.Any], 1, false, "a text read as a number, a date as days since 1970-01-01, true as 1 and false as 0"),
        New("text", ExpressionType.Text, [ArgumentForm.Any], "the value as text"),
        new("date", ExpressionType.Date, [Text, ArgumentForm.OrderLiteral], 1, false, "a text read as a date, by order 'ymd' (default), 'dmy' or 'mdy'"),
        New("year", ExpressionType.Number, [Date], "1 to 9999"),
        New("month", ExpressionType.Number, [Date], "1 to 12"),
        New("day", ExpressionType.Number, [Date], "1 to 31"),
        New("weekday", ExpressionType.Number, [Date], "1 (Monday) to 7 (Sunday)"),
        New("hour", ExpressionType.Number, [Date], "0 to 23"),
        New("days_between", ExpressionType.Number, [Date, Date], "days from the first to the second, with fractions"),
        New("abs", ExpressionType.Number, [Number], "without its sign"),
        new("round", ExpressionType.Number, [Number, ArgumentForm.WholeLiteral], 1, false, "the nearest whole number, or with so many decimals (at most 15); halves away from 0"),
        New("floor", ExpressionType.Number, [Number], "the next whole number below"),
        New("ceil", ExpressionType.Number, [Number], "the next whole number above"),
        New("log", ExpressionType.Number, [Number], "natural logarithm"),
        New("exp", ExpressionType.Number, [Number], "e to this power"),
        New("sqrt", ExpressionType.Number, [Number], "square root"),
        New("power", ExpressionType.Number, [Number, Number], "the first to the power of the second"),
        new("min", null, [ArgumentForm.Any, ArgumentForm.Same], 1, true, "the smallest that is there"),
        new("max", null, [ArgumentForm.Any, ArgumentForm.Same], 1, true, "the greatest that is there"),
        new("coalesce", null, [ArgumentForm.Any, ArgumentForm.Same], 1, true, "the first that is there"),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    private static ExpressionFunction New(string name, ExpressionType result, ArgumentForm[] arguments, string says) => new(name, result, arguments, arguments.Length, false, says);
}
