using System.Text.Json;
using Fairlead.Data.Erasure;
using Fairlead.Models.Packages;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Erasure;

/// <summary>What iterations and the results of steps keep about a person: iterations move on to versions without them, results of steps that name the old ones or say something of theirs go.</summary>
/// <param name="earlier">Rows of theirs that earlier calls erased, from the erasure list.</param>
internal sealed class IterationsOfSubject(ErasedTables tables, IReadOnlyList<SeenRows> earlier) : IHoldSubjects
{
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> _elsewhere = new(StringComparer.Ordinal);
    private readonly List<SeenModel> _seen = [];

    /// <summary>Tables that hold the person and that no record of the project names once the changes are written.</summary>
    public IReadOnlyCollection<string> Pending => _pending;

    /// <summary>Projects whose iterations were made from the same tables: their own erasure clears them.</summary>
    public IReadOnlyCollection<string> OtherProjects => _elsewhere;

    /// <summary>Iterations whose model learned from the person, or was judged by them; those of earlier calls among them.</summary>
    public IReadOnlyList<SeenModel> Seen => _seen;

    /// <summary>Looks for the person's rows in every raw version, so that their keys and own texts are known to all stages.</summary>
    public static void Recognise(Subject subject, ErasedTables tables, WorkspaceFolder workspace)
    {
        foreach (var raw in RawTables(workspace, subject.ProjectId))
        {
            tables.RowsOf(raw);
        }
    }

    /// <summary>Raw tables of a project's iterations, and of steps that no other project shares.</summary>
    public static IReadOnlyList<string> RawTables(WorkspaceFolder workspace, string projectId) =>
    [
        .. IterationRecords.List(workspace.Records, projectId).SelectMany(iteration => new[] { iteration.Raw.Blob, iteration.Data.RawBlob })
            .Concat(StepTables(workspace, BlobsOf(Others(workspace, projectId).Select(one => one.Iteration))).Select(one => one.Raw)).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Every table that an iteration of any project names.</summary>
    public static IReadOnlySet<string> NamedTables(WorkspaceFolder workspace) => BlobsOf(IterationRecords.All(workspace.Records));

    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var text = new SubjectText(subject);
        var traces = new List<SubjectTrace>();
        var released = ReleaseRecords.List(scope.Workspace.Records, subject.ProjectId).ToLookup(release => release.Iteration, release => release.Environment);
        foreach (var stored in scope.Workspace.Records.Stored(IterationRecords.Kind).Where(stored => stored.Project == subject.ProjectId))
        {
            var iteration = JsonSerializer.Deserialize(stored.Body, IterationJson.Default.Iteration)!;
            var (erased, now) = Without(iteration, traces, scope.OnlyLook);
            if ((now ?? earlier.FirstOrDefault(rows => rows.Iteration == iteration.Number)) is { } rows && rows.TrainedRows + rows.JudgedRows > 0) // a row in quarantine was seen by no model
            {
                _seen.Add(new SeenModel(
                    iteration.Number, rows.TrainedRows, rows.JudgedRows, iteration.Search.Model, iteration.Package[ModelPackage.ManifestFile], iteration.Image,
                    [.. released[iteration.Number].Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], rows.Maybe));
            }

            scope.Change(stored, text.CleanJson(ReferenceEquals(erased, iteration) ? stored.Body : JsonSerializer.Serialize(erased, IterationJson.Default.Iteration)));
        }

        Steps(subject, scope, text, traces);
        return traces;
    }

    /// <summary>The iteration without the person, and how many rows of theirs its model saw; null when it holds none.</summary>
    private (Iteration Iteration, SeenRows? Seen) Without(Iteration iteration, List<SubjectTrace> traces, bool onlyLook)
    {
        var (rawRows, rows) = (tables.RowsOf(iteration.Raw.Blob), tables.RowsOf(iteration.Data));
        if (rawRows.Count + rows.Count == 0)
        {
            return (iteration, null);
        }

        var kept = tables.Kept(iteration.Data);
        traces.Add(new SubjectTrace("iteration", $"iteration {iteration.Number}", Math.Max(rawRows.Count, rows.Count)));
        var before = iteration.Erased ?? new ErasedPeople(0, 0, 0);
        var trained = kept.Count(row => row.Side == "train" && !row.JudgeOnly);
        var seen = new SeenRows(iteration.Number, trained, kept.Count - trained);
        var people = new ErasedPeople(before.Subjects + 1, before.TrainedRows + seen.TrainedRows, before.JudgedRows + seen.JudgedRows);
        return (onlyLook
            ? iteration with { Erased = people }
            : iteration with { Raw = tables.Without(iteration.Raw), Data = tables.Without(iteration.Data), Prices = null, Erased = people, Differs = IngestStep.DiffersBy(people.Subjects) }, seen);
    }

    private void Steps(Subject subject, ErasureScope scope, SubjectText text, List<SubjectTrace> traces)
    {
        var others = Others(scope.Workspace, subject.ProjectId).ToList();
        var named = BlobsOf(others.Select(one => one.Iteration));
        foreach (var old in tables.Rewritten.Keys)
        {
            Pend(old, named, others);
        }

        foreach (var (raw, made) in StepTables(scope.Workspace, named).Where(one => tables.RowsOf(one.Raw).Count > 0))
        {
            foreach (var table in made.Append(raw))
            {
                Pend(table, named, others);
            }
        }

        // Lists of suspected labels name rows by key, and slices by values that stand in rows: they go as a whole where a row of the person was found, and the next iteration makes them again.
        var labels = !tables.Found ? [] : IterationRecords.List(scope.Workspace.Records, subject.ProjectId).SelectMany(iteration => iteration.Steps).Where(step => step.Step == "labels").Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
        var steps = scope.Workspace.Records.Stored(StepRunner.Kind).Where(stored => _pending.Any(table => stored.Body.Contains(table, StringComparison.Ordinal)) || text.IsIn(stored.Body) || labels.Contains(stored.Id)).ToList();
        scope.Records.AddRange(steps.Select(stored => new RecordChange(stored.Kind, stored.Project, stored.Id, null)));
        if (steps.Count > 0)
        {
            traces.Add(new SubjectTrace("step", "results of steps", steps.Count));
        }
    }

    private void Pend(string table, HashSet<string> named, List<(string Project, Iteration Iteration)> others)
    {
        if (!named.Contains(table))
        {
            _pending.Add(table);
            return;
        }

        foreach (var (project, iteration) in others.Where(one => BlobsOf([one.Iteration]).Contains(table)))
        {
            _elsewhere.Add(project);
        }
    }

    private static IEnumerable<(string Project, Iteration Iteration)> Others(WorkspaceFolder workspace, string projectId) =>
        workspace.Records.Stored(IterationRecords.Kind).Where(stored => stored.Project != projectId).Select(stored => (stored.Project, JsonSerializer.Deserialize(stored.Body, IterationJson.Default.Iteration)!));

    private static HashSet<string> BlobsOf(IEnumerable<Iteration> iterations) =>
        [.. iterations.SelectMany(iteration => new[] { iteration.Raw.Blob, iteration.Data.RawBlob, iteration.Data.Blob, iteration.Data.Quarantine })];

    /// <summary>Raw tables that results of steps name and no other project does, with the tables made from them: also of iterations that were stopped.</summary>
    private static IEnumerable<(string Raw, IReadOnlyList<string> Made)> StepTables(WorkspaceFolder workspace, HashSet<string> named)
    {
        foreach (var stored in workspace.Records.Stored(StepRunner.Kind))
        {
            var step = JsonSerializer.Deserialize(stored.Body, StepRunner.StepJson.Default.StepResult)!;
            (string Raw, IReadOnlyList<string> Made)? found = step.Step switch
            {
                "ingest" when JsonSerializer.Deserialize(step.Result, IterationJson.Default.RawVersion) is { } raw => (raw.Blob, []),
                "clean" when JsonSerializer.Deserialize(step.Result, IterationJson.Default.DatasetVersion) is { } data => (data.RawBlob, [data.Blob, data.Quarantine]),
                _ => null,
            };
            if (found is { } tables && !named.Contains(tables.Raw))
            {
                yield return tables;
            }
        }
    }
}

/// <summary>A model that a person's rows went into.</summary>
/// <param name="TrainedRows">Rows it learned from: train a new one without them.</param>
/// <param name="JudgedRows">Rows that only judged it.</param>
/// <param name="Model">Blob of the model.</param>
/// <param name="Package">Digest of its package.</param>
/// <param name="Image">Digest of its image, or null.</param>
/// <param name="Released">Environments it was released to.</param>
/// <param name="MayHaveSeen">It can't be told exactly: they were erased, with others, before it was kept whose rows were whose. The rows are at most so many.</param>
public sealed record SeenModel(int Iteration, long TrainedRows, long JudgedRows, string Model, string Package, string? Image, IReadOnlyList<string> Released, bool MayHaveSeen = false);
