using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;

namespace Fairlead.Tests.Evaluation;

public sealed class GateTests
{
    private static EvaluationReport Report(ChampionComparison? champion = null) => new(
        1_640, new Dictionary<string, Estimate> { ["auc"] = new(0.843, 0.821, 0.866) }, new Dictionary<string, double>(), new Estimate(0.1, 0.05, 0.15), true, "auc", 0.5,
        null, null, null, null, [], [], champion, 1);

    private static GateResult One(string gate, EvaluationReport? report = null, CaseReport? cases = null, IReadOnlyList<CheckRule>? rules = null, IReadOnlyList<CheckOutcome>? checks = null) =>
        Assert.Single(Gates.Evaluate([new GateRule(gate, "fairlead.yaml:9:5")], ModelTask.Binary, report ?? Report(), cases, rules ?? [], checks ?? []));

    [Theory]
    [InlineData("auc >= 0.80", true, "auc is 0.843 [0.821, 0.866] on 1,640 exam rows")]
    [InlineData("auc >= 0.85", false, "auc is 0.843 [0.821, 0.866] on 1,640 exam rows")]
    [InlineData("auc low >= 0.83", false, "auc is 0.843 [0.821, 0.866] on 1,640 exam rows, so its low end is 0.821")]
    [InlineData("auc high > 0.86", true, "auc is 0.843 [0.821, 0.866] on 1,640 exam rows, so its high end is 0.866")]
    [InlineData("brier <= 0.2", false, "brier can't be measured on the 1,640 exam rows: they hold one class, or one value.")]
    [InlineData("not worse than champion", true, "there is no champion yet")]
    [InlineData("cases pass", true, "there are no cases yet")]
    [InlineData("checks pass", true, "there are no checks")]
    public void A_gate_says_what_was_observed(string gate, bool passed, string observed) => Assert.Equal(new GateResult(gate, passed, observed), One(gate));

    [Fact]
    public void A_gate_that_can_t_be_read_does_not_pass_and_says_where()
    {
        var result = One("auk >= 0.8");
        Assert.False(result.Passed);
        Assert.StartsWith("fairlead.yaml:9:5: \"auk\" is not a metric", result.Observed);
    }

    [Fact]
    public void The_champion_is_compared_by_the_interval()
    {
        ChampionComparison Against(double low, double high, bool notWorse) =>
            new(3, 1_600, new Dictionary<string, Estimate> { ["auc"] = new(-0.01, low, high) }, notWorse, 12, "auc", 40);
        Assert.Equal(
            new GateResult("not worse than champion", false, "auc changes by -0.01 [-0.02, -0.003] against iteration 3 on 1,600 rows that neither saw; 40 rows are left out that one of the two saw or can't read"),
            One("not worse than champion", Report(Against(-0.02, -0.003, false))));
        Assert.True(One("not worse than champion", Report(Against(-0.02, 0.004, true))).Passed);
        Assert.False(One("not worse than champion", Report(new ChampionComparison(3, 0, new Dictionary<string, Estimate>(), false, 0, "", 90))).Passed);
    }

    [Fact]
    public void Too_much_in_quarantine_fails_whatever_gates_are_declared()
    {
        IReadOnlyList<GateResult> With(long rows) => Gates.Evaluate([], ModelTask.Binary, Report(), null, [], [], new QuarantineShare(rows, 1_000, 0.2));
        Assert.Empty(With(200)); // 200 of 1,000 are 20 %: as much as is allowed
        var result = Assert.Single(With(201));
        Assert.Equal((false, "quarantine <= 20 %"), (result.Passed, result.Gate));
        Assert.StartsWith("201 of 1,000 rows read", result.Observed);
    }

    [Fact]
    public void Only_cases_that_must_pass_fail_the_gate()
    {
        static CaseResult Case(string id, bool must, bool passed) => new(id, must, passed, "yes", "no", 0.7, "final", "");
        var shown = new CaseReport([Case("a", true, true), Case("b", false, false)], 1, 1);
        Assert.Equal((true, "1 of 1 case passes; 1 more are only shown"), (One("cases pass", cases: shown).Passed, One("cases pass", cases: shown).Observed));
        var failing = new CaseReport([Case("a", true, true), Case("b", true, false)], 1, 1);
        Assert.Equal((false, "1 of 2 cases passes, not b"), (One("cases pass", cases: failing).Passed, One("cases pass", cases: failing).Observed));
    }

    [Fact]
    public void Rows_in_quarantine_do_not_fail_the_checks_gate_but_tables_and_broken_tolerances_do()
    {
        static CheckOutcome Outcome(string id, bool error, long unexpected) => new(id, id, null, error, unexpected == 0, 100, 0, unexpected, $"{unexpected} rows", []);
        CheckRule[] rules =
        [
            new("row", new NotNullCheck("x"), null, true, false, 1, ""),
            new("table", null, new UniqueCheck(["x"]), true, false, 1, ""),
            new("mostly", new NotNullCheck("y"), null, true, false, 0.95, ""),
            new("warn", new NotNullCheck("z"), null, false, false, 1, ""),
            new("known", null, new ReferencesCheck("x", "other.csv", "x"), true, true, 1, ""),
        ];
        var aside = One("checks pass", rules: rules, checks: [Outcome("row", true, 7), Outcome("table", true, 0), Outcome("mostly", true, 0), Outcome("warn", false, 3)]);
        Assert.Equal((true, "4 checks; what failed was set aside (7 findings); 1 warn"), (aside.Passed, aside.Observed));
        var broken = One("checks pass", rules: rules, checks: [Outcome("row", true, 7), Outcome("table", true, 2), Outcome("mostly", true, 9)]);
        Assert.Equal((false, "2 of 3 checks fail: table (2 rows), mostly (9 rows)"), (broken.Passed, broken.Observed));
        Assert.Equal("1 check; 1 had no earlier version to compare with", One("checks pass", rules: rules, checks: [Outcome("table", true, 0) with { Observed = "no earlier version" }]).Observed);
        Assert.Equal([true, false], new[] { true, false }.Select(quarantined => One("checks pass", rules: rules, checks: [Outcome("known", true, 4) with { Quarantined = quarantined }]).Passed));
    }
}
