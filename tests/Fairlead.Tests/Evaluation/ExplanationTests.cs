using Fairlead.Data;
using Fairlead.Evaluation.Explanations;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Evaluation;

public sealed class ExplanationTests
{
    private static readonly ModelContract Contract = new(
        "orders", "Late?", ModelTask.Binary, "late", null, ["no", "yes"], "yes", 0.5,
        [
            new("name", "name", ColumnKind.Category, false, false, Protection.Drop), new("distance", "distance", ColumnKind.Number, true, true, Unit: "km"),
            new("weather", "weather", ColumnKind.Category, true, true), new("depot", "depot", ColumnKind.Category, true, true), new("ordered", "order date", ColumnKind.Date, true, true),
        ],
        [], [], new Wording("Order", null, new Dictionary<string, string>()));

    [Fact]
    public void Reasons_are_the_strongest_columns_with_their_direction()
    {
        var orders = MadeOrders.Make(4_000, 1);
        var model = MadeOrders.Fit(orders.Data);
        Cell[] far = [Cell.Of("Ada"), Cell.Of(500.0), Cell.Of("clear"), Cell.Of("Ghent"), Cell.Of(20_100.25)];
        var reasons = Reasons.Of(model, Contract, far, 1);
        Assert.Equal(["distance is 500 km (raises)", "weather is clear (lowers)"], reasons.Take(2).Select(r => r.ToString()));
        Assert.InRange(reasons.Count, 2, 3);

        // For the other class the same columns pull the other way.
        Assert.Equal("distance is 500 km (lowers)", Reasons.Of(model, Contract, far, 0)[0].ToString());
        far[1] = Cell.Missing;
        Assert.DoesNotContain(Reasons.Of(model, Contract, far, 1), r => r.Column == "name" || (r.Column == "distance" && r.Value is not null));
    }

    [Fact]
    public void A_date_is_said_as_a_date()
    {
        var orders = MadeOrders.Make(2_000, 2);
        var data = orders.Data;
        var late = data with { Labels = [.. data.Features["ordered"].Numbers!.Select(day => day > 20_180 ? 1 : 0)] };
        Cell[] row = [Cell.Missing, Cell.Of(100.0), Cell.Of("clear"), Cell.Of("Ghent"), Cell.Of(20_300.5)];
        // Day 20,300 after 1970-01-01 is 2025-07-31 (20,088 is 2025-01-01; 212 days later).
        Assert.Equal("order date is 2025-07-31 12:00 (raises)", Reasons.Of(MadeOrders.Fit(late), Contract, row, 1)[0].ToString());
    }

    [Fact]
    public void The_nearest_rows_by_hand()
    {
        // Middle 90 % of x = 0 10 20 40 100 over 5 rows: percentile .05 = 2, .95 = 88, width 86.
        var data = new Dataset(
            new Frame(
            [
                new FrameColumn("x", ColumnKind.Number, [0, 10, 20, 40, 100, 12]), new FrameColumn("c", ColumnKind.Category, ["a", "b", "a", null, "b", "a"]),
                new FrameColumn("t", ColumnKind.Text, ["rain today", "rain", null, "sun", "the rain today", "rain"]),
            ]),
            [0, 1, 2, 3, 4, 5], ["k0", "k1", "k2", "k3", "k4", "k5"], [Side.Train, Side.Train, Side.Train, Side.Train, Side.Train, Side.Exam], new int[6], new long[6], new bool[6], new string?[6],
            ["no", "yes"], [0, 1, 0, 1, 0, 1], []);
        var near = NearestRows.Find(data, ["x", "c", "t"], [Cell.Of(10.0), Cell.Of("a"), Cell.Of("Rain today")]);

        // k0: 10/86 + 0 + 0 (same words) = .116; k1: 0 + 1 + 1/2 = 1.5; k2: 10/86 + 0 + 1 = 1.116; k3: 30/86 + 1 + 1 = 2.349; k4: 1 + 1 + 1/3 = 2.333. All over 3.
        Assert.Equal(["k0", "k2", "k1", "k4", "k3"], near.Select(n => n.Key));
        Assert.Equal(10.0 / 86 / 3, near[0].Distance, 9);
        Assert.Equal(((10.0 / 86) + 1) / 3, near[1].Distance, 9);
        Assert.Equal(0.5, near[2].Distance, 9);
        Assert.Equal("no", near[0].Target);
        Assert.DoesNotContain(near, n => n.Key == "k5"); // an exam row
        Assert.Equal("k2", NearestRows.Find(data, ["x", "c", "t"], [Cell.Of(10.0), Cell.Of("a"), Cell.Of("Rain today")], except: "k0")[0].Key);
        Assert.Equal("k1", NearestRows.Find(data, ["x", "c", "t"], [Cell.Of(10.0), Cell.Of("a"), Cell.Of("Rain today")], [1, 0, 0])[0].Key);
    }
}
