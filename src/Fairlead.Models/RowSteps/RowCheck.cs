using System.Text.Json.Serialization;

namespace Fairlead.Models.RowSteps;

/// <summary>A rule that one cleaned row meets or not. Missing values are unexpected only for <see cref="NotNullCheck"/>.</summary>
/// <remarks>
/// Managed implementation: <see cref="RowCheckRunner"/>; SQL: <c>Fairlead.Data.CheckSql</c>; held equal by a property test.
/// On raw values (checks before cleaning) all cells are text: a bound then takes text that reads as a number (white space around it does not count), and any other text is unexpected.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "check")]
[JsonDerivedType(typeof(NotNullCheck), "not_null")]
[JsonDerivedType(typeof(InSetCheck), "in_set")]
[JsonDerivedType(typeof(BetweenCheck), "between")]
[JsonDerivedType(typeof(MatchesCheck), "matches")]
[JsonDerivedType(typeof(LengthCheck), "length_between")]
[JsonDerivedType(typeof(TypeCheck), "type")]
[JsonDerivedType(typeof(CompareCheck), "pair_greater")]
public abstract record RowCheck(string Column);

public sealed record NotNullCheck(string Column) : RowCheck(Column);

public sealed record InSetCheck(string Column, IReadOnlyList<string> Values) : RowCheck(Column);

/// <summary>A number within bounds, both inclusive unless strict; null is unbounded.</summary>
public sealed record BetweenCheck(string Column, double? Min, double? Max, bool StrictMin = false, bool StrictMax = false) : RowCheck(Column);

/// <summary>The pattern is found anywhere in the text. Syntax and meaning of .NET's non-backtracking engine: linear time; no look-around, no back-references. Does not apply to numbers.</summary>
public sealed record MatchesCheck(string Column, string Pattern) : RowCheck(Column);

/// <summary>Length of the text in Unicode code points, both bounds inclusive; null is unbounded. Does not apply to numbers.</summary>
public sealed record LengthCheck(string Column, int? Min, int? Max) : RowCheck(Column);

/// <summary>The text reads as the type (white space around it does not count): a value that a cast would turn into missing is unexpected.</summary>
/// <remarks>After cleaning it looks at the text as it was just before the column's cast. In serving, where that text is gone, an unreadable one is a note of <see cref="RowPipeline"/>.</remarks>
/// <param name="Column">The column.</param>
/// <param name="Type">integer (a number without a fraction), number, string (anything), boolean (true, false, yes, no, y, n, t, f, 1, 0 in any case) or timestamp (ISO 8601, see <see cref="DateText"/>).</param>
public sealed record TypeCheck(string Column, string Type) : RowCheck(Column);

/// <summary>Numbers by value; two texts by value when both read as numbers, else by code point. <paramref name="Column"/> is greater than <paramref name="Other"/> in the same row (or equal, when <paramref name="OrEqual"/>). Skipped when either is missing.</summary>
public sealed record CompareCheck(string Column, string Other, bool OrEqual) : RowCheck(Column);
