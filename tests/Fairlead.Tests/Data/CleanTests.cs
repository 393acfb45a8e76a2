using System.Globalization;
using System.Text;
using Fairlead.Data;
using Fairlead.Data.Quarantine;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

public sealed class CleanTests : DataTest
{
    [Theory]
    [InlineData("telco_churn.csv", "Churn", ModelTask.Binary, "customerID")]
    [InlineData("bank_marketing_full.csv", "deposit", ModelTask.Binary, null)]
    [InlineData("wine_all_header.csv", "quality", ModelTask.Multiclass, null)]
    [InlineData("penguins.csv", "species", ModelTask.Multiclass, null)]
    [InlineData("california_housing.csv", "median_house_value", ModelTask.Regression, null)]
    [InlineData("corefx_issues_train.tsv", "Area", ModelTask.Multiclass, "ID")]
    [InlineData("sms_spam.tsv", "column0", ModelTask.Binary, null)]
    public void Real_files_are_cleaned_and_loaded_and_no_row_is_lost(string file, string target, ModelTask task, string? key)
    {
        var project = Project(RealData.File(file), target, task, key) with { TableSteps = [new DropDuplicatesStep([])] };

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(version.Read, version.Kept + version.Quarantined + version.Dropped);
        Assert.Equal(version.Kept, data.Count);
        Assert.Equal(version.Sides["exam"], data.Sides.Count(side => side == Side.Exam));
        Assert.InRange(version.Sides["exam"] / (double)version.Kept, 0.15, 0.25); // share 0.2; 300 rows have a standard error of 0.023
        Assert.All(data.Folds, fold => Assert.InRange(fold, 0, DatasetVersion.Folds - 1));
        Assert.Equal(project.Columns.Count(column => column.IsFeature), data.Features.Columns.Count);
    }

    /// <summary>A date in year 0 is none: it is told and left missing. The first and the last date there are stay what they are, in the version, its profile and its checks, and no row is lost.</summary>
    [Fact]
    public void Dates_at_the_ends_of_time_are_kept_or_told()
    {
        Folder.File("a.csv", "id,when,y\n" + Many(40, i => $"{i},{i switch { 1 => "0000-01-01", 2 => "0001-01-01", 3 => "9999-12-31", 4 => "9999-12-31T23:59:59Z", 5 => "10000-01-01", 6 => "-0001-05-05", _ => $"2024-02-{(i % 28) + 1:00}" }},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name == "when" ? column with { Kind = ColumnKind.Date } : column) with
        {
            RowSteps = [new TrimStep("when"), new CastStep("when", ColumnKind.Date, "ymd")],
            Checks = [Check("date", new ParseableDateCheck("when"), error: false, before: true), Check("range", new BetweenCheck("when", 0, null), error: false)],
        };

        var version = Run(project);

        Assert.Equal((40, 40), (version.Read, version.Kept));
        var unreadable = Assert.Single(version.Findings, finding => finding.Kind == "unreadable");
        Assert.Equal(("when can't be read as a date in 3 rows.", "Read as missing."), (unreadable.Title, unreadable.Done));
        Assert.Equal(["0000-01-01", "10000-01-01", "-0001-05-05"], unreadable.Examples.Select(example => example.Before));
        Assert.Equal([3, 1], version.Checks.Select(check => (int)check.Unexpected)); // three are no dates; one lies before 1970
        var days = DatasetReader.Load(project, version, Blobs).Features["when"].Numbers!;
        Assert.Equal(3, days.Count(double.IsNaN));
        Assert.Equal((-719_162, 2_932_896), (days.Where(day => !double.IsNaN(day)).Min(), Math.Floor(days.Where(day => !double.IsNaN(day)).Max()))); // .NET: DateOnly.MinValue and MaxValue less 719,162 days
        var profile = version.Details!.Columns.Single(column => column.Name == "when");
        Assert.Equal(("0001-01-01T00:00:00Z", 3), (profile.Dates!.First, profile.Missing));
        Assert.StartsWith("9999-12-31", profile.Dates.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicates_of_the_wine_file_are_dropped()
    {
        // pandas: 6,497 rows, 5,320 of them different (1,177 copies), counted with the type column among them.
        var project = Project(RealData.File("wine_all_header.csv"), "quality", ModelTask.Multiclass) with { TableSteps = [new DropDuplicatesStep([])] };

        var version = Run(project);

        Assert.Equal((5320, 1177, 0), (version.Kept, version.Dropped, version.Quarantined));
        Assert.Equal(1177, version.DropReasons["duplicate"]);
        var finding = Assert.Single(version.Findings, finding => finding.Kind == "duplicate");
        Assert.Equal("1,177 rows are copies of other rows.", finding.Title);
        Assert.Equal(5, finding.Examples.Count);
    }

    [Fact]
    public void Blanks_of_the_telco_file_are_missing_not_zero()
    {
        var project = Project(RealData.File("telco_churn.csv"), "Churn", key: "customerID");

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(11, data.Features["TotalCharges"].Numbers!.Count(double.IsNaN)); // 11 customers of tenure 0 have a blank
        Assert.Contains(version.Findings, finding => finding.Title == "TotalCharges has no value in 11 rows of 7,043.");
        Assert.Equal(["No", "Yes"], DatasetReader.Load(project with { Positive = "Yes" }, version, Blobs).Classes);
        Assert.Equal(["Yes", "No"], DatasetReader.Load(project with { Positive = "No" }, version, Blobs).Classes);
        var profile = version.Profile.Single(profile => profile.Name == "tenure");
        Assert.Equal((0.0, 72.0, 29.0), (profile.Min, profile.Max, profile.Median)); // as published for this data set: mean 32.37
        Assert.Equal(32.37, profile.Mean!.Value, 0.005);
        Assert.Equal(7043, profile.Histogram.Sum());
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        var project = Project(RealData.File("bank_marketing_full.csv"), "deposit") with { TableSteps = [new DropDuplicatesStep([])] };

        var (first, second) = (Run(project), Run(project));

        Assert.Equal((first.Id, first.Blob, first.Quarantine, first.RawBlob), (second.Id, second.Blob, second.Quarantine, second.RawBlob));
        Assert.Equal(first.Profile.Select(Text), second.Profile.Select(Text));

        static string Text(ColumnProfile profile) => string.Create(CultureInfo.InvariantCulture, $"{profile} {profile.Mean:R} {profile.StandardDeviation:R} {string.Join(",", profile.Histogram)} {string.Join(",", profile.Top)}");
    }

    [Fact]
    public void Checks_put_rows_into_quarantine_with_their_reasons()
    {
        Folder.File("a.csv", "id,weight,region,from,to,y\n" + Many(40, i => $"r{i},{i},North,{i},{i + 1},{(i % 2 == 0 ? "a" : "b")}")
            + "x1,-3,Nrth,1,2,a\nx2,12kg,North,1,2,b\nx3,,North,9,2,b\nx4,5,North,1,2,\n");
        var project = Project("a.csv", "y", key: "id") with
        {
            Checks =
            [
                Check("between:weight", new BetweenCheck("weight", 0, 100)), Check("in_set:region", new InSetCheck("region", ["North"])), Check("type:weight", new TypeCheck("weight", "number"), before: true),
                Check("pair", new CompareCheck("to", "from", false), error: false), Check("not_null:weight", new NotNullCheck("weight"), error: false, before: true),
                Check("unique:id", new UniqueCheck(["id"])), Check("rows", new RowCountCheck(100, null)), Check("matches:id", new MatchesCheck("id", "^[rx][0-9]+$")), Check("length:region", new LengthCheck("region", 5, 5), mostly: 0.9),
            ],
        };

        var version = Run(project);

        Assert.Equal((44, 41, 3, 0), (version.Read, version.Kept, version.Quarantined, version.Dropped));
        Assert.Equal(new SortedDictionary<string, long> { ["between:weight"] = 1, ["in_set:region"] = 1, ["length:region"] = 1, ["type:weight"] = 1, ["no label"] = 1 }, version.QuarantineReasons);
        var quarantine = Rows(version.Quarantine);
        Assert.Equal(["between:weight; in_set:region; length:region", "type:weight", "no label"], quarantine.Select(row => row["__reason"]));
        Assert.Equal(["-3", "12kg", "5"], quarantine.Select(row => row["weight"]));
        Assert.Equal(quarantine.Select(row => row["weight"]), BrowseQuarantine.Run(project, version, Blobs, new BrowseQuarantine.Request(), CancellationToken.None).Rows.Select(row => row.Values.Single(value => value.Key == "weight").Value));
        var outcomes = version.Checks.ToDictionary(check => check.Id);
        Assert.Equal((false, true, 1, 2, 44), (outcomes["between:weight"].Passed, outcomes["between:weight"].Quarantined, outcomes["between:weight"].Unexpected, outcomes["between:weight"].Missing, outcomes["between:weight"].Elements));
        Assert.Equal(new RowExample(40, "-3", null), Assert.Single(outcomes["between:weight"].Examples));
        Assert.Equal(new RowExample(41, "12kg", null), Assert.Single(outcomes["type:weight"].Examples));
        Assert.Equal((false, 1), (outcomes["pair"].Passed, outcomes["pair"].Unexpected));
        Assert.False(outcomes["pair"].Quarantined); // a warning
        Assert.Equal((true, 1), (outcomes["length:region"].Passed, outcomes["length:region"].Unexpected)); // 43 of 44 = 0.977 are enough
        Assert.True(outcomes["unique:id"].Passed);
        Assert.True(outcomes["matches:id"].Passed);
        Assert.False(outcomes["rows"].Passed); // 44 rows, not 100
        Assert.Contains(version.Findings, finding => finding is { Kind: "impossible", Title: "weight is below 0 or above 100 in 1 row.", Done: "Put into quarantine." });
        Assert.Contains(version.Findings, finding => finding is { Kind: "unreadable", Title: "weight can't be read as a number in 1 row." });
    }

    [Fact]
    public void Unique_and_freshness_look_at_the_whole_table()
    {
        Folder.File("a.csv", "id,when,y\n" + Many(30, i => $"{i / 2},2026-11-{(i % 9) + 1},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", adjust: (name, column) => name == "when" ? column with { Kind = ColumnKind.Date } : column);
        project = project with { RowSteps = [], Checks = [Check("u", new UniqueCheck(["id"])), Check("f10", new FreshnessCheck("when", 10)), Check("f16", new FreshnessCheck("when", 16))] };

        var outcomes = Run(project).Checks;

        // The newest day is 2026-11-09; now is 2026-11-24 12:00: 15.5 days.
        Assert.Equal([false, false, true], outcomes.Select(check => check.Passed));
        Assert.Equal(30, outcomes[0].Unexpected); // every row of a duplicate
        Assert.Equal("the newest, 2026-11-09, is 15.5 days old", outcomes[1].Observed);
    }

    [Fact]
    public void Personal_columns_are_gone_and_text_is_masked_everywhere()
    {
        Folder.File("a.csv", "id,mail,note,x,y\n" + Many(40, i => $"{i},ann{i}@example.com,call 0151 555 01{i:00},{i},{(i % 2 == 0 ? "a" : "b")}") + "40,eve@example.com,ring 0151 555 0199,-1,a\n");
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name switch
        {
            "mail" => column with { Protection = Protection.Drop, Kind = ColumnKind.Text },
            "note" => column with { Protection = Protection.Mask, Kind = ColumnKind.Text },
            _ => column,
        }) with
        { Checks = [Check("b", new BetweenCheck("x", 0, null)), Check("m", new MatchesCheck("mail", "nobody"), error: false), Check("n", new MatchesCheck("note", "nobody"), error: false, before: true)] };

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);

        Assert.Equal(["note", "x"], data.Features.Columns.Select(column => column.Name));
        Assert.Equal("call [phone]", data.Features["note"].Texts![0]);
        var raw = DatasetReader.RawRows(project, version, [40, 0, 40], Blobs);
        Assert.Equal(["id", "note", "x", "y"], raw.Columns.Select(column => column.Name));
        Assert.Equal(["ring [phone]", "call [phone]", "ring [phone]"], raw["note"].Texts!);
        Assert.Equal("ring [phone]", Rows(version.Quarantine)[0]["note"]);
        Assert.DoesNotContain("mail", Rows(version.Quarantine)[0].Keys);
        var said = System.Text.Json.JsonSerializer.Serialize(version);
        Assert.DoesNotContain("@example.com", said, StringComparison.Ordinal);
        Assert.DoesNotContain("555", said, StringComparison.Ordinal);
        Assert.Contains(version.Findings, finding => finding is { Kind: "personal", Column: "mail", Rows: 41 });
    }

    [Fact]
    public void Two_people_with_the_same_features_are_no_duplicates()
    {
        Folder.File("a.csv", "mail,x,y\n" + Many(30, i => $"p{i / 2}@e.org,{i / 2 % 3},{(i / 2 % 2 == 0 ? "a" : "b")}")); // 15 people, each twice; few different features
        var project = Project("a.csv", "y", adjust: (name, column) => name == "mail" ? column with { Protection = Protection.Drop } : column with { Kind = ColumnKind.Category }) with { TableSteps = [new DropDuplicatesStep([])] };

        var fault = Assert.Throws<FaultException>(() => Run(project)); // 15 are left, fewer than 20
        Assert.Contains("Only 15 rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spellings_are_merged_and_holes_filled_with_what_the_training_side_says()
    {
        var random = new Random(3);
        Folder.File("a.csv", "id,c,n,y\n" + Many(200, i => $"{i},{(i % 10 == 0 ? "gruenbote" : i % 3 == 0 ? "" : "Nordpost")},{(i % 4 == 0 ? "" : random.Next(100))},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", key: "id");
        project = project with { RowSteps = [.. project.RowSteps, new NormaliseStep("c", new Dictionary<string, string> { ["gruenbote"] = "Grünbote" }), new ImputeStep("c", "", ImputeStep.MostFrequent), new ImputeStep("n", "", ImputeStep.Median)] };

        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);
        var plain = DatasetReader.Load(project, Run(project with { RowSteps = [.. project.RowSteps.Where(step => step is not ImputeStep)] }), Blobs);

        var training = Enumerable.Range(0, plain.Count).Where(i => plain.Sides[i] == Side.Train).Select(i => plain.Features["n"].Numbers![i]).Where(double.IsFinite).Order().ToList();
        var median = training.Count % 2 == 1 ? training[training.Count / 2] : (training[(training.Count / 2) - 1] + training[training.Count / 2]) / 2;
        Assert.Equal(NumberText.Shortest(median), version.RowSteps.OfType<ImputeStep>().Single(step => step.Column == "n").Value);
        Assert.Equal("Nordpost", version.RowSteps.OfType<ImputeStep>().Single(step => step.Column == "c").Value);
        Assert.Equal(median, data.Features["n"].Numbers![0]);
        Assert.DoesNotContain(data.Features["c"].Texts!, text => text is null);
        Assert.Contains(version.Findings, finding => finding is { Kind: "spelling", Rows: 20 } && finding.Done.Contains("gruenbote → Grünbote", StringComparison.Ordinal));
        Assert.Contains(version.Findings, finding => finding is { Kind: "missing", Column: "n", Rows: 50 });

        // What serving will do with a raw row is what stands in the version.
        var columns = project.Columns.Select(column => column.Name).ToList();
        var pipeline = new RowPipeline(columns, version.RowSteps);
        var raw = DatasetReader.RawRows(project, version, data.Rows, Blobs);
        for (var i = 0; i < data.Count; i++)
        {
            var row = columns.Select(name => raw[name][i]).ToArray();
            pipeline.Apply(row);
            Assert.Equal(data.Features["n"][i], row[columns.IndexOf("n")]);
            Assert.Equal(data.Features["c"][i], row[columns.IndexOf("c")]);
        }
    }

    [Fact]
    public void Rare_names_and_columns_the_project_does_not_know_are_told()
    {
        Folder.File("a.csv", "c,new,x,y\n" + Many(60, i => $"{(i == 7 ? "Odd" : "Usual")},{i},{i},{(i % 2 == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y");
        project = project with { Columns = [.. project.Columns.Where(column => column.Name != "new")], RowSteps = [] };

        var findings = Run(project).Findings;

        Assert.Contains(findings, finding => finding.Title == "c has 1 name with fewer than 5 rows: Odd.");
        Assert.Contains(findings, finding => finding.Title == "The source has a column \"new\" that fairlead.yaml does not name.");
    }

    [Theory]
    [InlineData("y2", ModelTask.Binary, "The target column \"y2\" is not in the file")]
    [InlineData("one", ModelTask.Binary, "The target has one class only, \"same\" (60)")]
    [InlineData("constant", ModelTask.Regression, "The target is the same in every row (5)")]
    [InlineData("y", ModelTask.Regression, "values of the target are not numbers")]
    [InlineData("three", ModelTask.Binary, "The task is binary, but the target has 3 classes")]
    [InlineData("id", ModelTask.Multiclass, "looks like an id")]
    public void A_target_that_can_not_be_learned_is_a_fault(string target, ModelTask task, string expected)
    {
        Folder.File("a.csv", "id,x,y,one,constant,three\n" + Many(60, i => $"k{i},{i},{(i % 2 == 0 ? "a" : "b")},same,5,{i % 3}"));
        var project = Project("a.csv", target, task);

        Assert.Contains(expected, Assert.Throws<FaultException>(() => Run(project)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_positive_class_and_few_rows_are_faults()
    {
        Folder.File("a.csv", "x,y\n" + Many(40, i => $"{i},{(i % 2 == 0 ? "yes" : "no")}"));
        Assert.Contains("Did you mean \"yes\"?", Assert.Throws<FaultException>(() => Run(Project("a.csv", "y") with { Positive = "Yess" })).Message, StringComparison.Ordinal);

        Folder.File("b.csv", "x,y\n" + Many(15, i => $"{i},{(i % 2 == 0 ? "yes" : "no")}"));
        Assert.Contains("Only 15 rows", Assert.Throws<FaultException>(() => Run(Project("b.csv", "y"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shift_over_the_months_is_told()
    {
        // 12 to 48 in 100 from the first to the last day; the thirds average 18 and 42.
        var random = new Random(5);
        Folder.File("a.csv", "at,carrier,still,y\n" + Many(3000, i => $"{new DateTime(2026, 1, 1).AddHours(i):yyyy-MM-dd HH:mm},{(random.NextDouble() < 0.12 + (0.36 * i / 3000) ? "Swiftline" : "Other")},{random.Next(10)},{(random.Next(2) == 0 ? "a" : "b")}"));
        var project = Project("a.csv", "y", adjust: (name, column) => name == "at" ? column with { Kind = ColumnKind.Date } : column) with { Time = "at" };

        var shift = Assert.Single(Run(project).Findings, finding => finding.Kind == "shift");

        Assert.Matches(@"^carrier shifts over time: (Swiftline goes from 1[5-9] to (39|4[0-5])|Other goes from 8[1-5] to (5[5-9]|60|61)) in 100 rows", shift.Title);
    }

    internal static string Many(int count, Func<int, string> row)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(row(i)).Append('\n');
        }

        return text.ToString();
    }
}
