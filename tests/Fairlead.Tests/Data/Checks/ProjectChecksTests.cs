using Fairlead.Data;
using Fairlead.Data.Checks;
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
    public void A_check_of_another_table_or_in_sql_sends_the_rows_it_names_to_quarantine_or_keeps_them_or_warns()
    {
        // Rows 3, 13 and 23 are of a customer that is not known; rows 4 and 5 have paid more than their total.
        Folder.File("customers.csv", "customer,name\n" + string.Concat(Enumerable.Range(0, 5).Select(i => $"c{i},n\n")));
        Folder.File("a.csv", "id,customer,paid,total,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{(i % 10 == 3 && i < 30 ? "c9" : $"c{i % 5}")},{(i is 4 or 5 ? 90 : 1)},{(i == 6 ? "" : "7")},{(i % 3 == 0 ? "a" : "b")}\n")));
        const string Paid = "SELECT * FROM data WHERE CAST(paid AS DOUBLE) > CAST(total AS DOUBLE);";
        var project = Project("a.csv", "y", key: "id");
        var beside = new CheckInputs(project.Folder, [], null);
        CheckRule references = Check("known", new ReferencesCheck("customer", "customers.csv", "customer"), before: true), query = Check("paid", new SqlCheck(Paid), before: true);

        var version = Run(project with { Checks = [references, query, Check("cleaned", new SqlCheck("SELECT * FROM data WHERE total IS NULL OR paid + total > 97")), Check("counted", new SqlCheck("SELECT paid FROM data WHERE paid = '90'"), before: true), Check("as many", new RowCountOtherCheck("customers.csv"), before: true)] }, beside: beside);
        Assert.Equal(new SortedDictionary<string, long> { ["cleaned"] = 1, ["known"] = 3, ["paid"] = 2 }, version.QuarantineReasons); // 90 + 7 is not above 97: cleaned numbers are numbers
        Assert.Equal(34, version.Kept);
        var outcomes = version.Checks.ToDictionary(check => check.Id);
        Assert.Equal((false, true, 3, "3 of 40 values (7.5 %) do not meet it"), (outcomes["known"].Passed, outcomes["known"].Quarantined, outcomes["known"].Unexpected, outcomes["known"].Observed));
        Assert.Equal([new RowExample(3, "c9", null), new RowExample(13, "c9", null), new RowExample(23, "c9", null)], outcomes["known"].Examples);
        Assert.Equal((false, true, "the query gives 2 rows"), (outcomes["paid"].Passed, outcomes["paid"].Quarantined, outcomes["paid"].Observed));
        Assert.Equal((false, false, "the query gives 2 rows, without their __row"), (outcomes["counted"].Passed, outcomes["counted"].Quarantined, outcomes["counted"].Observed));
        Assert.Equal((false, "40 rows; customers.csv has 5"), (outcomes["as many"].Passed, outcomes["as many"].Observed));
        Assert.Contains(version.Findings, finding => finding is { Column: "customer", Title: "customer is not in customers.csv in 3 rows.", Done: "Put into quarantine." });

        foreach (var (error, keeps, said) in new[] { (true, true, "Kept; the gate \"checks pass\" fails."), (false, false, "Kept; a warning only.") })
        {
            var kept = Run(project with { Checks = [references with { Error = error, KeepsRows = keeps }, query with { Error = error, KeepsRows = keeps }] }, beside: beside);
            Assert.Equal((40, 0), (kept.Kept, kept.Quarantined));
            Assert.All(kept.Checks, check => Assert.Equal((error, false, false), (check.Error, check.Passed, check.Quarantined)));
            Assert.Equal([said, said], kept.Findings.Where(finding => finding.Kind == "check").Select(finding => finding.Done));
        }

        var wrong = Assert.Throws<FaultException>(() => Run(project with { Checks = [query with { Table = new SqlCheck("SELECT * FROM '/etc/passwd'") }] }, beside: beside));
        Assert.Equal("fairlead.yaml:1:1", wrong.Faults[0].Where);
    }

    [Fact]
    public void Checks_of_change_pass_without_an_earlier_version_and_compare_with_one_as_it_was_read_or_cleaned()
    {
        ProjectFile Delivery(string file, int rows, int missing, int from, string column)
        {
            Folder.File(file, $"id,{column},y\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{(i < missing ? "" : i == missing ? "n/a" : $"{from + (i % 20)}")},{(i % 3 == 0 ? "a" : "b")}\n")));
            return Project(file, "y", key: "id", adjust: (_, declared) => declared with { Kind = declared.Name == "id" ? ColumnKind.Id : ColumnKind.Number }) with
            {
                Checks =
                [
                    Check("rows", new ChangeCheck("", Change.RowCount, -0.1, 0.1, null)),
                    Check("missing", new ChangeCheck(column, Change.NullProportion, null, 0.2, null)),
                    Check("missing as read", new ChangeCheck(column, Change.NullProportion, null, 0.2, null), before: true),
                    Check("like before", new ChangeCheck(column, Change.Distribution, null, 0.25, null), error: false),
                ],
            };
        }

        var first = Run(Delivery("a.csv", 100, 4, 0, "price"));
        Assert.All(first.Checks, check => Assert.Equal((true, CheckInputs.NothingBefore, 0), (check.Passed, check.Observed, check.Unexpected)));
        Assert.Null(first.ComparedWith);
        var before = new CheckInputs(Folder.Path, [], new EarlierVersion(1, first.RawBlob, first.Blob));

        var second = Run(Delivery("b.csv", 80, 23, 100, "price"), beside: before);
        Assert.Equal(1, second.ComparedWith);
        Assert.Equal([(false, "20 % fewer rows than before"), (false, "missing in 25 of 100 rows more than before"), (false, "missing in 24.75 of 100 rows more than before")], second.Checks.Take(3).Select(check => (check.Passed, check.Observed))); // 24/80 - 5/100; as read 23/80 - 4/100
        Assert.Equal((false, false), (second.Checks[3].Passed, second.Checks[3].Error));
        Assert.StartsWith("population stability index", second.Checks[3].Observed, StringComparison.Ordinal);
        Assert.All(Run(Delivery("c.csv", 100, 4, 0, "price"), beside: before).Checks, check => Assert.True(check.Passed, check.Observed));

        var other = Run(Delivery("d.csv", 100, 4, 0, "cost"), beside: before).Checks;
        Assert.Equal(["as many rows as before", "the earlier version has no column cost"], other.Take(2).Select(check => check.Observed));
    }

    [Fact]
    public void A_check_of_a_column_that_is_not_there_is_refused_with_its_place()
    {
        Folder.File("a.csv", "id,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{(i % 2 == 0 ? "a" : "b")}\n")));
        var project = Project("a.csv", "y") with { Checks = [Check("gone", new NotNullCheck("gone")), Check("r", new ReferencesCheck("idd", "b.csv", "id"))] };
        Assert.Equal(2, Assert.Throws<FaultException>(() => Run(project)).Faults.Count);
    }
}
