using System.Globalization;
using Fairlead.Data.Checks;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Inference;

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
            Assert.InRange(suggested.FailingShare, 0, ProposalRules.FailingMax);
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

    /// <summary>3,000 lines of deliveries: net below gross with two slips, sent after ordered, a copy of a column, a city in one country, a key of two columns; weights and scores that only lie apart.</summary>
    [Fact]
    public void Pairs_are_proposed_that_hold_and_would_not_by_chance()
    {
        var random = new Random(5);
        string[] cities = ["Berlin", "Hamburg", "Paris", "Lyon", "Roma"], countries = ["DE", "DE", "FR", "FR", "IT"];
        var table = new MadeTable(["line", "order", "item", "net", "gross", "year", "share", "ordered", "sent", "city", "country", "town", "size"], [.. Enumerable.Range(0, 3_000).Select(i =>
        {
            var (net, day, city) = (random.Next(1, 1_000), random.Next(300), random.Next(5));
            return new string?[]
            {
                $"{i}", $"{i / 6 % 500}", $"{(i % 6) + 1}", $"{net}", i is 70 or 900 ? $"{net - 1}" : i == 400 ? null : $"{net + random.Next(200)}", $"{2000 + random.Next(20)}", $"0.{random.Next(1_000):000}",
                Day(day), Day(day + random.Next(40)), cities[city], i == 8 ? "XX" : countries[city], cities[city], $"{"SML"[random.Next(3)]}",
            };
        })]);
        using var scan = table.Open(table.Columns, batch: 700, codesMax: 4_000);
        var outcome = SuggestChecks.Run(scan, "lines.csv", TestContext.Current.CancellationToken);
        var pairs = outcome.Checks.Where(check => check.Rule.Columns.Count == 2 && check.Rule.Table is not ColumnsSetCheck).ToList();
        Assert.Equal(
            [
                "pair_equal: {columns: [city, town], skip_missing: any}",
                "pair_greater: {columns: [sent, ordered], or_equal: true, skip_missing: any}",
                "pair_greater: {columns: [gross, net], or_equal: true, skip_missing: any}",
                "pair_in_set: {columns: [city, country]",
                "compound_unique: {columns: [order, item], skip_missing: any}",
            ],
            pairs.Select(check => check.Rule.Row is PairInSetCheck ? check.Text.Split(", values")[0] : check.Text));

        Assert.Equal(2 / 2_999.0, pairs.Single(check => check.Rule.Columns[0] == "gross").FailingShare, 1e-12);
        Assert.Contains("in all but 2 of 2,999 rows that have both; unrelated columns would break it in ", pairs.Single(check => check.Rule.Columns[0] == "gross").Reason, StringComparison.Ordinal);
        var set = (PairInSetCheck)pairs.Single(check => check.Rule.Row is PairInSetCheck { Other: "country" }).Rule.Row!;
        Assert.Equal(5, set.Values.Count);
        Assert.Contains(set.Values, pair => pair[0] == "Lyon" && pair[1] == "FR");

        var report = table.Check(outcome.Yaml());
        foreach (var (suggested, result) in outcome.Checks.Zip(report.Results).Where(pair => pair.First.Rule.Columns.Count == 2))
        {
            Assert.Equal(suggested.FailingShare, (double)result.UnexpectedCount / (result.Elements - result.Missing), 1e-12);
        }

        static string Day(int day) => new DateOnly(2026, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
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
