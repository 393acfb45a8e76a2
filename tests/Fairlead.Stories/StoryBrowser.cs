using Microsoft.Playwright;

namespace Fairlead.Stories;

/// <summary>A real browser: Debian's Chromium.</summary>
internal sealed class StoryBrowser : IAsyncDisposable
{
    private static readonly string Program = System.Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private StoryBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Skips the story visibly where there is no browser.</summary>
    public static async Task<StoryBrowser> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "chromium is not here; ./test installs it");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        return new StoryBrowser(playwright, browser);
    }

    /// <param name="complaints">Takes what the browser complains about: script errors, blocked or missing files.</param>
    public async Task<IPage> OpenAsync(int width = 1440, bool script = true, ColorScheme scheme = ColorScheme.Light, List<string>? complaints = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 760 : 900 },
            JavaScriptEnabled = script,
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        if (complaints is not null)
        {
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                {
                    complaints.Add($"{page.Url}: {message.Text}");
                }
            };
            page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
            page.Response += (_, response) =>
            {
                if (response.Status >= 400)
                {
                    complaints.Add($"{response.Url}: {response.Status}");
                }
            };
        }

        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
