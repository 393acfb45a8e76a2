using Fairlead.Data.Checks;
using Fairlead.Models.Contracts;
using Fairlead.Projects.Reading;
using Fairlead.Projects.Writing;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Checks;

public sealed class ChecksFileTests : IDisposable
{
    private static readonly string[] Page = File.ReadAllText(Repository.File("docs/formats/checks-file.md")).Split("```");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_examples_of_the_documentation_run_and_hold_and_there_is_one_of_every_check()
    {
        var data = Write("orders.csv", Block("csv"));
        var report = CheckTable.Run(new CheckTable.Request(data, Write("checks.yaml", Block("yaml"))), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(4, report.Rows);
        Assert.Empty(report.Results.Where(result => !result.Success).Select(result => result.Rule.Id));
        Assert.Equal(CheckReader.Names.Order(), report.Results.Select(result => result.Rule.Name).Distinct().Order());
    }

    [Fact]
    public void A_check_that_is_written_reads_back_as_itself()
    {
        var columns = MadeTable.Of(Block("csv").Split('\n')[0].Replace(',', '|')).Scanned;
        var rules = ChecksFile.Parse(Block("yaml"), "checks.yaml", columns);
        var text = "checks:\n" + string.Join('\n', rules.Select(rule => "- " + CheckLines.Of([rule], new Dictionary<string, ColumnKind>()).Single().Text));
        var again = ChecksFile.Parse(text, "checks.yaml", columns);

        Assert.Equal(
            rules.Select(rule => CheckLines.Of([rule], new Dictionary<string, ColumnKind>()).Single().Text),
            again.Select(rule => CheckLines.Of([rule], new Dictionary<string, ColumnKind>()).Single().Text));
        Assert.Equal(rules.Select(rule => (rule.Id, rule.Mostly, rule.Condition)), again.Select(rule => (rule.Id, rule.Mostly, rule.Condition)));
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_place()
    {
        var columns = MadeTable.Of("a|b").Scanned;
        var fault = Assert.Throws<FaultException>(() => ChecksFile.Parse("""
            checks:
            - {check: betwen, column: a, min: 1}
            - {check: between, column: c, min: 1}
            - {check: between, column: a, min: 3, max: 1}
            - {check: matches, column: a, pattern: '('}
            - {check: not_null, column: a, where: c > 1}
            - {check: date_format, column: a, format: '%Q'}
            - {check: json_schema, column: a, schema: {typ: object}}
            - {check: quantiles_between, column: a, quantiles: [0.5], ranges: [[1, 2], [3, 4]]}
            - {check: kl_divergence_below, column: a, threshold: 1, distribution: {values: [x, y], weights: [0.5, 0.6]}}
            - {check: pair_equal, columns: [a]}
            - {check: not_null, column: a, mostly: 1.5, severity: bad}
            - {chek: not_null, column: a}
            - {check: json_schema, column: a, schema: {type: objct}}
            - {check: json_schema, column: a, schema: {required: [1]}}
            """, "c.yaml", columns));

        Assert.Equal(
            ["c.yaml:2:11", "c.yaml:3:28", "c.yaml:4:36", "c.yaml:5:40", "c.yaml:6:39", "c.yaml:7:43", "c.yaml:8:43", "c.yaml:9:67", "c.yaml:10:71", "c.yaml:11:11", "c.yaml:12:40", "c.yaml:12:55", "c.yaml:13:3", "c.yaml:14:43", "c.yaml:15:43"],
            fault.Faults.Select(one => one.Where));
        Assert.StartsWith("Did you mean \"between\"?", fault.Faults[0].Fix, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"check\"?", fault.Faults[^3].What, StringComparison.Ordinal);
        Assert.Equal("\"severity\" can't be \"bad\".", fault.Faults[^4].What);
    }

    [Theory]
    [InlineData("a = 1", "0 2")] // by value: 1.0 too
    [InlineData("a == 1 or b == 'x'", "0 1 2")]
    [InlineData("a != 1", "1 3")]
    [InlineData("a > 1 and not b = \"y\"", "1 3")]
    [InlineData("b is not null && a in [1, 20]", "0 3")]
    [InlineData("`b` not in ('x')", "0 3")]
    [InlineData("a between 2 and 9", "1")]
    [InlineData("a < 5 || b is missing", "0 2")]
    public void A_condition_says_which_rows_are_looked_at(string where, string rows)
    {
        var table = MadeTable.Of("a|b|c\n1|y|\n5|x|\n1.0||\n20|z|");
        var result = table.Check($"checks:\n- check: not_null\n  column: c\n  where: '{where.Replace("'", "''", StringComparison.Ordinal)}'").Results[0];
        Assert.Equal(rows, string.Join(' ', result.UnexpectedRows));
    }

    [Fact]
    public void A_pattern_of_a_column_of_numbers_is_a_mistake_of_the_file()
    {
        var fault = Assert.Throws<FaultException>(() => MadeTable.Of("a\n1\n\n2.5").Check("checks:\n- {check: matches, column: a, pattern: x}"));
        Assert.Equal("checks.yaml:2:11", fault.Faults.Single().Where);
        Assert.Single(MadeTable.Of("a\n007\n12").Check("checks:\n- {check: matches, column: a, pattern: ^0}").Results[0].UnexpectedRows); // codes are text
    }

    [Fact]
    public void A_query_reads_the_table_and_nothing_else()
    {
        var data = Write("t.csv", "a,b\n1,2\n3,2\n5,9\n");
        CheckReport Run(string sql) => CheckTable.Run(new CheckTable.Request(data, Write("c.yaml", $"checks:\n- check: sql\n  sql: {Fairlead.Projects.Yaml.Scalar(sql)}\n")), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal([1], Run("SELECT * FROM data WHERE a > b;").Results[0].UnexpectedRows);
        Assert.Equal("2", Run("SELECT a FROM data WHERE b = '2'").Results[0].Observed!.ToJsonString());
        foreach (var wrong in (string[])["SELEC a", $"SELECT * FROM read_csv('{data}')", $"SELECT 1) TO '{data}.out' --", "SELECT 1); DROP TABLE data; SELECT (1", "SELECT * FROM nothing"])
        {
            Assert.Equal($"{Path.Combine(_folder.Path, "c.yaml")}:2:10", Assert.Throws<FaultException>(() => Run(wrong)).Faults.Single().Where);
        }

        Assert.False(File.Exists(data + ".out"));
    }

    [Fact]
    public void What_is_written_as_json_has_the_promised_names()
    {
        using var output = new MemoryStream();
        CheckReportJson.Write(MadeTable.Of("a|b\n1|x\n|y\n3|").Check("checks:\n- not_null: a\n- {check: mean_between, column: a, min: 3}\n- {check: pair_equal, columns: [a, b]}"), output);

        Assert.Equal(
            """{"rows":3,"checks":[{"id":"not_null:a","check":"not_null","column":"a","success":false,"element_count":3,"missing_count":1,"unexpected_count":1,"unexpected_rows":[1],"observed":null},"""
            + """{"id":"mean_between:a","check":"mean_between","column":"a","success":false,"element_count":3,"missing_count":1,"unexpected_count":0,"unexpected_rows":[],"observed":2},"""
            + """{"id":"pair_equal:a+b","check":"pair_equal","column":null,"success":false,"element_count":3,"missing_count":0,"unexpected_count":3,"unexpected_rows":[0,1,2],"observed":null}]}""" + "\n",
            System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Changes_are_measured_against_the_version_before()
    {
        // Before: 10 rows, 1 missing. Now: 5 rows, 2 missing: rows (5 - 10) / 10, missing .4 - .1.
        var before = MadeTable.Of("v\n" + string.Join('\n', Enumerable.Range(1, 9)) + "\n");
        var now = MadeTable.Of("v\n1\n2\n\n\n5");
        var report = now.Check("""
            checks:
            - {check: row_count_change_between, min: -0.4, other: before.csv}
            - {check: null_proportion_change_between, column: v, max: 0.31, other: before.csv}
            - {check: distribution_change_below, column: v, threshold: 0.25, other: before.csv}
            """, other: _ => before);
        Assert.Equal(["-0.5"], report.Results.Take(1).Select(result => result.Observed!.ToJsonString()));
        Assert.Equal(0.3, report.Results[1].Observed!.GetValue<double>(), 1e-12);
        Assert.Equal([false, true, false], report.Results.Select(result => result.Success));
        Assert.All(before.Check("checks:\n- {check: distribution_change_below, column: v, threshold: 0, other: before.csv}", other: _ => before).Results, result => Assert.True(result.Success));
    }

    private static string Block(string language) => Page.First(block => block.StartsWith(language + "\n", StringComparison.Ordinal))[(language.Length + 1)..];

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
