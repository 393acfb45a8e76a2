using System.Text.Json.Serialization;

namespace Fairlead.Models.RowSteps;

/// <summary>A rule that one row meets or not. Missing values are unexpected only for <see cref="NotNullCheck"/>.</summary>
/// <remarks>
/// Managed implementation for one row: <see cref="RowCheckRunner"/>; for whole tables: <c>Fairlead.Data.Checks</c>; held equal by a property test.
/// On raw values (checks before cleaning) all cells are text: a bound then takes text that reads as a number (white space around it does not count), and any other text is unexpected.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "check")]
[JsonDerivedType(typeof(NotNullCheck), "not_null")]
[JsonDerivedType(typeof(IsNullCheck), "is_null")]
[JsonDerivedType(typeof(InSetCheck), "in_set")]
[JsonDerivedType(typeof(NotInSetCheck), "not_in_set")]
[JsonDerivedType(typeof(BetweenCheck), "between")]
[JsonDerivedType(typeof(GreaterThanCheck), "greater_than")]
[JsonDerivedType(typeof(LessThanCheck), "less_than")]
[JsonDerivedType(typeof(MatchesCheck), "matches")]
[JsonDerivedType(typeof(NotMatchesCheck), "not_matches")]
[JsonDerivedType(typeof(MatchesAnyCheck), "matches_any")]
[JsonDerivedType(typeof(MatchesAllCheck), "matches_all")]
[JsonDerivedType(typeof(MatchesNoneCheck), "matches_none")]
[JsonDerivedType(typeof(LengthCheck), "length_between")]
[JsonDerivedType(typeof(LengthEqualsCheck), "length_equals")]
[JsonDerivedType(typeof(TypeCheck), "type")]
[JsonDerivedType(typeof(TypeListCheck), "in_type_list")]
[JsonDerivedType(typeof(DateFormatCheck), "date_format")]
[JsonDerivedType(typeof(ParseableDateCheck), "parseable_date")]
[JsonDerivedType(typeof(JsonCheck), "json")]
[JsonDerivedType(typeof(JsonSchemaCheck), "json_schema")]
[JsonDerivedType(typeof(CompareCheck), "pair_greater")]
[JsonDerivedType(typeof(PairEqualCheck), "pair_equal")]
[JsonDerivedType(typeof(PairInSetCheck), "pair_in_set")]
[JsonDerivedType(typeof(UniqueWithinRowCheck), "unique_within_row")]
[JsonDerivedType(typeof(RowSumCheck), "row_sum_equals")]
[JsonDerivedType(typeof(ConditionalCheck), "where")]
public abstract record RowCheck(string Column)
{
    /// <summary>As checks files write it.</summary>
    [JsonIgnore]
    public string Name => Kind;

    /// <summary>The columns it looks at.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Columns => Looked;

    /// <summary>It looks at how a text is written, which a number does not have: numbers meet it.</summary>
    [JsonIgnore]
    public bool OnText => Written;

    // Overridden where they differ: a public property of a derived record would be written into the contract.
    protected abstract string Kind { get; }

    protected virtual IReadOnlyList<string> Looked => [Column];

    protected virtual bool Written => false;
}

public sealed record NotNullCheck(string Column) : RowCheck(Column)
{
    protected override string Kind => "not_null";
}

public sealed record IsNullCheck(string Column) : RowCheck(Column)
{
    protected override string Kind => "is_null";
}

/// <summary>One of a list. Text by its bytes; text and numbers also by value where both read as numbers without leading zeros (1.0 is 1, 01 is not).</summary>
public sealed record InSetCheck(string Column, IReadOnlyList<string> Values) : RowCheck(Column)
{
    protected override string Kind => "in_set";
}

/// <summary>None of a list, compared as <see cref="InSetCheck"/> does.</summary>
public sealed record NotInSetCheck(string Column, IReadOnlyList<string> Values) : RowCheck(Column)
{
    protected override string Kind => "not_in_set";
}

/// <summary>A number within bounds, both inclusive unless strict; null is unbounded.</summary>
/// <param name="Dates">The bounds are days since 1970-01-01, and text is read as a date.</param>
public sealed record BetweenCheck(string Column, double? Min, double? Max, bool StrictMin = false, bool StrictMax = false, bool Dates = false) : RowCheck(Column)
{
    protected override string Kind => "between";
}

/// <summary>A number above a bound.</summary>
public sealed record GreaterThanCheck(string Column, double Value, bool OrEqual = false, bool Dates = false) : RowCheck(Column)
{
    protected override string Kind => "greater_than";
}

/// <summary>A number below a bound.</summary>
public sealed record LessThanCheck(string Column, double Value, bool OrEqual = false, bool Dates = false) : RowCheck(Column)
{
    protected override string Kind => "less_than";
}

/// <summary>The pattern is found anywhere in the text. Syntax and meaning of .NET's non-backtracking engine: linear time; no look-around, no back-references. Does not apply to numbers.</summary>
public sealed record MatchesCheck(string Column, string Pattern) : RowCheck(Column)
{
    protected override string Kind => "matches";

    protected override bool Written => true;
}

/// <summary>The pattern is found nowhere in the text.</summary>
public sealed record NotMatchesCheck(string Column, string Pattern) : RowCheck(Column)
{
    protected override string Kind => "not_matches";

    protected override bool Written => true;
}

/// <summary>At least one of the patterns is found.</summary>
public sealed record MatchesAnyCheck(string Column, IReadOnlyList<string> Patterns) : RowCheck(Column)
{
    protected override string Kind => "matches_any";

    protected override bool Written => true;
}

/// <summary>Every one of the patterns is found.</summary>
public sealed record MatchesAllCheck(string Column, IReadOnlyList<string> Patterns) : RowCheck(Column)
{
    protected override string Kind => "matches_all";

    protected override bool Written => true;
}

/// <summary>None of the patterns is found.</summary>
public sealed record MatchesNoneCheck(string Column, IReadOnlyList<string> Patterns) : RowCheck(Column)
{
    protected override string Kind => "matches_none";

    protected override bool Written => true;
}

/// <summary>Length of the text in Unicode code points, both bounds inclusive; null is unbounded. Does not apply to numbers.</summary>
public sealed record LengthCheck(string Column, int? Min, int? Max) : RowCheck(Column)
{
    protected override string Kind => "length_between";

    protected override bool Written => true;
}

/// <summary>Length of the text in Unicode code points. Does not apply to numbers.</summary>
public sealed record LengthEqualsCheck(string Column, int Value) : RowCheck(Column)
{
    protected override string Kind => "length_equals";

    protected override bool Written => true;
}

/// <summary>The text reads as the type (white space around it does not count): a value that a cast would turn into missing is unexpected.</summary>
/// <remarks>After cleaning it looks at the text as it was just before the column's cast. In serving, where that text is gone, an unreadable one is a note of <see cref="RowPipeline"/>.</remarks>
/// <param name="Column">The column.</param>
/// <param name="Type">integer (a number without a fraction), number, string (anything), boolean (true, false, yes, no, y, n, t, f, 1, 0 in any case) or timestamp (ISO 8601, see <see cref="DateText"/>).</param>
public sealed record TypeCheck(string Column, string Type) : RowCheck(Column)
{
    protected override string Kind => "type";
}

/// <summary>The text reads as one of the types; see <see cref="TypeCheck"/>.</summary>
public sealed record TypeListCheck(string Column, IReadOnlyList<string> Types) : RowCheck(Column)
{
    protected override string Kind => "in_type_list";
}

/// <summary>The whole text reads by a strftime format; see <see cref="TimeFormat"/>.</summary>
public sealed record DateFormatCheck(string Column, string Format) : RowCheck(Column)
{
    protected override string Kind => "date_format";
}

/// <summary>The text reads as a date or a moment in one of the usual ways of writing; see <see cref="LooseDate"/>.</summary>
public sealed record ParseableDateCheck(string Column) : RowCheck(Column)
{
    protected override string Kind => "parseable_date";
}

/// <summary>The text is one JSON value (RFC 8259).</summary>
public sealed record JsonCheck(string Column) : RowCheck(Column)
{
    protected override string Kind => "json";
}

/// <summary>The text is one JSON value that meets a JSON Schema; see <see cref="JsonRules"/> for the keywords.</summary>
/// <param name="Column">The column.</param>
/// <param name="Schema">The schema as JSON text.</param>
public sealed record JsonSchemaCheck(string Column, string Schema) : RowCheck(Column)
{
    protected override string Kind => "json_schema";
}

/// <summary>Numbers by value; two texts by value when both read as numbers, else by code point. <paramref name="Column"/> is greater than <paramref name="Other"/> in the same row (or equal, when <paramref name="OrEqual"/>).</summary>
/// <param name="SkipAny">A row is skipped when either is missing; otherwise only when both are, and one missing is unexpected.</param>
public sealed record CompareCheck(string Column, string Other, bool OrEqual, bool SkipAny = true) : RowCheck(Column)
{
    protected override string Kind => "pair_greater";

    protected override IReadOnlyList<string> Looked => [Column, Other];
}

/// <summary>Both values are the same: by their text, or by value where both read as numbers without leading zeros.</summary>
/// <param name="SkipAny">A row is skipped when either is missing; otherwise only when both are, and one missing is unexpected.</param>
public sealed record PairEqualCheck(string Column, string Other, bool SkipAny) : RowCheck(Column)
{
    protected override string Kind => "pair_equal";

    protected override IReadOnlyList<string> Looked => [Column, Other];
}

/// <summary>Both values together are one of a list of pairs, compared as <see cref="InSetCheck"/> does; null in a pair is missing.</summary>
/// <param name="SkipAny">A row is skipped when either is missing; otherwise only when both are.</param>
public sealed record PairInSetCheck(string Column, string Other, IReadOnlyList<IReadOnlyList<string?>> Values, bool SkipAny) : RowCheck(Column)
{
    protected override string Kind => "pair_in_set";

    protected override IReadOnlyList<string> Looked => [Column, Other];
}

/// <summary>No two of the columns hold the same value in a row, compared as <see cref="PairEqualCheck"/> does; two missing values are the same.</summary>
/// <param name="SkipAny">A row is skipped when any is missing; otherwise only when all are.</param>
public sealed record UniqueWithinRowCheck(IReadOnlyList<string> Among, bool SkipAny) : RowCheck(Among[0])
{
    protected override string Kind => "unique_within_row";

    protected override IReadOnlyList<string> Looked => Among;
}

/// <summary>The numbers of the columns add up to a total, to the nearest 1e-9 of the largest part; a missing one counts 0, a text that is no number makes the row unexpected.</summary>
/// <param name="SkipAny">A row is skipped when any is missing; otherwise only when all are.</param>
public sealed record RowSumCheck(IReadOnlyList<string> Among, double Total, bool SkipAny) : RowCheck(Among[0])
{
    protected override string Kind => "row_sum_equals";

    protected override IReadOnlyList<string> Looked => Among;
}

/// <summary>A check of rows that meet a condition; other rows meet it.</summary>
/// <param name="Rule">The check.</param>
/// <param name="Condition">See <see cref="Expressions.Expression.Condition"/>.</param>
public sealed record ConditionalCheck(RowCheck Rule, string Condition) : RowCheck(Rule.Column)
{
    protected override string Kind => Rule.Name;

    protected override IReadOnlyList<string> Looked => Rule.Columns;

    protected override bool Written => Rule.OnText;
}
