using System.Net;
using System.Text;
using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Tests.Web;
using Fairlead.Web.Customers;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;

namespace Fairlead.Tests.Customers;

/// <summary>The pages behind a review link, over a real socket, as a browser without JavaScript uses them.</summary>
public sealed class ReviewListenerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_works_through_the_cards_and_can_change_their_mind()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var link = await OpenAsync(example, cards: 3);
        await using var listener = await ListenAsync(example);
        var client = listener.Client;

        var first = await client.GetAsync(link, Cancel);
        Assert.Equal(HttpStatusCode.Found, first.StatusCode);
        Assert.Equal(link + "/1", first.Headers.Location!.ToString());
        var page = await TextAsync(client, link + "/1");
        Assert.Contains("Order 4711 will probably be late: 78\u00a0in\u00a0100, because distance is 412\u00a0km", page, StringComparison.Ordinal);
        Assert.Contains("0</b> of 3 judged", page, StringComparison.Ordinal);
        Assert.Contains("speaks for it", page, StringComparison.Ordinal);
        foreach (var verdict in Verdicts.All)
        {
            Assert.Contains($"name=\"verdict\" value=\"{verdict}\"", page, StringComparison.Ordinal);
        }

        Assert.Equal(link + "/2", await PostAsync(client, link + "/1", HttpStatusCode.SeeOther, ("verdict", "wrong"), ("comment", "It came early.")));
        Assert.Equal(link + "/3", await PostAsync(client, link + "/2", HttpStatusCode.SeeOther, ("verdict", "right")));
        Assert.Equal(link + "/all", await PostAsync(client, link + "/3", HttpStatusCode.SeeOther, ("verdict", "not_clear")));
        Assert.Equal(link + "/all", await PostAsync(client, link + "/2", HttpStatusCode.SeeOther, ("verdict", "not_what_i_need")));

        var said = ListFeedback.Run(example.Workspace.Records, example.Project.Id);
        Assert.Equal([("4711", "wrong", "no"), ("4748", "not_what_i_need", null), ("4785", "not_clear", null)], said.Select(f => (f.Key!, f.Verdict, f.Right)));
        Assert.Equal("It came early.", said[0].Comment);
        Assert.Contains("You said: <b>Wrong</b>", await TextAsync(client, link + "/1"), StringComparison.Ordinal);
        await TextAsync(client, link + "/1?by=Ann");

        var read = example.Workspace.Audit.List(100).Where(entry => entry.Verb == "review page").ToList();
        Assert.Equal(("link", "read"), (read[0].Who, read[0].What));
        Assert.EndsWith(", card 1", read[0].Target, StringComparison.Ordinal);
        Assert.Equal(example.Workspace.Keys.SubjectPseudonym("4711"), read[0].Subject);
        Assert.Equal("link:Ann", read[^1].Who);
        Assert.Empty(example.Workspace.Audit.Verify());
    }

    [Fact]
    public async Task Own_rows_are_found_by_a_value_or_a_number_and_the_filter_stays_on_the_way()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var link = await OpenAsync(example, cards: 24);
        await using var listener = await ListenAsync(example);
        var list = await TextAsync(listener.Client, link + "/all");
        var option = list.Split("\">depot: Leeds<")[0].Split("value=\"")[^1];

        var leeds = await TextAsync(listener.Client, $"{link}/all?show={option}");
        Assert.Equal(4, leeds.Split("<li class=\"open\"").Length - 1); // cards 1, 7, 13, 19 of 24 over 6 depots
        Assert.Equal($"{link}/7?show={option}", await PostAsync(listener.Client, $"{link}/1?show={option}", HttpStatusCode.SeeOther, ("verdict", "right")));

        var one = await TextAsync(listener.Client, link + "/all?find=4748");
        Assert.Equal(1, one.Split("<li class=\"open\"").Length - 1);
        Assert.Contains("Order 4748", one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelTask.Multiclass, "is", "lost", "lost")]
    [InlineData(ModelTask.Regression, "right", "12.5", "12.5")]
    public async Task Wrong_says_what_is_right(ModelTask task, string field, string value, string kept)
    {
        using var example = new ExampleProject(task, iterations: 0);
        var link = await OpenAsync(example, cards: 3);
        await using var listener = await ListenAsync(example);

        await PostAsync(listener.Client, link + "/1", HttpStatusCode.BadRequest, ("verdict", "wrong"));
        Assert.Empty(ListFeedback.Run(example.Workspace.Records, example.Project.Id));
        await PostAsync(listener.Client, link + "/1", HttpStatusCode.SeeOther, ("verdict", "wrong"), (field, value));
        Assert.Equal(kept, Assert.Single(ListFeedback.Run(example.Workspace.Records, example.Project.Id)).Right);
    }

    [Fact]
    public async Task A_token_is_stored_nowhere()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var opened = await example.OpenAsync(3);
        var token = opened.Url.Split('/')[^1];
        Assert.Equal(32, token.Length); // 24 random bytes: 192 bits
        Assert.Equal(ReviewToken.Hash(token), opened.Review.TokenHash);
        foreach (var file in Directory.GetFiles(example.Workspace.Folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Cancel);
            Assert.Equal(-1, copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(token)));
        }
    }

    [Fact]
    public async Task A_link_ends_when_it_expires_or_is_withdrawn_and_what_was_said_stays()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var short_ = await OpenAsync(example, cards: 3, days: 1);
        var withdrawn = await OpenAsync(example, cards: 3, days: 30);
        await using var listener = await ListenAsync(example);
        await PostAsync(listener.Client, short_ + "/1", HttpStatusCode.SeeOther, ("verdict", "right"));

        example.Clock.Time += TimeSpan.FromDays(1);
        await RevokeReview.RunAsync(example.Workspace, example.Project.Id, "r2");

        foreach (var link in new[] { short_, withdrawn })
        {
            Assert.Equal(HttpStatusCode.Gone, (await listener.Client.GetAsync(link, Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.Gone, (await listener.Client.GetAsync(link + "/1", Cancel)).StatusCode);
            await PostAsync(listener.Client, link + "/2", HttpStatusCode.Gone, ("verdict", "right"));
        }

        Assert.Single(ListFeedback.Run(example.Workspace.Records, example.Project.Id));
    }

    [Fact]
    public async Task The_listener_serves_nothing_else()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        var link = await OpenAsync(example, cards: 3);
        await using var listener = await ListenAsync(example);
        foreach (var path in new[]
        {
            "/", "/r", "/r/", "/r/" + new string('A', 32), "/r/short", link + "/4", link + "/0", link + "/x", link + "/1/2", link + "/../..", "/projects/orders", "/projects/orders/inbox", "/projects/orders/predict",
            "/design/workbench.css", "/design/workbench.js", "/design/../Fairlead.Web.dll", "/_framework/blazor.web.js",
        })
        {
            var response = await listener.Client.GetAsync(path, Cancel);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path}: {response.StatusCode}");
        }

        using var predict = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.NotFound, (await listener.Client.PostAsync("/projects/orders/predict", predict, Cancel)).StatusCode);
        using var json = new StringContent("{\"verdict\":\"right\"}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await listener.Client.PostAsync(link + "/1", json, Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_stands_in_the_data_or_is_typed_never_becomes_markup()
    {
        using var example = new ExampleProject(ModelTask.Multiclass, iterations: 0);
        const string evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";
        var card = ExampleData.Card(example.Project, example.Contract, 0);
        var contract = example.Contract with { Classes = ["late", evil, "x"], Question = evil, Project = "parcels" };
        var opened = await OpenReview.StoreAsync(
            example.Project, 4, contract,
            [card with { Title = evil, Sentence = evil, Cells = [new("depot", evil, evil, evil)], Reasons = [new("depot", evil, evil, evil, 1)] }, card with { Cells = [new("depot", "d", "Leeds", null)] }], [], 14, null, example.Workspace);
        var link = new Uri(opened.Url).AbsolutePath;
        await using var listener = await ListenAsync(example);
        await PostAsync(listener.Client, link + "/1", HttpStatusCode.SeeOther, ("verdict", "not_clear"), ("comment", evil));
        foreach (var path in new[] { link + "/1", link + "/all", link + "/all?find=" + Uri.EscapeDataString(evil) + "&by=" + Uri.EscapeDataString(evil), link + "/1?by=" + Uri.EscapeDataString(evil) })
        {
            var raw = await listener.Client.GetStringAsync(path, Cancel);
            Assert.DoesNotContain("<script", raw, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", raw, StringComparison.OrdinalIgnoreCase);
        }

        var refused = await listener.Client.PostAsync(link + "/1", Form(("verdict", evil)), Cancel);
        Assert.DoesNotContain("<script", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Pages_carry_no_script_no_cookie_and_strict_headers()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var link = await OpenAsync(example, cards: 3);
        await using var listener = await ListenAsync(example);
        var response = await listener.Client.GetAsync(link + "/1", Cancel);
        var html = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("noindex", response.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var css = await listener.Client.GetByteArrayAsync("/design/review.css", Cancel);
        Assert.InRange(css.Length, 1_000, 10_000); // a few KB: all a phone has to fetch
        Assert.InRange(html.Length, 1_000, 12_000);
    }

    [Fact]
    public async Task Too_much_and_too_often_are_refused()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var link = await OpenAsync(example, cards: 3);
        await using var listener = await ListenAsync(example, perMinute: 6);
        var large = await listener.Client.PostAsync(link + "/1", Form(("verdict", "right"), ("comment", new string('x', 17 << 10))), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        var long_ = await listener.Client.PostAsync(link + "/1", Form(("verdict", "right"), ("comment", new string('x', 1_001))), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, long_.StatusCode);
        Assert.Empty(ListFeedback.Run(example.Workspace.Records, example.Project.Id));

        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            codes.Add((await listener.Client.GetAsync(link + "/1", Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, codes[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, codes[^1]); // 2 + 6 requests, 6 a minute
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(400, null)]
    [InlineData(14, "reviews.example.com")]
    [InlineData(14, "ftp://reviews.example.com")]
    public async Task Days_and_address_are_checked(int days, string? url)
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        await Assert.ThrowsAsync<FaultException>(() =>
            OpenReview.StoreAsync(example.Project, 4, example.Contract, [ExampleData.Card(example.Project, example.Contract, 0)], [], days, url, example.Workspace));
    }

    private static async Task<string> OpenAsync(ExampleProject example, int cards, int days = 14) => new Uri((await example.OpenAsync(cards, days)).Url).AbsolutePath;

    private static async Task<Listener> ListenAsync(ExampleProject example, int perMinute = 10_000)
    {
        var (app, client) = await ExampleProject.StartAsync(ReviewListener.Build(new ReviewListenerOptions(example.Workspace, IPAddress.Loopback, 0, perMinute)));
        return new Listener(app, client);
    }

    private static async Task<string> TextAsync(HttpClient client, string path) => WebUtility.HtmlDecode(await client.GetStringAsync(path, Cancel));

    private static async Task<string?> PostAsync(HttpClient client, string path, HttpStatusCode expected, params (string, string)[] fields)
    {
        var response = await client.PostAsync(path, Form(fields), Cancel);
        Assert.Equal(expected, response.StatusCode);
        return response.Headers.Location?.ToString();
    }

    private static FormUrlEncodedContent Form(params (string, string)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));

    private sealed record Listener(WebApplication App, HttpClient Client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await App.DisposeAsync();
        }
    }
}
