using System.Text.Json;
using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Evaluation.Cases;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Upkeep;

/// <summary>Gives feedback from before people's names were keyed the ids that it has now: no id holds an unkeyed hash of a name any more, in records or in files of project folders.</summary>
/// <remarks>Files go first, then all records in one transaction: until then the records say which ids are old, and a call that was stopped is gone on with by the next.</remarks>
public static class RenameFeedback
{
    /// <returns>How much feedback has another id.</returns>
    /// <exception cref="FaultException">Another process works on the whole workspace, or a file can't be written.</exception>
    public static int Run(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var said = workspace.Records.Stored(Feedback.Kind).Concat(workspace.Records.Stored(GiveFeedback.HistoryKind)).ToList();
        var there = said.Select(stored => (stored.Kind, stored.Project, stored.Id)).ToHashSet();
        var ids = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        var renamed = new List<RecordChange>();
        foreach (var stored in said)
        {
            var feedback = JsonSerializer.Deserialize(stored.Body, CustomerJson.Default.Feedback)!;
            if (GiveFeedback.KeyedId(feedback, workspace.Keys) is { } now && !there.Contains((stored.Kind, stored.Project, now)))
            {
                (ids.TryGetValue(stored.Project, out var known) ? known : ids[stored.Project] = new(StringComparer.Ordinal))[feedback.Id] = now;
                renamed.Add(new RecordChange(stored.Kind, stored.Project, stored.Id, JsonSerializer.Serialize(feedback with { Id = now }, CustomerJson.Default.Feedback)) { NewId = now + stored.Id[feedback.Id.Length..] });
            }
        }

        if (renamed.Count == 0)
        {
            return 0;
        }

        using var held = workspace.Maintain("giving feedback other ids");
        foreach (var project in KnownProjects.List(workspace).Where(project => ids.ContainsKey(project.Id)))
        {
            Files(project.Folder, ids[project.Id]);
        }

        var own = renamed.Select(change => (change.Kind, change.Project, change.Id)).ToHashSet();
        var others = workspace.Records.Names().Select(name => name.Kind).Distinct(StringComparer.Ordinal).SelectMany(workspace.Records.Stored)
            .Where(stored => ids.ContainsKey(stored.Project) && !own.Contains((stored.Kind, stored.Project, stored.Id)))
            .Select(stored => (stored, Now: Replaced(stored.Body, ids[stored.Project]))).Where(pair => pair.Now != pair.stored.Body)
            .Select(pair => new RecordChange(pair.stored.Kind, pair.stored.Project, pair.stored.Id, pair.Now));
        workspace.Records.Rewrite([.. renamed, .. others]);
        workspace.Records.Compact();
        return ids.Values.Sum(known => known.Count);
    }

    private static void Files(string project, Dictionary<string, string> ids)
    {
        foreach (var path in new[] { CorrectionsFolder.Name, CasesFolder.Name }.Select(name => Path.Combine(project, name)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).ToList())
        {
            var text = File.ReadAllText(path);
            var now = Replaced(text, ids);
            if (now != text)
            {
                ShreddedFile.Replace(path, now);
            }
        }
    }

    /// <summary>The text with the ids where they stand as whole words.</summary>
    private static string Replaced(string text, Dictionary<string, string> ids)
    {
        foreach (var (before, now) in ids)
        {
            for (var at = text.IndexOf(before, StringComparison.Ordinal); at >= 0; at = text.IndexOf(before, at + before.Length, StringComparison.Ordinal))
            {
                var end = at + before.Length;
                if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])))
                {
                    text = text[..at] + now + text[end..];
                }
            }
        }

        return text;
    }
}
