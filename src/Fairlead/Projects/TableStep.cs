using System.Text.Json.Serialization;
using Fairlead.Models.Expressions;

namespace Fairlead.Projects;

/// <summary>Cleaning of a whole table, after the row steps. Never runs in serving.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(DropDuplicatesStep), "drop_duplicates")]
[JsonDerivedType(typeof(FuzzyDuplicatesStep), "fuzzy_duplicates")]
[JsonDerivedType(typeof(QuarantineStep), "quarantine")]
[JsonDerivedType(typeof(FillStep), "fill")]
[JsonDerivedType(typeof(DropColumnsStep), "drop")]
public abstract record TableStep;

/// <summary>Keeps one of the rows that agree in <paramref name="Columns"/> (all columns when empty).</summary>
/// <param name="Columns">What is compared.</param>
/// <param name="Keep">first or last in file order, or "most complete": the row with the fewest missing values, the first of equals.</param>
/// <param name="Merge">Column to how the kept row's value is made of all rows that agree: first, last, min, max, sum, mean, longest, join; missing ones are left out. Null: the kept row stays as it is.</param>
public sealed record DropDuplicatesStep(IReadOnlyList<string> Columns, string Keep = "first", IReadOnlyDictionary<string, string>? Merge = null) : TableStep;

/// <summary>Keeps one of the rows of a block that are nearly the same.</summary>
/// <param name="Columns">Texts that are compared; the similarity of two rows is the mean over columns that both have.</param>
/// <param name="Block">Expression: only rows that agree in it are compared.</param>
/// <param name="Reads">What <paramref name="Block"/> reads, and its type.</param>
/// <param name="Threshold">Least similarity, in [0.5, 1].</param>
/// <param name="Similarity">jaro_winkler or tokens.</param>
/// <param name="Keep">As <see cref="DropDuplicatesStep"/>.</param>
/// <param name="Merge">As <see cref="DropDuplicatesStep"/>.</param>
public sealed record FuzzyDuplicatesStep(
    IReadOnlyList<string> Columns, string Block, IReadOnlyDictionary<string, ExpressionType> Reads, double Threshold, string Similarity, string Keep = "first", IReadOnlyDictionary<string, string>? Merge = null) : TableStep;

/// <summary>Sets rows aside whose condition is true.</summary>
/// <param name="Where">Expression over the cleaned columns.</param>
/// <param name="Reads">What it reads, and its type.</param>
/// <param name="Reason">Why, as it stands beside the row.</param>
public sealed record QuarantineStep(string Where, IReadOnlyDictionary<string, ExpressionType> Reads, string Reason) : TableStep;

/// <summary>Fills a missing value from the nearest earlier (or later) training row that has one.</summary>
/// <param name="Column">What is filled.</param>
/// <param name="By">Only from rows that agree in this column; null: from all.</param>
/// <param name="Order">What orders the rows; rows that agree in it stand in file order.</param>
/// <param name="From">previous or next.</param>
public sealed record FillStep(string Column, string? By, string Order, string From) : TableStep;

/// <summary>Leaves columns out of what is written; in a project they are no features.</summary>
public sealed record DropColumnsStep(IReadOnlyList<string> Columns) : TableStep;
