using System.Globalization;
using Fairlead.Data;
using Fairlead.Evaluation.Metrics;
using Fairlead.Iterations.Labels;
using Fairlead.Iterations.Prices;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Tests.Data;

namespace Fairlead.Tests.Iterations.Prices;

/// <summary>A repair that matters has a price, one that does not is called harmless.</summary>
public sealed class PriceFindingsTests : DataTest
{
    /// <summary>Late when far (x of 50 or more); shop and its spelling say nothing; 3,000 rows.</summary>
    private ProjectFile Orders(Func<int, string> line)
    {
        Folder.File("a.csv", "id,x,shop,late\n" + CleanTests.Many(3_000, line));
        return Project("a.csv", "late", key: "id");
    }

    private static string Late(int i) => i * 37 % 100 >= 50 ? "yes" : "no";

    [Fact]
    public void A_spelling_that_tells_nothing_is_harmless()
    {
        // No x lies near the line between late and not late, so that a weight that moves a little moves no answer.
        var orders = Orders(i => $"k{i},{(i * 37 % 100) + (Late(i) == "yes" ? 200 : 0)},{(i % 53 == 0 ? "LYON" : i % 3 == 0 ? "Lyon" : "Oslo")},{Late(i)}");
        var project = orders with { RowSteps = [.. orders.RowSteps, new NormaliseStep("shop", new Dictionary<string, string> { ["lyon"] = "Lyon" })] };

        var price = Assert.Single(Price(project, null), price => price.Kind == "spelling");

        Assert.Equal("shop", price.Column);
        Assert.True(price.Harmless, price.Says);
        Assert.StartsWith("harmless: 0 [0, ", price.Says, StringComparison.Ordinal);
        Assert.Equal(Bootstrap.Share(0, price.Answers), price.Share);
        Assert.InRange(price.Rows, 40, 60); // 57 rows, of which the sealed tenth is left out
    }

    [Fact]
    public void Quarantined_rows_that_would_mislead_have_a_price_and_so_have_suspected_labels()
    {
        // A third of the rows has x below 0 and a label that contradicts the rest: with them the line between late and not late moves.
        var orders = Orders(i => i % 3 == 0 ? $"k{i},{-1 - (i % 7)},Oslo,yes" : $"k{i},{i * 37 % 100},Oslo,{Late(i)}");
        var project = orders with { Checks = [Check("between:x", new BetweenCheck("x", 0, null))] };
        var version = Run(project);
        var data = DatasetReader.Load(project, version, Blobs);
        var near = Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Train && data.Features["x"].Numbers![row] is >= 50 and < 62).ToList();
        var report = new LabelReport(data.Classes, data.Count, near.Count, [], [], [.. near.Select(row => new SuspectLabel(data.Keys[row], data.Rows[row], "train", "yes", "no", 0.1, 0.9, null))], []);

        var prices = PriceFindings.Run(new PriceFindings.Request(project, version, data, report, 0.5, Blobs), TestContext.Current.CancellationToken);

        var check = Assert.Single(prices, price => price.Check == "between:x");
        Assert.True(check.Share.Low > 0.01, check.Says);
        Assert.Equal(1_000, check.Rows);
        Assert.Contains(version.Findings, finding => finding.Title == check.Finding && finding.Kind == check.Kind);
        var label = Assert.Single(prices, price => price.Kind == "label");
        Assert.True(label.Share.Low > 0.02, label.Says); // exam rows from 50 to 61 are answered otherwise: 12 in 100, less what the line's softness leaves
        Assert.Equal(near.Count, label.Rows);
    }

    [Fact]
    public void A_price_is_the_same_each_time_and_its_interval_is_wilsons()
    {
        var orders = Orders(i => $"k{i},{(i % 11 == 0 ? "" : (i * 37 % 100).ToString(CultureInfo.InvariantCulture))},Oslo,{Late(i)}");
        var project = orders with { RowSteps = [.. orders.RowSteps, new ImputeStep("x", "", ImputeStep.Median)] };

        var first = Price(project, null);

        Assert.Equal(first, Price(project, null));
        var missing = Assert.Single(first, price => price.Kind == "missing");
        Assert.Equal(Bootstrap.Share(missing.Changed, missing.Answers), missing.Share);
    }

    [Fact]
    public void Rare_names_and_values_far_from_all_others_have_prices()
    {
        // A shop in 60 rows occurs once; x of ten million stands in 10 rows.
        var project = Orders(i => $"k{i},{(i % 331 == 7 ? 10_000_000 : i * 37 % 100)},{(i % 60 == 0 ? $"Lone{i}" : $"Shop{i % 7}")},{Late(i)}");
        var prices = Price(project, null);

        var far = Assert.Single(prices, price => price.Kind == "outlier");
        Assert.Equal(("x", "with these values at the nearest bound"), (far.Column, far.How));
        Assert.InRange(far.Rows, 5, 10); // 10 rows, of which the sealed tenth is left out
        Assert.True(far.Share.Low > 0.05, far.Says); // one weight for numbers up to ten million tells nothing of those up to a hundred
        var rare = Assert.Single(prices, price => price.Kind == "rare");
        Assert.True(rare.Harmless, rare.Says);
        Assert.InRange(rare.Rows, 40, 50);
    }

    [Fact]
    public void What_a_column_that_leaks_and_copies_across_the_split_do_to_answers_is_priced()
    {
        // Lateness follows from x only roughly; the column "late_fee" all but tells it. Every fourth row is the row before it under another key.
        Folder.File("a.csv", "id,x,late_fee,late\n" + CleanTests.Many(3_000, i => i % 4 == 3 ? $"k{i},{Line(i - 1)}" : $"k{i},{Line(i)}"));
        var prices = Price(Project("a.csv", "late", key: "id"), null);

        var leaks = prices.Where(price => price is { Kind: "leak", Column: "late_fee" }).ToList(); // by its name, and because it tells alone: one repair, one price
        Assert.Equal(2, leaks.Count);
        Assert.Equal(("without the column", leaks[0].Share), (leaks[0].How, leaks[1].Share));
        Assert.True(leaks[0].Share.Low > 0.1, leaks[0].Says);
        var twins = Assert.Single(prices, price => price is { Kind: "leak", Column: null });
        Assert.InRange(twins.Rows, 100, 2_000);
        Assert.Equal("without the training rows that exam rows are near-copies of", twins.How);

        static string Line(int i)
        {
            var x = i * 7919L % 1_000;
            var late = x >= 500 != i * 31 % 100 < 30;
            return $"{x},{(late != (i % 97 == 0) ? 5 + (i % 3) : 0)},{(late ? "yes" : "no")}";
        }
    }

    [Fact]
    public void What_is_said_is_in_100_answers()
    {
        // Wilson (1927), 0 of 957: upper end z²/(n + z²) = 3.8415 / 960.84 = 0.0040.
        var harmless = new FindingPrice("spelling", "shop", "…", null, 12, 957, 0, Bootstrap.Share(0, 957), "…");
        Assert.Equal("harmless: 0 [0, 0.4] in 100 answers change", harmless.Says);

        // 30 of 1,000: centre (0.03 + 0.0019207) / 1.0038415, half-width 1.96 sqrt(0.03 x 0.97 / 1000 + 0.00000096) / 1.0038415: 0.0211 to 0.0426.
        var dear = new FindingPrice("label", "late", "…", null, 12, 1_000, 30, Bootstrap.Share(30, 1_000), "…");
        Assert.Equal("3 [2.1, 4.3] in 100 answers change", dear.Says);
        Assert.False(dear.Harmless);
    }

    private IReadOnlyList<FindingPrice> Price(ProjectFile project, LabelReport? labels)
    {
        var version = Run(project);
        return PriceFindings.Run(new PriceFindings.Request(project, version, DatasetReader.Load(project, version, Blobs), labels, 0.5, Blobs), TestContext.Current.CancellationToken);
    }
}
