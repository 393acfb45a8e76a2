using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Quarantine;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Tests.Data.Cleaning.Oracle;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

/// <summary>A workspace and a project in one temporary folder.</summary>
public abstract class DataTest : IDisposable
{
    protected static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    protected DataTest()
    {
        Folder = new TemporaryFolder();
        Workspace = WorkspaceFolder.Open(Path.Combine(Folder.Path, "workspace"));
    }

    internal TemporaryFolder Folder { get; }

    protected WorkspaceFolder Workspace { get; }

    protected BlobStore Blobs => Workspace.Blobs;

    public void Dispose()
    {
        Workspace.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A project over a file: columns are numbers where nine in ten values are, else categories; number columns are trimmed and cast.</summary>
    protected ProjectFile Project(string file, string target, ModelTask task = ModelTask.Binary, string? key = null, Func<string, ProjectColumn, ProjectColumn>? adjust = null)
    {
        var path = Path.IsPathRooted(file) ? file : Path.Combine(Folder.Path, file);
        var source = SourceReader.Open(path);
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        var table = engine.Relation(source);
        var columns = source.Columns.Where(name => name != target).Select(name =>
        {
            var (numbers, values) = engine.List($"SELECT count({RowStepSql.NumberOf(SqlText.Name(name))}), count({SqlText.Name(name)}) FROM {table}", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
            var kind = name == key ? ColumnKind.Id : numbers >= 0.9 * values ? ColumnKind.Number : ColumnKind.Category;
            var column = new ProjectColumn(name, kind, name);
            return adjust?.Invoke(name, column) ?? column;
        }).ToList();
        return new ProjectFile
        {
            Folder = Folder.Path,
            Project = "test",
            Id = "1",
            Question = "?",
            Sources = [path],
            Key = key,
            Target = target,
            Task = task,
            Wording = new Wording("Row", null, new Dictionary<string, string>()),
            Columns = columns,
            RowSteps = [.. columns.Where(column => column.Kind is ColumnKind.Number or ColumnKind.Date).SelectMany(column => new RowStep[] { new TrimStep(column.Name), new CastStep(column.Name, column.Kind) })],
            TableSteps = [],
            Checks = [],
            Split = new SplitRule("key", null, 0.2, 0.1, 7),
            Training = new TrainingRule(null, 1, 1),
            Gates = [],
        };
    }

    protected DatasetVersion Run(ProjectFile project, IReadOnlyList<Correction>? corrections = null, IReadOnlyList<Repair>? repairs = null, IReadOnlyList<RowRepair>? rows = null, CheckInputs? beside = null) =>
        Clean.Run(project, Ingest.Run(project, Blobs, CancellationToken.None), new SaidOfRows(corrections ?? [], repairs ?? [], rows ?? []), beside ?? new CheckInputs(project.Folder, [], null), Blobs, Now, CancellationToken.None);

    /// <summary>Every row of a stored Parquet blob as text by column.</summary>
    protected List<Dictionary<string, string?>> Rows(string blob)
    {
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        return engine.List($"SELECT * FROM {engine.Table(blob, Blobs)}", reader => Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)));
    }

    protected static CheckRule Check(string id, RowCheck check, bool error = true, bool before = false, double mostly = 1) => new(id, check, null, error, before, mostly, "fairlead.yaml:1:1");

    protected static CheckRule Check(string id, TableCheck check, bool error = true, bool before = false) => new(id, null, check, error, before, 1, "fairlead.yaml:1:1");
}
