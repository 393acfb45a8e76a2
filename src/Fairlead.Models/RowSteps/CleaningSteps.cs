using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>Changes the case of A to Z.</summary>
/// <param name="Column">The column.</param>
/// <param name="To">lower, upper or title.</param>
public sealed record CaseStep(string Column, string To) : RowStep(Column);

/// <summary>Replaces whole values, compared exactly as text.</summary>
/// <param name="Column">The column.</param>
/// <param name="Values">Value to its replacement; the empty text is missing.</param>
/// <param name="Else">What every other value becomes ("" is missing); null: it stays.</param>
public sealed record MapStep(string Column, IReadOnlyDictionary<string, string> Values, string? Else = null) : RowStep(Column);

/// <summary>Reads text as a number as people write it: thousands marks, a decimal comma, a currency sign, a unit. See <see cref="MeasureText"/>. What can't be read, or is in a wrong unit, is missing, and noted.</summary>
/// <param name="Column">The column.</param>
/// <param name="DecimalComma">The comma is the decimal mark, and points are thousands marks; otherwise the other way round.</param>
/// <param name="Unit">The unit that the numbers are in afterwards; null: a unit in the text is not read.</param>
/// <param name="Assumed">The unit of a number that names none; null: <paramref name="Unit"/>.</param>
public sealed record ParseNumberStep(string Column, bool DecimalComma = false, string? Unit = null, string? Assumed = null) : RowStep(Column)
{
    public override ColumnKind? ReadsAs() => ColumnKind.Number;
}

/// <summary>Reads text as a date by the first format that fits. What fits none is missing, and noted.</summary>
/// <param name="Column">The column.</param>
/// <param name="Formats">Tried in this order: "ymd", "dmy", "mdy" (see <see cref="DateText"/>) or a pattern of <see cref="DateFormat"/>.</param>
/// <param name="Pivot">Years of two digits below it are 20yy, others 19yy; 0 to 100.</param>
public sealed record ParseDateStep(string Column, IReadOnlyList<string> Formats, int Pivot = 50) : RowStep(Column)
{
    public override ColumnKind? ReadsAs() => ColumnKind.Date;
}

/// <summary>Keeps numbers within bounds: what lies beyond becomes the bound.</summary>
/// <param name="Column">A number or date column.</param>
/// <param name="Min">Lower bound, or null.</param>
/// <param name="Max">Upper bound, or null.</param>
/// <param name="LowQuantile">Declared: <paramref name="Min"/> is this quantile of the training rows, in [0, 1]; put in when the data is cleaned.</param>
/// <param name="HighQuantile">Declared: <paramref name="Max"/> is this quantile.</param>
public sealed record ClipStep(string Column, double? Min, double? Max, double? LowQuantile = null, double? HighQuantile = null) : RowStep(Column)
{
    public override bool IsFitted() => (LowQuantile is null || Min is not null) && (HighQuantile is null || Max is not null);
}

/// <summary>Fills a missing value by what is usual in its group; the overall value where the group is unknown or missing.</summary>
/// <param name="Column">The column.</param>
/// <param name="By">The column that names the group, as it is before this step.</param>
/// <param name="Fit">mean, median or most_frequent, of the training rows of a group.</param>
/// <param name="Table">Group (numbers by their shortest text) to value; null while it is still to be fitted.</param>
/// <param name="Otherwise">Value for all other groups; null: stays missing.</param>
public sealed record GroupImputeStep(string Column, string By, string Fit, IReadOnlyDictionary<string, string>? Table = null, string? Otherwise = null) : RowStep(Column)
{
    /// <summary>A group needs this many training rows with a value, so that no package carries one person's value.</summary>
    public const int LeastRows = 5;

    public override IReadOnlyList<string> Reads() => [Column, By];

    public override bool IsFitted() => Table is not null;
}

/// <summary>Fills a missing number by a linear model of other columns of the row, fitted by least squares on the training rows.</summary>
/// <param name="Column">The column.</param>
/// <param name="From">Columns that it is predicted from: numbers, dates and categories.</param>
/// <param name="Intercept">Constant term, or null while it is still to be fitted.</param>
/// <param name="Coefficients">In the order of <paramref name="From"/>: of a number or date one; of a category one for each of its <see cref="Levels"/>, then one for any other value and a missing one.</param>
/// <param name="Means">Stands for a missing value of each number of <paramref name="From"/>: its mean over the training rows. Of a category it says nothing.</param>
public sealed record ModelImputeStep(string Column, IReadOnlyList<string> From, double? Intercept = null, IReadOnlyList<double>? Coefficients = null, IReadOnlyList<double>? Means = null) : RowStep(Column)
{
    /// <summary>Of each of <see cref="From"/> the levels that are told apart, each of at least <see cref="GroupImputeStep.LeastRows"/> training rows; null for a number or date. Null: there are only numbers and dates.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<string>?>? Levels { get; init; }

    public override IReadOnlyList<string> Reads() => [Column, .. From];

    public override bool IsFitted() => Intercept is not null;
}

/// <summary>Fills a missing category by a linear classifier of other columns of the row: for each class a line fitted by least squares to 1 where a training row has it and 0 elsewhere; the class whose line is highest.</summary>
/// <remarks>Linear regression of an indicator matrix (T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd ed., 4.2). With three classes or more one that lies between the others in every column is seldom chosen. A row of which no number is known, where it is told from numbers alone, gets the most frequent class.</remarks>
/// <param name="Column">The column, which holds text.</param>
/// <param name="From">Columns that it is predicted from: numbers, dates and other categories.</param>
/// <param name="Classes">Most frequent first, of equal lines the first counts; null while they are still to be fitted. Each has at least <see cref="GroupImputeStep.LeastRows"/> training rows.</param>
/// <param name="Means">As for <see cref="ModelImputeStep"/>.</param>
public sealed record ClassImputeStep(string Column, IReadOnlyList<string> From, IReadOnlyList<LinearClass>? Classes = null, IReadOnlyList<double>? Means = null) : RowStep(Column)
{
    /// <summary>Most classes that are told apart; rarer ones are never filled in.</summary>
    public const int ClassesMax = 20;

    /// <summary>As for <see cref="ModelImputeStep"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<string>?>? Levels { get; init; }

    public override IReadOnlyList<string> Reads() => [Column, .. From];

    public override bool IsFitted() => Classes is not null;
}

/// <summary>The line of one class.</summary>
/// <param name="Value">The category.</param>
/// <param name="Intercept">Constant term.</param>
/// <param name="Coefficients">As for <see cref="ModelImputeStep"/>.</param>
public sealed record LinearClass(string Value, double Intercept, IReadOnlyList<double> Coefficients);

/// <summary>Splits a text into new columns. A part that is not there is missing.</summary>
/// <param name="Column">The column that is split; it stays.</param>
/// <param name="Into">The new columns, in order; more parts than columns are left out.</param>
/// <param name="Separator">What stands between the parts, or null when a pattern tells them.</param>
/// <param name="Pattern">A pattern with one group for each new column, found anywhere in the text; null when a separator tells them.</param>
public sealed record SplitStep(string Column, IReadOnlyList<string> Into, string? Separator, string? Pattern = null) : RowStep(Column)
{
    public override IReadOnlyList<string> Writes() => Into;
}

/// <summary>Puts columns together into a new text column; missing ones are left out.</summary>
/// <param name="Column">The new column.</param>
/// <param name="From">The columns, in order; numbers by their shortest text.</param>
/// <param name="Separator">What stands between the values; may be empty.</param>
public sealed record JoinStep(string Column, IReadOnlyList<string> From, string Separator) : RowStep(Column)
{
    public override IReadOnlyList<string> Reads() => From;
}

/// <summary>Makes a column, or replaces one, by an expression over the columns as they are before this step.</summary>
/// <param name="Column">The column that is made.</param>
/// <param name="Expression">See docs/formats/expressions.md.</param>
/// <param name="Columns">What the expression reads, and the type it has there.</param>
public sealed record DeriveStep(string Column, string Expression, IReadOnlyDictionary<string, Expressions.ExpressionType> Columns) : RowStep(Column)
{
    public override IReadOnlyList<string> Reads() => [.. Columns.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The expression, read and typed.</summary>
    /// <exception cref="Expressions.ExpressionException">It can't be read: the package was written by hand.</exception>
    public Expressions.Expression Parsed() => Expressions.Expression.Parse(Expression, name => Columns.TryGetValue(name, out var type) ? type : null);
}
