using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Fairlead.Models.RowSteps;

namespace Fairlead.Projects;

/// <summary>A rule the data must meet, as declared in a project file or a checks file.</summary>
/// <param name="Id">Stable name: check, column and a number where that is not unique.</param>
/// <param name="Row">The rule per row, or null when it is about a column or the table.</param>
/// <param name="Table">The rule about a column or the table, or null.</param>
/// <param name="Error">True: failing rows go to quarantine (a table rule fails the iteration's "checks pass"). False: warn.</param>
/// <param name="BeforeCleaning">Looks at raw values; otherwise at cleaned ones.</param>
/// <param name="Mostly">Share of rows with a value that must meet it, in (0, 1]; under 1 the check as a whole passes with some failing rows.</param>
/// <param name="Where">file:line:column in the project file.</param>
public sealed record CheckRule(string Id, RowCheck? Row, TableCheck? Table, bool Error, bool BeforeCleaning, double Mostly, string Where)
{
    /// <summary>The check looks only at rows that meet this condition; null: at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }

    /// <summary>An error whose failing rows stay: only the check as a whole fails (<c>action: fail</c>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsRows { get; init; }

    /// <summary>As checks files write it.</summary>
    [JsonIgnore]
    public string Name => Row?.Name ?? Table!.Name;

    /// <summary>It tells of each row whether it fails, so that in a project a failing row can go to quarantine: checks of rows, references and SQL.</summary>
    [JsonIgnore]
    public bool TellsRows => Row is not null || Table is ReferencesCheck or SqlCheck;

    /// <summary>The other file that it looks at, as written; null: none.</summary>
    [JsonIgnore]
    public string? File => Table switch { ReferencesCheck check => check.File, RowCountOtherCheck check => check.File, ChangeCheck check => check.File, _ => null };

    /// <summary>The columns it looks at; none for a rule about the table.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Columns => Row?.Columns ?? Table!.About;
}

/// <summary>A rule about a whole column or table.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "check")]
[JsonDerivedType(typeof(UniqueCheck), "unique")]
[JsonDerivedType(typeof(CompoundUniqueCheck), "compound_unique")]
[JsonDerivedType(typeof(OrderCheck), "order")]
[JsonDerivedType(typeof(ZScoreCheck), "z_score_below")]
[JsonDerivedType(typeof(StatisticCheck), "statistic")]
[JsonDerivedType(typeof(DistinctCheck), "distinct")]
[JsonDerivedType(typeof(MostCommonCheck), "most_common_in_set")]
[JsonDerivedType(typeof(QuantilesCheck), "quantiles_between")]
[JsonDerivedType(typeof(DivergenceCheck), "kl_divergence_below")]
[JsonDerivedType(typeof(ReferencesCheck), "references")]
[JsonDerivedType(typeof(RowCountCheck), "row_count_between")]
[JsonDerivedType(typeof(RowCountEqualsCheck), "row_count_equals")]
[JsonDerivedType(typeof(RowCountOtherCheck), "row_count_equals_other")]
[JsonDerivedType(typeof(ColumnCountCheck), "column_count_between")]
[JsonDerivedType(typeof(ColumnCountEqualsCheck), "column_count_equals")]
[JsonDerivedType(typeof(ColumnsInOrderCheck), "columns_in_order")]
[JsonDerivedType(typeof(ColumnsSetCheck), "columns_set")]
[JsonDerivedType(typeof(ColumnExistsCheck), "column_exists")]
[JsonDerivedType(typeof(FreshnessCheck), "freshness")]
[JsonDerivedType(typeof(SqlCheck), "sql")]
[JsonDerivedType(typeof(ChangeCheck), "change")]
public abstract record TableCheck
{
    /// <summary>As checks files write it.</summary>
    [JsonIgnore]
    public string Name => Kind;

    /// <summary>The columns whose values it looks at; the data must have them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> About => Looked;

    protected abstract string Kind { get; }

    protected virtual IReadOnlyList<string> Looked => [];
}

/// <summary>A rule about one column that needs other rows.</summary>
public abstract record ColumnCheck(string Column) : TableCheck
{
    protected override IReadOnlyList<string> Looked => [Column];
}

/// <summary>No two rows share a value (or a combination). A row with a missing value is not looked at.</summary>
public sealed record UniqueCheck(IReadOnlyList<string> Columns) : TableCheck
{
    protected override string Kind => "unique";

    protected override IReadOnlyList<string> Looked => Columns;
}

/// <summary>No two rows share a combination; missing is a value like any other in rows that are not skipped.</summary>
public sealed record CompoundUniqueCheck(IReadOnlyList<string> Columns, bool SkipAny) : TableCheck
{
    protected override string Kind => "compound_unique";

    protected override IReadOnlyList<string> Looked => Columns;
}

/// <summary>Each value is at least (or at most) the one in the row before that has a value; more or less when <paramref name="Strict"/>.</summary>
public sealed record OrderCheck(string Column, bool Ascending, bool Strict) : ColumnCheck(Column)
{
    protected override string Kind => Ascending ? "increasing" : "decreasing";
}

/// <summary>(value - mean) / stdev with n - 1 is below a threshold; its absolute value, when <paramref name="DoubleSided"/>.</summary>
public sealed record ZScoreCheck(string Column, double Threshold, bool DoubleSided) : ColumnCheck(Column)
{
    protected override string Kind => "z_score_below";
}

/// <summary>What is computed of a column.</summary>
public enum Statistic
{
    Mean,
    Median,
    Stdev,
    Sum,
    Min,
    Max,
    DistinctCount,
    UniqueProportion,
    NullProportion,
}

/// <summary>A figure of a column within bounds, both inclusive unless strict; null is unbounded.</summary>
/// <param name="Dates">Min and Max of dates: the bounds are days since 1970-01-01.</param>
public sealed record StatisticCheck(string Column, Statistic Statistic, double? Min, double? Max, bool StrictMin, bool StrictMax, bool Dates = false) : ColumnCheck(Column)
{
    protected override string Kind => $"{NameOf(Statistic)}_between";

    public static string NameOf(Statistic statistic) => statistic switch
    {
        Statistic.DistinctCount => "distinct_count",
        Statistic.UniqueProportion => "unique_proportion",
        Statistic.NullProportion => "null_proportion",
        _ => statistic.ToString().ToLowerInvariant(),
    };
}

/// <summary>How the distinct values of a column stand to a list.</summary>
public enum DistinctRule
{
    /// <summary>All of them are on the list.</summary>
    InSet,

    /// <summary>All of the list occur.</summary>
    Contains,

    /// <summary>Both.</summary>
    EqualsSet,
}

public sealed record DistinctCheck(string Column, DistinctRule Rule, IReadOnlyList<string> Values) : ColumnCheck(Column)
{
    protected override string Kind => Rule switch { DistinctRule.InSet => "distinct_in_set", DistinctRule.Contains => "distinct_contains", _ => "distinct_equals" };
}

/// <summary>The most frequent value is on a list. Of several equally frequent, one on the list is enough when <paramref name="TiesOkay"/>; otherwise there may be only one.</summary>
public sealed record MostCommonCheck(string Column, IReadOnlyList<string> Values, bool TiesOkay) : ColumnCheck(Column)
{
    protected override string Kind => "most_common_in_set";
}

/// <summary>Quantiles within ranges, inclusive; null is unbounded.</summary>
/// <param name="Quantiles">Shares in [0, 1].</param>
/// <param name="Ranges">One [low, high] for each.</param>
public sealed record QuantilesCheck(string Column, IReadOnlyList<double> Quantiles, IReadOnlyList<IReadOnlyList<double?>> Ranges) : ColumnCheck(Column)
{
    protected override string Kind => "quantiles_between";
}

/// <summary>Kullback-Leibler divergence of the observed from an expected distribution is at most a threshold.</summary>
/// <param name="Values">Categorical: the expected values; null when binned.</param>
/// <param name="Bins">Binned: the edges, one more than weights; the first may be -infinity, the last infinity. Null when categorical.</param>
/// <param name="Weights">Expected shares.</param>
/// <param name="TailWeights">Binned: expected shares below the first and above the last edge; null: by the holdout.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record DivergenceCheck(
    string Column, double Threshold, IReadOnlyList<string>? Values, IReadOnlyList<double>? Bins, IReadOnlyList<double> Weights, IReadOnlyList<double>? TailWeights,
    double TailWeightHoldout, double InternalWeightHoldout) : ColumnCheck(Column)
{
    protected override string Kind => "kl_divergence_below";
}

/// <summary>Every value occurs in a column of another file.</summary>
/// <param name="File">Beside the checks file, or absolute.</param>
public sealed record ReferencesCheck(string Column, string File, string OtherColumn) : ColumnCheck(Column)
{
    protected override string Kind => "references";
}

public sealed record RowCountCheck(long? Min, long? Max) : TableCheck
{
    protected override string Kind => "row_count_between";
}

public sealed record RowCountEqualsCheck(long Value) : TableCheck
{
    protected override string Kind => "row_count_equals";
}

/// <summary>As many rows as another file has.</summary>
/// <param name="File">Beside the checks file, or absolute.</param>
public sealed record RowCountOtherCheck(string File) : TableCheck
{
    protected override string Kind => "row_count_equals_other";
}

public sealed record ColumnCountCheck(long? Min, long? Max) : TableCheck
{
    protected override string Kind => "column_count_between";
}

public sealed record ColumnCountEqualsCheck(long Value) : TableCheck
{
    protected override string Kind => "column_count_equals";
}

/// <summary>The columns are these, in this order.</summary>
public sealed record ColumnsInOrderCheck(IReadOnlyList<string> Columns) : TableCheck
{
    protected override string Kind => "columns_in_order";
}

/// <summary>The columns are these, in any order; when not <paramref name="Exact"/>, there may be more.</summary>
public sealed record ColumnsSetCheck(IReadOnlyList<string> Columns, bool Exact) : TableCheck
{
    protected override string Kind => "columns_set";
}

/// <summary>There is a column of this name, at a 0-based place when given.</summary>
public sealed record ColumnExistsCheck(string Column, int? Index) : TableCheck
{
    protected override string Kind => "column_exists";
}

/// <summary>The newest value of a date column is at most this many days before now.</summary>
public sealed record FreshnessCheck(string Column, double DaysMax) : ColumnCheck(Column)
{
    protected override string Kind => "freshness";
}

/// <summary>A SELECT over the table <c>data</c> that gives the failing rows.</summary>
public sealed partial record SqlCheck(string Sql) : TableCheck
{
    /// <summary>It asks for the time, so that the same rows may fail on one day and not on another.</summary>
    [JsonIgnore]
    public bool AsksForTime => Clock().IsMatch(Sql);

    [GeneratedRegex(@"\b(current_(date|time|timestamp|localtime|localtimestamp)|localtime(stamp)?|get_current_\w+|(now|today|transaction_timestamp|age)\s*\()", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    protected override string Kind => "sql";
}

/// <summary>What is compared with the version before.</summary>
public enum Change
{
    /// <summary>(rows - rows before) / rows before.</summary>
    RowCount,

    /// <summary>Share of missing values minus the share before.</summary>
    NullProportion,

    /// <summary>Population stability index of the column against the version before.</summary>
    Distribution,
}

/// <summary>A change against the version before, within bounds.</summary>
/// <param name="Column">"" for the row count.</param>
/// <param name="File">The version before, beside the checks file; null: what the caller hands in.</param>
public sealed record ChangeCheck(string Column, Change Change, double? Min, double? Max, string? File) : TableCheck
{
    protected override string Kind => Change switch { Change.RowCount => "row_count_change_between", Change.NullProportion => "null_proportion_change_between", _ => "distribution_change_below" };

    protected override IReadOnlyList<string> Looked => Column.Length == 0 ? [] : [Column];
}
