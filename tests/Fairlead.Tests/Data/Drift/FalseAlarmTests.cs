using Fairlead.Data.Drift;
using Fairlead.Data.Profiles;
using Fairlead.Models.Drift;

namespace Fairlead.Tests.Data.Drift;

/// <summary>The promise that drift by default makes: at most one false alarm a project and month of daily windows over all columns.</summary>
public sealed class FalseAlarmTests
{
    private const int Months = 60;
    private const int Days = 30;

    private sealed class Source(ulong seed)
    {
        private ulong _state = seed;

        public double Share()
        {
            _state += 0x9E37_79B9_7F4A_7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }

    /// <summary>Months of thirty windows against one reference each, of nothing but chance: columns of a 200-level category, one of 1,000 rare levels, heavy tails, few whole numbers, two rare rates, missing values; nine columns.</summary>
    /// <remarks>The promised probability of an alarm in a month is 5 %. Of 60 months at most 8 may have one: with 5 % more would come once in 300 times; the seeds are fixed.</remarks>
    [Theory]
    [InlineData(CompareTables.DefaultEffect)]
    [InlineData(0)] // the promise rests on the p-values: no smallest effect is needed for it
    public void A_month_of_chance_is_quiet(double effect)
    {
        var alarmed = 0;
        var alarms = 0;
        for (var month = 0; month < Months; month++)
        {
            var source = new Source((ulong)month * 7_919);
            var reference = Window(source, 3_000);
            var any = 0;
            for (var day = 0; day < Days; day++)
            {
                var rows = 200 + (int)(source.Share() * 800);
                var report = CompareTables.Compare(new CompareTables.Request("", "", MinimumEffect: effect), reference, Window(source, rows));
                any += report.Columns.Count(c => c.Drifted);
            }

            alarms += any;
            alarmed += any > 0 ? 1 : 0;
        }

        Assert.True(alarmed <= 8 && alarms <= Months / 4, $"{alarmed} of {Months} months have an alarm, {alarms} in all");
    }

    /// <summary>Months in which something has changed are not quiet: 5 points of a rate in windows of 5,000 rows, on the first day.</summary>
    [Fact]
    public void A_change_is_found_on_the_first_day()
    {
        var found = 0;
        for (var month = 0; month < 40; month++)
        {
            var source = new Source((ulong)month + 5);
            var reference = new[] { Rate(source, 20_000, 0.2) };
            found += CompareTables.Compare(new CompareTables.Request("", ""), reference, [Rate(source, 5_000, 0.25)]).Drifted ? 1 : 0;
        }

        Assert.InRange(found, 38, 40);
    }

    /// <summary>A rare rate that doubles, 0.5 % to 1 %, in a window of 10,000 rows: half a point, which is below the smallest effect.</summary>
    [Fact]
    public void A_rare_rate_that_doubles_is_found_on_the_first_day()
    {
        var found = 0;
        for (var month = 0; month < 40; month++)
        {
            var source = new Source((ulong)month + 11);
            found += CompareTables.Compare(new CompareTables.Request("", ""), [Rate(source, 100_000, 0.005)], [Rate(source, 10_000, 0.01)]).Drifted ? 1 : 0;
        }

        Assert.InRange(found, 36, 40);
    }

    /// <summary>The 95 % interval of the effect of a number covers the true largest difference at least 95 % of the time: two uniforms, one moved by 0.1.</summary>
    [Fact]
    public void The_interval_of_the_effect_covers_it()
    {
        var source = new Source(3);
        var covered = 0;
        for (var i = 0; i < 400; i++)
        {
            double[] a = [.. Enumerable.Range(0, 400).Select(_ => source.Share()).Order()], b = [.. Enumerable.Range(0, 300).Select(_ => source.Share() + 0.1).Order()];
            var (statistic, _) = KolmogorovSmirnov.Statistic(a, b);
            covered += Math.Abs(statistic - 0.1) <= KolmogorovSmirnov.HalfWidth(400, 300) ? 1 : 0;
        }

        Assert.InRange(covered, 0.95 * 400, 400);
    }

    private static ColumnSide Rate(Source source, int rows, double rate, string name = "rate") => Levels(name, [.. Enumerable.Range(0, rows).Select(_ => source.Share() < rate ? 1 : 0)]);

    private static ColumnSide[] Window(Source source, int rows) =>
    [
        Levels("shop", [.. Enumerable.Range(0, rows).Select(_ => (int)(200 * Math.Pow(source.Share(), 2)))]),
        Levels("rare", [.. Enumerable.Range(0, rows).Select(_ => (int)(1_000 * Math.Pow(source.Share(), 3)))]),
        Levels("plan", [.. Enumerable.Range(0, rows).Select(_ => (int)(4 * source.Share()))]),
        Rate(source, rows, 0.01),
        Rate(source, rows, 0.005, "rarer"),
        Numbers("heavy", rows, [.. Enumerable.Range(0, rows).Select(_ => Math.Pow(1 - source.Share(), -1))]), // Pareto without a mean
        Numbers("count", rows, [.. Enumerable.Range(0, rows).Select(_ => Math.Floor(-3 * Math.Log(1 - source.Share())))]),
        Numbers("score", rows, [.. Enumerable.Range(0, rows).Select(_ => source.Share())]),
        Numbers("lacking", rows, [.. Enumerable.Range(0, rows).Where(_ => source.Share() < 0.97).Select(_ => source.Share())]),
    ];

    private static ColumnSide Numbers(string name, int rows, double[] values)
    {
        Array.Sort(values);
        var kinds = new long[9];
        kinds[2] = values.Length; // numbers
        return new ColumnSide(name, rows, rows - values.Length, kinds, new NumberSpread(values, [], values.Length), null, new NumberSpread([], [], 0));
    }

    private static ColumnSide Levels(string name, int[] codes)
    {
        var kinds = new long[9];
        kinds[0] = codes.Length; // texts
        var levels = new ValueCounts(ColumnSideCollector.LevelsMax);
        foreach (var group in codes.GroupBy(c => c))
        {
            levels.Add((ulong)group.Key + 1, System.Text.Encoding.UTF8.GetBytes($"level {group.Key}"), group.Count());
        }

        return new ColumnSide(name, codes.Length, 0, kinds, new NumberSpread([], [], 0), levels, new NumberSpread([1], [codes.Length], codes.Length));
    }
}
