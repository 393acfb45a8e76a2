using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>A person who is to be erased: the value of a column that names them, and what was found to be theirs.</summary>
/// <param name="projectId">Project whose data is meant.</param>
/// <param name="column">The column that names a person; <see cref="RowKey"/> where rows have no key column.</param>
/// <param name="value">Their value in it.</param>
/// <param name="pseudonym">The project's pseudonym of a text: what stands for it in cleaned versions and in answers of service; null where the project gives none.</param>
public sealed class Subject(string projectId, string column, string value, Func<string, string>? pseudonym = null)
{
    /// <summary>Column of stored tables that names a row.</summary>
    public const string RowKey = "__key";

    /// <summary>White space that is not looked at around a value.</summary>
    internal const string Blank = " \t\r\n\u00a0";

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly HashSet<string> _predictions = new(StringComparer.Ordinal);

    public string ProjectId { get; } = projectId;

    public string Column { get; } = column;

    /// <summary>Without white space around. Empty where nobody knows it any more: then nothing is theirs.</summary>
    public string Value { get; } = value.AsSpan().Trim(Blank).ToString();

    /// <summary>What they are known by: their value, and its pseudonym where the project gives one. None where nobody knows the value any more.</summary>
    public IReadOnlyList<string> Names => Value.Length == 0 ? [] : pseudonym is null ? [Value] : [Value, pseudonym(Value)];

    /// <summary>Keys of their rows.</summary>
    public IReadOnlySet<string> Keys => _keys;

    /// <summary>Texts that stand in no other person's row, and their pseudonyms.</summary>
    public IReadOnlySet<string> OwnTexts => _own;

    /// <summary>Ids of answers they were given.</summary>
    public IReadOnlySet<string> Predictions => _predictions;

    /// <summary>The value is theirs, or its pseudonym is.</summary>
    public bool Is(string? text) => text is not null && text.AsSpan().Trim(Blank).ToString() is var trimmed && Names.Contains(trimmed, StringComparer.Ordinal);

    public void AddKey(string key) => _keys.Add(key);

    public void AddOwn(string text)
    {
        var trimmed = text.AsSpan().Trim(Blank).ToString();
        _own.Add(trimmed);
        if (pseudonym is not null && trimmed.Length > 0)
        {
            _own.Add(pseudonym(trimmed));
        }
    }

    public void AddPrediction(string id) => _predictions.Add(id);
}

/// <summary>Where something of a person was found.</summary>
/// <param name="Kind">raw_version, dataset_version, quarantine, correction, case, split, prediction, review_card, feedback, iteration, step, file, temporary.</param>
/// <param name="Where">Which one, as a person finds it; never a value of the person.</param>
/// <param name="Count">Rows, lines, records.</param>
public sealed record SubjectTrace(string Kind, string Where, long Count);

/// <summary>What must reach every stage to find or erase a person: each stage that keeps something about people implements it, and the last one calls all.</summary>
public interface IHoldSubjects
{
    /// <summary>Finds what the stage keeps about a person, and, unless only looked for, erases it: files at once, records through <see cref="ErasureScope.Records"/>.</summary>
    /// <remarks>May be called again after it was stopped anywhere: what is gone is not found, the rest is.</remarks>
    IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope);
}

/// <summary>What an erasure works on.</summary>
/// <param name="Project">Folder of the project.</param>
/// <param name="OnlyLook">Nothing is changed.</param>
public sealed record ErasureScope(WorkspaceFolder Workspace, string Project, bool OnlyLook, CancellationToken Cancel)
{
    /// <summary>Changes of records, written together in one transaction.</summary>
    public List<RecordChange> Records { get; } = [];

    /// <summary>Takes up a record's new body, when it is another one.</summary>
    public void Change(StoredRecord stored, string body)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (body != stored.Body)
        {
            Records.Add(new RecordChange(stored.Kind, stored.Project, stored.Id, body));
        }
    }
}
