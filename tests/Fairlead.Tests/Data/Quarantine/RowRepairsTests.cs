using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Quarantine;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Quarantine;

/// <summary>Rows that did not pass are put right, kept as they are or left out, one by one, and none is ever lost.</summary>
public sealed class RowRepairsTests : DataTest
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_repaired_value_goes_through_cleaning_and_checks_like_one_of_the_source()
    {
        var project = Orders();
        var before = Run(project);
        var rows = In(before).ToDictionary(row => row.Key);
        Assert.Equal(["x1", "x2", "x3"], rows.Keys.Order());

        var after = Run(project, rows:
        [
            Set(rows["x1"], "weight", " 12 "), // trimmed and read as a number
            Set(rows["x2"], "weight", "-7"), // still below 0
            Set(rows["x3"], "y", "a"),
        ]);

        Assert.Equal((43, 42, 1, 0), (after.Read, after.Kept, after.Quarantined, after.Dropped));
        Assert.Equal("12", Rows(after.Blob).Single(row => row["__key"] == "x1")["weight"]);
        var left = Assert.Single(In(after));
        Assert.Equal(("x2", "12kg"), (left.Key, left.Values.Single(value => value.Key == "weight").Value)); // as the source has it, so that the next repair finds it again
        Assert.Equal(["between:weight"], left.Reasons);
        Assert.Equal(Rows(before.Blob).Select(row => (row["__key"], row["__side"])), Rows(after.Blob).Where(row => !row["__key"]!.StartsWith('x')).Select(row => (row["__key"], row["__side"])));
        Assert.Contains(after.Steps, step => step is { Step: "repaired rows: set", Touched: 3 });
    }

    [Fact]
    public void A_released_row_is_kept_though_it_fails_what_was_named_and_nothing_else()
    {
        var project = Orders();
        var rows = In(Run(project)).ToDictionary(row => row.Key);

        var after = Run(project, rows: [Release(rows["x1"], "between:weight"), Release(rows["x2"], "between:weight")]);

        Assert.Equal(["x2", "x3"], In(after).Select(row => row.Key)); // x2 fails type:weight
        Assert.Equal("-3", Rows(after.Blob).Single(row => row["__key"] == "x1")["weight"]);
    }

    [Fact]
    public void A_row_left_out_counts_as_dropped_with_its_reason()
    {
        var project = Orders();
        var row = In(Run(project)).Single(row => row.Key == "x3");

        var after = Run(project, rows: [new RowRepair(row.Key, row.Content, RowRepair.Drop, null, null, "a test order", At)]);

        Assert.Equal((43, 40, 2, 1), (after.Read, after.Kept, after.Quarantined, after.Dropped));
        Assert.Equal(1, after.DropReasons["left out by a person"]);
    }

    [Fact]
    public void A_row_that_changed_since_is_not_touched_and_the_repair_waits()
    {
        var project = Orders();
        var row = In(Run(project)).Single(row => row.Key == "x1");
        Folder.File("a.csv", Table("x1,-4,a\n"));

        var after = Run(project, rows: [Set(row, "weight", "4")]);

        Assert.Equal("-4", In(after).Single(other => other.Key == "x1").Values.Single(value => value.Key == "weight").Value);
        Assert.Contains(after.Findings, finding => finding is { Kind: "correction", Rows: 1 });
    }

    [Fact]
    public void The_later_of_two_repairs_of_a_row_counts()
    {
        var project = Orders();
        var row = In(Run(project)).Single(row => row.Key == "x1");

        var after = Run(project, rows: [Set(row, "weight", "5") with { At = At.AddHours(1) }, Set(row, "weight", "4")]);

        Assert.Equal("5", Rows(after.Blob).Single(kept => kept["__key"] == "x1")["weight"]);
    }

    [Fact]
    public void What_can_not_be_repaired_is_a_fault_and_every_one_is_named()
    {
        var project = Orders();
        var row = In(Run(project)).Single(row => row.Key == "x3");

        var faults = Assert.Throws<FaultException>(() => Run(project, rows: [Set(row, "wieght", "1"), Release(row, "no label") with { Content = "0" }])).Faults;

        Assert.Collection(faults.OrderBy(fault => fault.What, StringComparer.Ordinal),
            fault => Assert.Contains("without a label", fault.What, StringComparison.Ordinal),
            fault => Assert.Contains("weight", fault.What, StringComparison.Ordinal));
    }

    [Fact]
    public void The_file_of_repairs_is_read_back_as_written_and_its_faults_are_told_at_once()
    {
        RowRepair[] repairs =
        [
            new("x1", "00ff", RowRepair.Set, new Dictionary<string, string?> { ["weight"] = "1", ["region"] = null }, null, null, At),
            new("x2", "00fe", RowRepair.Release, null, ["between:weight"], "weighed again", At),
        ];
        Directory.CreateDirectory(Path.Combine(Folder.Path, "corrections"));
        var path = Path.Combine(Folder.Path, "corrections", "rows.jsonl");
        File.WriteAllText(path, string.Concat(repairs.Select(repair => CorrectionsFolder.Line(repair) + "\n")));
        Assert.Equal(repairs.Select(CorrectionsFolder.Line), CorrectionsFolder.ReadRows(Folder.Path).Select(CorrectionsFolder.Line));

        File.WriteAllText(path, """
            {"key":"x1","content":"00ff","action":"set","at":"2026-11-25T09:00:00+00:00"}
            {"key":"x1","content":"00ff","action":"burn","at":"2026-11-25T09:00:00+00:00"}
            {"key":"x1","content":"00ff","action":"drop","at":"2026-11-25T09:00:00+00:00"}
            {"key":"x1"
            """);
        var faults = Assert.Throws<FaultException>(() => CorrectionsFolder.ReadRows(Folder.Path)).Faults;
        Assert.Equal([$"{path}:1:1", $"{path}:2:1", $"{path}:3:1"], faults.Take(3).Select(fault => fault.Where));
        Assert.Equal(4, faults.Count);
    }

    [Fact]
    public void Rows_read_are_kept_quarantined_or_dropped_through_every_repair_and_release()
    {
        // Rows: weight from a few good and bad texts, label present or not; decisions: any action on any quarantined row, over three versions in a row.
        var row = Gen.Select(Gen.OneOf<string>([.. new[] { "1", "2", "-5", "900", "12kg", "" }.Select(Gen.Const)]), Gen.OneOf<string>([.. new[] { "a", "b", "" }.Select(Gen.Const)]));
        var decision = Gen.Select(Gen.OneOf<string>([.. new[] { RowRepair.Set, RowRepair.Release, RowRepair.Drop }.Select(Gen.Const)]), Gen.OneOf<string>([.. new[] { "3", "-1", "x", "" }.Select(Gen.Const)]), Gen.Int[0, 7]);
        Gen.Select(row.Array[10, 30], decision.Array[1, 6].Array[3]).Sample((rows, rounds) =>
        {
            Folder.File("a.csv", Table(string.Concat(rows.Select((one, i) => $"q{i % 8},{one.Item1},{one.Item2}\n"))));
            var project = Orders() with { TableSteps = [new DropDuplicatesStep([])] };
            List<RowRepair> said = [];
            for (var round = 0; round < rounds.Length; round++)
            {
                var version = Run(project, rows: said);
                Assert.Equal(version.Read, version.Kept + version.Quarantined + version.Dropped);
                Assert.Equal(version.Quarantined, Rows(version.Quarantine).Count);
                Assert.Equal(version.Kept, Rows(version.Blob).Count);
                Assert.Equal(version.Dropped, version.DropReasons.Values.Sum());
                var waiting = In(version);
                said.AddRange(rounds[round].Where(_ => waiting.Count > 0).Select(one => Decided(waiting[one.Item3 % waiting.Count], one.Item1, one.Item2, At.AddHours(round))));
            }
        }, seed: "0000000002wA1", iter: 8, threads: 1);
    }

    private static RowRepair Decided(QuarantineRow row, string action, string value, DateTimeOffset at)
    {
        var waived = row.Reasons.Where(reason => reason is not ("no label" or "label is not a number")).ToList();
        return action switch
        {
            RowRepair.Set => Set(row, "weight", value) with { At = at },
            RowRepair.Release when waived.Count > 0 => new RowRepair(row.Key, row.Content, action, null, waived, "as it is", at),
            _ => new RowRepair(row.Key, row.Content, RowRepair.Drop, null, null, "no use", at),
        };
    }

    private static RowRepair Set(QuarantineRow row, string column, string value) => new(row.Key, row.Content, RowRepair.Set, new Dictionary<string, string?> { [column] = value }, null, null, At);

    [Fact] // who knows all of a row but one value must not be able to try them
    public void Where_rows_are_named_by_a_keyed_hash_so_is_their_content_and_lines_from_before_still_count()
    {
        Folder.File("k.csv", "weight,place,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},p{i % 7},{(i % 2 == 0 ? "a" : "b")}\n")) + "-3,p1,a\n-4,p2,b\n");
        var project = Project("k.csv", "y") with { Checks = [Check("between:weight", new BetweenCheck("weight", 0, 100))] };
        var rows = BrowseQuarantine.Run(project, Run(project), Blobs, new BrowseQuarantine.Request(), CancellationToken.None).Rows;

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Matches("^#[0-9a-f]{4}-[0-9a-f]{32}$", row.Key));
        Assert.All(rows, row => Assert.Matches("^k[0-9a-f]{16}$", row.Content));
        const string Md5 = "8f083a14e0e7bada"; // of -4, p2 and b with U+001F between

        Assert.Equal(41, Run(project, rows: [Release(rows[0], "between:weight")]).Kept);
        Assert.Equal(41, Run(project, rows: [Release(rows[1] with { Content = Md5 }, "between:weight")]).Kept);
        Assert.Equal(40, Run(project, rows: [Release(rows[1] with { Content = rows[0].Content }, "between:weight")]).Kept);
    }

    private static RowRepair Release(QuarantineRow row, params string[] reasons) => new(row.Key, row.Content, RowRepair.Release, null, reasons, "as it is", At);

    private static string Table(string more) => "id,weight,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"r{i},{i % 9},{(i % 2 == 0 ? "a" : "b")}\n")) + more;

    private IReadOnlyList<QuarantineRow> In(DatasetVersion version) => BrowseQuarantine.Run(Orders(), version, Blobs, new BrowseQuarantine.Request(), CancellationToken.None).Rows;

    private ProjectFile Orders()
    {
        if (!File.Exists(Path.Combine(Folder.Path, "a.csv")))
        {
            Folder.File("a.csv", Table("x1,-3,a\nx2,12kg,b\nx3,5,\n"));
        }

        return Project("a.csv", "y", key: "id") with { Checks = [Check("between:weight", new BetweenCheck("weight", 0, 100)), Check("type:weight", new TypeCheck("weight", "number"), before: true)] };
    }
}
