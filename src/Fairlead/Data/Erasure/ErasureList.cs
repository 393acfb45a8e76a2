using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>Who was erased, by keyed pseudonym only: what keeps a source file or an older backup from bringing them back.</summary>
/// <remarks>
/// The folder <c>erasures/</c> of a workspace: <c>list.jsonl</c>, an entry a line, and <c>key</c>, 256 random bits. A pseudonym is HMAC-SHA256 of project, column and value;
/// without the key nobody can tell whose it is, with it only who guesses the value. An entry that is not finished is gone on with by the next erasure.
/// </remarks>
public sealed class ErasureList
{
    /// <summary>The folder's name in a workspace.</summary>
    public const string FolderName = "erasures";

    private const string KeyFile = "key";
    private const string ListFile = "list.jsonl";
    private readonly string _folder;
    private readonly List<ErasedPerson> _entries;
    private byte[] _key;

    private ErasureList(string folder, byte[] key, List<ErasedPerson> entries) => (_folder, _key, _entries) = (folder, key, entries);

    /// <summary>In the order begun.</summary>
    public IReadOnlyList<ErasedPerson> Entries => _entries;

    /// <summary>The list of a workspace; empty where nobody was erased.</summary>
    public static ErasureList Open(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var folder = Path.Combine(workspace.Folder, FolderName);
        var (key, list) = (Path.Combine(folder, KeyFile), Path.Combine(folder, ListFile));
        return new ErasureList(
            folder, File.Exists(key) ? File.ReadAllBytes(key) : [],
            File.Exists(list) ? [.. File.ReadLines(list).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize(line, ErasureJson.Default.ErasedPerson)!)] : []);
    }

    /// <summary>Entries of a project.</summary>
    public IReadOnlyList<ErasedPerson> Of(string projectId) => [.. _entries.Where(entry => entry.Project == projectId)];

    /// <summary>Hash of a project's entries, part of the key of what is read from its sources; null when there are none.</summary>
    public string? Digest(string projectId) =>
        Of(projectId) is { Count: > 0 } entries ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', entries.Select(entry => entry.Pseudonym).Order(StringComparer.Ordinal))))) : null;

    /// <summary>The pseudonym of a value; null while there is no key, so that nobody can be on the list.</summary>
    public string? Pseudonym(string projectId, string column, string value) =>
        _key.Length == 0 ? null : Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{projectId}\n{column}\n{value}")));

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
        if (_key.Length == 0)
        {
            MakeKey();
        }

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

    private void MakeKey()
    {
        var path = Path.Combine(_folder, KeyFile);
        DurableFile.Write(path, RandomNumberGenerator.GetBytes(32));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _key = File.ReadAllBytes(path);
    }

    private void Write() =>
        DurableFile.Write(Path.Combine(_folder, ListFile), string.Concat(_entries.Select(entry => JsonSerializer.Serialize(entry, ErasureJson.Default.ErasedPerson) + "\n")));
}

/// <summary>One person on the list.</summary>
/// <param name="Pseudonym">64 lower-case hexadecimal digits.</param>
/// <param name="Finished">When nothing of them was left; null while it is under way.</param>
/// <param name="Pending">Tables that have to be shredded once no record names them.</param>
public sealed record ErasedPerson(string Pseudonym, string Project, string Column, DateTimeOffset Begun, DateTimeOffset? Finished, IReadOnlyList<string> Pending);

[JsonSerializable(typeof(ErasedPerson))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ErasureJson : JsonSerializerContext;
