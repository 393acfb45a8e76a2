using System.Globalization;
using System.Text;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sample;

/// <summary>
/// Makes the sample: orders of a delivery firm, late or not, with the faults that real data has planted in it. Same rows and seed, same bytes.
/// </summary>
/// <remarks>
/// Lateness is drawn from a logistic model of distance per promised day, weather, carrier, weight, weekday, note and two interactions.
/// One depot, <see cref="FaultyDepot"/>, recorded most of its late orders as on time; <c>compensation_paid</c> follows what was recorded, so it does not give the depot away.
/// </remarks>
public static class SampleOrders
{
    public const string FileName = "orders.csv";
    public const string TruthFileName = "orders.truth.csv";

    /// <summary>The depot whose records are wrong.</summary>
    public const string FaultyDepot = "Leeds";

    /// <summary>Share of the faulty depot's late orders that it recorded as on time.</summary>
    public const double FaultyShare = 0.8;

    /// <summary>Share of rows that are copies of another row.</summary>
    public const double DuplicateShare = 0.02;

    private const int FirstOrderId = 1000;
    private const int Days = 549; // about 18 months
    private static readonly DateTime Start = new(2025, 5, 1);

    private static readonly string[] Depots = [FaultyDepot, "Bremen", "Malmö", "Ghent", "Turin", "Porto"];
    private static readonly double[] DepotShares = [0.15, 0.22, 0.17, 0.18, 0.16, 0.12];
    private static readonly string[] Regions = ["North", "East", "South", "West", "Islands"];
    private static readonly double[] RegionShares = [0.26, 0.24, 0.22, 0.2, 0.08];
    private static readonly double[] RegionDistance = [1.0, 0.9, 1.1, 0.8, 1.7];
    private static readonly string[] Carriers = ["Nordpost", "Swiftline", "Kurierhaus", "Grünbote"];
    private static readonly string[] Weathers = ["clear", "rain", "snow", "storm", "fog"];

    private static readonly (string Text, double Effect)[] Notes =
    [
        ("gate code changed, ring the office", 1.5), ("gate code changed", 1.5), ("new address since last week", 1.2),
        ("call before delivery", 0.7), ("second floor, no lift", 0.8), ("fragile, two people needed", 0.7),
        ("leave with neighbour", -1.1), ("leave at the back door", -0.9), ("parcel box at the entrance", -1.0),
        ("fragile", 0.2), ("gift, no invoice please", 0), ("thank you", 0), ("same as last time", -0.2), ("invoice to the main office", 0),
    ];

    /// <summary>Writes <see cref="FileName"/> into <paramref name="folder"/>, and on request <see cref="TruthFileName"/> (key, true_late, planted).</summary>
    /// <param name="rows">Rows in the file, duplicates among them, at least 1.</param>
    /// <returns>Path of the orders file.</returns>
    public static string Write(string folder, int rows = 10_000, ulong seed = 1, bool truth = false)
    {
        var orders = Make(rows, seed);
        var path = Path.Combine(folder, FileName);
        DurableFile.Write(path, Csv(orders));
        if (truth)
        {
            var text = new StringBuilder("key,true_late,planted\n");
            foreach (var order in orders)
            {
                text.Append(CultureInfo.InvariantCulture, $"{order.OrderId},{(order.TrueLate ? "yes" : "no")},{string.Join(';', order.Planted)}\n");
            }

            DurableFile.Write(Path.Combine(folder, TruthFileName), text.ToString());
        }

        return path;
    }

    /// <summary>The orders in file order: by time, each copy a few rows after its original.</summary>
    public static IReadOnlyList<SampleOrder> Make(int rows = 10_000, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var random = new SampleRandom(seed);
        var copies = (int)(rows * DuplicateShare);
        var times = new double[rows - copies];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = random.Share();
        }

        Array.Sort(times);
        var orders = new List<SampleOrder>(rows);
        for (var i = 0; i < times.Length; i++)
        {
            orders.Add(Order(random, FirstOrderId + i, times[i]));
        }

        for (var i = 0; i < copies; i++)
        {
            var from = random.Below(orders.Count);
            var original = orders[from];
            var to = Math.Min(orders.Count, from + 1 + random.Below(20));
            orders.Insert(to, original.Planted.Contains("duplicate") ? original : original with { Planted = [.. original.Planted, "duplicate"] });
        }

        return orders;
    }

    private static SampleOrder Order(SampleRandom random, int id, double time)
    {
        var planted = new List<string>();
        var at = Start.AddMinutes(Math.Floor(time * Days * 24 * 60));
        var region = random.Weighted(RegionShares);
        var depot = Depots[random.Weighted(DepotShares)];

        // The shift over the months: Swiftline grows from 12 % to 48 % of the orders, distances by a third.
        var swiftline = 0.12 + (0.36 * time);
        var carrier = Carriers[random.Weighted([0.34 * (1 - swiftline), swiftline, 0.36 * (1 - swiftline), 0.3 * (1 - swiftline)])];
        var distance = (int)Math.Round(Math.Clamp(220 * RegionDistance[region] * (1 + (0.33 * time)) * Math.Exp(0.6 * random.Normal()), 5, 1900));
        var weight = Math.Round(Math.Clamp(6 * Math.Exp(0.9 * random.Normal()), 0.1, 180), 1);
        var promised = 1 + random.Weighted([0.12, 0.3, 0.26, 0.14, 0.1, 0.05, 0.03]);
        var weather = Weather(random, at.Month);
        var note = random.Chance(0.45) ? Notes[random.Below(Notes.Length)] : default;

        var logit = -1.95
            + (1.15 * Math.Log(distance / (double)promised / 80))
            + (weather switch { "rain" => 0.5, "snow" => 1.7, "storm" => 2.2, "fog" => 0.6, _ => 0 })
            + (carrier switch { "Swiftline" => -0.5, "Kurierhaus" => 0.6, "Grünbote" => weight > 10 ? 1.8 : 0, _ => 0 })
            + (weather is "snow" or "storm" && Regions[region] == "Islands" ? 1.2 : 0)
            + (at.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday ? 0.8 : 0)
            + note.Effect;
        var chance = 1 / (1 + Math.Exp(-1.15 * logit));
        var trueLate = random.Chance(chance);
        var recorded = trueLate;
        if (trueLate && depot == FaultyDepot && random.Chance(FaultyShare))
        {
            recorded = false;
            planted.Add("faulty_source");
        }

        // Paid for nearly every recorded lateness, and now and then out of goodwill.
        var compensation = random.Chance(recorded ? 0.97 : 0.004) ? Math.Round(random.Between(5, 40), 2) : 0;
        var name = SampleWords.Name(random);
        var email = SampleWords.Email(random, name);
        var phone = SampleWords.Phone(random);
        var text = note.Text;
        if (random.Chance(0.03))
        {
            var contact = random.Chance(0.6) ? $"call {phone} on arrival" : $"write to {email} when near";
            text = text is null ? contact : $"{text}; {contact}";
            planted.Add("personal:note");
        }

        double? writtenWeight = weight;
        if (random.Chance(0.03))
        {
            writtenWeight = null;
            planted.Add("missing:weight_kg");
        }
        else if (random.Chance(0.005))
        {
            writtenWeight = -weight;
            planted.Add("impossible:weight_kg");
        }

        if (random.Chance(0.003))
        {
            distance = 99999;
            planted.Add("impossible:distance_km");
        }

        if (random.Chance(0.003))
        {
            promised = 0;
            planted.Add("impossible:promised_days");
        }

        if (random.Chance(0.04))
        {
            weather = null;
            planted.Add("missing:weather");
        }

        return new SampleOrder(
            id, at, Regions[region], Misspell(random, carrier, "carrier", planted), Misspell(random, depot, "depot", planted), distance, writtenWeight, promised,
            weather, text, name, email, phone, compensation, recorded, trueLate, chance, planted);
    }

    private static string Weather(SampleRandom random, int month) => Weathers[random.Weighted(month switch
    {
        12 or 1 or 2 => [0.4, 0.22, 0.2, 0.07, 0.11],
        3 or 4 or 10 or 11 => [0.45, 0.32, 0.02, 0.09, 0.12],
        _ => [0.7, 0.21, 0, 0.05, 0.04],
    })];

    private static string Misspell(SampleRandom random, string name, string column, List<string> planted)
    {
        if (!random.Chance(0.03))
        {
            return name;
        }

        var umlaut = name.Replace("ü", "ue", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal);
        planted.Add($"spelling:{column}");
        return random.Below(4) switch
        {
            0 => name + " ",
            1 => name.ToUpperInvariant(),
            2 when umlaut != name => umlaut,
            _ => name.ToLowerInvariant(),
        };
    }

    private static string Csv(IReadOnlyList<SampleOrder> orders)
    {
        var text = new StringBuilder(orders.Count * 180);
        text.Append("order_id,ordered_at,region,carrier,depot,distance_km,weight_kg,promised_days,weather,note,customer_name,customer_email,customer_phone,compensation_paid,late\n");
        foreach (var o in orders)
        {
            text.Append(CultureInfo.InvariantCulture, $"{o.OrderId},{o.OrderedAt:yyyy-MM-ddTHH:mm},{o.Region},{o.Carrier},{o.Depot},{o.DistanceKm},{o.WeightKg},{o.PromisedDays},")
                .Append(CultureInfo.InvariantCulture, $"{o.Weather},{Quoted(o.Note)},{o.CustomerName},{o.CustomerEmail},{o.CustomerPhone},{o.CompensationPaid},{(o.RecordedLate ? "yes" : "no")}\n");
        }

        return text.ToString();
    }

    private static string? Quoted(string? value) => value is null || !value.Contains(',', StringComparison.Ordinal) ? value : $"\"{value}\"";
}
