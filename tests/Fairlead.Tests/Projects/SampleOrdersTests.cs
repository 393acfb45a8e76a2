using System.Security.Cryptography;
using Fairlead.Projects.Sample;

namespace Fairlead.Tests.Projects;

public sealed class SampleOrdersTests
{
    private static readonly IReadOnlyList<SampleOrder> Orders = SampleOrders.Make();

    [Fact]
    public void The_same_rows_and_seed_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var path = SampleOrders.Write(folder.Path, rows: 500, seed: 7, truth: true);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        SampleOrders.Write(folder.Path, rows: 500, seed: 7);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        Assert.Equal(501, File.ReadLines(path).Count());
        Assert.Equal(501, File.ReadLines(Path.Combine(folder.Path, SampleOrders.TruthFileName)).Count());

        // Fixed: numbers in the documentation and in other tests rest on these bytes.
        Assert.Equal("ff948ec5c8f305873cae8cc6c5b40e4bceafd9bee52f104f00c62eb3931d0709", hash);
    }

    [Fact]
    public void About_three_in_ten_orders_are_truly_late_and_a_good_model_can_tell_most_of_them()
    {
        Assert.Equal(10_000, Orders.Count);
        Assert.InRange(Orders.Average(o => o.TrueLate ? 1.0 : 0), 0.28, 0.33);

        // The area of the true chance is the best any model can do; a fitted one stays some points below.
        Assert.InRange(Area(Orders.Select(o => (o.Chance, o.TrueLate))), 0.82, 0.87);
    }

    [Fact]
    public void The_faulty_depot_hides_most_late_orders_and_compensation_does_not_give_it_away()
    {
        var faulty = Orders.Where(o => o.Depot.Trim().Equals(SampleOrders.FaultyDepot, StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.InRange(faulty.Count, 1_350, 1_650);
        var late = faulty.Where(o => o.TrueLate).ToList();
        Assert.InRange(late.Average(o => o.RecordedLate ? 0.0 : 1), 0.75, 0.85);
        Assert.All(Orders.Where(o => o.RecordedLate != o.TrueLate), o => Assert.Contains("faulty_source", o.Planted));

        // Hidden late orders were paid no more often than those on time.
        Assert.InRange(late.Where(o => !o.RecordedLate).Average(o => o.CompensationPaid > 0 ? 1.0 : 0), 0, 0.03);
        Assert.True(Area(Orders.Select(o => (o.CompensationPaid, o.RecordedLate))) > 0.97);
    }

    [Theory]
    [InlineData("duplicate", 150, 200)]
    [InlineData("missing:weather", 300, 500)]
    [InlineData("missing:weight_kg", 220, 380)]
    [InlineData("impossible:weight_kg", 25, 75)]
    [InlineData("impossible:distance_km", 10, 50)]
    [InlineData("impossible:promised_days", 10, 50)]
    [InlineData("spelling:carrier", 220, 380)]
    [InlineData("spelling:depot", 220, 380)]
    [InlineData("personal:note", 220, 380)]
    public void Every_kind_of_fault_is_planted(string planted, int from, int to) =>
        Assert.InRange(Orders.Count(o => o.Planted.Contains(planted)), from, to);

    [Fact]
    public void Months_shift_the_carriers_and_the_distances()
    {
        var (early, late) = (Orders.Take(2_500).ToList(), Orders.Skip(7_500).ToList());
        Assert.True(late.Average(o => o.Carrier == "Swiftline" ? 1.0 : 0) > early.Average(o => o.Carrier == "Swiftline" ? 1.0 : 0) + 0.15);
        Assert.True(Median(late) > Median(early) * 1.15);

        static double Median(List<SampleOrder> orders) => orders.Select(o => o.DistanceKm).Order().ElementAt(orders.Count / 2);
    }

    /// <summary>Area under the ROC curve by ranks, ties counted half.</summary>
    private static double Area(IEnumerable<(double Score, bool Positive)> rows)
    {
        double area = 0, negatives = 0, positives = 0;
        foreach (var tie in rows.GroupBy(r => r.Score).OrderBy(g => g.Key))
        {
            var (p, n) = (tie.Count(r => r.Positive), tie.Count(r => !r.Positive));
            area += p * (negatives + (n / 2.0));
            (positives, negatives) = (positives + p, negatives + n);
        }

        return area / (positives * negatives);
    }
}
