using System.Globalization;
using System.Text;
using CsCheck;
using Fairlead.Data.Profiles;
using Fairlead.Models.RowSteps;

namespace Fairlead.Tests.Data.Profiles;

public sealed class CollectorTests
{
    private static ulong Random(int seed, int i) => Hashes.Mix(((ulong)(uint)seed << 32) + (uint)i + 0x9E37_79B9_7F4A_7C15);

    private static double Share(int seed, int i) => (Random(seed, i) >> 11) * (1.0 / (1UL << 53));

    [Theory]
    [InlineData("7", CellKind.Integer)]
    [InlineData("-12", CellKind.Integer)]
    [InlineData("123456789012345678901", CellKind.Integer)]
    [InlineData("1.50", CellKind.Number)]
    [InlineData("1e-3", CellKind.Number)]
    [InlineData(".5", CellKind.Number)]
    [InlineData(" 7 ", CellKind.Integer)]
    [InlineData("007", CellKind.Text)]
    [InlineData("1,5", CellKind.Text)]
    [InlineData("-", CellKind.Text)]
    [InlineData("1e999", CellKind.Text)]
    [InlineData("TRUE", CellKind.Boolean)]
    [InlineData("no", CellKind.Boolean)]
    [InlineData("2024-02-29", CellKind.Date)]
    [InlineData("2023-02-29", CellKind.Text)]
    [InlineData("2024/2/9", CellKind.Date)]
    [InlineData("2024-02-29T13:00:05Z", CellKind.Moment)]
    [InlineData("2024-02-29 13:00", CellKind.Moment)]
    [InlineData("29.02.2024", CellKind.DayFirst)]
    [InlineData("02/29/2024", CellKind.MonthFirst)]
    [InlineData("3/4/2024", CellKind.EitherFirst)]
    [InlineData("south", CellKind.Text)]
    [InlineData("9999-12-31", CellKind.Date)]
    [InlineData("0000-01-01", CellKind.Text)]
    public void A_text_reads_as(string text, object kind) => Assert.Equal((CellKind)kind, CellReader.Read(Encoding.UTF8.GetBytes(text)).Kind);

    [Fact]
    public void Numbers_are_those_of_the_row_steps() =>
        Gen.Double[-1e12, 1e12].Select(Gen.Int[0, 12]).Select((value, digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture)).Sample(text =>
        {
            var cell = CellReader.Read(Encoding.UTF8.GetBytes(text));
            Assert.True(NumberText.TryParse(text, out var expected));
            Assert.Equal(expected, cell.Number);
        }, seed: "0000KnS0n2Y0", iter: 3_000);

    [Fact]
    public void Days_are_those_of_the_calendar()
    {
        for (var day = -719_162; day < 2_932_896; day += 997)
        {
            var date = DateOnly.FromDayNumber(day + 719_162);
            Assert.Equal(day, CellReader.Days(date.Year, date.Month, date.Day));
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(300_000)]
    public void The_number_of_different_values_is_estimated_within_four_standard_errors(int different)
    {
        var estimate = new HyperLogLog();
        for (var i = 0; i < different; i++)
        {
            estimate.Add(Hashes.Mix((ulong)i + 1));
            estimate.Add(Hashes.Mix((ulong)i + 1));
        }

        Assert.InRange(estimate.Estimate(), different * (1 - (4 * estimate.Error)), different * (1 + (4 * estimate.Error)));
    }

    [Fact]
    public void Frequent_values_beyond_the_limit_stay_within_the_stated_error()
    {
        var counts = new ValueCounts(1_000);
        var truth = new Dictionary<string, long>();
        for (var i = 0; i < 60_000; i++)
        {
            var value = i % 3 == 0 ? $"often {i % 9}" : $"rare {i}";
            truth[value] = truth.GetValueOrDefault(value) + 1;
            counts.Add(Hashes.Of(Encoding.UTF8.GetBytes(value)), Encoding.UTF8.GetBytes(value));
        }

        Assert.False(counts.IsExact);
        Assert.True(counts.Error < 60_000 / 250.0, $"{counts.Error}");
        var top = counts.Top(3);
        Assert.Equal(["often 0", "often 3", "often 6"], top.Select(t => t.Value).Order());
        Assert.All(top, t => Assert.InRange(truth[t.Value], t.Count - counts.Error, t.Count));
        Assert.InRange(counts.Distinct, truth.Count * 0.96, truth.Count * 1.04);
    }

    [Fact]
    public void Sorting_is_sorting() =>
        Gen.Double.Where(double.IsFinite).Array[0, 3_000].Sample(values =>
        {
            var expected = values.Order().ToArray();
            RadixSort.Sort(values, new double[values.Length]);
            Assert.Equal(expected, values);
        }, seed: "0000KnS0n2Y0", iter: 100);

    /// <summary>numpy and scipy.stats on [2, 3.5, 3.5, 7.25, 11, -4, 0]: mean 3.32142857, std(ddof=1) 4.84491633, skew 0.12975934, kurtosis -0.63112911, quantile([.01, .25, .5, .75, .9]) = -3.76, 1, 3.5, 5.375, 8.75.</summary>
    [Fact]
    public void Moments_and_quantiles_are_NumPys()
    {
        double[] values = [2, 3.5, 3.5, 7.25, 11, -4, 0];
        var moments = new Moments();
        moments.Add(values.AsSpan(0, 3));
        moments.Add(values.AsSpan(3));
        Assert.Equal(3.3214285714285716, moments.Mean, 1e-12);
        Assert.Equal(4.844916334232645, moments.StandardDeviation!.Value, 1e-12);
        Assert.Equal(0.1297593444553562, moments.Skewness!.Value, 1e-12);
        Assert.Equal(-0.6311291100526395, moments.ExcessKurtosis!.Value, 1e-12);
        var ranked = RankedValues.Of(values.Select(v => (v, 1L)), 0);
        Assert.Equal([-3.76, 1, 3.5, 5.375, 8.75], new[] { 0.01, 0.25, 0.5, 0.75, 0.9 }.Select(p => Math.Round(ranked.Quantile(p), 10)));
    }

    [Fact]
    public void A_sum_of_whole_numbers_is_exact()
    {
        // The mean 5974 / 3000 times 3000 is 5973.999999999999.
        var moments = new Moments();
        moments.Add(Enumerable.Range(0, 2_999).Select(i => i < 2_975 ? 2.0 : 1.0).ToArray());
        moments.Add([0.0]);
        Assert.Equal(5_974, moments.Sum);
        moments.Add(1, 3);
        Assert.Equal(5_977, moments.Sum);
    }

    [Fact]
    public void A_large_mean_takes_no_digits_from_the_spread()
    {
        // 1e9 + 0, 1, 2, …, 9 over and over: variance (n/(n-1)) 8.25
        var moments = new Moments();
        var batch = Enumerable.Range(0, 10_000).Select(i => 1e9 + (i % 10)).ToArray();
        for (var i = 0; i < 100; i++)
        {
            moments.Add(batch);
        }

        Assert.Equal(8.25 * 1e6 / (1e6 - 1), moments.Variance!.Value, 1e-9);
    }

    [Theory]
    [InlineData("sorted")]
    [InlineData("backwards")]
    [InlineData("mixed")]
    public void Ranks_beyond_a_block_stay_within_the_stated_error(string order)
    {
        const int Rows = 200_000;
        var values = Enumerable.Range(0, Rows).Select(i => (double)i).ToArray();
        Array.Sort(values.Select((v, i) => order switch { "sorted" => v, "backwards" => -v, _ => Share(1, i) }).ToArray(), values);
        var sketch = new QuantileSketch(4_096);
        var spare = new double[4_096];
        foreach (var batch in values.Chunk(1_000))
        {
            sketch.Add(batch, spare);
        }

        var ranked = sketch.Ranked();
        Assert.Equal(Rows, ranked.Count);
        Assert.InRange(ranked.Error, 0.001, 0.02);
        Assert.Equal(0, ranked.Quantile(0));
        Assert.Equal(Rows - 1, ranked.Quantile(1));
        for (var p = 0.01; p < 1; p += 0.01)
        {
            Assert.InRange(ranked.Quantile(p) / Rows, p - ranked.Error, p + ranked.Error);
        }

        Assert.Equal(Rows, ranked.Histogram(0, Rows - 1, 20).Sum());
    }

    [Theory]
    [InlineData("AB-1234", "AA-9999")]
    [InlineData("anna.429442@mail.example", "aaaa.9+@aaaa.a+")]
    [InlineData("Größe 5", "Aaaaa 9")]
    [InlineData("", "")]
    public void A_shape_is(string text, string shape)
    {
        Span<byte> room = stackalloc byte[TextCollector.ShapeMax];
        Assert.Equal(shape, Encoding.UTF8.GetString(room[..TextCollector.Shape(Encoding.UTF8.GetBytes(text), room)]));
    }

    [Fact]
    public void Repeats_beyond_the_limit_are_estimated()
    {
        // 40,000 rows, each third one a repeat of the row before the last: 10,000 different ones have a copy
        var repeats = new RowRepeats(2_000);
        for (var i = 0; i < 40_000; i++)
        {
            repeats.Add(Hashes.Mix((ulong)(i % 4 == 3 ? i - 2 : i) + 1), i);
        }

        var (rows, error) = repeats.Count();
        Assert.False(repeats.IsExact);
        Assert.InRange(rows, 10_000 - (4 * error), 10_000 + (4 * error));
        Assert.InRange(error, 50, 1_000);
        Assert.Equal(new RowPair(3, 1), repeats.Examples[0]);
    }

    /// <summary>scipy: pearsonr 0.90303030, spearmanr([1,2,2,4,5,7,7,8,9,10], y) 0.87196744; Cramér's V of [[10,20,5],[15,5,25]] by Bergsma 0.50830840; eta of [1,2,3,4], [3,4,5,6], [8,9,7,8] by Kelley 0.89543386.</summary>
    [Fact]
    public void Correlations_are_the_published_ones()
    {
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y = [2, 1, 4, 3, 7, 5, 8, 6, 10, 9];
        Assert.Equal(0.9030303030303031, Correlations.Pearson(x, y), 1e-12);
        Assert.Equal(0.8719674296463189, Correlations.Pearson(Correlations.Ranks([1, 2, 2, 4, 5, 7, 7, 8, 9, 10]), Correlations.Ranks(y)), 1e-12);

        int[][] table = [[10, 20, 5], [15, 5, 25]];
        var cells = table.SelectMany((row, a) => row.SelectMany((count, b) => Enumerable.Repeat((A: a, B: b), count))).ToList();
        Assert.Equal(0.508308395606537, Correlations.CramersV([.. cells.Select(c => c.A)], [.. cells.Select(c => c.B)], 2, 3), 1e-12);
        Assert.Equal(0.8954338623269738, Correlations.CorrelationRatio([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [1, 2, 3, 4, 3, 4, 5, 6, 8, 9, 7, 8], 3), 1e-12);
    }

    [Fact]
    public void Columns_of_a_wide_table_count_exactly_beyond_their_share_while_all_together_have_room()
    {
        // 10,000 columns have 256 values each of 4,194,304: 1,634,304 are left. To 65,536 a column takes 65,280 of them: 25 do, the 26th comes to half of that.
        var limits = new ProfileLimits(10_000);
        ValueCounts Counted(int values)
        {
            var counts = new ValueCounts(limits.Distinct, limits.EstimateBits, limits.More);
            Span<byte> text = stackalloc byte[8];
            for (var i = 0L; i < values; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(text, i);
                counts.Add(Hashes.Of(text), text);
            }

            return counts;
        }

        Assert.Equal(256, limits.Distinct);
        for (var column = 0; column < 25; column++)
        {
            var counts = Counted(60_000);
            Assert.Equal((true, 60_000L), (counts.IsExact, counts.Distinct));
        }

        Assert.False(Counted(60_000).IsExact);
        Assert.True(Counted(256).IsExact);
        Assert.False(Counted(70_000).IsExact);
    }
}
