using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Checks;

/// <summary>The checks of a project, before and after cleaning: what goes to quarantine, what stays, what is said.</summary>
public sealed class ProjectChecksTests : DataTest
{
    [Fact]
    public void Checks_of_rows_quarantine_and_checks_of_figures_only_say_so()
    {
        // 40 good rows; then a price too high in DE, the same in FR, a code of another kind, a total that does not add up, a plan of no list but kept.
        Folder.File("a.csv", "id,price,fee,total,country,code,plan,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i},1,{i + 1},{(i % 2 == 0 ? "DE" : "FR")},A-{i:00},basic,{(i % 3 == 0 ? "a" : "b")}\n"))
            + "40,500,1,501,DE,A-40,basic,a\n41,500,1,501,FR,A-41,basic,b\n42,7,1,8,DE,zz,basic,a\n43,7,1,99,DE,A-43,basic,b\n44,7,1,8,DE,A-44,odd,a\n");
        var project = Project("a.csv", "y", key: "id") with
        {
            Checks =
            [
                Check("high", new LessThanCheck("price", 100)) with { Condition = "country = 'DE'" },
                Check("code", new MatchesAnyCheck("code", ["^A-", "^B-"]), before: true),
                Check("sum", new RowSumCheck(["price", "fee"], 8, false)) with { Condition = "id >= 42 and total > 8" },
                Check("pair", new CompareCheck("total", "price", false, SkipAny: false)),
                Check("plan", new NotInSetCheck("plan", ["odd"])) with { KeepsRows = true },
                Check("mean", new StatisticCheck("price", Statistic.Mean, null, 10, false, false)),
                Check("rising", new OrderCheck("id", true, true), before: true),
                Check("z", new ZScoreCheck("price", 3, true), before: true),
                Check("distinct", new DistinctCheck("country", DistinctRule.EqualsSet, ["DE", "FR"])),
                Check("columns", new ColumnExistsCheck("country", null)),
            ],
        };

        var version = Run(project);

        // sum: row 43 has 7 + 1 = 8, so that row meets it; the total itself is not looked at.
        Assert.Equal(new SortedDictionary<string, long> { ["code"] = 1, ["high"] = 1 }, version.QuarantineReasons);
        Assert.Equal((45, 43, 2), (version.Read, version.Kept, version.Quarantined));
        var outcomes = version.Checks.ToDictionary(check => check.Id);
        Assert.Equal((false, true, 1, 24), (outcomes["high"].Passed, outcomes["high"].Quarantined, outcomes["high"].Unexpected, outcomes["high"].Elements)); // 20 of the 40, and 4 of the 5
        Assert.Equal(new RowExample(40, "500", null), Assert.Single(outcomes["high"].Examples));
        Assert.Equal((true, 1), (outcomes["sum"].Passed, outcomes["sum"].Elements));
        Assert.Equal((false, false, 1), (outcomes["plan"].Passed, outcomes["plan"].Quarantined, outcomes["plan"].Unexpected));

        // Rows that stay: 0 + … + 39 = 780, 500, 7 and 7 over 43 rows.
        Assert.Equal((false, "30.093023255813954"), (outcomes["mean"].Passed, outcomes["mean"].Observed));
        Assert.True(outcomes["rising"].Passed);
        Assert.Equal((false, false, 2), (outcomes["z"].Passed, outcomes["z"].Quarantined, outcomes["z"].Unexpected));
        Assert.Equal("DE, FR", outcomes["distinct"].Observed);
        Assert.True(outcomes["columns"].Passed);
        Assert.Contains(version.Findings, finding => finding.Title == "The check mean is not met: 30.093023255813954.");
    }

    [Fact]
    public void A_raw_check_of_a_date_reads_it_in_its_order()
    {
        Folder.File("a.csv", "id,when,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{(i % 28) + 1}.02.2026,{(i % 2 == 0 ? "a" : "b")}\n")) + "30,01.03.2026,a\n31,soon,b\n");
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name == "when" ? column with { Kind = ColumnKind.Date } : column);
        project = project with
        {
            RowSteps = [new TrimStep("when"), new CastStep("when", ColumnKind.Date, "dmy")],
            Checks = [Check("between:when", new BetweenCheck("when", null, new DateOnly(2026, 2, 28).DayNumber - new DateOnly(1970, 1, 1).DayNumber), before: true)],
        };

        Assert.Equal(2, Run(project).QuarantineReasons["between:when"]); // 1 March, and what is no date
    }

    [Fact]
    public void What_looks_beside_the_data_is_refused_with_its_place()
    {
        Folder.File("a.csv", "id,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{(i % 2 == 0 ? "a" : "b")}\n")));
        var project = Project("a.csv", "y") with { Checks = [Check("r", new ReferencesCheck("id", "b.csv", "id")), Check("gone", new NotNullCheck("gone"))] };
        Assert.Equal(2, Assert.Throws<FaultException>(() => Run(project)).Faults.Count);
    }
}
