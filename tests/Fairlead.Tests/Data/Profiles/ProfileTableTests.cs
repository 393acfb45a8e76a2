using System.Globalization;
using Fairlead.Data.Profiles;
using Fairlead.Workspace;
using ValueType = Fairlead.Data.Profiles.ValueType;

namespace Fairlead.Tests.Data.Profiles;

public sealed class ProfileTableTests
{
    private static double Share(int seed, int i) => (Hashes.Mix(((ulong)(uint)seed << 32) + (uint)i + 0x9E37_79B9_7F4A_7C15) >> 11) * (1.0 / (1UL << 53));

    private static string N(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static TableProfile Of(ArrayScan scan, string? target = null) => ProfileTable.Of(scan, target, CancellationToken.None);

    private static ArrayScan Mixed(int rows, bool coded) => new ArrayScan { BatchRows = 1_000 }
        .Text("id", [.. Enumerable.Range(0, rows).Select(i => $"K{i}")])
        .Text("region", [.. Enumerable.Range(0, rows).Select(i => i % 10 == 3 ? null : new[] { "north", "south", "east" }[(int)(Share(1, i) * 3)])], coded)
        .Text("age", [.. Enumerable.Range(0, rows).Select(i => i % 50 == 7 ? "unknown" : N(Math.Floor(20 + (Share(2, i) * 60))))], coded)
        .Text("amount", [.. Enumerable.Range(0, rows).Select(i => N(Math.Round((20 + (Math.Floor(20 + (Share(2, i) * 60)) * 2)) + Share(3, i), 2)))])
        .Text("day", [.. Enumerable.Range(0, rows).Select(i => new DateTime(2024, 1, 1).AddDays(i % 300 is var d && d >= 100 && d < 110 ? 0 : i % 300).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))], coded)
        .Text("yes", [.. Enumerable.Range(0, rows).Select(i => Share(4, i) < 0.2 ? "true" : "false")], coded)
        .Text("same", [.. Enumerable.Range(0, rows).Select(_ => "x")], coded)
        .Text("none", new string?[rows]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_kind_of_column_is_told(bool coded)
    {
        var profile = Of(Mixed(3_000, coded), "yes");
        var columns = profile.Columns.ToDictionary(c => c.Name);
        Assert.Equal(3_000, profile.Rows);
        Assert.Equal(
            [ValueType.Text, ValueType.Category, ValueType.Integer, ValueType.Number, ValueType.Date, ValueType.Boolean, ValueType.Category, ValueType.Empty],
            profile.Columns.Select(c => c.Type));
        Assert.True(columns["id"].IdLike);
        Assert.Equal(new TextPattern("A9999", 2_000, 2_000 / 3_000.0), columns["id"].Texts!.Patterns[0]);
        Assert.Equal((300, 0.1), (columns["region"].Missing, columns["region"].MissingShare));
        Assert.Equal(3, columns["region"].Distinct.Count);
        Assert.Equal(2_700, columns["region"].Top.Values.Sum(v => v.Count));
        Assert.Equal(60, columns["age"].Unlike!.Count);
        Assert.Equal(new RowValue(7, "unknown"), columns["age"].Unlike!.Examples[0]);
        Assert.Equal(2_940, columns["age"].Numbers!.Count);
        Assert.Equal(2_940, columns["age"].Numbers!.Histogram.Sum());
        Assert.True(columns["same"].Constant);
        Assert.Equal((1.0, 0), (columns["none"].MissingShare, columns["none"].Distinct.Count));

        var day = columns["day"].Dates!;
        Assert.Equal(("2024-01-01", "2024-10-26", 300, 10), (day.First, day.Last, day.DaysCovered, day.DaysWithout));
        Assert.Equal(new DateGap("2024-04-10", "2024-04-19", 10), day.Gaps[0]); // days 100 to 109 of 2024
        Assert.Equal(3_000, day.Weekdays.Sum());

        var strongest = profile.Correlations.Pairs.First(p => p.Measure == "pearson" && p.A == "age" && p.B == "amount");
        Assert.InRange(strongest.Value, 0.99, 1);
        Assert.Equal("false", profile.Target!.Classes[0].Value);
        Assert.InRange(profile.Target.Imbalance, 3, 5);
    }

    [Fact]
    public void Codes_and_plain_texts_give_the_same_profile()
    {
        var (a, b) = (Of(Mixed(2_500, true)), Of(Mixed(2_500, false)));
        Assert.Equal(Text(a with { Columns = [] }), Text(b with { Columns = [] }));
        foreach (var (x, y) in a.Columns.Zip(b.Columns))
        {
            // Sums are added in another order
            Assert.Equal(x.Numbers?.Mean ?? 0, y.Numbers?.Mean ?? 0, 1e-9);
            Assert.Equal(x.Numbers?.Quantiles, y.Numbers?.Quantiles);
            Assert.Equal(Text(x with { Numbers = null, Unlike = null }), Text(y with { Numbers = null, Unlike = null })); // examples come once an entry
        }

        static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value);
    }

    [Fact]
    public void The_same_table_gives_the_same_bits_twice()
    {
        static string Text() => System.Text.Json.JsonSerializer.Serialize(Of(Mixed(4_000, true)));
        Assert.Equal(Text(), Text());
    }

    [Fact]
    public void Repeated_rows_are_counted_exactly_and_nearly()
    {
        var ids = Enumerable.Range(0, 1_000).Select(i => $"{i}").ToArray();
        var names = Enumerable.Range(0, 1_000).Select(i => $"Customer number {i}").ToArray();
        names[500] = "CUSTOMER  number 20!"; // as row 20 but for its id
        names[501] = names[30];
        ids[501] = ids[30]; // as row 30 in every column: the id no longer differs in the first batch, but it does in its first thousand values but one
        var profile = Of(new ArrayScan { BatchRows = 400 }.Text("id", ids).Text("name", names));
        Assert.Equal(1, profile.Duplicates.Rows);
        Assert.Equal([new RowPair(501, 30)], profile.Duplicates.Examples);
        Assert.Equal(["id"], profile.Duplicates.Ignored);
        Assert.Equal(1, profile.Duplicates.NearRows);
        Assert.Equal([new RowPair(500, 20)], profile.Duplicates.NearExamples);
    }

    [Fact]
    public void Outliers_are_counted_by_both_rules()
    {
        // 1 to 100: quartiles 25.75 and 75.25, fences -48.5 and 149.5; median 50.5, MAD 25: a robust z of 3.5 lies 129.7 away
        var values = Enumerable.Range(1, 100).Select(i => (double)i).ToList();
        var outliers = Of(new ArrayScan().Numbers("x", [.. values, 1_000, -200])).Columns[0].Numbers!.Outliers;
        Assert.Equal((1, 1, 2), (outliers.Below, outliers.Above, outliers.RobustZ));
        Assert.Equal([new RowNumber(101, -200), new RowNumber(100, 1_000)], outliers.Examples);
    }

    [Fact]
    public void Dates_with_the_month_first_are_told_from_those_with_the_day_first()
    {
        var american = Of(new ArrayScan().Text("d", ["1/2/2024", "2/13/2024", "3/4/2024"])).Columns[0];
        Assert.Equal(("mdy", "2024-01-02", "2024-03-04"), (american.Dates!.Order, american.Dates.First, american.Dates.Last));
        var european = Of(new ArrayScan().Text("d", ["1/2/2024", "13/2/2024", "3/4/2024"])).Columns[0];
        Assert.Equal(("dmy", "2024-02-01", "2024-04-03"), (european.Dates!.Order, european.Dates.First, european.Dates.Last));
    }

    [Fact]
    public void A_table_of_many_rows_is_sampled_and_says_so()
    {
        const int Rows = 70_000;
        var profile = Of(new ArrayScan()
            .Numbers("x", [.. Enumerable.Range(0, Rows).Select(i => Share(5, i))])
            .Numbers("y", [.. Enumerable.Range(0, Rows).Select(i => Share(5, i) + Share(6, i))])
            .Text("code", [.. Enumerable.Range(0, Rows).Select(i => $"{i}-{i % 7}")]));
        Assert.Equal((false, ProfileLimits.SampleMax), (profile.Correlations.Exact, profile.Correlations.Rows));
        Assert.Equal(Math.Sqrt(0.5), profile.Correlations.Pairs.First(p => p.Measure == "pearson").Value, 2 * profile.Correlations.Error); // of a sum of two equal uniforms
        Assert.False(profile.Columns[0].Distinct.Exact);
        Assert.InRange(profile.Columns[2].Distinct.Count, Rows * 0.96, Rows * 1.04);
        Assert.Equal(0.5, profile.Columns[0].Numbers!.Quantiles[4].Value, 0.01);
    }

    [Fact]
    public void A_target_that_is_not_there_is_named() =>
        Assert.Contains("no column \"yess\"", Assert.Throws<FaultException>(() => Of(Mixed(10, false), "yess")).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_at_the_ends_of_a_double_and_of_time_have_a_profile_that_can_be_written()
    {
        var profile = Of(new ArrayScan()
            .Numbers("x", [1e308, -1e308, 1.7e308, 1.7e308, double.NaN])
            .Text("year", ["0001-01-01", "9999-12-31", "9999-12-31", "2024-02-29", null]));
        Assert.Contains("\"Max\":1.7E+308", System.Text.Json.JsonSerializer.Serialize(profile), StringComparison.Ordinal);
        Assert.Equal(("0001-01-01", "9999-12-31"), (profile.Columns[1].Dates!.First, profile.Columns[1].Dates!.Last));
        var dates = new DateCollector();
        dates.Add(long.MaxValue / 2);
        Assert.StartsWith("9999-12-31", dates.Summary("ymd", hasTime: true, 20).Last, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_has_a_profile()
    {
        var profile = Of(new ArrayScan().Text("a", []));
        Assert.Equal((0, ValueType.Empty), (profile.Rows, profile.Columns[0].Type));
    }

    [Fact]
    public void Ten_thousand_columns_take_little_each()
    {
        var scan = new ArrayScan();
        for (var i = 0; i < 10_000; i++)
        {
            scan.Text($"c{i}", ["1", "2", "x"]);
        }

        Assert.Equal(10_000, Of(scan).Columns.Count);
    }
}
