using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fairlead.Stories;

/// <summary>The workbench in a real browser: its buttons do what they say, its pages fit the screen and nothing in them is broken.</summary>
public sealed partial class WorkbenchStories(SampleSession sample)
{
    [Fact]
    public async Task A_card_is_judged_on_the_first_screen_and_the_next_one_comes()
    {
        await using var browser = await StoryBrowser.StartAsync();
        var up = await sample.UpAsync();
        var complaints = new List<string>();
        var page = await browser.OpenAsync(complaints: complaints);
        await page.GotoAsync(up.Workbench);
        var first = await page.Locator("#answer").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Right", Exact = true }).ClickAsync();
        Assert.NotEqual(first, await page.Locator("#answer").InnerTextAsync());
        Assert.Contains("You judged 1 of", await page.Locator("main").InnerTextAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "What people said" }).First.ClickAsync();
        Assert.Equal("1", await page.Locator("section.tally p.right b").InnerTextAsync());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_row_is_tried_and_what_can_not_be_read_is_said()
    {
        await using var browser = await StoryBrowser.StartAsync();
        var up = await sample.UpAsync();
        var page = await browser.OpenAsync();
        await page.GotoAsync($"{up.Workbench}/projects/orders/try");
        await page.GetByLabel("Distance", new() { Exact = false }).FillAsync("640");
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        Assert.Matches(InHundred(), await page.Locator("#answer").InnerTextAsync());
        await page.GetByLabel("Distance", new() { Exact = false }).FillAsync("far away");
        await page.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
        Assert.Contains("far away", await page.Locator("#answer").InnerTextAsync());
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task No_page_is_broken_or_wider_than_the_screen(int width, ColorScheme scheme)
    {
        await using var browser = await StoryBrowser.StartAsync();
        var up = await sample.UpAsync();
        var complaints = new List<string>();
        var page = await browser.OpenAsync(width, scheme: scheme, complaints: complaints);
        string[] addresses =
        [
            up.Workbench, .. new[] { "", "/data", "/iterations/newest", "/inbox", "/try", "/progress" }.Select(path => $"{up.Workbench}/projects/orders{path}"),
            up.Review, up.Review + "/all", up.Review + "/3",
        ];
        foreach (var address in addresses)
        {
            await page.GotoAsync(address);
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(over <= 0, $"{address} is {over} px wider than a screen of {width} px");
            Assert.True((await page.Locator("h1").InnerTextAsync()).Length > 3, address);
            Assert.True((await page.TitleAsync()).Length > 3, address);
        }

        Assert.Empty(complaints);
    }

    [GeneratedRegex("[0-9]+\u00a0in\u00a0100")]
    private static partial Regex InHundred();
}
