using System.Text.Json;
using Fairlead.Customers;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Customers;

/// <summary><c>POST /projects/{name}/feedback</c>: what a person said about an answer given in service. 2xx means it is on disk.</summary>
internal static class FeedbackApi
{
    /// <summary>Body of the request.</summary>
    /// <param name="PredictionId">The id that came with the answer; <c>prediction</c> is taken too.</param>
    public sealed record Body(string? PredictionId, string? Prediction, string? Verdict, JsonElement? Right, string? Comment, string? By);

    /// <summary>What was kept.</summary>
    public sealed record Kept(string Id, string Prediction, string Verdict, string? Right, string? Comment, DateTimeOffset At);

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects) => projects.Post(routes, "/feedback", async (view, context) =>
    {
        Body? body;
        try
        {
            body = await context.Request.ReadFromJsonAsync(WebJson.Default.Body, context.RequestAborted);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Results.Problem(
                "Send JSON such as {\"prediction_id\":\"…\",\"verdict\":\"wrong\",\"right\":\"no\",\"comment\":\"…\"}.", statusCode: StatusCodes.Status400BadRequest, title: "The body can't be read");
        }

        var id = body?.PredictionId ?? body?.Prediction;
        if (string.IsNullOrEmpty(id))
        {
            return Answers.Problem(new FaultException("prediction_id", "The prediction's id is missing.", "Send the id that came with the answer.", wrongUse: true));
        }

        if (view.FindPrediction(id) is not { } subject)
        {
            return Results.Problem($"No answer with the id \"{(id.Length > 80 ? id[..79] + "…" : id)}\" is known. A fresh one may take a moment to arrive.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
        }

        try
        {
            var right = body!.Right is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } said ? said.ValueKind == JsonValueKind.String ? said.GetString() : said.GetRawText() : null;
            var given = await GiveFeedback.RunAsync(subject, new GiveFeedback.Request(body.Verdict, right, body.Comment, body.By), view.Workspace, body.By is { Length: > 0 } name ? $"api:{name}" : "api");
            var kept = given.Feedback;
            return Results.Json(new Kept(kept.Id, kept.Prediction, kept.Verdict, kept.Right, kept.Comment, kept.At), WebJson.Default.Kept);
        }
        catch (FaultException exception)
        {
            return Answers.Problem(exception);
        }
    });
}
