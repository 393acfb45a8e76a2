using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Training;

namespace Fairlead.Tests.Packaging;

/// <summary>A small project of orders with its data, as the stages before packaging would hand it over.</summary>
internal static class PackageFixture
{
    /// <summary>Rows: 40 to train on, 10 of the exam. Carrier "Blue" 24 times, "Red" 13, and 3 names once each, among training rows.</summary>
    public const int Rows = 50;

    public static ProjectFile Project() => new()
    {
        Folder = "/nowhere",
        Project = "orders",
        Id = "p1",
        Question = "Will the order be late?",
        Sources = ["orders.csv"],
        Key = "order",
        Target = "late",
        Task = ModelTask.Binary,
        Positive = "yes",
        Wording = new Wording("Order", "order", new Dictionary<string, string> { ["yes"] = "will probably be late", ["no"] = "will probably be on time" }),
        Columns =
        [
            new ProjectColumn("order", ColumnKind.Id, "Order"),
            new ProjectColumn("carrier", ColumnKind.Category, "Carrier"),
            new ProjectColumn("weight", ColumnKind.Number, "Weight", Unit: "kg"),
            new ProjectColumn("email", ColumnKind.Text, "E-mail", Protection: Protection.Drop),
            new ProjectColumn("delivered", ColumnKind.Date, "Delivered", Ignore: "known only after the answer"),
        ],
        RowSteps = [],
        TableSteps = [],
        Checks =
        [
            new CheckRule("weight-1", new BetweenCheck("weight", 0, null), null, Error: true, BeforeCleaning: false, 1, "fairlead.yaml:1:1"),
            new CheckRule("weight-2", new BetweenCheck("weight", null, 900), null, Error: false, BeforeCleaning: false, 1, "fairlead.yaml:2:1"),
            new CheckRule("email-1", new NotNullCheck("email"), null, Error: true, BeforeCleaning: false, 1, "fairlead.yaml:3:1"),
            new CheckRule("carrier-1", new MatchesCheck("carrier", "^[A-Z]"), null, Error: true, BeforeCleaning: true, 1, "fairlead.yaml:4:1"),
            new CheckRule("late-1", new InSetCheck("late", ["yes", "no"]), null, Error: true, BeforeCleaning: false, 1, "fairlead.yaml:5:1"),
            new CheckRule("rows", null, new RowCountCheck(10, null), Error: true, BeforeCleaning: false, 1, "fairlead.yaml:6:1"),
        ],
        Split = new SplitRule("key", null, 0.2, 0, 1),
        Training = new TrainingRule(null, 3, 1),
        Gates = [new GateRule("auc >= 0.80", "fairlead.yaml:7:1")],
    };

    public static DatasetVersion Version() => new(
        "v1", new string('0', 64), new string('1', 64), new string('2', 64), Read: 60, Kept: Rows, Quarantined: 7, Dropped: 3,
        new Dictionary<string, long> { ["duplicate"] = 3 }, new Dictionary<string, long> { ["weight-1"] = 7 },
        new Dictionary<string, long> { ["train"] = 40, ["exam"] = 10 }, Corrected: 2,
        [
            new TrimStep("carrier"), new CastStep("weight", ColumnKind.Number), new NormaliseStep("late", new Dictionary<string, string> { ["y"] = "yes" }),
            new NormaliseStep("email", new Dictionary<string, string> { ["jo@x.org"] = "joe@x.org" }),
        ],
        [], [], [], []);

    public static Dataset Data()
    {
        var carriers = new string?[Rows];
        var weights = new double[Rows];
        for (var i = 0; i < Rows; i++)
        {
            carriers[i] = i switch { < 24 => "Blue", < 37 => "Red", < 40 => $"Jo Smith {i}", _ => "Blue" };
            weights[i] = i == 5 ? double.NaN : i < 40 ? i : 10_000 + i;
        }

        return new Dataset(
            new Frame([new FrameColumn("carrier", ColumnKind.Category, carriers), new FrameColumn("weight", ColumnKind.Number, weights)]),
            [.. Enumerable.Range(0, Rows).Select(i => (long)i)],
            [.. Enumerable.Range(0, Rows).Select(i => $"k{i}")],
            [.. Enumerable.Range(0, Rows).Select(i => i < 40 ? Side.Train : Side.Exam)],
            [.. Enumerable.Range(0, Rows).Select(i => i % 5)],
            [.. Enumerable.Range(0, Rows).Select(i => (long)i)],
            new bool[Rows], new string?[Rows], ["no", "yes"],
            [.. Enumerable.Range(0, Rows).Select(i => i % 4 == 0 ? 1 : 0)], []);
    }

    public static SearchResult Search(string model) => new(
        model, [], "trees 31 leaves", "log_loss", [new TrialRecord(1, "linear", "l2 1", 0.4, 0.1, null), new TrialRecord(2, "trees", "31 leaves", 0.3, 0.1, null)],
        Native: true, "converged", 1);

    public static EvaluationReport Evaluation(bool beatsGuessing = true) => new(
        10, new Dictionary<string, Estimate> { ["auc"] = new(0.84321, 0.80, 0.88), ["accuracy"] = new(0.79, 0.75, 0.83) },
        new Dictionary<string, double> { ["auc"] = 0.5, ["accuracy"] = 0.74 }, new Estimate(0.2, 0.1, 0.3), beatsGuessing, "auc", 0.4, null, null, null, null,
        [new Importance("weight", 0.1), new Importance("carrier", 0.02)], [], null, ExamUses: 3);
}
