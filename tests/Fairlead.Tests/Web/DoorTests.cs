using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairlead.Tests.Web;

/// <summary>What programs ask of the workbench: predictions, and feedback on them; and the form to try a row.</summary>
public sealed class DoorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predictions_go_on_to_the_server_of_staging_and_come_back_as_they_are()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.MapPost("/projects/orders/predict", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return Results.Text($"{{\"asked\":{await reader.ReadToEndAsync()}}}", "application/json", statusCode: request.Headers.ContainsKey("X-Bad") ? 400 : 200);
        });
        var (model, modelClient) = await ExampleProject.StartAsync(server);
        await using var _ = model;
        using var __ = modelClient;
        using var example = new ExampleProject(ModelTask.Binary);
        example.Parts = example.Parts with { AnswersAt = () => modelClient.BaseAddress };
        var (app, client) = await example.WorkbenchAsync();
        await using var ___ = app;
        using var ____ = client;

        using var row = new StringContent("{\"depot\":\"Leeds\"}", Encoding.UTF8, "application/json");
        var response = await client.PostAsync("/projects/orders/predict", row, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("{\"asked\":{\"depot\":\"Leeds\"}}", await response.Content.ReadAsStringAsync(Cancel));

        using var bad = new HttpRequestMessage(HttpMethod.Post, "/projects/orders/predict") { Content = new StringContent("1") };
        bad.Headers.Add("X-Bad", "1");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(bad, Cancel)).StatusCode);

        using var large = new StringContent('"' + new string('x', 3 << 20) + '"'); // a table may be larger than a page's form
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/projects/orders/predict", large, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // it was there and is gone
    public async Task Without_a_server_the_answer_is_503_and_says_why(bool gone)
    {
        using var example = new ExampleProject(ModelTask.Binary);
        example.Parts = example.Parts with { AnswersAt = () => gone ? new Uri("http://127.0.0.1:1") : null };
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;
        using var row = new StringContent("{}", Encoding.UTF8, "application/json");
        var response = await client.PostAsync("/projects/orders/predict", row, Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("No model server is running", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_on_a_prediction_is_kept_by_its_id_and_every_fault_is_named()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        example.Parts = example.Parts with { FindPrediction = id => id == "p1" ? new GiveFeedback.Subject(example.Project.Id, null, null, "p1", 4, null, "yes", ModelTask.Binary, ["no", "yes"]) : null };
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;

        var kept = await client.PostAsJsonAsync("/projects/orders/feedback", new { prediction_id = "p1", verdict = "wrong", right = "no", comment = "came early" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        using var other = WorkspaceFolder.Open(example.Workspace.Folder);
        Assert.Equal(("p1", "wrong", "no", "came early"), ListFeedback.Run(other.Records, example.Project.Id).Select(f => (f.Prediction, f.Verdict, f.Right, f.Comment)).Single());

        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsJsonAsync("/projects/orders/feedback", new { prediction_id = "p2", verdict = "right" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/projects/orders/feedback", new { verdict = "right" }, Cancel)).StatusCode);
        using var nothing = new StringContent("not json", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/projects/orders/feedback", nothing, Cancel)).StatusCode);
        var faults = await client.PostAsJsonAsync("/projects/orders/feedback", new { prediction_id = "p1", verdict = "wrong", right = "maybe", comment = new string('x', 1_001) }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, faults.StatusCode);
        var errors = JsonDocument.Parse(await faults.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("errors");
        Assert.Equal(["right", "comment"], errors.EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task A_typed_row_is_answered_in_a_sentence_and_a_fault_keeps_what_was_typed()
    {
        using var example = new ExampleProject(ModelTask.Binary);
        IReadOnlyDictionary<string, string?>? asked = null;
        example.Parts = example.Parts with
        {
            Try = (row, _) =>
            {
                asked = row;
                return row["distance_km"] == "far"
                    ? throw new FaultException("distance_km", "\"far\" is not a number.", "Type a number.")
                    : Task.FromResult(new TriedAnswer("Order", "Order will probably be late: 61 in 100.", "yes", [new("no", 0.39), new("yes", 0.61)], [new("distance_km", "distance", "800", "km", 1)], ["weight_kg: 900 is above 100"], "p9", "iteration 4"));
            },
        };
        var (app, client) = await example.WorkbenchAsync();
        await using var _ = app;
        using var __ = client;

        // Fields are named by the position of their column: 4 is distance_km, 5 weight_kg.
        using var form = new FormUrlEncodedContent([new("c4", "800"), new("c5", ""), new("c8", "a@b.example")]);
        var page = WebUtility.HtmlDecode(await (await client.PostAsync("/projects/orders/try", form, Cancel)).Content.ReadAsStringAsync(Cancel));
        Assert.Contains("Order will probably be late: 61\u00a0in\u00a0100.", page, StringComparison.Ordinal);
        Assert.Contains("61 %", page, StringComparison.Ordinal);
        Assert.Contains("900 is above 100", page, StringComparison.Ordinal);
        Assert.Equal(("800", null), (asked!["distance_km"], asked["weight_kg"]));
        Assert.False(asked.ContainsKey("customer_email")); // personal: never asked for, never taken
        Assert.False(asked.ContainsKey("compensation_paid")); // a leak

        using var wrong = new FormUrlEncodedContent([new("c4", "far")]);
        var refused = await client.PostAsync("/projects/orders/try", wrong, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var again = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("\"far\" is not a number.", again, StringComparison.Ordinal);
        Assert.Contains("value=\"far\"", again, StringComparison.Ordinal);
    }
}
