using System.Text.Json.Serialization;
using Fairlead.Data.Profiles;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Data;

/// <summary>A cleaned, checked and dealt snapshot. Immutable; everything in it follows from the source, the recipe, the checks and what people corrected.</summary>
/// <param name="Id">Hash of what it was made from.</param>
/// <param name="Blob">
/// Parquet of the kept rows, in file order: <c>__row</c>, <c>__key</c>, <c>__side</c> (train, exam, sealed), <c>__fold</c> (0 to <see cref="Folds"/> - 1, by near-duplicate group),
/// <c>__group</c> (near-duplicate group, BIGINT), <c>__judge_only</c> (BOOLEAN: its label may judge models but not train them), <c>__label_was</c> (VARCHAR: the recorded label where a person corrected it),
/// then the columns that are not dropped as personal: Number and Date as DOUBLE (see <see cref="ColumnKind"/>), others VARCHAR; and the target (VARCHAR for classes, DOUBLE for regression).
/// </param>
/// <param name="Quarantine">Parquet: <c>__row</c>, <c>__key</c>, <c>__reason</c> (check ids or "label distrusted: …", joined by "; "), then the raw source columns that are not dropped as personal.</param>
/// <param name="Read">Rows read = kept + quarantined + dropped, always.</param>
/// <param name="DropReasons">Rows dropped, by reason.</param>
/// <param name="QuarantineReasons">Rows quarantined, by reason (a row with two reasons counts under both).</param>
/// <param name="Sides">Kept rows, by side.</param>
/// <param name="Corrected">Labels that people corrected and that stand in this version.</param>
/// <param name="RowSteps">Row steps with fitted constants: what serving applies.</param>
public sealed record DatasetVersion(
    string Id,
    string RawBlob,
    string Blob,
    string Quarantine,
    long Read,
    long Kept,
    long Quarantined,
    long Dropped,
    IReadOnlyDictionary<string, long> DropReasons,
    IReadOnlyDictionary<string, long> QuarantineReasons,
    IReadOnlyDictionary<string, long> Sides,
    long Corrected,
    IReadOnlyList<RowStep> RowSteps,
    IReadOnlyList<CheckOutcome> Checks,
    IReadOnlyList<StepOutcome> Steps,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<ColumnProfile> Profile)
{
    /// <summary>Folds of cross-fitting.</summary>
    public const int Folds = 5;

    /// <summary>The whole profile of the kept rows, of which <see cref="Profile"/> are the figures that other stages read; null for versions made before there was one. Of personal columns it holds no value.</summary>
    public TableProfile? Details { get; init; }

    /// <summary>The files that the rows came from, in reading order, each with the number of its first row; null: one file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SourceFile>? Files { get; init; }

    /// <summary>Other files that checks looked at; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SourceFile>? CheckedAgainst { get; init; }

    /// <summary>The iteration whose data the checks of change compared with; null: none did, or there was no earlier one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ComparedWith { get; init; }
}

/// <summary>What a check found in the data as it came.</summary>
/// <param name="Passed">The share of values that meet it is at least its <c>mostly</c>.</param>
/// <param name="Unexpected">Rows that fail it.</param>
/// <param name="Examples">Up to 5 failing values with their 0-based raw row.</param>
public sealed record CheckOutcome(string Id, string Check, string? Column, bool Error, bool Passed, long Elements, long Missing, long Unexpected, string Observed, IReadOnlyList<RowExample> Examples)
{
    /// <summary>The failing rows went to quarantine (a row check that is an error), so that the rows that stay meet it.</summary>
    public bool Quarantined { get; init; }
}

/// <summary>What a cleaning step did.</summary>
/// <param name="Touched">Rows it changed or dropped. A step that reads text changed those that it read as another number or date than the text plainly is, and those it could not read.</param>
/// <param name="Examples">The first of these rows; of a step that reads text, the first it could not read after them.</param>
public sealed record StepOutcome(string Step, string? Column, long Touched, IReadOnlyList<RowExample> Examples)
{
    /// <summary>Of a step that reads text as a number or date: rows among those touched whose text it could not read, so that they are missing now.</summary>
    public long Unreadable { get; init; }
}

/// <param name="Row">0-based raw row.</param>
/// <param name="Before">The value before, or the failing value.</param>
/// <param name="After">The value after; null for a check.</param>
public sealed record RowExample(long Row, string? Before, string? After);

/// <summary>A problem found in the data, in plain words, for the first screen.</summary>
/// <param name="Kind">duplicate, missing, impossible, unreadable, spelling, leak, imbalance, personal, shift, rare, outlier, column, correction, check.</param>
/// <param name="Title">One plain sentence with its count.</param>
/// <param name="Done">What Fairlead did or proposes.</param>
/// <param name="Rows">Rows affected.</param>
/// <param name="Examples">Rows to look at.</param>
public sealed record Finding(string Kind, string? Column, string Title, string Done, long Rows, IReadOnlyList<RowExample> Examples);

/// <summary>One column of the kept rows.</summary>
/// <param name="Histogram">Counts in equal bins between <paramref name="Min"/> and <paramref name="Max"/>; empty unless Number or Date.</param>
/// <param name="Top">Most frequent values with counts, at most 20; empty unless Category or Text.</param>
public sealed record ColumnProfile(
    string Name, ColumnKind Kind, long Rows, long Missing, long Distinct, double? Min, double? Max, double? Mean, double? Median, double? StandardDeviation,
    IReadOnlyList<long> Histogram, IReadOnlyList<ValueCount> Top);

public sealed record ValueCount(string Value, long Count);
