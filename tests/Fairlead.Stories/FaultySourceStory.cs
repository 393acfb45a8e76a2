using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fairlead.Stories;

/// <summary>
/// The proof of the loop, in a real browser: a customer calls answers of one depot wrong, the common cause is found, its repair accepted, the model trained again,
/// and rows of that depot that nobody judged and no judging model saw are answered better, beyond chance.
/// </summary>
public sealed partial class FaultySourceStory : IDisposable
{
    private const string Depot = "Leeds"; // recorded most of its late orders as on time
    private const int Marked = 20;
    private readonly FairleadProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Feedback_on_a_faulty_depot_makes_its_unseen_rows_better()
    {
        await using var browser = await StoryBrowser.StartAsync();
        await using var up = await UpSession.StartAsync(_program);
        await ReviewAsync(await browser.OpenAsync(width: 360, script: false), up.Review);

        var page = await browser.OpenAsync();
        await AcceptRepairAsync(page, up.Workbench);
        var repair = Assert.Single(Directory.GetFiles(Path.Combine(_program.Workspace, "sample", "corrections"), "*", SearchOption.AllDirectories));
        Assert.Contains(Depot, await File.ReadAllTextAsync(repair, TestContext.Current.CancellationToken));

        await page.GetByRole(AriaRole.Button, new() { Name = "Iterate now" }).ClickAsync();
        await SecondIterationAsync(page, up.Workbench);
        await ImprovedAsync(page);
        Assert.Equal(0, await up.StopAsync());

        // The same for programs: iteration 2, all of it known.
        var json = (await _program.RunAsync("iterate", Path.Combine(_program.Workspace, "sample"), "--json")).Expect(0, 3).Json;
        Assert.Equal(2, json.GetProperty("iteration").GetInt32());
        var turn = json.GetProperty("turn");
        Assert.Equal(Marked, turn.GetProperty("flagged").GetInt32());
        Assert.Contains("never saw them", turn.GetProperty("sentences")[0].GetString());
        var gains = turn.GetProperty("repairs").EnumerateArray().Select(r => r.GetProperty("gain")).ToList();
        Assert.Contains(gains, gain => gain.GetProperty("low").GetDouble() > 0);
        Assert.DoesNotContain(gains, gain => gain.GetProperty("high").GetDouble() < 0);
    }

    /// <summary>On a phone, without JavaScript: show one depot, press Wrong twenty times.</summary>
    private static async Task ReviewAsync(IPage page, string review)
    {
        await page.GotoAsync(review);
        await page.GetByRole(AriaRole.Link, new() { Name = "All answers" }).ClickAsync();
        await page.GetByLabel("Show").SelectOptionAsync(new SelectOptionValue { Label = $"Depot: {Depot}" });
        await page.GetByLabel("Your name").FillAsync("Ada of the depot");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        Assert.True(await page.Locator("ol.cards li").CountAsync() >= Marked);
        await page.Locator("ol.cards li a").First.ClickAsync();
        for (var card = 0; card < Marked; card++)
        {
            Assert.Contains(Depot, await page.Locator("dl").InnerTextAsync());
            Assert.Contains("in\u00a0100", await page.Locator("h1").InnerTextAsync());
            await page.GetByRole(AriaRole.Button, new() { NameRegex = WrongButton() }).ClickAsync();
        }

        await page.GotoAsync(review.TrimEnd('/') + "/all?by=Ada+of+the+depot");
        Assert.Contains($"{Marked} of", await page.Locator("p.count").InnerTextAsync());
    }

    /// <summary>At the desk: the inbox names the depot, the diff is shown, the second press writes it.</summary>
    private static async Task AcceptRepairAsync(IPage page, string workbench)
    {
        await page.GotoAsync(workbench + "/projects/orders/inbox");
        var cause = page.Locator("article.cause").Filter(new() { HasText = Depot });
        Assert.True(await cause.CountAsync() == 1, await page.Locator("main").InnerTextAsync());
        await cause.GetByRole(AriaRole.Button, new() { NameRegex = AcceptButton() }).ClickAsync();
        var added = page.Locator("figure.diff .plus");
        Assert.True(await added.CountAsync() > 0, await page.Locator("body").InnerTextAsync());
        Assert.Contains(Depot, string.Join('\n', await added.AllInnerTextsAsync()));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = WriteButton() }).ClickAsync();
        await page.GetByText("Written to the project folder").WaitForAsync();
    }

    private static async Task SecondIterationAsync(IPage page, string workbench)
    {
        for (var second = 0; ; second++)
        {
            var reply = await page.GotoAsync(workbench + "/projects/orders/iterations/2");
            if (reply!.Ok && await page.Locator("section.turn").CountAsync() == 1)
            {
                return;
            }

            Assert.True(second < 120, "no second iteration within two minutes");
            await Task.Delay(1_000);
        }
    }

    /// <summary>The page says it: better on unseen rows of the depot, with an interval beyond 0.</summary>
    private static async Task ImprovedAsync(IPage page)
    {
        var turn = page.Locator("section.turn");
        var text = await turn.InnerTextAsync();
        Assert.Matches($"Of {Marked} flagged answers, [0-9]+ (is|are) right in models that never saw them", text);
        var better = turn.Locator(".effect").Filter(new() { Has = page.Locator("b.good") }).Filter(new() { HasText = Depot });
        Assert.True(await better.CountAsync() >= 1, text);
        var effect = await better.First.InnerTextAsync();
        Assert.Contains("no model judged here had seen", effect);
        var interval = Interval().Match(effect);
        Assert.True(interval.Success, effect);
        Assert.StartsWith("+", interval.Groups[1].Value); // the low end is above 0, so all of it
        Assert.Equal(0, await turn.Locator("b.bad").CountAsync());
    }

    [GeneratedRegex("^Wrong")]
    private static partial Regex WrongButton();

    [GeneratedRegex("^Accept: show")]
    private static partial Regex AcceptButton();

    [GeneratedRegex("^Write [0-9]+ file")]
    private static partial Regex WriteButton();

    [GeneratedRegex(@"\+[0-9.]+ \(([+−-]?[0-9.]+) to ([+−-]?[0-9.]+)\)")]
    private static partial Regex Interval();
}
