using Fairlead.Models.Contracts;

namespace Fairlead.Models.Expressions;

/// <summary>A typed expression over the columns of one row. Immutable.</summary>
/// <remarks>
/// One definition, two implementations: <see cref="ExpressionRunner"/> in managed code, <c>Fairlead.Data.Cleaning.ExpressionSql</c> for whole tables; a property test holds them equal.
/// Comparisons with a missing value are missing; and, or, not follow Kleene's three-valued logic (S. C. Kleene, "Introduction to Metamathematics", 1952, §64), as SQL's do.
/// Arithmetic is IEEE 754 double; a result that is not finite (an overflow, a division by 0, the logarithm of 0) is missing. The empty text is missing. docs/formats/expressions.md has the grammar.
/// </remarks>
public sealed class Expression
{
    /// <summary>Longest expression, in characters.</summary>
    public const int CharactersMax = 4_000;

    /// <summary>Deepest nesting of brackets, calls and cases.</summary>
    public const int DepthMax = 32;

    /// <summary>Most values, operators and calls.</summary>
    public const int NodesMax = 400;

    private Expression(string source, ExpressionNode root, IReadOnlyList<string> columns) => (Source, Root, Columns) = (source, root, columns);

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>The typed tree.</summary>
    public ExpressionNode Root { get; }

    public ExpressionType Type => Root.Type;

    /// <summary>The columns it reads, in order of first use.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">As written.</param>
    /// <param name="columns">What a column holds, or null when there is no such column.</param>
    /// <param name="condition">It must be true or false: a check's "where", a quarantine.</param>
    /// <exception cref="ExpressionException">It can't be read: every fault.</exception>
    public static Expression Parse(string text, Func<string, ExpressionType?> columns, bool condition = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(columns);
        var parser = new ExpressionParser(text, columns);
        var root = parser.Read();
        root = condition && root is ColumnNode { Type: ExpressionType.Any } flag ? flag with { Type = ExpressionType.Boolean } : root;
        if (condition && root.Type is not (ExpressionType.Boolean or ExpressionType.Missing))
        {
            parser.Fault(0, $"This gives a {Name(root.Type)}, not true or false.", "Compare it with something, such as \"… > 0\" or \"… = 'yes'\".");
        }

        parser.ThrowIfAny();
        return new Expression(text, root, parser.Columns);
    }

    /// <summary>Reads the condition of a check, whose columns have no kind: a value is taken as what stands beside it, whether it was read or cleaned.</summary>
    /// <param name="text">As written.</param>
    /// <param name="columns">Names of the columns there are.</param>
    /// <exception cref="ExpressionException">It can't be read: every fault.</exception>
    public static Expression Condition(string text, IEnumerable<string> columns)
    {
        var known = columns.ToHashSet(StringComparer.Ordinal);
        return Parse(text, name => known.Contains(name) ? ExpressionType.Any : null, condition: true);
    }

    /// <summary>The columns that a part reads, as often as it names them.</summary>
    public static IEnumerable<string> ColumnsOf(ExpressionNode node) => node switch
    {
        ColumnNode column => [column.Name],
        NegativeNode negative => ColumnsOf(negative.Value),
        NotNode not => ColumnsOf(not.Value),
        OperatorNode both => [.. ColumnsOf(both.Left), .. ColumnsOf(both.Right)],
        InNode set => set.Values.Prepend(set.Value).SelectMany(ColumnsOf),
        BetweenNode between => [.. ColumnsOf(between.Value), .. ColumnsOf(between.Low), .. ColumnsOf(between.High)],
        IsMissingNode missing => ColumnsOf(missing.Value),
        CaseNode branches => branches.Cases.SelectMany(part => ColumnsOf(part.When).Concat(ColumnsOf(part.Then))).Concat(ColumnsOf(branches.Else)),
        CallNode call => call.Arguments.SelectMany(ColumnsOf),
        _ => [],
    };

    /// <summary>What a cleaned column of this kind holds.</summary>
    public static ExpressionType TypeOf(ColumnKind kind) => kind switch { ColumnKind.Number => ExpressionType.Number, ColumnKind.Date => ExpressionType.Date, _ => ExpressionType.Text };

    /// <summary>A type as a person reads it.</summary>
    public static string Name(ExpressionType type) => type switch
    {
        ExpressionType.Boolean => "yes/no value",
        ExpressionType.Missing => "missing value",
        ExpressionType.Any => "value as it was read",
        _ => type.ToString().ToLowerInvariant(),
    };
}
