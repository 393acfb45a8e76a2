using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Projects;

/// <summary>What <c>fairlead.yaml</c> declares, read and valid. <c>ProjectFileReader</c> makes it or reports every fault.</summary>
public sealed record ProjectFile
{
    /// <summary>The file's name in a project folder.</summary>
    public const string FileName = "fairlead.yaml";

    /// <summary>More than this share in quarantine says that the source or a check is broken, not its rows.</summary>
    public const double DefaultQuarantineMax = 0.5;

    /// <summary>Full path of the project folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Name: 1 to 63 of a-z, 0-9 and -, starting with a letter. Also the model's name on the wire.</summary>
    public required string Project { get; init; }

    /// <summary>Identifies the project's records in a workspace; written once by <c>new</c>, kept when the folder moves.</summary>
    public required string Id { get; init; }

    /// <summary>The question in plain words.</summary>
    public required string Question { get; init; }

    /// <summary>Files, folders, patterns of files or addresses, relative to the folder or absolute; in reading order.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>What is declared about how the source files are written.</summary>
    public SourceOptions Reading { get; init; } = SourceOptions.None;

    /// <summary>What the SHA-256 of a source that is fetched must be, by its place in <see cref="Sources"/>: 64 hexadecimal digits, or null. Fewer than sources: the rest have none.</summary>
    public IReadOnlyList<string?> Checksums { get; init; } = [];

    /// <summary>Column that identifies a row, or null: then a hash of all columns but the target does.</summary>
    public string? Key { get; init; }

    /// <summary>The key column is personal data and protected: rows are known by a keyed hash of it.</summary>
    public bool HasPersonalKey => Columns.Any(column => column.Name == Key && column.Protection is not (Protection.None or Protection.Keep));

    /// <summary>Column that says when a row came about, or null.</summary>
    public string? Time { get; init; }

    public required string Target { get; init; }

    public required ModelTask Task { get; init; }

    /// <summary>Binary: the class of interest, as written in the data.</summary>
    public string? Positive { get; init; }

    /// <summary>Unit of the target, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>How an answer is said to a person.</summary>
    public required Wording Wording { get; init; }

    /// <summary>Every column of the source but the target, in the source's order.</summary>
    public required IReadOnlyList<ProjectColumn> Columns { get; init; }

    /// <summary>Columns that cleaning makes of others, in the order made; they stand in no source.</summary>
    public IReadOnlyList<ProjectColumn> Derived { get; init; } = [];

    /// <summary>What the model looks at: of the source's columns and of those that cleaning makes.</summary>
    public IEnumerable<ProjectColumn> Features => Columns.Concat(Derived).Where(column => column.IsFeature);

    /// <summary>Row-wise cleaning, in order, the target's included (serving leaves those out). Number and Date columns always have trim and cast among them.</summary>
    public required IReadOnlyList<RowStep> RowSteps { get; init; }

    /// <summary>Cleaning of whole tables, after the row steps; never runs in serving.</summary>
    public required IReadOnlyList<TableStep> TableSteps { get; init; }

    public required IReadOnlyList<CheckRule> Checks { get; init; }

    /// <summary>Largest share of the rows read that may be in quarantine, in (0, 1]; an iteration with more is not released. Default <see cref="DefaultQuarantineMax"/>.</summary>
    public double QuarantineMax { get; init; } = DefaultQuarantineMax;

    public required SplitRule Split { get; init; }

    public required TrainingRule Training { get; init; }

    /// <summary>How long data is kept; null: for ever.</summary>
    public RetentionRule? Retention { get; init; }

    /// <summary>Gates as written, such as "auc >= 0.80"; parsed by Evaluation.</summary>
    public required IReadOnlyList<GateRule> Gates { get; init; }
}

/// <summary>A source column as the project declares it.</summary>
/// <param name="Name">As written in the data.</param>
/// <param name="Label">In plain words; made from the name when not given ("promised_days" is "Promised days").</param>
/// <param name="Ignore">Why it is no feature (a leak, an id, …), or null.</param>
/// <param name="Protection">What happens to personal data in it.</param>
/// <param name="Unit">Unit of its numbers, or null.</param>
/// <param name="Required">A prediction request without it is refused. When the file does not say: features are required, all others are not.</param>
/// <param name="To">How coarse a value becomes (<see cref="Generalisation"/>); null unless <see cref="Protection.Generalise"/>.</param>
/// <param name="Why">Why personal data is kept as it is; null unless <see cref="Protection.Keep"/>.</param>
public sealed record ProjectColumn(
    string Name, ColumnKind Kind, string Label, string? Ignore = null, Protection Protection = Protection.None, string? Unit = null, bool Required = true, string? Why = null, string? To = null)
{
    /// <summary>A category that says who or what recorded the row: an annotator, a device.</summary>
    public bool Provenance { get; init; }

    /// <summary>The model looks at it.</summary>
    public bool IsFeature => Ignore is null && Kind != ColumnKind.Id && Protection.CanTeach;
}

/// <summary>A gate as written and where it stands.</summary>
/// <param name="Text">Such as "auc >= 0.80", "not worse than champion", "cases pass", "checks pass".</param>
/// <param name="Where">file:line:column.</param>
public sealed record GateRule(string Text, string Where);

/// <summary>How rows are dealt to training, exam and the sealed part. A row's side never changes between versions.</summary>
/// <param name="By">key, time or group.</param>
/// <param name="Column">The time or group column; null by key.</param>
/// <param name="Exam">Share of rows models are judged on, in (0, 0.5].</param>
/// <param name="Sealed">Share opened only for a release, in [0, 0.3].</param>
/// <param name="Seed">Key of the hash: another seed deals another exam, so it starts a new line of iterations.</param>
/// <param name="ExamFrom">By time: first moment of the exam (fixed when the project is made, so that sides never move).</param>
/// <param name="SealedFrom">By time: first moment of the sealed part.</param>
public sealed record SplitRule(string By, string? Column, double Exam, double Sealed, int Seed, DateTimeOffset? ExamFrom = null, DateTimeOffset? SealedFrom = null)
{
    /// <summary>By key or group: every class (fifth of a number) has its shares to one row on the version that the split is drawn on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stratified { get; init; }

    /// <summary>What was drawn for this split; null: not stratified, or not drawn yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DealtRows? Dealt { get; init; }
}

/// <summary>Budget of the search.</summary>
/// <param name="Seconds">Wall time, or null.</param>
/// <param name="Trials">Number of trials, or null; a slow machine then gets the same answer.</param>
/// <param name="Seed">Seed of everything random in the search.</param>
/// <param name="LeastRows">Fewest training rows that a level or a word must be in to be known by name, in a model and its package: no package carries one person's words.</param>
public sealed record TrainingRule(double? Seconds, int? Trials, int Seed, int LeastRows = TrainingRule.DefaultLeastRows)
{
    public const double DefaultSeconds = 8;

    public const int DefaultLeastRows = 5;
}

/// <summary>What <c>workspace gc</c> removes of a project: each null keeps for ever. Never the newest iteration's, a released one's or one that a review shows.</summary>
/// <param name="Versions">Iterations, counted from the newest, whose tables are kept.</param>
/// <param name="VersionDays">Days that tables are kept.</param>
/// <param name="QuarantineDays">Days that quarantines are kept.</param>
/// <param name="PredictionDays">Days that answers of service are kept.</param>
/// <param name="FeedbackDays">Days that words of feedback are kept.</param>
public sealed record RetentionRule(int? Versions, int? VersionDays, int? QuarantineDays, int? PredictionDays, int? FeedbackDays);
