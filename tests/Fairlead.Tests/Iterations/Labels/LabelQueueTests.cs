using Fairlead.Data;
using Fairlead.Data.Labels;
using Fairlead.Evaluation;
using Fairlead.Iterations;
using Fairlead.Iterations.Labels;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Tests.Web;
using Fairlead.Workspace;

namespace Fairlead.Tests.Iterations.Labels;

/// <summary>Deciding on suspected labels: files in the project folder, and nobody is asked twice.</summary>
public sealed class LabelQueueTests
{
    private static readonly LabelReport Report = new(
        ["no", "yes"], 1_000, 4, [[700, 3], [1, 296]], [[0.9986, 0.01], [0.0014, 0.99]],
        [
            new SuspectLabel("a", 10, "train", "no", "yes", 0.02, 0.98, "depot-leeds-1"), new SuspectLabel("b=c", 11, "exam", "no", "yes", 0.05, 0.95, "depot-leeds-1"),
            new SuspectLabel("d", 12, "train", "yes", "no", 0.1, 0.9, null), new SuspectLabel("e", 13, "train", "no", "yes", 0.2, 0.8, null),
        ],
        [new LabelCause("depot-leeds-1", "Depot Leeds", [new Condition("depot", "Leeds")], "no", "yes", 2, 5, 1, 90, 0.001, new Estimate(0.4, 0.2, 0.6), "Of 5 orders …")]);

    private static readonly LabelReport Numbers = new(
        [], 1_000, 2, [], [],
        [
            new SuspectLabel("a", 10, "train", "4510", "452", null, null, "file-b-csv-1") { Value = new ValueDoubt(4510, 452, 440, 464, 340, 1e-9, "10 times too large", "451") },
            new SuspectLabel("b=c", 11, "exam", "300", "452", null, null, null) { Value = new ValueDoubt(300, 452, 440, 464, -12, 1e-5, null, null) },
        ],
        [
            new LabelCause("file-b-csv-1", "File b.csv", [new Condition("__file", "b.csv")], "too high", "", 400, 450, 260, 550, 1e-9, null, "400 of 450 numbers in file b.csv …") { Shift = new ValueShift("factor", new Estimate(1.2, 1.1, 1.3), true) },
        ]);

    internal static async Task RecordAsync(ExampleProject example, bool numbers = false)
    {
        await new StepRunner(example.Workspace, null).RunAsync("labels", "labels-key", "", IterationJson.Default.LabelReport, () => Task.FromResult(numbers ? Numbers : Report), _ => [], _ => "");
        var newest = IterationRecords.Newest(example.Workspace.Records, example.Project.Id)!;
        await IterationRecords.ReplaceAsync(example.Workspace.Records, example.Project.Id, newest with { Steps = [.. newest.Steps, new StepRun("labels", "labels-key", false, 0.1)] });
    }

    [Fact]
    public async Task Accepting_writes_corrections_and_refusing_is_remembered()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        Assert.Null(LabelQueue.List(example.Workspace, example.Project)); // records from before this step
        await RecordAsync(example);
        var queue = LabelQueue.List(example.Workspace, example.Project)!;
        Assert.Equal(["a", "b=c", "d", "e"], queue.Rows.Select(row => row.Key));
        Assert.Equal(2, Assert.Single(queue.Causes).Open);

        string[] named = ["a", "b=c=yes"];
        var files = LabelQueue.Propose(example.Project, queue, [.. named.Select(LabelQueue.Named(queue))], ["d"], ExampleProject.Now);
        ProposedFile.Write(example.Project.Folder, files);

        Assert.Equal(
            [new Correction("a", example.Project.Target, "no", "yes", "labels-4", ExampleProject.Now), new Correction("b=c", example.Project.Target, "no", "yes", "labels-4", ExampleProject.Now)],
            CorrectionsFolder.Read(example.Project.Folder).Corrections);
        Assert.Equal([new KeptLabel("d", example.Project.Target, "yes", "no", ExampleProject.Now)], KeptLabels.Read(example.Project.Folder));
        var now = LabelQueue.List(example.Workspace, example.Project)!;
        Assert.Equal(("e", 2, 1), (Assert.Single(now.Rows).Key, now.Corrected, now.Kept));
        Assert.Empty(now.Causes); // its rows are decided
    }

    [Fact]
    public async Task The_recorded_label_named_as_right_is_a_refusal_and_another_label_of_the_row_is_asked_about_again()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await RecordAsync(example);
        var queue = LabelQueue.List(example.Workspace, example.Project)!;

        ProposedFile.Write(example.Project.Folder, LabelQueue.Propose(example.Project, queue, [("a", "no")], [], ExampleProject.Now));
        Assert.Empty(CorrectionsFolder.Read(example.Project.Folder).Corrections);
        Assert.Equal("no", Assert.Single(KeptLabels.Read(example.Project.Folder)).Label);
        Assert.DoesNotContain(LabelQueue.List(example.Workspace, example.Project)!.Rows, row => row.Key == "a");

        File.WriteAllText(Path.Combine(example.Project.Folder, KeptLabels.File), KeptLabels.With(null, [new KeptLabel("a", example.Project.Target, "yes", "no", ExampleProject.Now)]));
        Assert.Contains(LabelQueue.List(example.Workspace, example.Project)!.Rows, row => row.Key == "a");
    }

    [Fact]
    public async Task Unknown_keys_and_labels_are_told_all_at_once_and_nothing_is_proposed()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await RecordAsync(example);
        var queue = LabelQueue.List(example.Workspace, example.Project)!;

        var fault = Assert.Throws<FaultException>(() => LabelQueue.Propose(example.Project, queue, [("x", null), ("a", "yess")], ["y"], ExampleProject.Now));

        Assert.Equal(["x", "y", "a"], fault.Faults.Select(f => f.Where));
        Assert.Contains("Did you mean \"yes\"?", fault.Faults[2].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slice_can_be_distrusted_as_a_whole()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await RecordAsync(example);
        var queue = LabelQueue.List(example.Workspace, example.Project)!;

        ProposedFile.Write(example.Project.Folder, LabelQueue.ProposeDistrust(example.Project, queue, "depot-leeds-1", ExampleProject.Now));

        var repair = Assert.Single(CorrectionsFolder.Read(example.Project.Folder).Repairs);
        Assert.Equal(("distrust", "depot-leeds-1", new Condition("depot", "Leeds")), (repair.Action, repair.Id, Assert.Single(repair.Where)));
        Assert.Empty(LabelQueue.List(example.Workspace, example.Project)!.Causes);
        Assert.Throws<FaultException>(() => LabelQueue.ProposeDistrust(example.Project, queue, "nothing", ExampleProject.Now));
    }

    [Fact]
    public void A_line_that_can_t_be_read_is_a_fault_with_its_place()
    {
        using var folder = new TemporaryFolder();
        folder.File(KeptLabels.File, "{\"key\":\"a\",\"column\":\"y\",\"label\":\"no\",\"suspected\":\"yes\",\"at\":\"2026-11-24T09:30:00+00:00\"}\n\n{\"key\":1}\n{\"key\":\"\",\"column\":\"y\",\"label\":\"no\",\"suspected\":\"yes\",\"at\":\"2026-11-24T09:30:00+00:00\"}\n");

        var fault = Assert.Throws<FaultException>(() => KeptLabels.Read(folder.Path));

        Assert.Equal([3, 4], fault.Faults.Select(f => int.Parse(f.Where.Split(':')[^2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Numbers_are_corrected_to_what_a_person_says_or_by_the_slip_and_a_whole_file_can_be_distrusted()
    {
        using var example = new ExampleProject(ModelTask.Regression);
        await RecordAsync(example, numbers: true);
        var queue = LabelQueue.List(example.Workspace, example.Project)!;

        var fault = Assert.Throws<FaultException>(() => LabelQueue.Propose(example.Project, queue, [("b=c", null), ("a", "4,5")], [], ExampleProject.Now));
        Assert.Equal(["b=c", "a"], fault.Faults.Select(f => f.Where));

        ProposedFile.Write(example.Project.Folder, LabelQueue.Propose(example.Project, queue, [("a", null), ("b=c", "300.0")], [], ExampleProject.Now));
        Assert.Equal([new Correction("a", example.Project.Target, "4510", "451", "labels-4", ExampleProject.Now)], CorrectionsFolder.Read(example.Project.Folder).Corrections);
        Assert.Equal("300", Assert.Single(KeptLabels.Read(example.Project.Folder)).Label); // 300.0 is what is recorded
        var now = LabelQueue.List(example.Workspace, example.Project)!;
        Assert.Empty(now.Rows);
        Assert.Equal(0, Assert.Single(now.Causes).Open); // the shift of a whole file stays to be decided without any suspect row

        ProposedFile.Write(example.Project.Folder, LabelQueue.ProposeDistrust(example.Project, now, "file-b-csv-1", ExampleProject.Now));
        var repair = Assert.Single(CorrectionsFolder.Read(example.Project.Folder).Repairs);
        Assert.Equal(("distrust", (string?)null, new Condition("__file", "b.csv")), (repair.Action, repair.To, Assert.Single(repair.Where)));
        Assert.Empty(LabelQueue.List(example.Workspace, example.Project)!.Causes);
    }
}
