using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Data.Erasure;

/// <summary>Who was erased, by keyed pseudonym only: what keeps a source file or an older backup from bringing them back.</summary>
/// <remarks>
/// The folder <c>erasures/</c> of a workspace: <c>list.jsonl</c>, an entry a line, and <c>key</c>, 256 random bits wrapped by the master key. A pseudonym is HMAC-SHA256 of project, column and value;
/// without the key nobody can tell whose it is, with it only who guesses the value. An entry that is not finished is gone on with by the next erasure.
/// </remarks>
public sealed class ErasureList
{
    private readonly WorkspaceFolder _workspace;
    private readonly List<ErasedPerson> _entries;
    private byte[]? _key;

    private ErasureList(WorkspaceFolder workspace, byte[]? key, List<ErasedPerson> entries) => (_workspace, _key, _entries) = (workspace, key, entries);

    /// <summary>In the order begun.</summary>
    public IReadOnlyList<ErasedPerson> Entries => _entries;

    /// <summary>The list of a workspace; empty where nobody was erased.</summary>
    public static ErasureList Open(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var list = ErasureFiles.ListIn(workspace.Folder);
        return new ErasureList(
            workspace, ErasureFiles.Key(workspace.Folder, workspace.Keys),
            File.Exists(list) ? [.. File.ReadLines(list).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize(line, ErasureJson.Default.ErasedPerson)!)] : []);
    }

    /// <summary>Entries of a project.</summary>
    public IReadOnlyList<ErasedPerson> Of(string projectId) => [.. _entries.Where(entry => entry.Project == projectId)];

    /// <summary>Hash of a project's entries, part of the key of what is read from its sources; null when there are none.</summary>
    public string? Digest(string projectId) =>
        Of(projectId) is { Count: > 0 } entries ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', entries.Select(entry => entry.Pseudonym).Order(StringComparer.Ordinal))))) : null;

    /// <summary>The pseudonym of a value; null while there is no key, so that nobody can be on the list.</summary>
    public string? Pseudonym(string projectId, string column, string value) =>
        _key is null ? null : Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{projectId}\n{column}\n{value}")));

    /// <summary>The entry of a person, or null.</summary>
    public ErasedPerson? Find(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return Pseudonym(subject.ProjectId, subject.Column, subject.Value) is { } pseudonym ? _entries.FirstOrDefault(entry => entry.Pseudonym == pseudonym) : null;
    }

    /// <summary>Puts a person on the list before anything is erased. Durable when it returns. The entry there is when they were on it before.</summary>
    public ErasedPerson Begin(Subject subject, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(subject);
        _key = ErasureFiles.Keep(_workspace.Folder, _workspace.Keys);
        if (Find(subject) is { } known)
        {
            return known;
        }

        var entry = new ErasedPerson(Pseudonym(subject.ProjectId, subject.Column, subject.Value)!, subject.ProjectId, subject.Column, now, null, []);
        _entries.Add(entry);
        Write();
        return entry;
    }

    /// <summary>Replaces an entry. Durable when it returns.</summary>
    public ErasedPerson Replace(ErasedPerson entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _entries[_entries.FindIndex(known => known.Pseudonym == entry.Pseudonym)] = entry;
        Write();
        return entry;
    }

    private void Write() =>
        DurableFile.Write(ErasureFiles.ListIn(_workspace.Folder), string.Concat(_entries.Select(entry => JsonSerializer.Serialize(entry, ErasureJson.Default.ErasedPerson) + "\n")));
}

/// <summary>One person on the list.</summary>
/// <param name="Pseudonym">64 lower-case hexadecimal digits.</param>
/// <param name="Finished">When nothing of them was left; null while it is under way.</param>
/// <param name="Pending">Tables that have to be shredded once no record names them.</param>
/// <param name="Seen">Models that learned from their rows or were judged by them; null in entries from before it was kept, and in those just begun.</param>
public sealed record ErasedPerson(string Pseudonym, string Project, string Column, DateTimeOffset Begun, DateTimeOffset? Finished, IReadOnlyList<string> Pending, IReadOnlyList<SeenRows>? Seen = null);

/// <summary>How many rows of one person the model of an iteration saw.</summary>
/// <param name="TrainedRows">Rows it learned from.</param>
/// <param name="JudgedRows">Rows that only judged it.</param>
/// <param name="Maybe">They were erased before it was kept: others were too, so that the model may have seen them, and the rows are at most so many.</param>
public sealed record SeenRows(int Iteration, long TrainedRows, long JudgedRows, bool Maybe = false);

[JsonSerializable(typeof(ErasedPerson))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ErasureJson : JsonSerializerContext;
