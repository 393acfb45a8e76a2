using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(Fairlead.Stories.SampleSession))]

namespace Fairlead.Stories;

/// <summary><c>fairlead up</c> on the sample: what a new user sees, what a caller gets, who serves what.</summary>
public sealed partial class SampleStories(SampleSession sample)
{
    private const string Predict = "projects/orders/predict";

    [Fact]
    public async Task Up_ends_with_four_lines_and_the_curl_works_as_it_is_printed()
    {
        var up = await sample.UpAsync();
        Assert.StartsWith("curl ", up.Curl);
        Assert.Matches("^sha256:[0-9a-f]{64}$", up.Image);
        Assert.Equal(["answers", "image", "review", "workbench"], up.Lines[^4..].Select(line => line.Split(' ')[0]));

        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", up.Curl]) { RedirectStandardOutput = true })!;
        var answer = JsonNode.Parse(await shell.StandardOutput.ReadToEndAsync(Cancel))!["predictions"]![0]!;
        Assert.Contains(answer["prediction"]!.GetValue<string>(), new[] { "yes", "no" });

        var why = (await sample.Program.RunAsync("why", answer["id"]!.GetValue<string>(), "--json")).Expect(0).Json;
        Assert.Equal("service", why.GetProperty("prediction").GetProperty("from").GetString());
        Assert.True(why.GetProperty("reasons").GetArrayLength() > 0);
        Assert.True(why.GetProperty("nearest").GetArrayLength() > 0);
    }

    [Fact]
    public async Task The_first_screen_has_one_card_the_problems_of_the_data_and_the_loop()
    {
        var up = await sample.UpAsync();
        var page = WebUtility.HtmlDecode(await up.Http.GetStringAsync("", Cancel));
        Assert.Matches("Order [0-9]+ will probably (be late|arrive on time): [0-9]+\u00a0in\u00a0100, because ", page);
        Assert.Contains("""value="right">Right""", page);
        Assert.Contains("""value="wrong">Wrong""", page);
        var problems = Problems().Match(page);
        Assert.True(problems.Success && int.Parse(problems.Groups[1].Value, null) >= 5, page);
        foreach (var planted in new[] { "compensation_paid", "weight_kg", "distance_km" })
        {
            Assert.Contains(planted, await up.Http.GetStringAsync("projects/orders/data", Cancel), StringComparison.Ordinal);
        }

        foreach (var address in new[] { "projects/orders", "projects/orders/data", "projects/orders/iterations/newest", "projects/orders/inbox", "projects/orders/try", "projects/orders/progress" })
        {
            using var reply = await up.Http.GetAsync(new Uri(address, UriKind.Relative), Cancel);
            Assert.True(reply.IsSuccessStatusCode, $"{address}: {reply.StatusCode}");
        }
    }

    [Fact]
    public async Task One_row_a_list_and_rows_are_answered_alike_by_class_name()
    {
        var up = await sample.UpAsync();
        var one = Assert.Single(await AnswersAsync(up, Row()));
        Assert.Contains(one["prediction"]!.GetValue<string>(), new[] { "yes", "no" });
        Assert.Equal(1, one["probabilities"]!["yes"]!.GetValue<double>() + one["probabilities"]!["no"]!.GetValue<double>(), 1e-9);
        Assert.Empty(one["warnings"]!.AsArray());
        var list = await AnswersAsync(up, new JsonArray(Row(), Row()));
        var rows = await AnswersAsync(up, new JsonObject { ["rows"] = new JsonArray(Row(), Row()) });
        foreach (var answer in list.Concat(rows))
        {
            Assert.Equal(one["probabilities"]!.ToJsonString(), answer["probabilities"]!.ToJsonString());
        }

        var ids = list.Concat(rows).Append(one).Select(a => a["id"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_row_that_would_be_quarantined_is_answered_with_a_warning()
    {
        var row = Row();
        row["distance_km"] = -5;
        var answer = Assert.Single(await AnswersAsync(await sample.UpAsync(), row));
        var warning = Assert.Single(answer["warnings"]!.AsArray())!.GetValue<string>();
        Assert.Contains("distance_km", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_rows_is_in_one_400()
    {
        var up = await sample.UpAsync();
        var row = Row();
        row.Remove("carrier");
        row["colour"] = "red";
        row["promised_days"] = "soon";
        row["depot"] = new JsonArray(1);
        using var reply = await up.Http.PostAsync(new Uri(Predict, UriKind.Relative), Body(new JsonArray(Row(), row).ToJsonString()), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancel))!;
        foreach (var column in new[] { "carrier", "colour", "promised_days", "depot" })
        {
            Assert.Contains(column, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Contains(problem["errors"]!.AsArray(), e => e!["column"]!.GetValue<string>() == column && e["row"]!.GetValue<int>() == 1);
        }

        foreach (var malformed in new[] { "{\"depot\":", "hello", "", "5", "{\"rows\": 7}", "[1, 2]" })
        {
            using var refused = await up.Http.PostAsync(new Uri(Predict, UriKind.Relative), Body(malformed), Cancel);
            Assert.True(refused.StatusCode == HttpStatusCode.BadRequest, $"{malformed}: {refused.StatusCode}");
        }
    }

    [Fact]
    public async Task The_review_listener_serves_nothing_of_the_workbench_and_the_other_way_round()
    {
        var up = await sample.UpAsync();
        var review = new Uri(up.Review);
        Assert.NotEqual(review.Port, new Uri(up.Workbench).Port);
        using var outside = new HttpClient { BaseAddress = new Uri(review.GetLeftPart(UriPartial.Authority)) };
        foreach (var address in new[] { "/", "/projects/orders", "/projects/orders/inbox", "/projects/orders/data", "/projects/orders/iterations/1", "/design/workbench.css", "/metrics", "/v2/health/ready" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await outside.GetAsync(new Uri(address, UriKind.Relative), Cancel)).StatusCode);
        }

        using var asked = await outside.PostAsync(new Uri("/" + Predict, UriKind.Relative), Body(Row().ToJsonString()), Cancel);
        Assert.Contains(asked.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
        Assert.Equal(HttpStatusCode.NotFound, (await up.Http.GetAsync(review.AbsolutePath, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await outside.GetAsync(review, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await outside.GetAsync(new Uri(review.AbsolutePath[..^1] + (review.AbsolutePath[^1] == 'A' ? 'B' : 'A'), UriKind.Relative), Cancel)).StatusCode);

        // A page of another site may not reach the workbench through a name that leads to this machine.
        using var foreign = new HttpRequestMessage(HttpMethod.Get, up.Workbench) { Headers = { Host = "evil.example" } };
        Assert.False((await up.Http.SendAsync(foreign, Cancel)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_revoked_link_is_gone_and_another_one_still_opens()
    {
        var up = await sample.UpAsync();
        var opened = (await sample.Program.RunAsync("review", "open", sample.Project, "--json")).Expect(0).Json;
        var link = new Uri(opened.GetProperty("url").GetString()!);
        using var browser = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link, Cancel)).StatusCode); // the running up answers it
        (await sample.Program.RunAsync("review", "revoke", sample.Project, opened.GetProperty("review").GetString()!, "--json")).Expect(0);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(link, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(up.Review), Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_is_personal_is_in_no_card_and_no_answer_log()
    {
        var up = await sample.UpAsync();
        var orders = await File.ReadAllLinesAsync(Path.Combine(sample.Project, "orders.csv"), Cancel);
        var mails = orders.Skip(1).SelectMany(line => line.Split(',')).Where(cell => cell.Contains('@', StringComparison.Ordinal) && !cell.Contains(' ', StringComparison.Ordinal)).Distinct().ToList();
        Assert.NotEmpty(mails);
        using var browser = new HttpClient();
        for (var card = 1; card <= 40; card++)
        {
            var page = WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri($"{up.Review}/{card}"), Cancel));
            Assert.DoesNotContain("@", page, StringComparison.Ordinal);
        }

        var row = Row();
        row["customer_email"] = mails[0];
        row["customer_name"] = "Wilhelmina Zwergenstein";
        await AnswersAsync(up, row);
        var logged = new StringBuilder();
        foreach (var file in new[] { "logs", "predictions" }.Select(folder => Path.Combine(sample.Program.Workspace, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Where(file => Path.GetFileName(file) != "lock"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(stream, Encoding.UTF8);
            logged.Append(await text.ReadToEndAsync(Cancel));
        }

        Assert.Contains("Nordpost", logged.ToString(), StringComparison.Ordinal); // the answer is there, the person is not
        Assert.DoesNotContain("Zwergenstein", logged.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(mails[0], logged.ToString(), StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Row() => new()
    {
        ["order_id"] = 99_001,
        ["ordered_at"] = "2026-03-04T10:15",
        ["region"] = "North",
        ["carrier"] = "Nordpost",
        ["depot"] = "Bremen",
        ["distance_km"] = 410,
        ["weight_kg"] = 7.5,
        ["promised_days"] = 2,
        ["weather"] = "rain",
        ["note"] = null,
    };

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<List<JsonNode>> AnswersAsync(UpSession up, JsonNode body)
    {
        using var reply = await up.Http.PostAsync(new Uri(Predict, UriKind.Relative), Body(body.ToJsonString()), Cancel);
        var text = await reply.Content.ReadAsStringAsync(Cancel);
        Assert.True(reply.StatusCode == HttpStatusCode.OK, text);
        return [.. JsonNode.Parse(text)!["predictions"]!.AsArray().Select(p => p!)];
    }

    [GeneratedRegex("<b>([0-9]+)</b> problems found in your data")]
    private static partial Regex Problems();
}
