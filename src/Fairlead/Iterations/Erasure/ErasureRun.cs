using System.Diagnostics;
using System.Globalization;
using Fairlead.Customers;
using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Evaluation.Cases;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>One pass over all stages for one person.</summary>
internal sealed class ErasureRun(WorkspaceFolder workspace, string? folder, bool onlyLook, CancellationToken cancel)
{
    private readonly List<SubjectTrace> _traces = [];
    private IterationsOfSubject? _iterations;
    private ErasedTables? _tables;
    private IReadOnlyList<SeenRows> _earlier = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<SubjectTrace> Traces => _traces;

    public bool Found => _traces.Count > 0;

    public IReadOnlyList<SeenModel> Seen => _iterations?.Seen ?? [];

    public IReadOnlyCollection<string> OtherProjects => _iterations?.OtherProjects ?? [];

    public int Shredded { get; private set; }

    /// <summary>The person behind an entry of the list: their value, where a table or an answer of service still has it.</summary>
    public Subject Recognise(ErasureList list, ErasedPerson entry)
    {
        var pseudonym = PseudonymKeys.Pseudonyms(entry.Project, workspace.Keys);
        foreach (var raw in IterationsOfSubject.RawTables(workspace, entry.Project).Where(workspace.Blobs.Has))
        {
            if (ErasedTables.Values(entry.Column, raw, workspace.Blobs, cancel).FirstOrDefault(value => list.Pseudonym(entry.Project, entry.Column, value) == entry.Pseudonym) is { } value)
            {
                return new Subject(entry.Project, entry.Column, value, pseudonym);
            }
        }

        return PredictionsOfSubject.Values(workspace, entry.Project, entry.Column).FirstOrDefault(value => list.Pseudonym(entry.Project, entry.Column, value) == entry.Pseudonym) is { } served
            ? new Subject(entry.Project, entry.Column, served, pseudonym)
            : new Subject(entry.Project, entry.Column, "");
    }

    /// <summary>Finds everything of the person; nothing is changed.</summary>
    /// <param name="entry">Theirs on the erasure list, or null.</param>
    public void Look(Subject subject, ErasureList list, ErasedPerson? entry)
    {
        _earlier = entry?.Seen ?? (entry is not null && SeenBefore.IsUnknown(entry) ? SeenBefore.Of(entry, list.Of(entry.Project), IterationRecords.List(workspace.Records, entry.Project)) : []);
        _tables = new ErasedTables(subject, workspace.Blobs, cancel);
        IterationsOfSubject.Recognise(subject, _tables, workspace);
        var scope = new ErasureScope(workspace, folder ?? "", OnlyLook: true, cancel);
        _traces.AddRange(All(_iterations = new IterationsOfSubject(_tables, _earlier)).SelectMany(stage => stage.Erase(subject, scope)));
    }

    /// <summary>Erases what was found.</summary>
    public void Erase(Subject subject, ErasureList list, ErasedPerson entry)
    {
        if (onlyLook)
        {
            throw new InvalidOperationException("Only looked for.");
        }

        // Files of the folder and records first: the raw versions, which tell what is theirs, go last.
        var scope = new ErasureScope(workspace, folder ?? "", OnlyLook: false, cancel);
        var iterations = new IterationsOfSubject(_tables!, _earlier);
        foreach (var stage in All(iterations).Where(stage => stage is not PredictionsOfSubject))
        {
            _ = stage.Erase(subject, scope).Count();
        }

        _iterations = iterations;
        entry = list.Replace(entry with
        {
            Finished = null,
            Pending = [.. entry.Pending.Union(iterations.Pending).Order(StringComparer.Ordinal)],
            Seen = [.. iterations.Seen.Select(seen => new SeenRows(seen.Iteration, seen.TrainedRows, seen.JudgedRows, seen.MayHaveSeen))],
        });
        workspace.Records.Rewrite(scope.Records);
        Shred(entry.Pending);
        _ = new PredictionsOfSubject().Erase(subject, scope).Count();
        ClearTemporary();
    }

    private IEnumerable<IHoldSubjects> All(IterationsOfSubject iterations)
    {
        // Answers of service first: feedback on them is known by their ids.
        yield return new PredictionsOfSubject();
        if (folder is not null && File.Exists(Path.Combine(folder, ProjectFile.FileName)))
        {
            yield return new CorrectionsOfSubject();
            yield return new CasesOfSubject();
            yield return new SplitOfSubject();
        }

        yield return new CustomersOfSubject();
        yield return iterations;
    }

    private void Shred(IReadOnlyList<string> pending)
    {
        var named = IterationsOfSubject.NamedTables(workspace);
        foreach (var table in pending.Where(table => !named.Contains(table)))
        {
            Shredded += workspace.Blobs.Shred(table) ? 1 : 0;
        }

        // Notes of what is known only save work; one that names a shredded table saves none.
        var notes = Path.Combine(workspace.Folder, "known");
        foreach (var note in Directory.Exists(notes) ? Directory.EnumerateFiles(notes).Where(note => pending.Contains(File.ReadAllText(note))).ToList() : [])
        {
            File.Delete(note);
        }
    }

    /// <summary>What a process that was killed left behind unfinished may hold anything.</summary>
    private void ClearTemporary()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Folder, "tmp")).ToList())
        {
            var process = Path.GetFileName(path).Split('-')[0];
            if (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId && !IsRunning(id))
            {
                if (workspace.Blobs.ShredUnlisted(path))
                {
                    continue;
                }

                var files = Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
                Array.ForEach(files, ShreddedFile.Delete);
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }

                _traces.Add(new SubjectTrace("temporary", Path.GetFileName(path), files.Length));
            }
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
