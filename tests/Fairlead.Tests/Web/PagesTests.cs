using System.Net;
using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Models.Contracts;

namespace Fairlead.Tests.Web;

/// <summary>Every page, for every task, over a real socket.</summary>
public sealed class PagesTests
{
    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    [InlineData(ModelTask.Regression)]
    public async Task Every_page_shows_what_it_is_for(ModelTask task)
    {
        using var example = new ExampleProject(task);
        await example.OpenAsync();
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var at = "/projects/" + example.Project.Project;
        foreach (var (address, words) in new (string, string[])[]
        {
            ("/", ["Order 4711", "problems found in your data", "209 orders stand in the file twice", "You are here", "name=\"verdict\" value=\"wrong\""]),
            (at, ["over the iterations", "The four risks", "11.6 s from data to image", "/iterations/4"]),
            (at + "/iterations/4", ["What the feedback did", "18 more right answers in 100", "This exam was used 4 times", "What it looks at", task == ModelTask.Regression ? "Residuals" : "ROC curve"]),
            (at + "/iterations/newest", ["Iteration 4"]),
            (at + "/iterations/1", ["t tell better than guessing"]),
            (at + "/data", ["10,200 rows read = 9,412 kept + 579 in quarantine + 209 dropped", "between:distance_km", "579 rows in quarantine", "Cleaning", "What goes together", "Nine in ten between", "Personal data: no value is shown."]),
            (at + "/quarantine", ["31.02.2026", "type:ordered_at", "row 17"]),
            (at + "/quarantine?reason=between%3Adistance_km&text=leeds", ["99999", "of 3 rows"]),
            (at + "/quarantine/17", ["Why it did not pass", "Put it right", "value=\"99999\"", "Keep it as it is"]),
            (at + "/lineage", ["What was made from what", "Step by step", "<svg viewBox", "iteration 4"]),
            (at + "/lineage?iteration=4", ["What iteration 4 is made of"]),
            (at + "/inbox", ["What people said", "depot is Leeds", "Accept"]),
            (at + "/try", ["Try a prediction", "value=\"340\"", "seen: 2 to 1,480"]),
            (at + "/progress", ["Nothing runs now"]),
        })
        {
            var response = await client.GetAsync(address, TestContext.Current.CancellationToken);
            var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            foreach (var word in words)
            {
                Assert.Contains(word, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
            }

            Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal); // the policy would drop it
            Assert.DoesNotContain("please ring twice", html, StringComparison.Ordinal); // a value of a column that is masked
            Assert.DoesNotContain("customer_email\"", html, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_screen_takes_a_verdict_and_shows_the_next_card()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await example.OpenAsync();
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;

        var response = await client.PostAsync("/projects/orders/cards/r1/1", Form(("verdict", "wrong")), cancel);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        var said = Assert.Single(ListFeedback.Run(example.Workspace.Records, example.Project.Id));
        Assert.Equal(("wrong", "no", "4711"), (said.Verdict, said.Right, said.Key)); // of two classes, the other one is right
        var page = await client.GetStringAsync("/", cancel);
        Assert.Contains("Order 4748", page, StringComparison.Ordinal); // 4711 + 37: the next card
        Assert.DoesNotContain("Order 4711", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_first_iteration_runs_the_first_screen_shows_its_steps_and_events_follow()
    {
        using var example = new ExampleProject(ModelTask.Binary, iterations: 0);
        var view = example.View();
        view.Progress.Begin();
        view.Progress.Report(new LoopEvent.Finished(new StepRun("ingest", "k", false, 0.3), "10,200 rows read"));
        view.Progress.Report(new LoopEvent.Started("clean", "checking and cleaning"));
        var (app, client) = await example.WorkbenchAsync(view);
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;

        var page = await client.GetStringAsync("/", cancel);
        Assert.Contains("10,200 rows read", page, StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", page, StringComparison.Ordinal);

        using var events = await client.GetAsync("/projects/orders/progress/events", HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal("text/event-stream", events.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(cancel));
        Assert.Equal("event: progress", await reader.ReadLineAsync(cancel));
        view.Progress.Fail("the disk <is> full");
        var rest = await reader.ReadToEndAsync(cancel);
        Assert.Contains("the disk &lt;is&gt; full", rest, StringComparison.Ordinal);
        Assert.Contains("event: done", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepting_shows_a_diff_first_and_writes_only_what_was_shown()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        var text = "action: distrust\nwhere: depot is Leeds\n";
        example.Parts = example.Parts with { ProposeRepair = _ => [ProposedFile.In(example.Project.Folder, "corrections/depot-leeds-1.yaml", text)] };
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;
        var file = Path.Combine(example.Project.Folder, "corrections", "depot-leeds-1.yaml");

        var shown = await (await client.PostAsync("/projects/orders/accept", Form(("cause", "depot-leeds-1")), cancel)).Content.ReadAsStringAsync(cancel);
        Assert.Contains("+ action: distrust", WebUtility.HtmlDecode(shown), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        var hash = shown.Split("name=\"shown\" value=\"")[1].Split('"')[0];

        text = "action: relabel\n"; // what is proposed changed since: shown again, not written
        var again = await client.PostAsync("/projects/orders/accept", Form(("cause", "depot-leeds-1"), ("shown", hash)), cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Contains("changed since you looked", await again.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        text = "action: distrust\nwhere: depot is Leeds\n";
        var written = await client.PostAsync("/projects/orders/accept", Form(("cause", "depot-leeds-1"), ("shown", hash)), cancel);
        Assert.Equal(HttpStatusCode.SeeOther, written.StatusCode);
        Assert.Equal(text, await File.ReadAllTextAsync(file, cancel));
    }

    [Theory]
    [InlineData("GET", "evil.example", null, null, 421)]
    [InlineData("GET", "localhost:5180", null, null, 200)]
    [InlineData("GET", "[::1]:5180", null, null, 200)]
    [InlineData("POST", null, "http://evil.example", null, 403)]
    [InlineData("POST", null, null, "cross-site", 403)]
    [InlineData("POST", null, "null", null, 403)]
    public async Task Another_site_gets_nothing_and_changes_nothing(string method, string? host, string? origin, string? site, int status)
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await example.OpenAsync();
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "GET" ? "/" : "/projects/orders/cards/r1/1");
        if (method == "POST")
        {
            request.Content = Form(("verdict", "right"));
        }

        foreach (var (name, value) in new[] { ("Host", host), ("Origin", origin), ("Sec-Fetch-Site", site) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(ListFeedback.Run(example.Workspace.Records, example.Project.Id));
    }

    [Theory]
    [InlineData("null", "same-origin")] // what a browser sends for a page that may not tell its address
    [InlineData(null, "same-origin")]
    [InlineData(null, null)] // a program
    public async Task Its_own_forms_are_taken(string? origin, string? site)
    {
        using var example = new ExampleProject(ModelTask.Binary);
        await example.OpenAsync();
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/projects/orders/cards/r1/1") { Content = Form(("verdict", "right")) };
        foreach (var (name, value) in new[] { ("Origin", origin), ("Sec-Fetch-Site", site) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True((int)response.StatusCode < 400, response.StatusCode.ToString());
        Assert.Single(ListFeedback.Run(example.Workspace.Records, example.Project.Id));
        Assert.Equal("same-origin", (await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken)).Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task A_file_of_the_design_is_asked_for_once()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        var cancel = TestContext.Current.CancellationToken;
        var first = await client.GetAsync("/design/workbench.css", cancel);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/design/workbench.css");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again, cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/design/review.css", cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/projects/nobody", cancel)).StatusCode);
    }

    private static FormUrlEncodedContent Form(params (string, string)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
}
