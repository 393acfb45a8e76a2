using System.Text.Json;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Data.Erasure;
using Fairlead.Data.Privacy;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Tests.Data;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations;

/// <summary>A preview says what a turn comes to, and leaves nothing behind.</summary>
public sealed class PreviewCleaningTests : DataTest
{
    private const string Yaml = """
        project: parcels
        id: 0a1b2c3d
        question: Late?
        data: {source: orders.csv, key: id}
        target: {column: late, task: binary, positive: "yes"}
        columns:
          id: id
          depot: category
          weight: {kind: number, unit: kg}
          name: {kind: category, personal: pseudonym}
          initial: category
        clean:
          - trim: all
          - parse number: {column: weight, unit: kg}
          - impute: {column: weight, with: mean}
          - join: {columns: [depot, name], by: "/", into: both}
          - quarantine: {where: "weight > 50", reason: too heavy}
          - drop duplicates: {columns: [id]}
        checks:
          - between: {column: weight, min: 0}
          - unique: {column: id, severity: warn}
        split: {by: key, exam: 0.3, sealed: 0.1, seed: 7}
        training: {trials: 1, seed: 1}
        """;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task It_comes_to_what_a_turn_comes_to_and_writes_nothing()
    {
        var project = Parcels();
        var quarantined = BrowseQuarantine.Run(project, Run(project), Blobs, new BrowseQuarantine.Request(), None).Rows;
        Assert.Equal(["r10", "r11", "r12", "r13"], quarantined.Select(row => row.Key).Order(StringComparer.Ordinal));
        QuarantineRow Of(string key) => quarantined.Single(row => row.Key == key);
        CorrectionsFolder.Add(Folder.Path, new Correction("r1", "late", "no", "yes", "f1", Now));
        CorrectionsFolder.Add(Folder.Path, new Repair("leeds-1", "distrust", [new Condition("depot", "Leeds")], null, null, "wrong labels", ["f2"], Now));
        CorrectionsFolder.Add(Folder.Path, new Repair("york-1", "relabel", [new Condition("depot", "York")], "yes", "no", "all were in time", ["f3"], Now));
        RowRepair[] rows =
        [
            new("r10", Of("r10").Content, RowRepair.Set, new Dictionary<string, string?> { ["weight"] = "3 kg" }, null, null, Now),
            new("r11", Of("r11").Content, RowRepair.Release, null, ["between:weight"], "weighed again", Now),
            new("r12", Of("r12").Content, RowRepair.Drop, null, null, "a test order", Now),
        ];
        await File.WriteAllTextAsync(Path.Combine(Folder.Path, "corrections", "rows.jsonl"), string.Concat(rows.Select(row => CorrectionsFolder.Line(row) + "\n")), None);

        var before = Files();
        var unread = await PreviewCleaning.RunAsync(Workspace, project, None);
        Assert.Equal(before, Files());

        // 62 rows: r13 stays set aside; Leeds' 3 rows are distrusted, of which r1 was corrected by a person and stays; r12 is left out and the copy of r5 dropped.
        Assert.Equal((62, 57, 3, 2), (unread.Cleaning.Read, unread.Cleaning.Kept, unread.Cleaning.Quarantined, unread.Cleaning.Dropped));
        Assert.Equal(["between:weight=1", "label distrusted: leeds-1=2"], unread.Cleaning.QuarantineReasons.Select(reason => $"{reason.Key}={reason.Value}"));
        Assert.Equal(["duplicate=1", "left out by a person=1"], unread.Cleaning.DropReasons.Select(reason => $"{reason.Key}={reason.Value}"));
        Assert.Equal(["correction 1", "distrust leeds-1 3", "relabel york-1 2", "repaired rows: set 1", "repaired rows: release 1", "repaired rows: drop 1"], unread.Cleaning.Said.Select(step => $"{step.Step} {step.Touched}"));
        var corrected = unread.Cleaning.Said[0].Examples;
        Assert.Equal([new RowExample(1, "no", "yes")], corrected);

        // What a step received: the join takes what the trim before it left; the name and what is made of it show no value.
        var steps = unread.Cleaning.Steps;
        Assert.Equal(new RowExample(2, "  500 g", "500 g"), steps.Single(step => step is { Step: "trim", Column: "weight" }).Examples[0]);
        Assert.Equal(new RowExample(2, "500 g", "0.5"), steps.Single(step => step.Step == "parse_number").Examples[0]);
        Assert.All(steps.Where(step => step.Column is "name" or "both"), step => Assert.Empty(step.Examples));
        Assert.Equal(62, steps.Single(step => step.Column == "both").Touched);
        Assert.DoesNotContain("Xaver", JsonSerializer.Serialize(unread), StringComparison.Ordinal);

        await IngestStep.RunAsync(new StepRunner(Workspace, null), Workspace, project, None);
        before = Files();
        var read = await PreviewCleaning.RunAsync(Workspace, project, None);
        Assert.Equal(before, Files());
        Assert.Equal(Json(unread.Cleaning), Json(read.Cleaning));

        var said = SaidOfRows.Read(Folder.Path);
        var turn = Run(project, said.Corrections, said.Repairs, said.Rows);
        Assert.Equal(Json(new CleaningOutcome(turn.Read, turn.Kept, turn.Quarantined, turn.Dropped, turn.DropReasons, turn.QuarantineReasons, turn.Checks, turn.Steps, [])), Json(read.Cleaning with { Steps = [.. read.Cleaning.Steps, .. read.Cleaning.Said], Said = [] }));
    }

    [Fact]
    public async Task It_says_where_a_turn_would_find_nothing_to_learn_and_shows_why()
    {
        // Too few rows stay, or all of them have one class: the words are those of the turn.
        foreach (var (condition, said) in new[] { ("depot = \"Hull\"", "Only 6 rows with a usable label are left; at least 20 are needed. Of the others: "), ("late = \"no\"", "The target has one class only, \"yes\"") })
        {
            var project = Parcels(Yaml.Replace("- quarantine: {where: \"weight > 50\", reason: too heavy}", $"- quarantine: {{where: '{condition}', reason: not wanted}}", StringComparison.Ordinal));
            var preview = await PreviewCleaning.RunAsync(Workspace, project, None);
            var fault = Assert.Single(preview.Refused);
            Assert.Contains(said, fault.What, StringComparison.Ordinal);
            Assert.True(preview.Cleaning.QuarantineReasons["not wanted"] > 20);
            Assert.Equal(preview.Refused, Assert.Throws<FaultException>(() => Run(project)).Faults);
        }

        Assert.Empty((await PreviewCleaning.RunAsync(Workspace, Parcels(), None)).Refused);
    }

    [Fact]
    public async Task A_column_of_personal_data_that_is_not_declared_stops_it_as_it_stops_a_turn()
    {
        var project = Parcels(Yaml.Replace("name: {kind: category, personal: pseudonym}", "name: category", StringComparison.Ordinal).Replace("join: {columns: [depot, name]", "join: {columns: [depot, initial]", StringComparison.Ordinal), i => $"x{i}@example.com");
        var fault = Assert.Single((await Assert.ThrowsAsync<FaultException>(() => PreviewCleaning.RunAsync(Workspace, project, None))).Faults);
        Assert.Contains("\"name\" holds personal data", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_who_was_erased_is_in_it()
    {
        var project = Parcels();
        Assert.Equal(62, (await PreviewCleaning.RunAsync(Workspace, project, None)).Cleaning.Read);
        ErasureList.Open(Workspace).Begin(new Subject(project.Id, "name", "Xaver7", PseudonymKeys.Pseudonyms(project.Id, Workspace.Keys)), Now);
        Assert.Equal(61, (await PreviewCleaning.RunAsync(Workspace, project, None)).Cleaning.Read);
    }

    /// <summary>60 parcels, of which r10 to r12 weigh less than nothing and r13 too; r5 stands there twice.</summary>
    private ProjectFile Parcels(string yaml = Yaml, Func<int, string>? name = null)
    {
        string Row(int i, string id) => $"{id},{(i is 1 or 20 or 21 ? "Leeds" : i is 30 or 32 or 33 ? "York" : "Hull")},{(i is >= 10 and <= 13 ? $"-{i}" : i == 2 ? "\"  500 g\"" : i % 9 == 4 ? "" : $"{i % 9}")},{(name ?? (n => $"Xaver{n}"))(i)},{"abc"[i % 3]},{(i % 2 == 0 ? "yes" : "no")}\n";
        Folder.File("orders.csv", "id,depot,weight,name,initial,late\n" + string.Concat(Enumerable.Range(0, 61).Select(i => Row(i, $"r{i}"))) + Row(5, "r5"));
        Folder.File(ProjectFile.FileName, yaml);
        return PseudonymKeys.Bind(ProjectFileReader.Read(Folder.Path), Workspace);
    }

    /// <summary>Every file below the workspace's blobs and temporary folder.</summary>
    private string[] Files() => [.. new[] { "blobs", "tmp", "known", "downloads" }.Select(name => Path.Combine(Workspace.Folder, name)).Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];

    private static string Json(CleaningOutcome outcome) => JsonSerializer.Serialize(outcome);
}
