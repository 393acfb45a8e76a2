using System.Globalization;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Data.Selecting;

/// <summary>Leaks and imbalance are said with their evidence, and said of nothing else.</summary>
public sealed class SelectionFindingsTests : DataTest
{
    [Fact]
    public void A_column_that_tells_the_target_alone_one_named_like_it_and_copies_across_the_split_are_leaks()
    {
        // code is the answer but for one row in a hundred; late_reason has the name of the target; x is noise. Two rows in ten are copies of another.
        Folder.File("a.csv", "id,x,code,late_reason,late\n" + CleanTests.Many(2_000, i =>
        {
            var of = i % 10 < 2 ? i - (i % 10) + 3 : i;
            var late = of * 7 % 3 == 0;
            return string.Create(CultureInfo.InvariantCulture, $"k{i},{of * 31 % 1009},{(late == (of % 100 != 99) ? "A" : "B")},{(of % 2 == 0 ? "p" : "q")},{(late ? "yes" : "no")}");
        }));
        var project = Project("a.csv", "late", key: "id");

        var found = Run(project).Findings.Where(finding => finding.Kind is "leak" or "imbalance").ToList();

        Assert.Contains(found, finding => finding.Column == "code" && finding.Title.StartsWith("code alone tells late (AUC 0.9", StringComparison.Ordinal));
        Assert.Contains(found, finding => finding.Column == "late_reason" && finding.Title.Contains("name of the target", StringComparison.Ordinal));
        var copies = Assert.Single(found, finding => finding.Column is null);
        Assert.Contains("exam rows have a near-copy among the training rows", copies.Title, StringComparison.Ordinal);
        Assert.NotEmpty(copies.Examples);
        Assert.DoesNotContain(found, finding => finding.Column == "x");
        Assert.DoesNotContain(found, finding => finding.Kind == "imbalance"); // a third is not small
    }

    [Fact]
    public void A_small_class_is_said_with_advice_on_the_metric()
    {
        Folder.File("a.csv", "id,x,y\n" + CleanTests.Many(1_000, i => $"k{i},{i * 31 % 503},{(i % 25 == 0 ? "fraud" : "fine")}"));
        var project = Project("a.csv", "y", key: "id");

        var finding = Assert.Single(Run(project).Findings, finding => finding.Kind == "imbalance");

        Assert.Equal("Classes are of unequal size: \"fraud\" 4 % (40) of 1,000 rows; the largest, \"fine\", has 96 %.", finding.Title);
        Assert.Contains("gate on average_precision or auc", finding.Done, StringComparison.Ordinal);
        Assert.Contains("rows of the smallest", finding.Done, StringComparison.Ordinal); // some eight exam rows of it
    }

    [Fact]
    public void What_is_known_only_after_the_event_is_a_leak_when_there_is_a_time()
    {
        // closed lies after opened; verdict stands in all rows but the newest hundred; planned lies before.
        Folder.File("a.csv", "id,opened,closed,planned,verdict,x,y\n" + CleanTests.Many(1_000, i =>
        {
            var opened = new DateTime(2025, 1, 1).AddHours(7 * i);
            return string.Create(CultureInfo.InvariantCulture, $"k{i},{opened:yyyy-MM-dd HH:mm},{opened.AddDays(3):yyyy-MM-dd HH:mm},{opened.AddDays(-9):yyyy-MM-dd HH:mm},{(i < 900 ? "v" + (i % 3) : "")},{i * 31 % 503},{(i * 7 % 3 == 0 ? "a" : "b")}");
        }));
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name is "opened" or "closed" or "planned" ? column with { Kind = ColumnKind.Date } : column) with { Time = "opened" };

        var found = Run(project).Findings.Where(finding => finding.Kind == "leak").ToList();

        Assert.Contains(found, finding => finding.Column == "closed" && finding.Title == "closed lies after opened in 100 % of the rows: it may not be known yet when the answer is needed.");
        Assert.Contains(found, finding => finding.Column == "verdict" && finding.Title.Contains("newest rows", StringComparison.Ordinal));
        Assert.DoesNotContain(found, finding => finding.Column is "planned" or "x");
    }

    [Fact]
    public void An_id_among_the_features_is_said_and_a_measurement_is_not()
    {
        Folder.File("a.csv", "no,code,weight,y\n" + CleanTests.Many(400, i => string.Create(CultureInfo.InvariantCulture, $"{5000 + i},c{i * 7},{i + 0.25},{(i * 7 % 3 == 0 ? "a" : "b")}")));
        var project = Project("a.csv", "y");

        Assert.Equal(["code", "no"], Run(project).Findings.Where(finding => finding.Title.EndsWith("is another in every row: it is an id.", StringComparison.Ordinal)).Select(finding => finding.Column).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_duration_of_the_bank_s_call_stands_out()
    {
        // The file's own description warns of it: the length of the call is known only after the answer.
        var project = Project(RealData.File("bank_marketing_full.csv"), "deposit");

        var found = Run(project).Findings;

        Assert.Contains(found, finding => finding is { Kind: "leak", Column: "duration" });
        Assert.DoesNotContain(found, finding => finding is { Kind: "leak", Column: "age" or "balance" or "job" });
    }
}
