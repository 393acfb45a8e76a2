using Fairlead.Data;
using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Data.Selecting;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Lines of <c>split.jsonl</c> that name a person's rows, or the group that they are. Nobody else's row moves: a line is about one key or group.</summary>
/// <remarks>Where people are known by another column than the key, a key may be shared with others, whose side it decides: its line stays.</remarks>
internal sealed class SplitOfSubject : IHoldSubjects
{
    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        if (Read(scope) is not { Split: { Dealt: { Moved.Count: > 0 } dealt } split } project)
        {
            yield break;
        }

        var keys = project.Key is null || subject.Column == project.Key || subject.Column == Subject.RowKey ? subject.Keys : new HashSet<string>();
        IReadOnlyList<string> groups = split.By == "group" && split.Column == subject.Column ? subject.Names : [];
        var theirs = Bits(project, keys, groups, scope).ToHashSet();
        var left = dealt.Moved.Where(one => !theirs.Contains(one.Key)).ToDictionary();
        if (left.Count == dealt.Moved.Count)
        {
            yield break;
        }

        if (!scope.OnlyLook)
        {
            DrawSplit.Write(project, dealt with { Moved = left }, scope.Workspace.Blobs);
        }

        yield return new SubjectTrace("split", DealtRows.FileName, dealt.Moved.Count - left.Count);
    }

    /// <summary>What is left to the owner: a split whose names can't be opened here; null where there is none.</summary>
    internal static string? Left(ErasureScope scope) =>
        ProjectFileReader.Read(scope.Project, withSource: false).Split.Dealt is { Names: not null } && Read(scope) is null
            ? $"{DealtRows.FileName}: it is named under a pseudonym key that is not here, so that lines about their rows can't be told" : null;

    private static ProjectFile? Read(ErasureScope scope)
    {
        try
        {
            return PseudonymKeys.Bind(ProjectFileReader.Read(scope.Project, withSource: false), scope.Workspace);
        }
        catch (FaultException)
        {
            return null; // without its key the file says nothing of anybody
        }
    }

    private static IEnumerable<long> Bits(ProjectFile project, IReadOnlySet<string> keys, IReadOnlyList<string> groups, ErasureScope scope)
    {
        using var engine = new DataEngine(new SpillFolder(scope.Workspace.Blobs), scope.Cancel);
        var dealtBy = PseudonymKeys.FindRowIds(project, scope.Workspace.Blobs.Keys)?.DealtBy(engine) ?? "__key";
        string Of(IEnumerable<string> texts) => $"(SELECT unnest([{string.Join(", ", texts.Select(SqlText.Text))}]) AS __key)";
        foreach (var some in keys.Chunk(10_000))
        {
            foreach (var bits in engine.List($"SELECT {RowHash.Bits($"'key:' || {dealtBy}", project.Split.Seed)} FROM {Of(some)}", reader => reader.GetInt64(0)))
            {
                yield return bits;
            }
        }

        foreach (var bits in groups.Count == 0 ? [] : engine.List($"SELECT {RowHash.Bits("'group:' || __key", project.Split.Seed)} FROM {Of(groups)}", reader => reader.GetInt64(0)))
        {
            yield return bits;
        }
    }
}
