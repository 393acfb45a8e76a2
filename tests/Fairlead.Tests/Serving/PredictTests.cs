using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fairlead.Models.Predictions;
using Fairlead.Serving;
using Fairlead.Serving.Log;
using Fairlead.Serving.Predict;

namespace Fairlead.Tests.Serving;

/// <summary>What callers get, through real sockets.</summary>
public sealed partial class PredictTests
{
    private const string Row = """{"weight":14,"region":"north","distance":100}""";

    [Fact]
    public async Task A_row_gets_the_hand_computed_answer_in_the_agreed_form()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (status, body) = await served.PredictAsync(Row);
        Assert.Equal(HttpStatusCode.OK, status);
        // 1 / (1 + e^-1.5) = 0.8175744761936437; the other class is 1 less that
        Assert.Equal("""{"predictions":[{"id":"ID","prediction":"yes","probabilities":{"no":0.18242552380635635,"yes":0.8175744761936437},"warnings":[]}]}""", WithoutIds(body));
        Assert.True(PredictionId.TryParse(IdPattern().Match(body).Groups[1].Value, out _));
    }

    [Fact]
    public async Task A_list_and_wrapped_rows_are_answered_in_order_with_an_id_each()
    {
        await using var served = await Served.StartAsync(packages: [TinyPackages.Houses(), TinyPackages.Orders()]);
        var (_, list) = await served.PostAsync("/projects/houses/predict", """[{"rooms":4},{"rooms":null},{"rooms":"2.5"}]""");
        Assert.Equal("""{"predictions":[{"id":"ID","prediction":120,"warnings":[]},{"id":"ID","prediction":100,"warnings":[]},{"id":"ID","prediction":90,"warnings":[]}]}""", WithoutIds(list));
        Assert.Equal(3, IdPattern().Matches(list).Select(match => match.Value).Distinct().Count());

        var (_, wrapped) = await served.PostAsync("/projects/houses/predict", """ { "rows" : [ {"rooms" : 4} ] } """);
        Assert.Equal("""{"predictions":[{"id":"ID","prediction":120,"warnings":[]}]}""", WithoutIds(wrapped));

        var (status, none) = await served.PostAsync("/projects/houses/predict", "[]");
        Assert.Equal((HttpStatusCode.OK, """{"predictions":[]}"""), (status, none));
    }

    [Fact]
    public async Task Everything_wrong_with_the_rows_is_named_at_once()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (status, body) = await served.PredictAsync("""
            [{"weight":true,"Region":"north","colour":"red","late":"yes","distance":[1]},
             {"weight":"12kg","region":"north","distance":1e999,"ordered":20250101},
             7,
             {"weight":1,"weight":2,"region":{},"distance":1,"ordered":"2025-31-31"}]
            """);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            """
            {"title":"The rows don't fit the model","status":400,"detail":"row 0: \"weight\" wants a number, got the boolean true; row 0: \"Region\" is not a column of this model; did you mean \"region\"?; row 0: \"colour\" is not a column of this model; row 0: \"late\" is what the model answers; leave it out; row 0: \"distance\" wants a number, got a list; row 0: \"region\" is missing; give null when it has no value; row 1: \"weight\" wants a number, and \"12kg\" is none; row 1: \"distance\" 1e999 is too large for a number; row 1: \"ordered\" wants a date as text, got the number 20250101; row 2: a row is an object of columns, such as {\"order_id\": …}, not the number; row 3: \"weight\" is given twice; row 3: \"region\" wants a text, got an object; row 3: \"ordered\" wants a date as text, and \"2025-31-31\" is none.","errors":[{"row":0,"column":"weight","problem":"wrong_type","message":"wants a number, got the boolean true"},{"row":0,"column":"Region","problem":"unknown_column","message":"is not a column of this model; did you mean \"region\"?"},{"row":0,"column":"colour","problem":"unknown_column","message":"is not a column of this model"},{"row":0,"column":"late","problem":"target_given","message":"is what the model answers; leave it out"},{"row":0,"column":"distance","problem":"wrong_type","message":"wants a number, got a list"},{"row":0,"column":"region","problem":"missing_column","message":"is missing; give null when it has no value"},{"row":1,"column":"weight","problem":"wrong_type","message":"wants a number, and \"12kg\" is none"},{"row":1,"column":"distance","problem":"wrong_type","message":"1e999 is too large for a number"},{"row":1,"column":"ordered","problem":"wrong_type","message":"wants a date as text, got the number 20250101"},{"row":2,"column":"","problem":"not_a_row","message":"a row is an object of columns, such as {\"order_id\": …}, not the number"},{"row":3,"column":"weight","problem":"given_twice","message":"is given twice"},{"row":3,"column":"region","problem":"wrong_type","message":"wants a text, got an object"},{"row":3,"column":"ordered","problem":"wrong_type","message":"wants a date as text, and \"2025-31-31\" is none"}],"errorCount":13}
            """, body);
    }

    [Theory]
    [InlineData("""{"weight":"N/A","region":"north","distance":100}""", 0.6224593312018546)] // declared missing: 0.5 alone; 1 / (1 + e^-0.5)
    [InlineData("""{"weight":"  ","region":"north","distance":100}""", 0.6224593312018546)] // white space is missing
    [InlineData("""{"weight":null,"region":"north","distance":100}""", 0.6224593312018546)]
    [InlineData("""{"weight":-999,"region":"north","distance":100}""", 0.6224593312018546)] // the mark as a number
    [InlineData("""{"weight":" 14 ","region":"Nord","distance":"1e2"}""", 0.8175744761936437)] // spellings of the project's cleaning
    [InlineData("""{"weight":"14","region":"nor\u0074h","dist\u0061nce":100}""", 0.8175744761936437)] // escapes, in names too
    [InlineData("""{"weight":10,"region":1.0,"distance":100,"order_id":4711}""", 0.5)] // the number 1.0 is the name "1"; an id may be a number
    [InlineData("""{"weight":10,"region":true,"distance":100,"ordered":"29.2.2024"}""", 0.5)]
    [InlineData("""{"weight":10,"region":"south","distance":100,"email":"a@b.example"}""", 0.5)] // personal columns are taken and not looked at
    public async Task Values_are_read_as_training_read_them(string row, double yes)
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (status, body) = await served.PredictAsync(row);
        Assert.True(status == HttpStatusCode.OK, body);
        using var json = JsonDocument.Parse(body);
        var prediction = json.RootElement.GetProperty("predictions")[0];
        Assert.Equal(yes, prediction.GetProperty("probabilities").GetProperty("yes").GetDouble());
        Assert.Empty(prediction.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task A_row_that_would_be_quarantined_or_is_strange_is_answered_with_a_warning()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (_, body) = await served.PredictAsync("""{"weight":-3,"region":"mars","distance":1}""");
        using var json = JsonDocument.Parse(body);
        Assert.Equal(
            ["weight: -3 is below 0", "region: \"mars\" is not a name that training knew (never seen, or in too few rows)"],
            json.RootElement.GetProperty("predictions")[0].GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
    }

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData(" \n ", "The body is empty.")]
    [InlineData("12", "no row, no list of rows")]
    [InlineData("{\"weight\":\n 1,,}", "line 2, byte 4: ',' is an invalid")]
    [InlineData("{\"weight\":1", "line 1, byte 12")]
    [InlineData("{\"weight\":1} {}", "line 1, byte 14")]
    [InlineData("weight=1", "line 1, byte 1")]
    [InlineData("{\"rows\":[],\"more\":1}", "Beside \"rows\" nothing is understood, but there is \"more\"")]
    public async Task A_body_that_is_no_rows_is_a_400_with_the_place(string body, string reason)
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (status, answer) = await served.PredictAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        using var json = JsonDocument.Parse(answer);
        Assert.Contains(reason, json.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_and_never_a_fault_of_ours()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        byte[][] bodies =
        [
            [.. "{\"region\":\""u8, 0xFF, 0xFE, .. "\",\"weight\":1,\"distance\":1}"u8],
            [.. "{\"re"u8, 0xFF, .. "\":1}"u8],
            [.. "{\"region\":\"\\ud800\",\"weight\":1,\"distance\":1}"u8],
            [.. "{\"\\ud800\":1}"u8],
            [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Row)],
            [.. Enumerable.Repeat((byte)'[', 100_000)],
        ];
        foreach (var body in bodies)
        {
            using var response = await served.Client.PostAsync(new Uri("/projects/orders/predict", UriKind.Relative), new ByteArrayContent(body), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(400, json.RootElement.GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task Limits_have_their_own_errors()
    {
        await using var served = await Served.StartAsync(new ServingLimits { RowsMax = 3, BodyBytesMax = 2_000_000 }, packages: TinyPackages.Houses());
        const string Path = "/projects/houses/predict";
        Assert.Equal(HttpStatusCode.OK, (await served.PostAsync(Path, """[{"rooms":1},{"rooms":1},{"rooms":1}]""")).Status);
        var (rows, rowsBody) = await served.PostAsync(Path, """[{"rooms":1},{"rooms":1},{"rooms":1},{"rooms":1}]""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, rows);
        Assert.Contains("may have 3 rows", rowsBody, StringComparison.Ordinal);
        var large = $"{{\"rooms\":{new string(' ', 2_000_000)}1}}";
        var (bytes, bytesBody) = await served.PostAsync(Path, large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bytes);
        Assert.Contains("may have 2000000 bytes", bytesBody, StringComparison.Ordinal);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(large)) };
        chunked.Headers.TransferEncodingChunked = true; // no length to go by
        using var response = await served.Client.SendAsync(chunked, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_body_in_many_pieces_is_answered_like_one_in_one()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Houses());
        var body = $"[{string.Join(',', Enumerable.Range(0, 900).Select(i => $"{{\"rooms\":{i}{new string(' ', 1500)}}}"))}]"; // 1.4 MB: more than the server buffers
        foreach (var chunked in (bool[])[true, false])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/projects/houses/predict") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await served.Client.SendAsync(request, TestContext.Current.CancellationToken);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Enumerable.Range(0, 900).Select(i => 100.0 + (20 * (i - 3))), json.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("prediction").GetDouble()));
        }
    }

    [Fact]
    public async Task Other_paths_and_methods_say_what_there_is()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        var (missing, body) = await served.PostAsync("/projects/order/predict", Row);
        Assert.Equal(HttpStatusCode.NotFound, missing);
        Assert.Contains("There is orders.", body, StringComparison.Ordinal);
        using var get = await served.Client.GetAsync(new Uri("/projects/orders/predict", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(["POST"], get.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.NotFound, (await served.PostAsync("/", Row)).Status);
        foreach (var path in (string[])["/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"])
        {
            using var health = await served.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        served.Services.StopSoon();
        using var stopping = await served.Client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stopping.StatusCode);
    }

    [Fact]
    public async Task The_description_holds_a_row_that_is_answered_without_a_warning_and_nothing_personal()
    {
        await using var served = await Served.StartAsync(packages: [TinyPackages.Orders(), TinyPackages.Wide()]);
        foreach (var project in (string[])["orders", "wide"])
        {
            using var description = JsonDocument.Parse(await served.Client.GetStringAsync(new Uri("/projects/" + project, UriKind.Relative), TestContext.Current.CancellationToken));
            var example = description.RootElement.GetProperty("example").GetRawText();
            Assert.DoesNotContain("email", example, StringComparison.Ordinal);
            var (status, body) = await served.PostAsync($"/projects/{project}/predict", example);
            Assert.True(status == HttpStatusCode.OK, body);
            Assert.EndsWith("\"warnings\":[]}]}", body, StringComparison.Ordinal);
        }

        Assert.Equal(
            """curl -s http://127.0.0.1:8080/projects/orders/predict -H 'Content-Type: application/json' -d '{"weight":16,"region":"north","distance":450}'""",
            ExampleRow.Curl(TinyPackages.Open(TinyPackages.Orders()).Contract, "http://127.0.0.1:8080/"));
    }

    [Fact]
    public async Task Requests_and_rows_are_counted_for_prometheus()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Orders());
        await served.PredictAsync($"[{Row},{Row}]");
        await served.PredictAsync("{}");
        await served.PredictAsync("no");
        var text = await served.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("fairlead_predict_requests_total{project=\"orders\",outcome=\"answered\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("fairlead_predict_requests_total{project=\"orders\",outcome=\"wrong_rows\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("fairlead_predict_requests_total{project=\"orders\",outcome=\"not_rows\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("fairlead_predict_rows_total{project=\"orders\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("fairlead_predict_seconds_count{project=\"orders\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("fairlead_predict_seconds_bucket{project=\"orders\",le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_at_the_same_time_get_their_own_answers_and_the_log_holds_their_own_rows()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Houses());
        var answers = new Dictionary<string, double>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var i = 0; i < 60; i++)
            {
                var rooms = Enumerable.Range(0, 1 + (i % 3)).Select(k => (1000.0 * caller) + (10 * i) + k).ToArray();
                var (_, body) = await served.PostAsync("/projects/houses/predict", $"[{string.Join(',', rooms.Select(value => $"{{\"rooms\":{value}}}"))}]");
                using var json = JsonDocument.Parse(body);
                var predictions = json.RootElement.GetProperty("predictions").EnumerateArray().ToArray();
                Assert.Equal(rooms.Select(value => 100 + (20 * (value - 3))), predictions.Select(prediction => prediction.GetProperty("prediction").GetDouble()));
                lock (answers)
                {
                    foreach (var (prediction, value) in predictions.Zip(rooms))
                    {
                        answers.Add(prediction.GetProperty("id").GetString()!, value);
                    }
                }
            }
        }));

        var logged = Directory.EnumerateFiles(served.LogFolder, "*.log", SearchOption.AllDirectories)
            .SelectMany(path => SegmentReader.Open(path)!.Read()).ToDictionary(prediction => prediction.Id.ToString());
        Assert.Equal(8 * 60 * 2, answers.Count); // 1 + 2 + 3 rows in turn: 2 on average
        Assert.Equal(answers.Count, logged.Count);
        Assert.All(answers, answer => Assert.Equal(answer.Value, logged[answer.Key].Row["rooms"].Number));
    }

    [Fact]
    public async Task A_package_is_exchanged_while_requests_are_answered()
    {
        await using var served = await Served.StartAsync(packages: TinyPackages.Houses());
        var service = served.Services.Find("houses")!;
        var other = TinyPackages.Open(TinyPackages.Orders());
        service.Use(other);
        var (_, body) = await served.PostAsync("/projects/houses/predict", Row);
        Assert.Contains("\"prediction\":\"yes\"", body, StringComparison.Ordinal);
        var logged = Directory.EnumerateFiles(served.LogFolder, "*.log", SearchOption.AllDirectories).SelectMany(path => SegmentReader.Open(path)!.Read()).Single();
        Assert.Equal(other.Digest, logged.Package);
        Assert.Equal(["no", "yes"], logged.Classes);
    }

    [Fact]
    public void An_answer_makes_hardly_any_garbage()
    {
        using var folder = new TemporaryFolder();
        var package = TinyPackages.Open(TinyPackages.Orders());
        using var log = new PredictionLog(package, new PredictionLogOptions { Folder = folder.Path });
        var predictor = new Predictor(package, log, new ServingLimits(), TimeProvider.System);
        var body = Encoding.UTF8.GetBytes(Row);
        var (answered, before) = (0, 0L);
        for (var i = 0; i < 1_100; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before; // buffers have grown
            answered += predictor.Run(body, PredictScratch.Own, out _, out _) == Outcome.Answered ? 1 : 0;
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1_000, 0, 128); // trees: none; a linear model's loops over its features: a few
        Assert.Equal(1_100, answered);
    }

    private static string WithoutIds(string body) => IdPattern().Replace(body, "\"id\":\"ID\"");

    [GeneratedRegex("\"id\":\"([0-9a-z]{20})\"")]
    private static partial Regex IdPattern();
}
