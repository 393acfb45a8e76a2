using System.Globalization;
using Fairlead.Customers;
using Fairlead.Data;
using Fairlead.Data.Profiles;
using Fairlead.Evaluation;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Tests.Data.Profiles;
using Fairlead.Training;
using Fairlead.Web.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Web;

/// <summary>Made-up records in the shape the stages write them.</summary>
internal static class ExampleData
{
    private static readonly string[] Depots = ["Leeds", "Bremen", "Malmö", "Ghent", "Turin", "Porto"];
    private static readonly string[] Weather = ["clear", "rain", "snow", "storm", "fog"];
    private static readonly string[] Carriers = ["Nordpost", "Swiftline", "Kurierhaus", "Grünbote"];

    public static ProjectFile Project(ModelTask task, string folder) => new()
    {
        Folder = folder,
        Project = task switch { ModelTask.Binary => "orders", ModelTask.Multiclass => "parcels", _ => "delays" },
        Id = "example-" + task.ToString().ToLowerInvariant(),
        Question = task switch
        {
            ModelTask.Binary => "Will this order arrive late?",
            ModelTask.Multiclass => "What will happen to this order?",
            _ => "How many hours late will this order be?",
        },
        Sources = ["orders.csv"],
        Key = "order_id",
        Time = "ordered_at",
        Target = task == ModelTask.Regression ? "delay_hours" : "outcome",
        Task = task,
        Positive = task == ModelTask.Binary ? "yes" : null,
        Unit = task == ModelTask.Regression ? "h" : null,
        Wording = new Wording("Order", "order_id", task switch
        {
            ModelTask.Binary => new Dictionary<string, string> { ["yes"] = "will probably be late", ["no"] = "will probably be on time" },
            ModelTask.Multiclass => new Dictionary<string, string> { ["on time"] = "will probably be on time", ["late"] = "will probably be late", ["lost"] = "will probably be lost" },
            _ => new Dictionary<string, string>(),
        }),
        Columns =
        [
            new("order_id", ColumnKind.Id, "order number", "names the row"),
            new("ordered_at", ColumnKind.Date, "ordered on"),
            new("depot", ColumnKind.Category, "depot"),
            new("carrier", ColumnKind.Category, "carrier"),
            new("distance_km", ColumnKind.Number, "distance", Unit: "km"),
            new("weight_kg", ColumnKind.Number, "weight", Unit: "kg"),
            new("weather", ColumnKind.Category, "weather"),
            new("note", ColumnKind.Text, "note", Protection: Protection.Mask, Required: false),
            new("customer_email", ColumnKind.Text, "customer e-mail", "personal", Protection.Drop),
            new("compensation_paid", ColumnKind.Number, "compensation paid", "known only after the answer: it leaks it"),
        ],
        RowSteps = [],
        TableSteps = [],
        Checks = [],
        Split = new SplitRule("key", null, 0.2, 0.1, 1),
        Training = new TrainingRule(8, null, 1),
        Gates = task == ModelTask.Regression ? [new GateRule("rmse <= 5", "fairlead.yaml:40:5")] : [new GateRule("auc >= 0.75", "fairlead.yaml:40:5"), new GateRule("not worse than champion", "fairlead.yaml:41:5")],
    };

    public static string[] Classes(ModelTask task) => task switch { ModelTask.Binary => ["no", "yes"], ModelTask.Multiclass => ["on time", "late", "lost"], _ => [] };

    public static ModelContract Contract(ProjectFile project) => new(
        project.Project, project.Question, project.Task, project.Target, project.Unit, Classes(project.Task), project.Positive, 0.5,
        [.. project.Columns.Select(c => new ContractColumn(c.Name, c.Label, c.Kind, c.Required, c.IsFeature, c.Protection, c.Unit))], [], [], project.Wording);

    public static ReviewCard Card(ProjectFile project, ModelContract contract, int i)
    {
        var id = (4711 + (i * 37)).ToString(CultureInfo.InvariantCulture);
        var weather = Weather[(i + 2) % Weather.Length];
        var distance = 412 - (i * 13 % 380);
        CardReason[] reasons =
        [
            new("distance_km", "distance", distance.ToString(CultureInfo.InvariantCulture), "km", 1.1),
            new("weather", "weather", weather, null, 0.7),
            new("carrier", "carrier", Carriers[i % 4], null, i % 3 == 0 ? 0.3 : -0.45),
        ];
        CardCell[] cells =
        [
            new("order_id", "order number", id, null), new("ordered_at", "ordered on", "2026-10-0" + ((i % 9) + 1), null), new("depot", "depot", Depots[i % 6], null),
            new("carrier", "carrier", Carriers[i % 4], null), new("distance_km", "distance", distance.ToString(CultureInfo.InvariantCulture), "km"),
            new("weight_kg", "weight", i % 5 == 0 ? null : "2.4", "kg"), new("weather", "weather", weather, null), new("note", "note", "please ring twice, phone [phone]", null),
        ];
        var raw = cells.ToDictionary(c => c.Column, c => c.Value);
        var title = "Order " + id;
        if (project.Task == ModelTask.Regression)
        {
            var value = 6.25 + i;
            return new ReviewCard(0, title, id, "exam-4-" + id, value.ToString("R", CultureInfo.InvariantCulture), null, cells, raw, reasons, PlainWords.Of("delay", "h", title, value, reasons));
        }

        var probability = 0.78 - (i % 5 * 0.05);
        var answer = contract.Classes[1];
        return new ReviewCard(0, title, id, "exam-4-" + id, answer, probability, cells, raw, reasons, PlainWords.Of(contract.Wording, contract.Target, title, answer, probability, reasons));
    }

    public static Iteration Iteration(ProjectFile project, int number, DateTimeOffset now, string quarantine)
    {
        var data = Dataset(project, number) with { Quarantine = quarantine };
        return new Iteration(
            number, new string('a', 63) + number, now.AddDays(number - 5), project.Task, "3f2b9c1d7e", number != 3, new RawVersion("b", [.. project.Columns.Select(c => c.Name)], data.Read, []),
            data, Search(project), Evaluation(project, number), new Dictionary<string, string>(), number == 1 ? null : "sha256:" + new string('c', 64),
            project.Task == ModelTask.Regression
                ? [new GateResult("rmse <= 5", number != 2, $"rmse {4.1 + (number == 2 ? 1.4 : 0)}")]
                : [new GateResult("auc >= 0.75", number != 2, number == 2 ? "auc 0.741 (0.722 to 0.760)" : "auc 0.81 (0.79 to 0.83)"), new GateResult("not worse than champion", true, "auc +0.012 (0.004 to 0.021) on 1,882 rows"), new GateResult("cases pass", true, "12 of 12 right")],
            number != 2,
            [
                new StepRun("ingest", "k1", number > 1, 0.31, "10,200 rows from orders.csv"), new StepRun("clean", "k2", false, 0.72, "9,412 kept, 579 in quarantine, 209 dropped"),
                new StepRun("search", "k3", false, 7.9, "14 candidates, trees chosen"), new StepRun("evaluate", "k4", false, 0.9, null), new StepRun("package", "k5", false, 0.4, null),
                new StepRun("image", "k6", false, 1.3, number == 1 ? "no server binary could be built" : "9.1 MB"), new StepRun("gates", "k7", false, 0.02, null),
            ],
            number == 4 ? Turn() : null, 11.6);
    }

    private static SearchResult Search(ProjectFile project) => new(
        "m", [], "trees 31 leaves", project.Task == ModelTask.Regression ? "rmse" : "log_loss",
        [new TrialRecord(1, "linear", "l2=1", 0.492, 0.4, null), new TrialRecord(2, "trees", "leaves=31 rate=0.05 rounds=240", 0.431, 1.9, null), new TrialRecord(3, "trees", "leaves=63 rate=0.03 rounds=310", null, 2.4, "time ran out")], true, "budget", 7.9);

    private static TurnReport Turn() => new(
        27, 21, 14, 1, new Estimate(0.004, -0.003, 0.011),
        [new RepairEffect("depot-leeds-1", "depot is Leeds", 143, "right answers in 100", new Estimate(58.1, 50, 66), new Estimate(76.2, 69, 83), new Estimate(18.1, 9.8, 26.4), new Estimate(0.78, 0.66, 0.88), "Judged on rows of the slice that customers confirmed, by models that never saw them.")],
        [
            "Of 27 flagged answers, 21 are right in models that never saw them; of 14 confirmed ones, 1 changed.",
            "Unseen rows of depot Leeds: 18 more right answers in 100 (9.8 to 26.4).",
            "The exam as a whole neither gained nor lost: AUC +0.004 (−0.003 to +0.011).",
        ]);

    private static EvaluationReport Evaluation(ProjectFile project, int number)
    {
        var lift = number * 0.012;
        var regression = project.Task == ModelTask.Regression;
        var classes = Classes(project.Task);
        Dictionary<string, Estimate> metrics = regression
            ? new() { ["rmse"] = new(4.4 - (lift * 6), 4.2 - (lift * 6), 4.6 - (lift * 6)), ["mae"] = new(3.1, 3, 3.2), ["r2"] = new(0.61, 0.58, 0.64) }
            : new() { ["auc"] = new(0.77 + lift, 0.75 + lift, 0.79 + lift), ["log_loss"] = new(0.43, 0.41, 0.45), ["accuracy"] = new(0.81, 0.79, 0.83), ["f1"] = new(0.62, 0.58, 0.66), ["brier"] = new(0.14, 0.13, 0.15), ["average_precision"] = new(0.66, 0.62, 0.7) };
        Dictionary<string, double> baseline = regression ? new() { ["rmse"] = 7.05, ["mae"] = 5.6, ["r2"] = 0 } : new() { ["auc"] = 0.5, ["log_loss"] = 0.61, ["accuracy"] = 0.72, ["brier"] = 0.2 };
        return new EvaluationReport(
            1_882, metrics, baseline, new Estimate(0.27, 0.25, 0.29), number != 1, regression ? "rmse" : "auc", 0.42,
            regression ? null : new ConfusionMatrix(classes, [.. classes.Select((_, t) => (IReadOnlyList<long>)[.. classes.Select((_, a) => t == a ? 1_190L / (t + 1) : 165L / (a + 1))])]),
            regression ? null : [.. Enumerable.Range(0, 41).Select(i => new CurvePoint(i / 40.0, Math.Pow(i / 40.0, 0.28)))],
            project.Task != ModelTask.Binary ? null : [.. Enumerable.Range(0, 8).Select(i => new CalibrationBin(0.06 + (i * 0.12), new Estimate(0.05 + (i * 0.118), 0.02 + (i * 0.105), 0.1 + (i * 0.124)), 400 - (i * 40)))],
            regression ? [.. Enumerable.Range(0, 10).Select(i => new ResidualBin(1 + (i * 2.5), -2 - (i * 0.4), 0.2 - (i * 0.08), 2.2 + (i * 0.5), 180))] : null,
            [new("distance_km", 0.081), new("weather", 0.052), new("carrier", 0.031), new("depot", 0.018), new("weight_kg", 0.009), new("note", 0.004), new("ordered_at", 0.001)],
            [.. Depots.Select((d, i) => new SliceResult("depot", d, 310 - (i * 20), i == 5 ? null : regression ? new Estimate(4 + (i * 0.2), 3.6 + (i * 0.2), 4.5 + (i * 0.2)) : new Estimate(0.69 + (i * 0.035), 0.64 + (i * 0.035), 0.735 + (i * 0.035))))],
            number < 3 ? null : new ChampionComparison(number - 1, 1_882, new Dictionary<string, Estimate> { [regression ? "rmse" : "auc"] = new(0.012, 0.004, 0.021), [regression ? "mae" : "log_loss"] = new(-0.01, -0.02, 0.002) }, true, 94),
            number);
    }

    private static DatasetVersion Dataset(ProjectFile project, int number)
    {
        var day = (double)(new DateTime(2025, 5, 1) - DateTime.UnixEpoch).Days;
        return new DatasetVersion(
            $"{number}f3a91c07be24d5", "raw", "kept", "quarantine", 10_200, 9_412, 579, 209, new Dictionary<string, long> { ["a copy of another row"] = 209 },
            new Dictionary<string, long> { ["distance_km between 0 and 3000"] = 212, ["promised_days at least 1"] = 140, ["weight_kg is a number"] = 98, ["ordered_at is a date"] = 133 },
            new Dictionary<string, long> { ["train"] = 6_588, ["exam"] = 1_882, ["sealed"] = 942 }, number == 4 ? 27 : 0, [],
            [
                new CheckOutcome("between:distance_km", "between", "distance_km", true, false, 10_200, 0, 212, "212 of 10,200 rows outside 0 to 3,000", [new(17, "99999", null), new(93, "99999", null)]),
                new CheckOutcome("unique:order_id", "unique", "order_id", true, true, 9_991, 0, 0, "9,991 distinct", []),
                new CheckOutcome("in_set:weather", "in_set", "weather", false, false, 10_200, 311, 41, "41 rows outside the set", [new(5, "Snow ", null)]),
            ],
            [
                new StepOutcome("trim", "weather", 88, [new(5, "Snow ", "Snow")]), new StepOutcome("normalise", "carrier", 341, [new(2, "NORDPOST", "Nordpost"), new(19, "swift line", "Swiftline")]),
                new StepOutcome("drop duplicates", null, 209, []),
            ],
            [
                new Finding("leak", "compensation_paid", "compensation_paid knows the answer: by itself it is right in 99 of 100 rows", "It is known only after the answer, so the model does not look at it.", 10_200, [new(4, "35", null)]),
                new Finding("duplicate", null, "209 orders stand in the file twice", "The first of each is kept.", 209, [new(40, "4711", null), new(9_121, "4711", null)]),
                new Finding("impossible", "distance_km", "212 distances of 99999 km", "They went to quarantine.", 212, [new(17, "99999", null), new(93, "99999", null)]),
                new Finding("spelling", "carrier", "4 carriers are written in 11 ways", "They were brought to one name each.", 341, [new(2, "NORDPOST", "Nordpost")]),
                new Finding("missing", "weather", "Weather is missing in 311 rows", "Missing stays missing.", 311, []),
                new Finding("personal", "customer_email", "customer_email holds e-mail addresses", "It is left out of everything after reading.", 10_200, []),
                new Finding("personal", "note", "38 notes hold a phone number", "They are masked.", 38, [new(11, "call [phone]", null)]),
                new Finding("shift", "distance_km", "Distances grew by a third since March", "The exam spans all months.", 4_100, []),
            ],
            [
                new ColumnProfile("order_id", ColumnKind.Id, 9_412, 0, 9_412, null, null, null, null, null, [], []),
                new ColumnProfile("ordered_at", ColumnKind.Date, 9_412, 0, 549, day, day + 548, day + 270, day + 271, 150, [510, 480, 470, 500, 520, 490, 470, 455, 480, 510, 530, 500, 490, 480, 470, 520, 530, 1_007], []),
                new ColumnProfile("depot", ColumnKind.Category, 9_412, 0, 6, null, null, null, null, null, [], [.. Depots.Select((d, i) => new ValueCount(d, 2_100 - (i * 240)))]),
                new ColumnProfile("carrier", ColumnKind.Category, 9_412, 0, 4, null, null, null, null, null, [], [.. Carriers.Select((d, i) => new ValueCount(d, 3_300 - (i * 630)))]),
                new ColumnProfile("distance_km", ColumnKind.Number, 9_412, 0, 1_204, 2, 1_480, 391.4, 340, 260, [300, 820, 1_220, 1_480, 1_390, 1_150, 900, 690, 510, 370, 250, 160, 90, 52, 20, 10], []),
                new ColumnProfile("weight_kg", ColumnKind.Number, 9_412, 402, 861, 0.1, 86, 6.2, 2.4, 9, [5_100, 1_900, 900, 480, 250, 150, 100, 60, 40, 20, 10], []),
                new ColumnProfile("weather", ColumnKind.Category, 9_412, 311, 5, null, null, null, null, null, [], [.. Weather.Select((d, i) => new ValueCount(d, 4_000 - (i * 900)))]),
                new ColumnProfile("note", ColumnKind.Text, 9_412, 6_100, 2_900, null, null, null, null, null, [], [new("please ring twice", 120), new("leave with a neighbour if nobody is in and please do not bend it", 80)]),
                project.Task == ModelTask.Regression
                    ? new ColumnProfile(project.Target, ColumnKind.Number, 9_412, 0, 90, -2, 72, 6, 4, 8, [4_000, 2_500, 1_500, 800, 400, 150, 50, 12], [])
                    : new ColumnProfile(project.Target, ColumnKind.Category, 9_412, 0, 2, null, null, null, null, null, [], [.. Classes(project.Task).Select((c, i) => new ValueCount(c, 6_800 - (i * 3_000)))]),
            ])
        {
            Details = ProfileTable.Of(
                new ArrayScan().Numbers("weight_kg", [.. Enumerable.Range(0, 200).Select(i => i % 20 == 0 ? double.NaN : i / 10.0)]).Text("note", [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? "please ring twice" : "leave it")]),
                null, CancellationToken.None),
        };
    }

    public static CauseView Cause(ProjectFile project) => new(
        "depot-leeds-1", "depot is Leeds",
        ["19 of 20 answers judged there were called wrong; elsewhere 8 of 100.", "In all 19 the right answer is “yes” and the record says “no”.", "It began with the first month: the whole source is meant."],
        19, 20, 1_407, $"Do not believe {project.Target} where depot is Leeds: its rows go to quarantine, the 19 corrected ones stay to judge.", "open");

    public static IReadOnlyList<Risk> Risks() =>
    [
        new("agility", "Lack of agility", RiskLevel.Low, "11.6 s from data to image", ["Iteration 4 ended 24 h ago.", "4 iterations in the last 14 days, 4 in all."], "Put the answers before customers and iterate on what they say.", "fairlead iterate orders"),
        new("customers", "Too little customer involvement", RiskLevel.Medium, "27 answers judged by customers, 19 waiting for an answer from us", ["19 of 27 were called wrong.", "1 common cause found, repair not decided."], "Decide on the proposed repair, then iterate.", "fairlead feedback causes orders"),
        new("deployment", "Losing sight of deployment", RiskLevel.Unknown, "nothing answers", ["3 images built, none released."], "Release to staging.", "fairlead up"),
        new("data", "Failing to take care of data", RiskLevel.High, "5.7 of 100 rows can't be used", ["579 of 10,200 rows are in quarantine, each with its reason."], "Decide on the repair that feedback points at.", null),
    ];

    /// <summary>A quarantine as the step "clean" stores it. Returns the blob.</summary>
    public static string Quarantine(BlobStore blobs)
    {
        using var engine = new DataEngine(blobs.NewTemporary(".spill"), CancellationToken.None);
        return engine.Store(
            """
            SELECT (17 + i * 31)::BIGINT AS __row, 'k' || i AS __key, CASE i % 2 WHEN 0 THEN 'between:distance_km' ELSE 'type:ordered_at' END AS __reason,
                (5000 + i)::VARCHAR AS order_id, CASE i % 2 WHEN 0 THEN '2026-03-01' ELSE '31.02.2026' END AS ordered_at, ['Leeds', 'Bremen', 'Malmö', 'Ghent'][i % 4 + 1] AS depot,
                CASE i % 2 WHEN 0 THEN '99999' ELSE '320' END AS distance_km, NULL::VARCHAR AS weight_kg
            FROM range(12) t(i) ORDER BY i
            """, blobs);
    }
}
