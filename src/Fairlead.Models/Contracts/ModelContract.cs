using Fairlead.Models.RowSteps;

namespace Fairlead.Models.Contracts;

/// <summary>What a model package promises: the rows it takes and the answers it gives.</summary>
/// <param name="Project">The project's name; also the model's name on the wire.</param>
/// <param name="Question">The question in plain words, as the project file says it.</param>
/// <param name="Target">The target column's name.</param>
/// <param name="Unit">The target's unit, or null.</param>
/// <param name="Classes">Class names as written in the data, in output order; empty for regression.</param>
/// <param name="Positive">The class of interest of a binary task; null otherwise.</param>
/// <param name="Threshold">Binary: the positive class is answered at or above this probability, in (0, 1).</param>
/// <param name="Columns">Raw columns, in the source's order, without the target.</param>
/// <param name="RowSteps">Row-wise cleaning, in order. Table steps never stand here.</param>
/// <param name="RowChecks">Checks of a cleaned row; a failed one is a warning in the answer, since the row would have been quarantined.</param>
/// <param name="Wording">How an answer is said to a person.</param>
public sealed record ModelContract(
    string Project,
    string Question,
    ModelTask Task,
    string Target,
    string? Unit,
    IReadOnlyList<string> Classes,
    string? Positive,
    double Threshold,
    IReadOnlyList<ContractColumn> Columns,
    IReadOnlyList<RowStep> RowSteps,
    IReadOnlyList<RowCheck> RowChecks,
    Wording Wording)
{
    /// <summary>Columns that row steps make of others, in the order made; no request names them. Null: none.</summary>
    public IReadOnlyList<ContractColumn>? Derived { get; init; }

    /// <summary>Columns of a cleaned row: <see cref="Columns"/>, then <see cref="Derived"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<ContractColumn> Cleaned => Derived is null ? Columns : [.. Columns, .. Derived];

    /// <summary>Version of the package format this contract was written in.</summary>
    public const int FormatVersion = 1;

    /// <summary>Values an answer has: classes, or 1 for regression.</summary>
    public int Outputs => Task == ModelTask.Regression ? 1 : Classes.Count;
}

/// <summary>One raw column of the contract.</summary>
/// <param name="Name">As written in the data.</param>
/// <param name="Label">In plain words, for people.</param>
/// <param name="Required">A request without it is refused (400). Present but null is missing, which is allowed unless a check says otherwise.</param>
/// <param name="Feature">The model looks at it. Ids, protected personal columns and leaks are accepted and not looked at.</param>
/// <param name="Protection">What happens to personal data in it before anything else sees it.</param>
/// <param name="Unit">Unit of its numbers, or null.</param>
/// <param name="Min">Smallest number seen in training; null when not a number.</param>
/// <param name="Max">Largest number seen in training; null when not a number.</param>
/// <param name="Levels">Names seen in training for a category, most frequent first; null otherwise.</param>
public sealed record ContractColumn(
    string Name,
    string Label,
    ColumnKind Kind,
    bool Required,
    bool Feature,
    Protection Protection = Protection.None,
    string? Unit = null,
    double? Min = null,
    double? Max = null,
    IReadOnlyList<string>? Levels = null);

/// <summary>How an answer is said to a person.</summary>
/// <param name="Thing">What a row is, singular, as in "Order".</param>
/// <param name="Name">Column that names the row to a person, or null.</param>
/// <param name="Answers">Class name to phrase, as in yes: "will probably be late"; empty for regression.</param>
public sealed record Wording(string Thing, string? Name, IReadOnlyDictionary<string, string> Answers);
