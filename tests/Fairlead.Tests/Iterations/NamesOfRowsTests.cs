using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Data.Cleaning;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Tests.Web;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

/// <summary>Rows without a key column: named under the project's key in new projects, by their MD5 in those from before; dealt alike in both.</summary>
public sealed class NamesOfRowsTests : IDisposable
{
    internal const string Declared = """
        project: orders
        id: 0a1b2c3d
        question: Which orders will be late?
        data:
          source: orders.csv
        target:
          column: late
          task: binary
          positive: "yes"
        columns:
          weight: number
          place: category
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly WorkspaceFolder _workspace;
    private readonly ProjectFile _project;

    public NamesOfRowsTests()
    {
        _workspace = WorkspaceFolder.Open(Path.Combine(_folder.Path, "workspace"));
        _folder.File("fairlead.yaml", Declared);
        _folder.File("orders.csv", "weight,place,late\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},p{i % 7},{(i % 3 == 0 ? "yes" : "no")}\n")));
        _project = ProjectFileReader.Read(_folder.Path);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_project_names_rows_by_its_key_and_deals_them_as_every_workspace_does()
    {
        using var other = WorkspaceFolder.Open(Path.Combine(_folder.Path, "other"));
        var (here, there) = (await ReadAsync(_workspace), await ReadAsync(other));
        var before = Ingest.Run(_project, SourcePlaces.Of(_project, cancel: TestContext.Current.CancellationToken), false, _workspace.Blobs, TestContext.Current.CancellationToken);

        Assert.True(here.KeyedRows);
        var (mine, theirs, old) = (Rows(here, _workspace), Rows(there, other), Rows(before, _workspace));
        Assert.Empty(mine.Select(row => row.Key).Intersect(theirs.Select(row => row.Key)));
        Assert.All(old, row => Assert.Matches("^#[0-9a-f]{32}$", row.Key));
        Assert.Equal(old.Select(row => row.Side), mine.Select(row => row.Side));
        Assert.Equal(old.Select(row => row.Side), theirs.Select(row => row.Side));
        Assert.Equal(3, mine.Select(row => row.Side).Distinct().Count());
    }

    [Fact] // what people said refers to rows by name
    public async Task A_project_from_before_keeps_the_names_that_its_corrections_know()
    {
        var before = Ingest.Run(_project, SourcePlaces.Of(_project, cancel: TestContext.Current.CancellationToken), false, _workspace.Blobs, TestContext.Current.CancellationToken);
        var key = Rows(before, _workspace)[5].Key;
        CorrectionsFolder.Add(_folder.Path, new Correction(key, "late", "no", "yes", "f1", ExampleProject.Now));
        Assert.False((await ReadAsync(_workspace)).KeyedRows); // the folder says so, in a workspace that has never seen the project

        Directory.Delete(Path.Combine(_folder.Path, "corrections"), recursive: true);
        var example = ExampleData.Iteration(ExampleData.Project(Fairlead.Models.Contracts.ModelTask.Binary, _folder.Path), 1, ExampleProject.Now, before.Blob);
        await IterationRecords.AddAsync(_workspace.Records, _project.Id, example with { Raw = before });
        Assert.False((await ReadAsync(_workspace)).KeyedRows);
        await IterationRecords.AddAsync(_workspace.Records, _project.Id, example with { Number = 2, Raw = before with { KeyedRows = true } });
        Assert.True((await ReadAsync(_workspace)).KeyedRows);
    }

    [Fact]
    public async Task A_correction_finds_its_row_and_one_under_another_key_says_so()
    {
        using var other = WorkspaceFolder.Open(Path.Combine(_folder.Path, "other"));
        var (raw, theirs) = (await ReadAsync(_workspace), await ReadAsync(other));
        Correction Of(RawVersion version, WorkspaceFolder workspace, int row, string id) => new(Rows(version, workspace)[row].Key, "late", "no", "yes", id, ExampleProject.Now);
        var data = Clean.Run(_project, raw, new SaidOfRows([Of(raw, _workspace, 4, "f1"), Of(theirs, other, 7, "f2")], [], []), new CheckInputs(_folder.Path, [], null), _workspace.Blobs, ExampleProject.Now, TestContext.Current.CancellationToken);

        Assert.Equal(1, data.Steps.Single(step => step.Step == "correction").Touched);
        Assert.Contains(data.Findings, finding => finding.Title == "1 correction of late names a row that the source no longer has; 1 of them under another pseudonym key than this workspace's.");
    }

    private Task<RawVersion> ReadAsync(WorkspaceFolder workspace) => IngestStep.RunAsync(new StepRunner(workspace, null), workspace, _project, TestContext.Current.CancellationToken);

    private List<(string Key, string Side)> Rows(RawVersion raw, WorkspaceFolder workspace)
    {
        var data = Clean.Run(_project, raw, new SaidOfRows([], [], []), new CheckInputs(_folder.Path, [], null), workspace.Blobs, ExampleProject.Now, TestContext.Current.CancellationToken);
        using var engine = new DataEngine(workspace.Blobs.NewTemporary(".spill"), TestContext.Current.CancellationToken);
        return engine.List($"SELECT __key, __side FROM {engine.Table(data.Blob, workspace.Blobs)} ORDER BY __row", reader => (reader.GetString(0), reader.GetString(1)));
    }
}
