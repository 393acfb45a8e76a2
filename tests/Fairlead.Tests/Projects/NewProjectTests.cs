using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sample;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects;

public sealed class NewProjectTests
{
    [Fact]
    public void The_sample_project_reads_as_the_golden_file()
    {
        using var folder = new TemporaryFolder();
        var outcome = MakeSample(folder.Path, id: "0a1b2c3d");

        // A change of the format or of what is inferred is seen here, and in docs/formats/fairlead-yaml.md.
        Golden.Check("orders.fairlead.yaml", File.ReadAllText(Path.Combine(folder.Path, ProjectFile.FileName)));
        Assert.Empty(outcome.Questions);
        ProjectFileWriterTests.AssertSame(outcome.Project, ProjectFileReader.Read(folder.Path));
    }

    [Fact]
    public void The_sample_s_faults_are_found()
    {
        using var folder = new TemporaryFolder();
        var project = MakeSample(folder.Path).Project;

        Assert.StartsWith("leak suspected", Column(project, "compensation_paid").Ignore);
        Assert.Equal(
            ["note Mask", "customer_name Drop", "customer_email Drop", "customer_phone Drop"],
            project.Columns.Where(c => c.Protection != Protection.None).Select(c => $"{c.Name} {c.Protection}"));
        Assert.Equal("Malmö", project.RowSteps.OfType<NormaliseStep>().Single(s => s.Column == "depot").Map["malmoe"]);
        Assert.Equal("Grünbote", project.RowSteps.OfType<NormaliseStep>().Single(s => s.Column == "carrier").Map["gruenbote"]);
        Assert.Single(project.TableSteps);
        Assert.Equal(("order_id", "ordered_at"), (project.Key, project.Time));

        // Impossible values are bounded well away from the possible ones (distances end at 1900).
        var between = project.Checks.Where(c => c.Row is BetweenCheck).ToDictionary(c => c.Row!.Column, c => (BetweenCheck)c.Row!);
        Assert.Equal(new BetweenCheck("weight_kg", 0, null, StrictMin: true), between["weight_kg"]);
        Assert.Equal(new BetweenCheck("promised_days", 0, null, StrictMin: true), between["promised_days"]);
        Assert.InRange(between["distance_km"].Max!.Value, 1_900, 10_000);

        // The faulty depot is not to be seen in the data: only people can bring it to light.
        Assert.Null(Column(project, "depot").Ignore);
        Assert.True(Column(project, "depot").IsFeature);
    }

    [Theory]
    [InlineData("telco_churn.csv", "Churn", ModelTask.Binary, "Yes")]
    [InlineData("bank_marketing_full.csv", "deposit", ModelTask.Binary, "yes")]
    [InlineData("credit_card_default.csv", "default", ModelTask.Binary, "1")]
    [InlineData("electricity_elec2.csv", "class", ModelTask.Binary, "1")]
    [InlineData("sms_spam.tsv", "column0", ModelTask.Binary, "spam")]
    [InlineData("wine_all_header.csv", "quality", ModelTask.Multiclass, null)]
    [InlineData("penguins.csv", "species", ModelTask.Multiclass, null)]
    [InlineData("corefx_issues_train.tsv", "Area", ModelTask.Multiclass, null)]
    [InlineData("insurance.csv", "charges", ModelTask.Regression, null)]
    [InlineData("energy_efficiency.csv", "Heating Load", ModelTask.Regression, null)]
    [InlineData("california_housing.csv", "median_house_value", ModelTask.Regression, null)]
    public void Real_files_give_a_project_that_reads_back(string file, string target, ModelTask task, string? positive)
    {
        using var folder = new TemporaryFolder();
        var outcome = Run(new NewProject.Request("real", RealData.File(file), target, folder.Path));

        Assert.Equal((task, positive), (outcome.Project.Task, outcome.Project.Positive));
        Assert.Equal(file == "wine_all_header.csv" ? ["task"] : [], outcome.Questions.Select(q => q.About));
        ProjectFileWriterTests.AssertSame(outcome.Project, ProjectFileReader.Read(folder.Path));

        // Nothing but mail, phones and names is personal in these files, and only the two texts hold any.
        Assert.Equal(file is "sms_spam.tsv" or "corefx_issues_train.tsv" ? 1 : 0, outcome.Project.Columns.Count(c => c.Protection != Protection.None));
        Assert.Equal(file == "energy_efficiency.csv" ? ["Cooling Load"] : [], outcome.Project.Columns.Where(c => c.Ignore is not null).Select(c => c.Name));
    }

    [Fact]
    public void Telco_has_its_key_and_its_blank_charges_stay_a_number()
    {
        var project = Infer("telco_churn.csv", "Churn").Project;
        Assert.Equal(("customerID", "Customer", "Which customers will churn?"), (project.Key, project.Wording.Thing, project.Question));
        Assert.Equal(ColumnKind.Id, Column(project, "customerID").Kind);
        Assert.Equal(ColumnKind.Number, Column(project, "TotalCharges").Kind);
        Assert.Equal(ColumnKind.Category, Column(project, "SeniorCitizen").Kind);

        // 11 rows have a blank there, so it is not said to be never missing.
        Assert.DoesNotContain(project.Checks, c => c.Row is NotNullCheck { Column: "TotalCharges" });
        Assert.Contains(project.Checks, c => c.Row is NotNullCheck { Column: "tenure" } && !c.Error);
    }

    [Fact]
    public void Bank_keeps_unknown_as_a_category_and_asks_about_duration()
    {
        var outcome = Infer("bank_marketing_full.csv", "deposit");
        Assert.Empty(outcome.Project.RowSteps.OfType<MissingStep>());
        Assert.Contains("unknown", outcome.Project.Checks.Select(c => c.Row).OfType<InSetCheck>().Single(c => c.Column == "job").Values);
        Assert.Matches("(?m)^  duration: .*# the strongest column alone \\(AUC 0\\.8\\d\\)", outcome.Text);
        Assert.Null(outcome.Project.Key);
    }

    [Fact]
    public void Corefx_has_an_id_and_two_texts()
    {
        var project = Infer("corefx_issues_train.tsv", "Area").Project;
        Assert.Equal([("ID", ColumnKind.Id), ("Title", ColumnKind.Text), ("Description", ColumnKind.Text)], project.Columns.Select(c => (c.Name, c.Kind)));
        Assert.Equal("ID", project.Key);
    }

    [Fact]
    public void California_keeps_its_island_and_its_coordinates()
    {
        var project = Infer("california_housing.csv", "median_house_value").Project;
        Assert.Empty(project.RowSteps.OfType<NormaliseStep>()); // ISLAND (5 rows) is not a misspelt INLAND (6,551)
        Assert.Contains(new BetweenCheck("latitude", -90, 90), project.Checks.Select(c => c.Row));
    }

    [Fact]
    public void Codes_in_the_credit_file_are_categories_and_its_negative_bills_stay()
    {
        var project = Infer("credit_card_default.csv", "default").Project;
        Assert.All(["SEX", "EDUCATION", "MARRIAGE"], c => Assert.Equal(ColumnKind.Category, Column(project, c).Kind));
        Assert.Equal(ColumnKind.Number, Column(project, "PAY_1").Kind);
        Assert.DoesNotContain(project.Checks, c => c.Row is BetweenCheck between && between.Column.StartsWith("BILL", StringComparison.Ordinal));
    }

    [Fact]
    public void Wine_says_how_to_make_it_a_regression_and_one_class_is_named_as_rare()
    {
        var outcome = Infer("wine_all_header.csv", "quality");
        Assert.Contains("write \"task: regression\"", outcome.Text);
        Assert.Contains("1177 of 6497 rows are copies of another", outcome.Text); // counted by sort | uniq
        Assert.Equal(ModelTask.Regression, Infer(new NewProject.Request("wine", RealData.File("wine_all_header.csv"), "quality", Task: ModelTask.Regression)).Project.Task);
    }

    [Theory]
    [InlineData("a,b\n1,x\n2,x\n3,x\n", "b", "is \"x\" in every row")]
    [InlineData("a,b\n1,\n2,\n3,\n", "b", "no value in any row")]
    [InlineData("a,b\n1,x\n2,y\n3,x\n", "bb", "There is no column \"bb\"")]
    [InlineData("name,b\nanna,1\nbert,2\ncarl,1\ndora,2\nemil,1\n", "name", "names things rather than classes")]
    public void A_target_with_nothing_to_learn_is_refused(string csv, string target, string says)
    {
        using var folder = new TemporaryFolder();
        var exception = Assert.Throws<FaultException>(() => Run(new NewProject.Request("x", folder.File("d.csv", csv), target, Path.Combine(folder.Path, "p"))));
        Assert.Contains(says, exception.Message);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "p")));
    }

    [Fact]
    public void A_wrong_target_names_the_columns_and_the_nearest()
    {
        using var folder = new TemporaryFolder();
        var data = SampleOrders.Write(folder.Path, rows: 50);
        var fault = Assert.Single(Assert.Throws<FaultException>(() => Infer(new NewProject.Request("x", data, "lat"))).Faults);
        Assert.Contains("region, carrier, depot", fault.Fix);
        Assert.Contains("Did you mean \"late\"?", fault.Fix);
    }

    [Fact]
    public void A_project_is_never_overwritten_and_a_bad_name_gets_a_good_one()
    {
        using var folder = new TemporaryFolder();
        MakeSample(folder.Path, rows: 50);
        var before = File.ReadAllText(Path.Combine(folder.Path, ProjectFile.FileName));
        var again = Assert.Throws<FaultException>(() => Run(new NewProject.Request("orders", Path.Combine(folder.Path, SampleOrders.FileName), "late", folder.Path)));
        Assert.Contains("already a project", again.Message);
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder.Path, ProjectFile.FileName)));

        var named = Assert.Throws<FaultException>(() => Infer(new NewProject.Request("My Orders", Path.Combine(folder.Path, SampleOrders.FileName), "late")));
        Assert.True(named.WrongUse);
        Assert.Contains("my-orders", named.Message);
    }

    [Fact]
    public void Data_inside_the_folder_is_named_relative_outside_in_full_and_copied_on_request()
    {
        using var folder = new TemporaryFolder();
        var data = SampleOrders.Write(folder.Path, rows: 60);
        string Source(string project, bool copy = false) =>
            Run(new NewProject.Request("x", data, "late", Path.Combine(folder.Path, project), CopyData: copy)).Project.Sources.Single();

        Assert.Equal("orders.csv", Infer(new NewProject.Request("x", data, "late", folder.Path)).Project.Sources.Single());
        Assert.Equal(data, Source("outside"));
        Assert.Equal("orders.csv", Source("copied", copy: true));
        Assert.True(File.Exists(Path.Combine(folder.Path, "copied", "orders.csv")));
    }

    [Fact]
    public void What_is_not_sure_is_asked_and_answers_are_taken()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("d.csv", "size,colour\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i * 1.5},{(i % 3 == 0 ? "red" : "blue")}\n")));

        var asked = Infer(new NewProject.Request("x", data, null));
        Assert.Equal([("target", "colour"), ("positive", "red")], asked.Questions.Select(q => (q.About, q.Assumed)));
        Assert.Equal(["size", "colour"], asked.Questions[0].Choices);

        var answered = Infer(new NewProject.Request("x", data, "colour", Positive: "Blue"));
        Assert.Empty(answered.Questions);
        Assert.Equal("blue", answered.Project.Positive);
        Assert.Contains("has no class \"green\"", Assert.Throws<FaultException>(() => Infer(new NewProject.Request("x", data, "colour", Positive: "green"))).Message);
    }

    [Fact]
    public void Marks_for_no_value_dates_and_repeated_persons_are_seen()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable.Range(0, 400).Select(i =>
            $"{i},{1000 + (i / 4 * 7 % 100)},{(i % 50 == 0 ? "?" : (i * 7 % 90 / 10.0).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture))},{1 + (i % 28):00}.{1 + (i % 12):00}.2026,{(i * 31 % 7 > 3 ? "yes" : "no")}");
        var data = folder.File("d.csv", "visit_id,patient_id,pressure,seen_on,sick\n" + string.Join('\n', rows) + "\n");
        var project = Infer(new NewProject.Request("x", data, "sick")).Project;

        Assert.Equal(["?"], project.RowSteps.OfType<MissingStep>().Single().Values);
        Assert.Equal("dmy", project.RowSteps.OfType<CastStep>().Single(s => s.Column == "seen_on").Format);
        Assert.Equal(("group", "patient_id"), (project.Split.By, project.Split.Column));
        Assert.Equal(("visit_id", "Visit", "seen_on"), (project.Key, project.Wording.Thing, project.Time));

        var byTime = Infer(new NewProject.Request("x", data, "sick", SplitTime: "seen_on")).Project.Split;
        Assert.Equal("time", byTime.By);
        Assert.True(byTime.ExamFrom < byTime.SealedFrom);
    }

    [Fact]
    public void A_file_larger_than_the_sample_is_seen_fairly_and_its_key_is_counted_over_all_rows()
    {
        // 120,000 rows whose answer repeats every 4th row: taking every n-th row would see one answer only.
        using var folder = new TemporaryFolder();
        var text = new System.Text.StringBuilder("row_id,code_id,x,y\n");
        for (var i = 0; i < 120_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},{(i == 119_999 ? 0 : i)},{i % 1000 / 7.0:0.00},{(i % 4 == 0 ? "yes" : "no")}\n");
        }

        var project = Infer(new NewProject.Request("x", folder.File("d.csv", text.ToString()), "y")).Project;
        Assert.Equal("row_id", project.Key);
        Assert.Equal(ColumnKind.Id, Column(project, "code_id").Kind);
        Assert.Equal("yes", project.Positive);
    }

    [Fact]
    public void Who_recorded_a_row_is_declared_as_provenance_where_the_name_says_so()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable.Range(0, 200).Select(i => $"a{i % 3},d{i % 4},s{i % 5},{i % 17}.5");
        var outcome = Infer(new NewProject.Request("x", folder.File("d.csv", "Labelled_by,depot,device_id,y\n" + string.Join('\n', rows) + "\n"), "y", folder.Path));

        Assert.Equal([true, false, true], outcome.Project.Columns.Select(column => column.Provenance));
        Assert.Contains("device_id:   {kind: category, provenance: true}", outcome.Text, StringComparison.Ordinal);
        var fault = Assert.Throws<FaultException>(() => ProjectFileReader.Parse(outcome.Text.Replace("{kind: category, provenance: true}", "{kind: text, provenance: true}", StringComparison.Ordinal), folder.Path));
        Assert.All(fault.Faults, one => Assert.Equal("Only a category says who or what recorded a row; this column is text.", one.What));
    }

    [Fact]
    public void Values_that_hold_personal_data_are_listed_in_no_proposal()
    {
        // Half of the channels are somebody's number or address: too few for the column to be one of those, and enough for none to be written out.
        using var folder = new TemporaryFolder();
        string[] owners = ["Anna Keller", "shop", "phone", "Anna Kelle", "web"], countries = ["DE", "FR", "IT"];
        var rows = Enumerable.Range(0, 2_000).Select(i => $"{(i == 77 ? owners[3] : owners[i * 7 % 5 == 3 ? 4 : i * 7 % 5])},{countries[i % 3]},{(i * 11 % 4 == 0 ? "yes" : "no")}");
        var outcome = Infer(new NewProject.Request("x", folder.File("d.csv", "owner,country,y\n" + string.Join('\n', rows) + "\n"), "y", folder.Path));

        Assert.True(Column(outcome.Project, "owner").IsFeature);
        Assert.Equal(["country"], outcome.Project.Checks.Select(c => c.Row).OfType<InSetCheck>().Select(c => c.Column));
        Assert.DoesNotContain("Anna", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("owner: the file lists none of its values, among which are names of persons; say what happens to them with \"personal:\"", outcome.Notes);
    }

    [Fact] // property: any small table gives a project that reads back, or faults
    public void Any_table_gives_a_project_or_faults()
    {
        using var folder = new TemporaryFolder();
        var cell = Gen.OneOf(Gen.Int[-3, 5].Select(i => $"{i}"), Gen.Double[-1e6, 1e6].Select(d => d.ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
            OneOfThese("", " ", "?", "N/A", "yes", "no", "Yes ", "2026-01-31", "31.1.2026", "a@example.org", "07700 900123", "two words", "\"quoted, text\"", "grün", "gruen"));
        var header = OneOfThese("id", "y", "late", "customer_id", "weight_kg", "name", "e-mail", "a: b", "[x]", "day", "null", "type").Array[2, 5].Where(names => names.Distinct().Count() == names.Length);
        var number = 0;
        Gen.Select(header, Gen.Int[5, 120], Gen.Int[1, 6]).SelectMany((names, rows, kinds) => Gen.Select(Gen.Const(names), cell.Array[kinds].Array[names.Length], Gen.Int[0, 1000].Array[rows * names.Length]))
            .Sample(
                (names, levels, picks) =>
                {
                    var rows = Enumerable.Range(0, picks.Length / names.Length).Select(r => string.Join(',', names.Select((_, c) => levels[c][picks[(r * names.Length) + c] % levels[c].Length])));
                    var data = folder.File($"{number++}.csv", string.Join(',', names) + "\n" + string.Join('\n', rows) + "\n");
                    try
                    {
                        var outcome = NewProject.Infer(new NewProject.Request("x", data, names[^1], folder.Path));
                        ProjectFileWriterTests.AssertSame(outcome.Project, ProjectFileReader.Parse(outcome.Text, outcome.Folder, withSource: true));
                    }
                    catch (FaultException exception)
                    {
                        Assert.NotEmpty(exception.Faults);
                    }
                },
                iter: 60, seed: "0000KnS0n2Y0", threads: 1);
    }

    private static NewProject.Outcome Infer(NewProject.Request request) => NewProject.Infer(request, TestContext.Current.CancellationToken);

    private static NewProject.Outcome Run(NewProject.Request request) => NewProject.Run(request, TestContext.Current.CancellationToken);

    private static NewProject.Outcome MakeSample(string folder, int rows = 10_000, string? id = null) =>
        SampleProject.Make(folder, rows, id: id, cancel: TestContext.Current.CancellationToken);

    private static NewProject.Outcome Infer(string file, string target) => Infer(new NewProject.Request("real", RealData.File(file), target));

    private static ProjectColumn Column(ProjectFile project, string name) => project.Columns.Single(c => c.Name == name);

    private static Gen<string> OneOfThese(params string[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
