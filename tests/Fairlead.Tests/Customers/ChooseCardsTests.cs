using CsCheck;
using Fairlead.Customers;

namespace Fairlead.Tests.Customers;

public sealed class ChooseCardsTests
{
    private static readonly string[] Depots = ["Leeds", "Bremen", "Malmö", "Ghent", "Turin", "Porto"];
    private static readonly string[] Regions = ["North", "East", "South", "West", "Islands"];
    private static readonly string[] Carriers = ["Nordpost", "Swiftline", "Kurierhaus", "Grünbote"];

    [Fact]
    public void Each_of_six_depots_has_its_twenty_cards_however_few_rows_it_has()
    {
        // 2,000 rows; Leeds 3 %. 120 cards over 6 depots: 20 each, while 5 regions (24 each), 4 carriers (30 each) and both answers get theirs.
        var random = new Random(5);
        var rows = Enumerable.Range(0, 2_000).Select(i => (
            Key: i.ToString(),
            Depot: random.NextDouble() < 0.03 ? Depots[0] : Depots[1 + random.Next(5)],
            Region: Regions[Math.Min(4, (int)(random.NextDouble() * 5.2))],
            Carrier: Carriers[random.Next(4)],
            P: 0.5 + (random.NextDouble() / 2),
            Answer: random.NextDouble() < 0.15 ? "yes" : "no")).ToArray();

        var chosen = ChooseCards.Run(
            [.. rows.Select(r => r.Key)], [[.. rows.Select(r => r.Region)], [.. rows.Select(r => r.Depot)], [.. rows.Select(r => r.Carrier)]],
            [.. rows.Select(r => r.Answer)], [.. rows.Select(r => r.P)], 120);

        Assert.Equal(120, chosen.Distinct().Count());
        Assert.All(chosen.GroupBy(i => rows[i].Depot), g => Assert.Equal(20, g.Count()));
        Assert.All(chosen.GroupBy(i => rows[i].Region), g => Assert.InRange(g.Count(), 20, 28));
        Assert.All(chosen.GroupBy(i => rows[i].Carrier), g => Assert.InRange(g.Count(), 25, 35));
        Assert.InRange(chosen.Count(i => rows[i].Answer == "yes"), 40, 80); // 15 in 100 of the rows
        Assert.InRange(chosen.Count(i => rows[i].P < 0.625), 20, 40); // the least sure quarter has about a quarter
    }

    [Fact] // property: never more than asked for, never a row twice, all of them where there are few, the same for the same
    public void It_takes_what_there_is_once() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 40], Gen.Int[1, 15]).Sample((candidates, count, levels) =>
        {
            var keys = Enumerable.Range(0, candidates).Select(i => $"k{i}").ToArray();
            string?[] column = [.. Enumerable.Range(0, candidates).Select(i => i % levels == 0 ? null : $"l{i % levels}")];
            var sure = Enumerable.Range(0, candidates).Select(i => i * 0.37 % 1).ToArray();
            var chosen = ChooseCards.Run(keys, [column], [.. keys.Select(_ => "")], sure, count);
            Assert.Equal(Math.Min(candidates, count), chosen.Distinct().Count());
            Assert.Equal(chosen.Count, chosen.Distinct().Count());
            Assert.Equal(chosen, ChooseCards.Run(keys, [column], [.. keys.Select(_ => "")], sure, count));
        }, iter: 100);
}
