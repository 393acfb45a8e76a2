using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects;

public sealed class ProjectFileReaderTests
{
    internal const string Good = """
        project: orders
        id: 0a1b2c3d
        question: Which orders will be late?
        data:
          source: orders.csv
          key: order_id
          time: ordered_at
        target:
          column: late
          task: binary
          positive: "yes"
          thing: Order
          name: order_id
          says: {"yes": will probably be late, "no": will probably arrive on time}
        columns:
          order_id: id
          ordered_at: {kind: date, format: dmy}
          weight_kg: {kind: number, unit: kg, label: Weight}
          carrier: category
          note: {kind: text, personal: mask}
          email: {kind: category, personal: drop}
          paid: {kind: number, ignore: known only afterwards}
        clean:
          - trim: [carrier]
          - missing: {column: weight_kg, values: ["N/A", -999.0]}
          - normalise: {column: carrier, map: {gruenbote: Grünbote}}
          - impute: {column: weight_kg, with: median}
          - drop duplicates
        checks:
          - not_null: carrier
          - between: {column: weight_kg, min: 0, strict_min: true, mostly: 0.98}
          - between: {column: weight_kg, max: 100, severity: warn}
          - {check: in_set, column: carrier, values: [Nordpost, Grünbote], when: before}
          - unique: order_id
          - between: {column: ordered_at, min: 1970-01-02}
        split: {by: key, exam: 0.25, sealed: 0, seed: 7}
        training: {trials: 20}
        gates:
          - auc >= 0.80
          - checks pass
        """;

    [Fact] // else all but the first would be left out without a word
    public void Several_files_under_source_are_a_fault()
    {
        var fault = Assert.Throws<FaultException>(() => ProjectFileReader.Parse(Good.Replace("source: orders.csv", "source: [orders.csv, more.csv]", StringComparison.Ordinal), "/somewhere")).Faults.Single();
        Assert.Contains("several files", fault.What, StringComparison.Ordinal);
        Assert.Equal("fairlead.yaml:5", string.Join(':', fault.Where.Split(':')[..2]));
    }

    [Fact]
    public void A_project_is_read_as_declared()
    {
        var project = ProjectFileReader.Parse(Good, "/somewhere");

        Assert.Equal(("orders", "0a1b2c3d", "late", ModelTask.Binary, "yes"), (project.Project, project.Id, project.Target, project.Task, project.Positive));
        Assert.Equal("will probably be late", project.Wording.Answers["yes"]);
        Assert.Equal(new ProjectColumn("weight_kg", ColumnKind.Number, "Weight", Unit: "kg"), project.Columns[2]);
        Assert.Equal(new SplitRule("key", null, 0.25, 0, 7), project.Split);
        Assert.Equal(new TrainingRule(null, 20, 1), project.Training);
        Assert.Equal(["ordered_at", "weight_kg", "carrier", "note"], project.Columns.Where(c => c.IsFeature).Select(c => c.Name));

        // What is no feature can't be known when a prediction is asked for, so it is not required.
        Assert.Equal(["order_id", "email", "paid"], project.Columns.Where(c => !c.Required).Select(c => c.Name));
    }

    [Fact]
    public void Row_steps_run_trim_then_text_then_mask_then_cast_then_numbers()
    {
        var project = ProjectFileReader.Parse(Good, "/somewhere");

        Assert.Equal(
            [
                "Trim ordered_at", "Trim weight_kg", "Trim carrier", "Trim paid",
                "Missing weight_kg N/A", "Normalise carrier", "Mask note", "Cast ordered_at Date dmy", "Cast weight_kg Number ", "Cast paid Number ",
                "Missing weight_kg -999", "Impute weight_kg  median",
            ],
            project.RowSteps.Select(s => s switch
            {
                MissingStep m => $"Missing {m.Column} {string.Join('|', m.Values)}",
                CastStep c => $"Cast {c.Column} {c.To} {c.Format}",
                ImputeStep i => $"Impute {i.Column} {i.Value} {i.Fit}",
                _ => $"{s.GetType().Name.Replace("Step", "")} {s.Column}",
            }));
        Assert.Single(project.TableSteps);
    }

    [Fact]
    public void Checks_are_read_in_both_forms_with_stable_ids()
    {
        var checks = ProjectFileReader.Parse(Good, "/somewhere").Checks;

        Assert.Equal(
            ["not_null:carrier", "between:weight_kg", "between:weight_kg:2", "in_set:carrier", "unique:order_id", "between:ordered_at"], checks.Select(c => c.Id));
        Assert.Equal(new BetweenCheck("weight_kg", 0, null, StrictMin: true), checks[1].Row);
        Assert.Equal((0.98, true), (checks[1].Mostly, checks[1].Error));
        Assert.False(checks[2].Error);
        Assert.True(checks[3].BeforeCleaning);
        Assert.Equal(1.0, ((BetweenCheck)checks[5].Row!).Min); // a date bound counts days since 1970-01-01
        Assert.Equal("fairlead.yaml:31:5", checks[1].Where);
    }

    [Fact]
    public void Every_fault_is_reported_at_once_with_its_place_and_fix()
    {
        const string text = """
            projekt: orders
            project: My Orders
            id: 12
            question: Which?
            data:
              source: orders.csv
              key: order_di
              time: carrier
            target:
              column: late
              task: binry
            columns:
              order_id: id
              carrier: categorie
              weight: {kind: number, personal: mask, max: 3}
              note: {kind: text, personal: keep}
              weight: number
              late: category
            clean:
              - trimm: all
              - missing: {column: weight}
              - impute: {column: note, with: median}
              - 7
            checks:
              - betwen: {column: weight, min: 0}
              - between: {column: weight}
              - between: {column: carrier, min: 0}
              - between: {column: weight, min: 9, max: 1}
              - matches: {column: weight, pattern: a}
              - matches: {column: carrier, pattern: "(?=a)"}
              - in_set: {column: weight, values: [1, two]}
              - not_null: carier
              - freshness: {column: carrier, max: 3}
            split: {by: time, exam: 0.9}
            training: {seconds: 3, trials: 4}
            gates: [auc >= 0.8]
            """;
        var exception = Assert.Throws<FaultException>(() => ProjectFileReader.Parse(text, "/somewhere"));

        (string Where, string Says)[] expected =
        [
            ("1:1", "Did you mean \"project\"?"), ("2:10", "1 to 63 of a-z"), ("3:5", "Restore the line from git"), ("7:8", "Did you mean \"order_id\"?"),
            ("8:9", "not a date column"), ("11:9", "Did you mean \"binary\"?"), ("14:12", "Did you mean \"category\"?"), ("15:36", "Only free text is masked"),
            ("15:42", "\"max\" is not a key"), ("16:32", "only for a reason"), ("17:3", "given twice"), ("18:3", "is the target"),
            ("20:5", "Did you mean \"trim\"?"), ("21:14", "\"values\" is missing in \"missing\""), ("22:34", "has no median"), ("23:5", "not a cleaning step"),
            ("25:5", "Did you mean \"between\"?"), ("26:5", "neither min nor max"), ("27:5", "needs a number or date column"), ("28:36", "no value can meet it"),
            ("29:5", "looks at text"), ("30:41", "RE2 syntax"), ("31:42", "\"two\" is not a number"), ("32:15", "Did you mean \"carrier\"?"),
            ("33:25", "its age can't be told"), ("34:8", "needs its column"), ("34:25", "outside 0.01 to 0.5"), ("35:32", "Keep one"),
        ];
        foreach (var (where, says) in expected)
        {
            Assert.True(exception.Faults.Any(f => f.Where == $"fairlead.yaml:{where}" && f.ToString().Contains(says, StringComparison.Ordinal)), $"{where} {says} is not among:\n{exception.Message}");
        }

        // In the file's order.
        var lines = exception.Faults.Select(f => int.Parse(f.Where.Split(':')[1])).ToList();
        Assert.Equal(lines.Order(), lines);
    }

    [Theory]
    [InlineData("", "1:1", "The file is empty")]
    [InlineData("# nothing\n", "1:1", "The file is empty")]
    [InlineData("- a", "1:1", "made of keys and values")]
    [InlineData("project: {a", "2:1", "This is not YAML")]
    [InlineData("project: orders\n\tid: 3", "2:1", "This is not YAML")]
    [InlineData("project: &a orders", "1:", "Anchors")]
    [InlineData("project: *a", "1:", "alias")]
    [InlineData("project: a\n---\nproject: b", "2:", "second document")]
    [InlineData("project: [[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]", "1:", "Nested deeper")]
    public void What_is_not_a_project_file_says_where(string text, string place, string says)
    {
        var fault = Assert.Single(Assert.Throws<FaultException>(() => ProjectFileReader.Parse(text, "/somewhere")).Faults);
        Assert.StartsWith($"fairlead.yaml:{place}", fault.Where);
        Assert.Contains(says, fault.What);
    }

    [Fact]
    public void What_is_missing_is_named_with_the_line_to_add()
    {
        var faults = Assert.Throws<FaultException>(() => ProjectFileReader.Parse("project: a", "/somewhere")).Faults;
        Assert.Equal(["id", "question", "data", "target", "columns"], faults.Select(f => f.What.Split('"')[1]));
        Assert.Contains("Add \"id: 0a1b2c3d\".", faults[0].Fix);
    }

    [Theory]
    [InlineData("by: time, column: ordered_at, exam_from: 2026-01-01, sealed_from: 2025-01-01", "must start after")]
    [InlineData("by: time, column: ordered_at", "first moment")]
    [InlineData("by: time, column: carrier, exam_from: 2026-01-01", "not a date column")]
    [InlineData("by: group", "needs its column")]
    [InlineData("by: group, column: late", "The target can't deal the rows")]
    [InlineData("by: key, exam_from: 2026-01-01", "belongs to a split by time")]
    [InlineData("by: key, seed: 1.5", "whole number")]
    public void A_split_that_cannot_work_is_a_fault(string split, string says)
    {
        var text = Good.Replace("by: key, exam: 0.25, sealed: 0, seed: 7", split, StringComparison.Ordinal);
        Assert.Contains(says, Assert.Throws<FaultException>(() => ProjectFileReader.Parse(text, "/somewhere")).Message);
    }

    [Fact]
    public void A_split_by_time_keeps_its_moments()
    {
        var text = Good.Replace("by: key, exam: 0.25, sealed: 0, seed: 7", "by: time, column: ordered_at, exam_from: 2026-01-01", StringComparison.Ordinal);
        var split = ProjectFileReader.Parse(text, "/somewhere").Split;
        Assert.Equal(new SplitRule("time", "ordered_at", 0.2, 0, 1, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), split);
    }

    [Fact]
    public void Columns_are_held_against_the_data_file_both_ways()
    {
        using var folder = new TemporaryFolder();
        folder.File("orders.csv", "order_id,ordered_at,weight,carrier,note,email,paid,late,extra\n1,01.02.2026,3,a,b,c,0,no,x\n2,01.02.2026,3,a,b,c,0,yes,x\n");
        folder.File(ProjectFile.FileName, Good);
        var faults = Assert.Throws<FaultException>(() => ProjectFileReader.Read(folder.Path)).Faults.Select(f => f.ToString()).ToList();

        Assert.Equal(3, faults.Count);
        Assert.Contains("orders.csv has a column \"weight\" that is not declared", faults[0]);
        Assert.Contains("orders.csv has a column \"extra\" that is not declared", faults[1]);
        Assert.Contains("fairlead.yaml:18:3: orders.csv has no column \"weight_kg\"", faults[2]);

        File.Delete(Path.Combine(folder.Path, "orders.csv"));
        Assert.Contains("There is no file", Assert.Throws<FaultException>(() => ProjectFileReader.Read(folder.Path)).Message);
        Assert.Equal("orders", ProjectFileReader.Read(folder.Path, withSource: false).Project);
    }

    [Fact] // property: whatever a person types, the answer is a project or faults with a place, never a crash
    public void Any_typing_error_gives_faults_with_a_place() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, 12], Gen.OneOf(Gen.Char["{}[]:,-#&*!|>'\"% \n\t0a~?"].Array[0, 3].Select(c => new string(c)), OneOfThese("null", "- ", "999999999999999999999", "columns:", "{a: 1}")))
            .Sample(
                (at, length, typed) =>
                {
                    var text = Good[..at] + typed + Good[Math.Min(Good.Length, at + length)..];
                    try
                    {
                        ProjectFileWriter.Text(ProjectFileReader.Parse(text, "/somewhere"));
                    }
                    catch (FaultException exception)
                    {
                        Assert.All(exception.Faults, f => Assert.Matches(@"^fairlead\.yaml(:\d+:\d+)?$", f.Where));
                    }
                },
                iter: 3_000, seed: "0000KnS0n2Y0", threads: 1);

    [Fact]
    public void A_folder_without_a_project_says_how_to_make_one()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("fairlead new", Assert.Throws<FaultException>(() => ProjectFileReader.Read(folder.Path)).Faults[0].Fix);
        File.WriteAllBytes(Path.Combine(folder.Path, ProjectFile.FileName), [0x70, 0xff, 0x3a]);
        Assert.Contains("not UTF-8", Assert.Throws<FaultException>(() => ProjectFileReader.Read(folder.Path)).Message);
    }

    private static Gen<string> OneOfThese(params string[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
