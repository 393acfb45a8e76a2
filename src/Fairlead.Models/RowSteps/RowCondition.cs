using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>A condition can't be read.</summary>
/// <param name="unknown">The name that is no column, or null.</param>
public sealed class ConditionException(string message, string? unknown = null) : Exception(message)
{
    public string? Unknown { get; } = unknown;
}

/// <summary>Which rows a check looks at: comparisons of columns, joined by and, or, not. Immutable and thread-safe.</summary>
/// <remarks>
/// <code>
/// condition  = term { "or" term }            term = factor { "and" factor }        factor = ["not"] ( "(" condition ")" | comparison )
/// comparison = value ( ("=" | "==" | "!=" | "&lt;&gt;" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") value | ["not"] "in" "(" value {"," value} ")" | ["not"] "between" value "and" value | "is" ["not"] ("null" | "missing") )
/// value      = column | number | 'text' | "text" | true | false
/// </code>
/// A column is a bare name, or anything in backticks; in double quotes when there is such a column. &amp;&amp;, || and ! are and, or and not; brackets [] are as (). Words in any case.
/// Beside a number a text is read as a number, beside a date as a date; otherwise texts are compared by code point. A comparison with a missing value, or of a number with a text that is none, is neither true nor false
/// (S. C. Kleene's three-valued logic, as in SQL); a row is looked at when the whole is true.
/// </remarks>
public sealed class RowCondition
{
    /// <summary>Longest condition, in characters.</summary>
    public const int CharactersMax = 4_000;

    private readonly Func<Cell[], bool?> _test;

    private RowCondition(string text, IReadOnlyList<string> columns, Func<Cell[], bool?> test) => (Text, Columns, _test) = (text, columns, test);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The columns it reads: the order of the cells of <see cref="Holds"/>.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <exception cref="ConditionException">It can't be read, or names no column.</exception>
    public static RowCondition Parse(string text, IEnumerable<string> columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        if (text.Length > CharactersMax)
        {
            throw new ConditionException($"The condition has {text.Length} characters, at most {CharactersMax} are read.");
        }

        var parser = new ConditionParser(text, columns);
        var test = parser.Read();
        return new RowCondition(text, parser.Columns, test);
    }

    /// <summary>Whether it is true of a row. Shape [<see cref="Columns"/>].</summary>
    public bool Holds(Cell[] cells) => _test(cells) == true;
}
