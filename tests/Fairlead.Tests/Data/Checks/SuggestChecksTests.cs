using System.Globalization;
using Fairlead.Data.Checks;
using Fairlead.Data.Profiles;
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
        var outcome = SuggestChecks.Run(columns => table.Open(columns ?? table.Columns, batch: 700, codesMax: 4_000), "lines.csv", TestContext.Current.CancellationToken);
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

    /// <summary>6,001 columns, in two of which, far from the first hundred, each rule of pairs holds.</summary>
    [Fact]
    public void A_pair_is_found_wherever_its_columns_stand()
    {
        const int columns = 6_001, rows = 300;
        var random = new Random(9);
        var table = new MadeTable([.. Enumerable.Range(0, columns).Select(i => $"c{i}")], [.. Enumerable.Range(0, rows).Select(i =>
        {
            var cells = new string?[columns];
            for (var column = 0; column < columns; column++)
            {
                cells[column] = (column % 3) switch { 0 => $"{random.Next(100_000)}", 1 => $"{"abcd"[random.Next(4)]}", _ => $"x{random.Next(40)}" };
            }

            cells[90] = cells[5_990]; // the same, far apart
            (cells[5_000], cells[5_001]) = ($"{random.Next(1_000)}", "0");
            cells[5_001] = $"{int.Parse(cells[5_000]!, CultureInfo.InvariantCulture) + random.Next(300)}";
            (cells[5_003], cells[5_004]) = ($"town {i % 3}", $"land {i % 3 / 2}");
            (cells[5_006], cells[5_007]) = ($"order {i / 4}", $"{i % 4}");
            return cells;
        })]);

        var pairs = SuggestChecks.Run(looked => table.Open(looked ?? table.Columns, batch: 40, codesMax: 64), "wide.csv", TestContext.Current.CancellationToken)
            .Checks.Where(check => check.Rule.Columns.Count == 2 && check.Rule.Table is not ColumnsSetCheck).Select(check => string.Join(' ', [check.Rule.Name, .. check.Rule.Columns])).ToList();

        Assert.Equal(["pair_equal c90 c5990", "pair_greater c5001 c5000", "pair_in_set c5003 c5004", "compound_unique c5006 c5007"], pairs);
    }

    [Fact]
    public void What_the_profile_only_estimates_is_measured_before_it_is_proposed()
    {
        var random = new Random(4);
        var table = new MadeTable(["id", "nearly", "delta", "day"], [.. Enumerable.Range(0, 70_000).Select(i => new string?[]
        {
            $"{i * 7L}", i == 69_000 ? "k17" : $"k{i}", i % 101 == 0 ? "-5" : $"{random.Next(1, 1_000)}.5", i % 60 == 1 ? "2026-02-30" : new DateOnly(2025, 1, 1).AddDays(i % 365).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        })]);
        var texts = SuggestChecks.Run(looked => table.Open(looked ?? table.Columns, codesMax: 4_000), "long.csv", TestContext.Current.CancellationToken).Checks.Select(check => check.Text).ToList();

        Assert.Contains("unique: id", texts); // 70,000 different values: beyond what is counted exactly
        Assert.DoesNotContain("unique: nearly", texts); // one stands twice
        Assert.DoesNotContain(texts, text => text.StartsWith("between: {column: id,", StringComparison.Ordinal)); // a running number has no bounds
        Assert.Contains(texts, text => text.StartsWith("between: {column: delta, min: 0,", StringComparison.Ordinal)); // below 0 in 0.99 % of the rows
        Assert.Contains("matches: {column: day, pattern: \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"}", texts); // 1.7 % are no day, and written as one
    }

    [Fact]
    public void Dates_written_in_several_ways_are_proposed_as_dates()
    {
        string[] ways = ["yyyy-MM-dd", "dd.MM.yyyy", "yyyy-MM-ddTHH:mm:ss"];
        var table = new MadeTable(["mixed", "slips", "half"], [.. Enumerable.Range(0, 3_000).Select(i =>
        {
            var day = new DateTime(2024, 1, 1, 9, 30, 0).AddDays(i * 13 % 900);
            return new string?[] { Way(day, i), i % 300 == 7 ? "soon" : Way(day, i), i % 2 == 0 ? $"{i * 17 % 1_000}" : Way(day, i) };
        })]);
        var checks = SuggestChecks.Run(looked => table.Open(looked ?? table.Columns, codesMax: 200), "days.csv", TestContext.Current.CancellationToken).Checks;

        Assert.Equal(["parseable_date: mixed", "parseable_date: slips"], checks.Where(check => check.Rule.Row is ParseableDateCheck).Select(check => check.Text));
        Assert.DoesNotContain(checks, check => check.Rule.Row is LengthCheck or DateFormatCheck);
        var slips = checks.Single(check => check.Rule.Id == "parseable_date:slips");
        Assert.Equal(10 / 3_000.0, slips.FailingShare, 1e-12);
        Assert.Equal("All but 10 values are dates, in several ways of writing.", slips.Reason);

        string Way(DateTime day, int i) => day.ToString(ways[i * 7 % 3], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Values_of_a_column_that_holds_personal_data_are_in_no_check()
    {
        string[] contacts = ["x@example.com", "shop", "+49 30 901820", "phone"], owners = ["DE", "FR", "IT", "ES"];
        var table = new MadeTable(["contact", "country", "size"], [.. Enumerable.Range(0, 2_000).Select(i => new string?[] { contacts[i * 7 % 4], owners[i * 7 % 4], $"{"SML"[i * 11 % 3]}" })]);
        var outcome = SuggestChecks.Run(looked => table.Open(looked ?? table.Columns, codesMax: 200), "orders.csv", TestContext.Current.CancellationToken);

        Assert.Contains(outcome.Checks, check => check.Rule.Id == "in_set:country");
        Assert.Contains(outcome.Checks, check => check.Rule.Id == "in_set:size");
        Assert.DoesNotContain(outcome.Checks, check => check.Rule.Row is InSetCheck or PairInSetCheck && check.Rule.Columns.Contains("contact"));
        Assert.All(contacts, contact => Assert.DoesNotContain(outcome.Checks, check => check.Text.Contains($"{contact},", StringComparison.Ordinal) || check.Text.Contains($"\"{contact}\"", StringComparison.Ordinal)));
        Assert.StartsWith("No check lists the values of column \"contact\": it holds personal data (", Assert.Single(outcome.Notes), StringComparison.Ordinal);
        Assert.Contains($"# {outcome.Notes[0]}\nchecks:\n", outcome.Yaml(), StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", outcome.Yaml(), StringComparison.Ordinal);
        Assert.Equal(outcome.Checks.Count, table.Check(outcome.Yaml()).Results.Count);
    }

    [Theory]
    [InlineData("AB-1234", "^[A-Z]{2}-[0-9]{4}$")]
    [InlineData("AB-12345678", "^[A-Z]{2}-[0-9]{8}$")] // all of one length: a long run has a known one
    [InlineData("00-17", "^[0-9]{2}-[0-9]{2}$")]
    [InlineData("a.b_c", "^[a-z]\\\\.[a-z]_[a-z]$")]
    public void Texts_written_alike_are_proposed_by_their_shape(string example, string pattern)
    {
        var random = new Random(2);
        var table = new MadeTable(["code"], [.. Enumerable.Range(0, 500).Select(_ => new[] { string.Concat(example.Select(sign => char.IsAsciiDigit(sign) ? (char)('0' + random.Next(10)) : char.IsAsciiLetterUpper(sign) ? (char)('A' + random.Next(26)) : char.IsAsciiLetter(sign) ? (char)('a' + random.Next(26)) : sign)) })]);
        var texts = SuggestChecks.Run(looked => table.Open(looked ?? table.Columns), "codes.csv", TestContext.Current.CancellationToken).Checks.Select(check => check.Text).ToList();
        Assert.Contains($"matches: {{column: code, pattern: \"{pattern}\"}}", texts);
    }

    [Fact]
    public void What_is_held_of_a_column_of_a_wide_table_is_bounded()
    {
        const int columns = 10_000, rows = 200;
        var random = new Random(6);
        var table = new MadeTable([.. Enumerable.Range(0, columns).Select(i => $"c{i}")], [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(i => (string?)$"{random.Next(1_000_000)}").ToArray())]);
        var profiler = new TableProfiler([.. table.Columns], ofRows: false);
        using var scan = table.Open(table.Columns, batch: 20);
        List<long> allocated = [];
        while (scan.Next(TestContext.Current.CancellationToken) is { } batch)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            profiler.Add(batch);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(allocated.Sum() / columns, 1_000, 48_000); // bytes a column, what was outgrown among them: two thirds of the 600 MB of such a table
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

    private static SuggestChecks.Outcome Suggest() =>
        SuggestChecks.Run(columns => Orders.Open(columns ?? Orders.Columns, codesMax: 200), "orders.csv", TestContext.Current.CancellationToken);

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
