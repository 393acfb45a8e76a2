using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Evaluation;

public sealed class CaseTests
{
    private static ProjectFile Project(string folder, ModelTask task = ModelTask.Binary) => new()
    {
        Folder = folder,
        Project = "orders",
        Id = "1",
        Question = "Late?",
        Sources = ["orders.csv"],
        Target = "late",
        Task = task,
        Positive = "yes",
        Wording = new Wording("Order", null, new Dictionary<string, string>()),
        Columns = [new("distance", ColumnKind.Number, "distance"), new("weather", ColumnKind.Category, "weather"), new("depot", ColumnKind.Category, "depot"), new("ordered", ColumnKind.Date, "ordered")],
        RowSteps = [],
        TableSteps = [],
        Checks = [],
        Split = new SplitRule("key", null, 0.2, 0, 1),
        Training = new TrainingRule(1, null, 1),
        Gates = [],
    };

    private static ModelContract Contract(ModelTask task = ModelTask.Binary) => new(
        "orders", "Late?", task, "late", null, task == ModelTask.Regression ? [] : ["no", "yes"], task == ModelTask.Binary ? "yes" : null, 0.5,
        [
            new("order_id", "order", ColumnKind.Id, false, false), new("distance", "distance", ColumnKind.Number, true, true), new("weather", "weather", ColumnKind.Category, true, true),
            new("depot", "depot", ColumnKind.Category, true, true), new("ordered", "ordered", ColumnKind.Date, true, true),
        ],
        [new TrimStep("distance"), new CastStep("distance", ColumnKind.Number), new CastStep("ordered", ColumnKind.Date)], [], new Wording("Order", null, new Dictionary<string, string>()));

    private static CaseRecord Far(string expected, string? key = null, bool must = true) => new(
        "far", new Dictionary<string, string?> { ["distance"] = " 2000 ", ["weather"] = "snow", ["depot"] = "Ghent", ["ordered"] = "2025-03-01" }, expected, null, key, "made", must);

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var one = new CaseRecord(
            CasesFolder.IdOf("Order 4711: far & wide"),
            new Dictionary<string, string?> { ["distance"] = "412", ["weather"] = null, ["depot"] = "yes: #1 \"x\"", ["ordered"] = "2025-03-01" }, "yes", null, "00123", "feedback f-7", true);
        Assert.Equal("cases/order-4711-far-wide.yaml", CasesFolder.Add(folder.Path, one));
        var read = Assert.Single(CasesFolder.Read(Project(folder.Path)));
        Assert.Equal(one with { Row = read.Row }, read);
        Assert.Equal(one.Row, read.Row);

        var number = one with { Expected = "12.5", Tolerance = 0.25, Key = null, Must = false };
        CasesFolder.Add(folder.Path, number);
        read = Assert.Single(CasesFolder.Read(Project(folder.Path, ModelTask.Regression)));
        Assert.Equal(number with { Row = read.Row }, read);
    }

    [Fact]
    public void Every_fault_of_every_file_is_reported_with_its_place()
    {
        using var folder = new TemporaryFolder();
        folder.File("cases/a.yaml", "expected: yes\nmusst: true\nrow:\n  distanc: 3\n  weather: [1]\n");
        folder.File("cases/b.yaml", "must: perhaps\ntolerance: 3\n");
        folder.File("cases/c.yaml", "- 1\n");
        folder.File("cases/d.yaml", "expected: no\nrow: {distance: 1}\n");
        var faults = Assert.Throws<FaultException>(() => CasesFolder.Read(Project(folder.Path))).Faults;
        Assert.Equal(
            ["cases/a.yaml:2:1", "cases/a.yaml:4:3", "cases/a.yaml:5:12", "cases/b.yaml:1:1", "cases/b.yaml:1:1", "cases/b.yaml:1:7", "cases/b.yaml:2:12", "cases/c.yaml:1:1"],
            faults.Select(f => f.Where));
        Assert.Contains("Did you mean \"must\"?", faults[0].Fix);
        Assert.Contains("Did you mean \"distance\"?", faults[1].Fix);
        Assert.Empty(CasesFolder.Read(Project(Path.Combine(folder.Path, "none"))));
    }

    [Fact]
    public void A_case_is_cleaned_and_judged_as_serving_would()
    {
        var orders = MadeOrders.Make(2_000, 1);
        var model = MadeOrders.Fit(orders.Data);
        var judge = new UnseenJudge(orders.Data, model, []);
        var report = CaseRunner.Run([Far("yes"), Far("no") with { Id = "wrong" }, Far("perhaps") with { Id = "odd" }], Contract(), model, judge);
        Assert.Equal((1, 2), (report.Passed, report.Failed));
        Assert.Equal(("yes", "final", true), (report.Results[0].Answer, report.Results[0].By, report.Results[0].Passed));
        Assert.True(report.Results[0].Probability > 0.9);
        Assert.Contains("not one of the classes no, yes", report.Results[2].Observed);
    }

    [Fact]
    public void A_case_from_a_row_is_judged_by_a_model_that_never_saw_it()
    {
        var orders = MadeOrders.Make(500, 2);
        var (trained, exam) = (Array.IndexOf(orders.Data.Sides, Side.Train), Array.IndexOf(orders.Data.Sides, Side.Exam));
        var model = MadeOrders.Fit(orders.Data);
        var folds = MadeOrders.FitFolds(orders.Data);
        var cases = new[] { Far("yes", $"k{trained}"), Far("yes", $"k{exam}"), Far("yes", "never heard of") };
        var report = CaseRunner.Run(cases, Contract(), model, new UnseenJudge(orders.Data, model, folds));
        Assert.Equal(["unseen", "final", "final"], report.Results.Select(r => r.By));
        Assert.NotEqual(report.Results[0].Probability, report.Results[1].Probability);

        var nobody = CaseRunner.Run(cases[..1], Contract(), model, new UnseenJudge(orders.Data, model, []));
        Assert.Equal(("nobody", false, null), (nobody.Results[0].By, nobody.Results[0].Passed, nobody.Results[0].Answer));
    }

    [Fact]
    public void A_number_may_be_off_by_its_tolerance()
    {
        var orders = MadeOrders.Make(500, 3);
        var data = orders.Data with { Classes = [], Labels = [], Values = [.. orders.Distance.Select(d => 0.5 * d)] };
        var model = MadeOrders.Fit(data);
        var judge = new UnseenJudge(data, model, []);
        var far = Far("190") with { Row = new Dictionary<string, string?> { ["distance"] = "400", ["weather"] = "snow", ["depot"] = "Ghent", ["ordered"] = "2025-03-01" } };
        var report = CaseRunner.Run([far with { Tolerance = 20 }, far with { Tolerance = 2 }, far with { Expected = "many" }], Contract(ModelTask.Regression), model, judge);
        Assert.Equal([true, false, false], report.Results.Select(r => r.Passed));
        Assert.Contains("allowed is 2", report.Results[1].Observed);
        Assert.Contains("not a number", report.Results[2].Observed);
    }
}
