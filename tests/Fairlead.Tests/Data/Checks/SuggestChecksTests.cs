using System.Globalization;
using Fairlead.Data.Checks;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Data.Checks;

public sealed class SuggestChecksTests
{
    /// <summary>2,000 seeded orders: a running number, a code, a price with two slips, a country with a slip, a date, a text and gaps.</summary>
    private static readonly MadeTable Orders = Made();

    [Fact]
    public void What_is_proposed_reads_back_and_fails_the_share_it_says()
    {
        var outcome = Suggest();
        var report = Orders.Check(outcome.Yaml());

        Assert.Equal(outcome.Checks.Count, report.Results.Count);
        foreach (var (suggested, result) in outcome.Checks.Zip(report.Results))
        {
            Assert.Equal(suggested.Rule.Id, result.Rule.Id);
            var looked = result.Rule.Row is NotNullCheck ? result.Elements : result.Elements - result.Missing;
            Assert.Equal(suggested.FailingShare, (double)result.UnexpectedCount / looked, 1e-12);
            Assert.True(result.Success || suggested.FailingShare > 0, suggested.Text);
            Assert.InRange(suggested.FailingShare, 0, SuggestChecks.FailingMax);
        }
    }

    [Fact]
    public void It_finds_what_the_columns_are_like()
    {
        var texts = Suggest().Checks.Select(check => check.Text).ToList();
        Assert.Contains("not_null: id", texts);
        Assert.Contains("unique: id", texts);
        Assert.Contains("increasing: id", texts);
        Assert.Contains("matches: {column: code, pattern: \"^[A-Z]{2}-[0-9]{4}$\"}", texts);
        Assert.Contains("type: {column: price, type: number}", texts);
        Assert.Contains("in_set: {column: country, values: [DE, FR, IT]}", texts);
        Assert.Contains("date_format: {column: ordered, format: \"%Y-%m-%d\"}", texts);
        Assert.Contains("row_count_between: {min: 1000, max: 4000}", texts);
        Assert.Contains(texts, text => text.StartsWith("null_proportion_between: {column: note, max: ", StringComparison.Ordinal));
    }

    [Fact]
    public void No_bound_is_the_smallest_or_largest_value_and_slips_do_not_move_it()
    {
        var price = (BetweenCheck)Suggest().Checks.Single(check => check.Rule.Row is BetweenCheck { Column: "price" }).Rule.Row!;
        Assert.InRange(price.Min!.Value, 0, 9.99);
        Assert.InRange(price.Max!.Value, 110.01, 1_500); // the slips are 99999 and 88888
    }

    [Theory]
    [InlineData(3, 97, 0, 107)] // span 94, rounded to 1: 3 - 9.4 would pass 0; 97 + 9.4 = 106.4
    [InlineData(-5, -1, -5.4, -0.6)]
    [InlineData(1000, 9000, 200, 9800)]
    [InlineData(7, 7, 6.3, 7.7)]
    public void Bounds_are_moved_out_by_a_tenth_and_rounded_outward(double min, double max, double low, double high)
    {
        var bounds = Outward.Of(min, max);
        Assert.Equal((low, high), bounds);
    }

    private static SuggestChecks.Outcome Suggest()
    {
        using var scan = Orders.Open(Orders.Columns, codesMax: 200);
        return SuggestChecks.Run(scan, "orders.csv", TestContext.Current.CancellationToken);
    }

    private static MadeTable Made()
    {
        var random = new Random(11);
        var rows = Enumerable.Range(1, 2_000).Select(i => new string?[]
        {
            i.ToString(CultureInfo.InvariantCulture),
            $"{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}-{random.Next(10_000):0000}",
            i == 700 ? "99999" : i == 900 ? "88888" : (10 + (random.NextDouble() * 100)).ToString("0.00", CultureInfo.InvariantCulture),
            i == 55 ? "Grmany" : random.Next(10) switch { < 6 => "DE", < 9 => "FR", _ => "IT" },
            new DateOnly(2026, 1, 1).AddDays(random.Next(200)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            random.Next(4) == 0 ? null : string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => "word" + random.Next(1_000))),
        });
        return new MadeTable(["id", "code", "price", "country", "ordered", "note"], [.. rows]);
    }
}
