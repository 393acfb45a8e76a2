using Fairlead.Data;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

/// <summary>What people said enters the next version with its provenance.</summary>
public sealed class PeopleSaidTests : DataTest
{
    private ProjectFile Depots()
    {
        // 100 rows of two depots; Leeds records everything as "no".
        Folder.File("a.csv", "id,depot,km,late\n" + CleanTests.Many(100, i => $"k{i},{(i % 4 == 0 ? "Leeds" : "Ghent")},{i},{(i % 4 == 0 || i % 2 == 0 ? "no" : "yes")}"));
        return Project("a.csv", "late", key: "id");
    }

    [Fact]
    public void A_corrected_label_stands_with_what_was_recorded()
    {
        var project = Depots();
        List<Correction> corrections = [new("k0", "late", "no", "yes", "f1", Now), new("k1", "late", "yes", "no", "f2", Now), new("k1", "late", "no", "yes", "f3", Now.AddMinutes(1)), new("k2", "km", "2", "7.5", "f4", Now), new("gone", "late", "no", "yes", "f5", Now)];

        var version = Run(project, corrections);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(1, version.Corrected); // of k1 the last word is what was recorded
        Assert.Equal(("no", "yes"), (data.LabelWas[0], data.Classes[data.Labels[0]]));
        Assert.Null(data.LabelWas[1]);
        Assert.Equal(7.5, data.Features["km"].Numbers![2]);
        Assert.Equal([new RowExample(0, "no", "yes")], version.Steps.Single(step => step is { Step: "correction", Column: "late" }).Examples.Select(example => example with { After = "yes" }));
        Assert.Contains(version.Findings, finding => finding.Title == "1 correction of late names a row that the source no longer has.");
        Assert.DoesNotContain(true, data.JudgeOnly);
    }

    [Fact]
    public void A_distrusted_slice_goes_to_quarantine_but_for_what_people_corrected()
    {
        var project = Depots();
        var repair = new Repair("depot-leeds-1", "distrust", [new Condition("depot", "Leeds")], null, null, "12 of 15 answers there were wrong", ["f1"], Now);

        var version = Run(project, [new Correction("k0", "late", "no", "yes", "f1", Now), new Correction("k4", "late", "no", "no", "f2", Now)], [repair]);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal((77, 23), (version.Kept, version.Quarantined)); // 25 rows of Leeds, two of them corrected or confirmed by a person
        Assert.Equal(23, version.QuarantineReasons["label distrusted: depot-leeds-1"]);
        Assert.Equal(["k0", "k4"], Enumerable.Range(0, data.Count).Where(i => data.JudgeOnly[i]).Select(i => data.Keys[i]));
        Assert.Equal(25, version.Steps.Single(step => step.Step == "distrust depot-leeds-1").Touched);
    }

    [Fact]
    public void A_relabelled_slice_changes_its_recorded_labels_within_bounds()
    {
        var project = Depots();
        var repair = new Repair("far", "relabel", [new Condition("depot", "Leeds"), new Condition("km", null, 20, 60)], "no", "yes", "…", [], Now);

        var version = Run(project, [new Correction("k40", "late", "no", "no", "f", Now)], [repair]);
        var data = DatasetReader.Load(project, version, Blobs);

        // Leeds with 20 <= km < 60: 20, 24, …, 56 are ten rows; k40 was confirmed by a person.
        var yes = Enumerable.Range(0, data.Count).Where(i => data.Features["depot"].Texts![i] == "Leeds" && data.Classes[data.Labels[i]] == "yes").Select(i => data.Keys[i]);
        Assert.Equal(["k20", "k24", "k28", "k32", "k36", "k44", "k48", "k52", "k56"], yes);
        Assert.Equal(9, version.Steps.Single(step => step.Step == "relabel far").Touched);
    }

    [Fact]
    public void A_correction_or_repair_that_does_not_fit_is_a_fault()
    {
        var project = Depots();
        var faults = Assert.Throws<FaultException>(() => Run(project, [new Correction("k0", "lat", null, "yes", "f1", Now), new Correction("k0", "km", null, "far", "f2", Now)],
        [
            new Repair("r1", "distrust", [new Condition("dept", "Leeds")], null, null, "", [], Now), new Repair("r2", "distrust", [new Condition("km", "far")], null, null, "", [], Now),
            new Repair("r3", "relabel", [new Condition("depot", "Leeds")], null, "yes", "", [], Now), new Repair("r4", "distrust", [], null, null, "", [], Now), new Repair("r5", "burn", [new Condition("depot", "Leeds")], null, null, "", [], Now),
        ])).Faults;

        Assert.Equal(["correction f2", "correction f1", "repair r1", "repair r2", "repair r3", "repair r4", "repair r5"], faults.Select(fault => fault.Where));
        Assert.Contains("Did you mean \"late\"?", faults[1].What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_keeps_what_was_added_and_names_the_line_of_a_fault()
    {
        var correction = new Correction("k0", "late", null, "spät", "f1", Now);
        var repair = new Repair("depot-leeds-1", "distrust", [new Condition("depot", "Leeds"), new Condition("km", null, 1, 2)], null, null, "Grund", ["f1"], Now);
        Assert.Equal("corrections/values.jsonl", CorrectionsFolder.Add(Folder.Path, correction));
        CorrectionsFolder.Add(Folder.Path, correction); // again: nothing changes
        CorrectionsFolder.Add(Folder.Path, correction with { Key = "k1" });
        Assert.Equal("corrections/repair-depot-leeds-1.json", CorrectionsFolder.Add(Folder.Path, repair));

        var (corrections, repairs) = CorrectionsFolder.Read(Folder.Path);
        Assert.Equal([correction, correction with { Key = "k1" }], corrections);
        Assert.Equal(repair.Where, Assert.Single(repairs).Where);
        var file = Path.Combine(Folder.Path, "corrections", "values.jsonl");
        Assert.Equal("""{"key":"k0","column":"late","now":"spät","feedback":"f1","at":"2026-11-24T12:00:00+00:00"}""", File.ReadLines(file).First());

        File.AppendAllText(file, "{\"key\":\"k2\"}\nnonsense\n");
        Folder.File("corrections/repair-x.json", "{\n \"id\": \"x\",\n \"idd\": 1\n}");
        var faults = Assert.Throws<FaultException>(() => CorrectionsFolder.Read(Folder.Path)).Faults;
        Assert.Equal([$"{file}:3:1", $"{file}:4:2", Path.Combine(Folder.Path, "corrections", "repair-x.json") + ":3:8"], faults.Select(fault => fault.Where));
        Assert.Throws<ArgumentException>(() => CorrectionsFolder.Add(Folder.Path, repair with { Id = "../x" }));
    }
}
