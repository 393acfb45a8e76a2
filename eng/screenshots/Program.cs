// Takes the pages of a running workbench and review listener at 360 and 1440 px, light and dark.
//   dotnet run --project eng/screenshots -- OUT WORKBENCH_URL PROJECT [REVIEW_URL]
// such as, beside a running ./fairlead up:
//   dotnet run --project eng/screenshots -- artifacts/screenshots http://127.0.0.1:5180 orders http://127.0.0.1:5181/r/…
using Microsoft.Playwright;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: screenshots OUT WORKBENCH_URL PROJECT [REVIEW_URL]");
    return 2;
}

var (folder, workbench, project) = (args[0], args[1].TrimEnd('/'), args[2]);
var pages = new List<(string Name, string Url)>
{
    ("first", workbench + "/"),
    ("project", $"{workbench}/projects/{project}"),
    ("iteration", $"{workbench}/projects/{project}/iterations/newest"),
    ("data", $"{workbench}/projects/{project}/data"),
    ("preview", $"{workbench}/projects/{project}/data/preview"),
    ("spellings", $"{workbench}/projects/{project}/data/spellings"),
    ("labels", $"{workbench}/projects/{project}/labels"),
    ("inbox", $"{workbench}/projects/{project}/inbox"),
    ("try", $"{workbench}/projects/{project}/try"),
};
if (args.Length > 3)
{
    pages.Add(("review", args[3]));
    pages.Add(("review-list", args[3].TrimEnd('/') + "/all"));
}

Directory.CreateDirectory(folder);
using var playwright = await Playwright.CreateAsync();
await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
{
    ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
    Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars"],
});
var wide = 0;
foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
{
    foreach (var width in new[] { 360, 1440 })
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = width == 360 ? 760 : 900 },
            ColorScheme = scheme,
            DeviceScaleFactor = width == 360 ? 2 : 1,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Console.WriteLine($"console: {message.Text}");
            }
        };
        foreach (var (name, url) in pages)
        {
            await page.GotoAsync(url, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            await page.EvaluateAsync("document.fonts.ready");
            var path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });

            // A page that is wider than the screen makes people scroll sideways: that is a fault, so say it.
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Console.WriteLine(over > 0 ? $"{path}: {over} px wider than the screen" : path);
            wide += over > 0 ? 1 : 0;
        }
    }
}

return wide == 0 ? 0 : 1;
