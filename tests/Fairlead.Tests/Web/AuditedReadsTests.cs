using Fairlead.Data;
using Fairlead.Iterations;
using Fairlead.Iterations.Lineage;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Tests.Data;
using Fairlead.Tests.Iterations.Erasure;
using Fairlead.Web;
using Fairlead.Web.Projects;

namespace Fairlead.Tests.Web;

/// <summary>Every look at rows is an entry of the audit: who, when, by which page or verb, of what; never a value.</summary>
public sealed class AuditedReadsTests : DataTest
{
    private const string Yaml = """
        project: test
        id: 0a1b2c3d
        question: Which?
        data: {source: a.csv, key: id}
        target: {column: y, task: binary, positive: a}
        columns: {id: id, weight: number}
        split: {by: key, exam: 0.3, sealed: 0.1, seed: 7}
        training: {trials: 1, seed: 1}
        """;

    [Theory]
    [InlineData("/projects/test/data", "page of the data", "test, iteration 1")]
    [InlineData("/projects/test/data/preview", "page of the preview", "test")]
    [InlineData("/projects/test/data/spellings", "page of the spellings", "test")]
    [InlineData("/projects/test/quarantine", "page of the quarantine", "test, iteration 1, ")]
    [InlineData("/projects/test/quarantine/40", "page of the quarantine", "test, iteration 1, row 40")]
    [InlineData("/projects/test/inbox", "page of the feedback", "test, 0 words on answers, 0 reviews")]
    [InlineData("/projects/test/iterations/1", null, "")]
    [InlineData("/projects/test/lineage", null, "")]
    public async Task A_page_that_shows_rows_is_an_entry_and_one_that_shows_none_is_not(string page, string? verb, string what)
    {
        var cancel = TestContext.Current.CancellationToken;
        Folder.File("a.csv", "id,weight,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"r{i},{i % 9},{(i % 2 == 0 ? "a" : "b")}\n")) + "x1,-3,a\n");
        var project = Project("a.csv", "y", key: "id") with { Checks = [Check("between:weight", new BetweenCheck("weight", 0, 100))] };
        Folder.File(ProjectFile.FileName, Yaml); // the preview reads it as a turn does
        var raw = Ingest.Run(project, Blobs, cancel);
        var version = Run(project);
        await IterationRecords.AddAsync(Workspace.Records, project.Id, ExampleData.Iteration(ExampleData.Project(ModelTask.Binary, Folder.Path), 1, Now, version.Quarantine) with { Raw = raw, Data = version });
        var (app, client) = await ExampleProject.StartAsync(Workbench.Build(new WorkbenchOptions([new ProjectView(() => project, Workspace, new ProjectParts())], Port: 0)));
        await using var _ = app;
        using var __ = client;

        using var response = await client.GetAsync(page, cancel);

        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancel));
        var entries = Workspace.Audit.List(10);
        Assert.Equal(verb is null ? [] : [("read", verb)], entries.Select(entry => (entry.What, entry.Verb)));
        Assert.All(entries, entry => Assert.StartsWith(what, entry.Target, StringComparison.Ordinal));
        Assert.Empty(Workspace.Audit.Verify());
    }

    [Fact]
    public async Task Feedback_a_release_and_accepted_files_are_entries_without_a_value_of_theirs()
    {
        using var people = new PeopleProject();
        await people.IterateAsync();
        await people.SpreadAsync();
        var view = new ProjectView(() => people.Project, people.Workspace, new ProjectParts());
        view.Accept([ProposedFile.In(people.Folder, "corrections/labels.jsonl", "")], "page of the labels");

        var changes = people.Workspace.Audit.List(20).Where(entry => entry.What == "change").ToList();

        Assert.Equal(["feedback", "feedback", "feedback", "page of the labels"], changes.Select(entry => entry.Verb));
        Assert.Equal("people: corrections/labels.jsonl", changes[3].Target);
        Assert.Equal(people.Workspace.Keys.SubjectPseudonym(PeopleProject.Person), changes[0].Subject);
        Assert.StartsWith("answer ", changes[2].Target, StringComparison.Ordinal);
        Assert.DoesNotContain(changes, entry => $"{entry.Target} {entry.Subject}".Contains("quill", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(people.Workspace.Audit.Verify());
    }

    [Fact]
    public async Task A_stored_version_that_is_compared_and_a_row_that_is_traced_are_entries_and_whose_row_can_not_be_told_after_their_erasure()
    {
        using var people = new PeopleProject();
        var iteration = await people.IterateAsync();
        NamedTable.Find(people.Workspace, $"{people.Folder}@1:quarantine", "data diff");
        NamedTable.Find(people.Workspace, iteration.Data.Blob[..12], "data diff");
        NamedTable.Find(people.Workspace, people.Source, "data diff"); // a file of its owner's, not the workspace's
        TraceLineage.Run(people.Workspace, new TraceLineage.Request(people.Folder, Row: PeopleProject.Person), CancellationToken.None);

        var entries = people.Workspace.Audit.List(10);
        Assert.Equal([("data diff", "people, iteration 1, quarantine"), ("data diff", $"version {iteration.Data.Blob}"), ("data lineage --row", "people")], entries.Select(entry => (entry.Verb, entry.Target)));
        Assert.Equal(people.Workspace.Keys.SubjectPseudonym(PeopleProject.Person), entries[2].Subject);

        Fairlead.Iterations.Erasure.EraseSubject.Run(people.Workspace, new Fairlead.Iterations.Erasure.EraseSubject.Request(people.Folder, PeopleProject.Person), CancellationToken.None);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(people.Workspace.Folder, "keys"), "subject-*"));
        Assert.Equal(entries[2].Subject, people.Workspace.Audit.List(10)[2].Subject); // the entry stays
        Assert.NotEqual(entries[2].Subject, people.Workspace.Keys.SubjectPseudonym(PeopleProject.Person));
        Assert.Empty(people.Workspace.Audit.Verify());
    }
}
