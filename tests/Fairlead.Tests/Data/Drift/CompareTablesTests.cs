using System.Globalization;
using Fairlead.Data.Drift;
using Fairlead.Data.Profiles;
using Fairlead.Tests.Data.Profiles;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Drift;

public sealed class CompareTablesTests
{
    private static double Share(int seed, int i) => (Hashes.Mix(((ulong)(uint)seed << 32) + (uint)i + 0x9E37_79B9_7F4A_7C15) >> 11) * (1.0 / (1UL << 53));

    private static string N(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static IReadOnlyList<ColumnSide> Side(ArrayScan scan) => CompareTables.Read(scan, CancellationToken.None);

    private static ColumnDrift Compare(ArrayScan reference, ArrayScan current, string method = "auto", int looks = 30) =>
        CompareTables.Compare(new CompareTables.Request("", "", method, Looks: looks), Side(reference), Side(current)).Columns[0];

    private static ArrayScan Rate(int rows, double rate, int seed) =>
        new ArrayScan().Text("churned", [.. Enumerable.Range(0, rows).Select(i => Share(seed, i) < rate ? "yes" : "no")], coded: true);

    [Fact]
    public void Four_points_of_a_rate_are_an_alarm_at_a_million_rows_and_a_tenth_of_a_point_is_none()
    {
        var reference = Rate(1_000_000, 0.30, 1);
        var small = Compare(reference, Rate(1_000_000, 0.301, 2));
        Assert.False(small.Drifted, small.Says);
        reference = Rate(1_000_000, 0.30, 1);
        var large = Compare(reference, Rate(1_000_000, 0.34, 3));
        Assert.True(large.Drifted);
        Assert.Equal(0.04, large.Effect, 0.002);
        Assert.InRange(large.Effect, large.Interval[0], large.Interval[1]);
        Assert.InRange(large.Interval[1] - large.Interval[0], 0.002, 0.003); // 2 · 1.96 · sqrt(0.21/1e6 + 0.2244/1e6) = 0.00258
    }

    [Theory] // half a point of a rare rate is an alarm, at either end; a tenth of a point is none, however many times it is
    [InlineData(0.005, 0.010, true)]
    [InlineData(0.995, 0.990, true)]
    [InlineData(0.010, 0.005, true)]
    [InlineData(0.001, 0.002, false)]
    [InlineData(0.050, 0.055, false)]
    public void Rare_rates_count_in_proportion(double before, double now, bool drifted) =>
        Assert.Equal(drifted, Compare(Rate(1_000_000, before, 1), Rate(1_000_000, now, 2)).Drifted);

    [Fact]
    public void Missing_values_count()
    {
        static ArrayScan Lacking(double share, int seed) => new ArrayScan().Numbers("x", [.. Enumerable.Range(0, 2_000).Select(i => Share(seed, i) < share ? double.NaN : Share(seed + 1, i))]);
        var drift = Compare(Lacking(0.10, 10), Lacking(0.33, 20));
        Assert.True(drift.Drifted);
        Assert.True(drift.Missing!.Drifted);
        Assert.Equal(0.23, drift.Missing.Effect, 0.03);
        Assert.False(Compare(Lacking(0.10, 10), Lacking(0.10, 30)).Drifted);
        Assert.True(Compare(Lacking(0.10, 10), Lacking(0.33, 20), "ks").Drifted); // by name too
    }

    [Fact]
    public void A_column_that_no_longer_reads_as_numbers_has_lost_its_values()
    {
        var drift = Compare(new ArrayScan().Text("x", [.. Enumerable.Range(0, 500).Select(i => $"{i % 40}")]), new ArrayScan().Text("x", [.. Enumerable.Range(0, 500).Select(i => $"n{i % 40}")]));
        Assert.True(drift.Missing!.Drifted);
        Assert.Equal(1, drift.Missing.Effect);
    }

    [Fact]
    public void A_level_that_appears_among_two_hundred_is_found()
    {
        static ArrayScan Shops(int rows, int seed, double extra) => new ArrayScan().Text("shop", [.. Enumerable.Range(0, rows).Select(i => Share(seed + 1, i) < extra ? "new" : $"shop {(int)(Share(seed, i) * 200)}")]);
        Assert.False(Compare(Shops(10_000, 1, 0), Shops(1_000, 3, 0)).Drifted);
        var drift = Compare(Shops(10_000, 1, 0), Shops(1_000, 5, 0.04));
        Assert.True(drift.Drifted, drift.Says);
        Assert.Contains("new goes from 0 %", drift.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_moves_is_found_with_how_far()
    {
        static ArrayScan Numbers(int seed, double by) => new ArrayScan().Numbers("x", [.. Enumerable.Range(0, 4_000).Select(i => Share(seed, i) + by)]);
        var drift = Compare(Numbers(3, 0), Numbers(4, 0.1));
        Assert.True(drift.Drifted);
        Assert.InRange(0.1, drift.Interval[0], drift.Interval[1]); // shifted by a tenth of a uniform: a tenth of the rows
        Assert.False(Compare(Numbers(1, 0), Numbers(2, 0)).Drifted);
    }

    [Fact]
    public void Ids_and_dates_move_on_without_an_alarm()
    {
        static ArrayScan Later(int from) => new ArrayScan()
            .Text("id", [.. Enumerable.Range(from, 1_000).Select(i => $"{i}")])
            .Text("at", [.. Enumerable.Range(from, 1_000).Select(i => new DateTime(2024, 1, 1).AddHours(i).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture))]);
        var report = CompareTables.Compare(new CompareTables.Request("", ""), Side(Later(0)), Side(Later(5_000)));
        Assert.False(report.Drifted);
        Assert.Equal(["id", "at"], report.Skipped.Select(s => s.Column));
    }

    [Fact]
    public void A_column_that_is_gone_is_drift_and_a_new_one_is_not()
    {
        var report = CompareTables.Compare(new CompareTables.Request("", ""), Side(new ArrayScan().Text("a", ["1"]).Text("b", ["1"])), Side(new ArrayScan().Text("a", ["1"]).Text("c", ["1"])));
        Assert.True(report.Drifted);
        Assert.Equal(["b"], report.Removed);
        Assert.Equal(["c"], report.Added);
    }

    [Fact]
    public void A_method_compares_the_columns_of_its_kind()
    {
        static ArrayScan Both(int seed) => new ArrayScan().Numbers("x", [.. Enumerable.Range(0, 300).Select(i => Share(seed, i))]).Text("c", [.. Enumerable.Range(0, 300).Select(i => Share(seed + 1, i) < 0.5 ? "a" : "b")]).Numbers("flag", [.. Enumerable.Range(0, 300).Select(i => i % 2)]);
        string[] Columns(string method) => [.. CompareTables.Compare(new CompareTables.Request("", "", method), Side(Both(1)), Side(Both(3))).Columns.Select(c => c.Column)];
        Assert.Equal(["x", "flag"], Columns("ks"));
        Assert.Equal(["x", "flag"], Columns("wasserstein"));
        Assert.Equal(["c", "flag"], Columns("chi_square"));
        Assert.Equal(["c", "flag"], Columns("z"));
        Assert.All(new[] { "psi", "jensen_shannon", "hellinger", "kl" }, method => Assert.Equal(["x", "c", "flag"], Columns(method)));
    }

    [Fact]
    public void Scores_are_the_statistics_of_their_methods()
    {
        // a 30 %, b 70 % of 500 against 35 %, 65 %: z = 0.05 / sqrt(0.325 · 0.675 · 2/500) = 1.687899; chi-square its square
        static ArrayScan Rows(int hits) => new ArrayScan().Text("c", [.. Enumerable.Range(0, 500).Select(i => i < hits ? "a" : "b")]);
        Assert.Equal(1.687899, Compare(Rows(150), Rows(175), "z").Score, 1e-5);
        Assert.Equal(1.687899 * 1.687899, Compare(Rows(150), Rows(175), "chi_square").Score, 1e-4);
        Assert.Equal(0.05 * Math.Log(0.35 / 0.3) + (-0.05 * Math.Log(0.65 / 0.7)), Compare(Rows(150), Rows(175), "psi").Score, 1e-12);

        // numbers 0 to 99 against 10 to 109: moved by 10, standard deviation sqrt((100² - 1) / 12) = 28.866
        static ArrayScan Numbers(int from) => new ArrayScan().Numbers("x", [.. Enumerable.Range(from, 100).Select(i => i + 0.5)]);
        Assert.Equal(10 / Math.Sqrt(9_999 / 12.0), Compare(Numbers(0), Numbers(10), "wasserstein").Score, 1e-12);
        Assert.Equal(0.1, Compare(Numbers(0), Numbers(10), "ks").Score, 1e-12);
    }

    [Fact]
    public void Holm_corrects_by_rank()
    {
        // 0.01 · 4, 0.02 · 3, 0.03 · 2 (not below the one before), 0.5
        Assert.Equal([0.06, 0.04, 0.06, 0.5], DefaultDrift.Holm([0.02, 0.01, 0.03, 0.5]).Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void A_method_that_is_not_there_is_wrong_use() =>
        Assert.True(Assert.Throws<FaultException>(() => CompareTables.Run(new CompareTables.Request("a.csv", "b.csv", "kz"), CancellationToken.None)).WrongUse);
}
