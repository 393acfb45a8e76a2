using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>Erases one person from a project: from every version, what people said, the prediction log, the folder. May be stopped at any moment and called again.</summary>
/// <remarks>
/// The person is put on the erasure list first, by keyed pseudonym; an entry that is not finished is gone on with by the next call for this project, whoever it is for.
/// Order: files of the folder, records (one transaction), tables, prediction log, sources, free pages of the records. Until the records are written the raw versions still tell which rows are theirs.
/// </remarks>
public static class EraseSubject
{
    /// <param name="Value">What the person is known by.</param>
    /// <param name="Column">Column it stands in; null: the key column.</param>
    /// <param name="Sources">Also rewrites source files that hold the person.</param>
    /// <param name="DryRun">Only lists what would be touched.</param>
    public sealed record Request(string Folder, string Value, string? Column = null, bool Sources = false, bool DryRun = false);

    /// <param name="Known">Something of the person was found, now or by an earlier call.</param>
    /// <param name="Erased">What was cleared, or would be.</param>
    /// <param name="Retrain">Models and images that saw the person: train new ones and release them.</param>
    /// <param name="Sources">Source files that hold, or held, the person.</param>
    /// <param name="Remains">What Fairlead leaves to its owner.</param>
    /// <param name="Shredded">Tables made unreadable.</param>
    public sealed record Outcome(
        string Project, string Column, bool DryRun, bool Known, IReadOnlyList<SubjectTrace> Erased, IReadOnlyList<SeenModel> Retrain, IReadOnlyList<SourceOfSubject> Sources,
        IReadOnlyList<string> Remains, int Shredded);

    /// <exception cref="FaultException">The project can't be read, another process changes it, or no column says who a person is.</exception>
    public static Outcome Run(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(request);
        var project = ProjectFileReader.Read(request.Folder, withSource: false);
        if (request.Value.Trim().Length == 0)
        {
            throw new FaultException("--subject", "It is empty.", "Say what the person is known by: their value in the key column, or in the one that --column names.", wrongUse: true);
        }

        var column = ColumnOf(project, request.Column);
        using var maintenance = request.DryRun ? null : workspace.Maintain("erasing a person");
        using var held = workspace.Lock(project.Id);
        var subject = new Subject(project.Id, column, request.Value, PseudonymKeys.Pseudonyms(project.Id, workspace.Keys));
        var list = ErasureList.Open(workspace);
        if (!request.DryRun)
        {
            foreach (var other in list.Of(project.Id).Where(entry => entry.Finished is null && entry != list.Find(subject)).ToList())
            {
                GoOn(workspace, project.Folder, list, other, cancel);
            }
        }

        var run = new ErasureRun(workspace, project.Folder, request.DryRun, cancel);
        var entry = list.Find(subject);
        run.Look(subject, list, entry);
        var sources = SourceOfSubject.Find(project, subject, finish: !request.DryRun, cancel);
        var fetched = SourceOfSubject.Fetched(project, workspace, onlyLook: true).ToList();
        var known = entry is not null || run.Found || sources.Any(source => source.Rows > 0);
        if (!request.DryRun && known)
        {
            entry = list.Begin(subject, workspace.Time.GetUtcNow());
            run.Erase(subject, list, entry);
            fetched = [.. SourceOfSubject.Fetched(project, workspace, onlyLook: false)];
            sources = request.Sources ? [.. sources.Select(source => source.Rewrite(project, subject, cancel))] : sources;
            Note(workspace, project.Project, subject);
            Finish(workspace, list, list.Find(subject)!);
        }
        else if (known)
        {
            workspace.Audit.Read("data erase --dry-run", project.Project, subject.Value);
        }

        return new Outcome(
            project.Project, column, request.DryRun, known, known ? [.. run.Traces, .. fetched] : run.Traces, run.Seen, sources,
            [.. run.OtherProjects.Select(id => $"project {NameOf(workspace, id)}: made from the same data; erase there too"), .. project.Sources.Where(SourceDownload.IsAddress).Select(address => $"{address}: what is fetched from there may hold them"), .. SplitOfSubject.Left(new ErasureScope(workspace, project.Folder, OnlyLook: true, cancel)) is { } split ? [split] : Array.Empty<string>(), .. RemainsOfSubject.Find(project, subject, cancel)], run.Shredded);
    }

    /// <summary>The audit's entries stay; whose they are can't be told any more once the keys of their pseudonyms are gone.</summary>
    private static void Note(WorkspaceFolder workspace, string project, Subject subject)
    {
        if (subject.Value.Length == 0)
        {
            return; // nobody knows any more whose entry is gone on with
        }

        workspace.Audit.Changed("data erase", project, subject.Value);
        foreach (var name in subject.Keys.Append(subject.Value).Distinct(StringComparer.Ordinal))
        {
            workspace.Keys.ForgetSubject(name); // cards and rows that were looked at are known by the row's key
        }
    }

    /// <summary>Erases everybody on the list again, from what an older backup brought back.</summary>
    /// <returns>How many people something was found of.</returns>
    public static int Replay(WorkspaceFolder workspace, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var list = ErasureList.Open(workspace);
        var folders = KnownProjects.List(workspace).ToDictionary(project => project.Id, project => project.Folder, StringComparer.Ordinal);
        var found = 0;
        foreach (var entry in list.Entries.ToList())
        {
            using var held = workspace.Lock(entry.Project);
            found += GoOn(workspace, folders.GetValueOrDefault(entry.Project), list, list.Replace(entry with { Finished = null }), cancel) ? 1 : 0;
        }

        return found;
    }

    /// <summary>Goes on with an entry of the list, of which only the pseudonym is known: their value is found in what is still there.</summary>
    private static bool GoOn(WorkspaceFolder workspace, string? folder, ErasureList list, ErasedPerson entry, CancellationToken cancel)
    {
        var run = new ErasureRun(workspace, folder, onlyLook: false, cancel);
        var subject = run.Recognise(list, entry);
        run.Look(subject, list, entry);
        run.Erase(subject, list, entry);
        Note(workspace, entry.Project, subject);
        Finish(workspace, list, entry);
        return run.Found;
    }

    private static void Finish(WorkspaceFolder workspace, ErasureList list, ErasedPerson entry)
    {
        workspace.Records.Compact();
        list.Replace(list.Entries.First(known => known.Pseudonym == entry.Pseudonym) with { Finished = workspace.Time.GetUtcNow(), Pending = [] });
    }

    private static string ColumnOf(ProjectFile project, string? named) => named is null
        ? project.Key ?? Subject.RowKey
        : named == project.Key || named == project.Target || project.Columns.Any(column => column.Name == named)
            ? named
            : throw new FaultException("--column", $"The project has no column \"{named}\".{NearestName.Hint(named, project.Columns.Select(column => column.Name))}", $"Name a column of {ProjectFile.FileName}.", wrongUse: true);

    private static string NameOf(WorkspaceFolder workspace, string id) => KnownProjects.List(workspace).FirstOrDefault(project => project.Id == id)?.Project ?? id;
}
