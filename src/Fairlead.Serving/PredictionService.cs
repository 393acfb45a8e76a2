using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Serving.Log;
using Fairlead.Serving.Predict;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Fairlead.Serving;

/// <summary>Answers predict requests for one project over HTTP. Thread-safe; the package can be exchanged while it answers.</summary>
public sealed class PredictionService
{
    private static readonly StringValues JsonType = "application/json";
    private readonly ServingLimits _limits;
    private readonly TimeProvider _time;
    private volatile Predictor _predictor;

    /// <param name="name">Name of the project on the wire.</param>
    /// <param name="log">Where every answer is recorded before it goes out. Not disposed here.</param>
    public PredictionService(string name, ModelPackage package, PredictionLog log, ServingLimits? limits = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(log);
        (Name, Log, _limits, _time) = (name, log, (limits ?? new ServingLimits()).Checked(), time ?? TimeProvider.System);
        _predictor = new Predictor(package, log, _limits, _time);
    }

    public string Name { get; }

    public PredictionLog Log { get; }

    /// <summary>What answers now.</summary>
    public ModelPackage Package => _predictor.Package;

    public ServingMetrics Metrics { get; } = new();

    /// <summary>Takes what went wrong in us while a request was answered.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Answers with this package from now on. Requests under way end with the old one.</summary>
    public void Use(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        _predictor = new Predictor(package, Log, _limits, _time);
        Log.Use(package);
    }

    /// <summary>Answers POST /projects/{name}/predict. Whatever the caller sent, the response says what is wrong with it; nothing is thrown for it.</summary>
    public Task PredictAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var started = Stopwatch.GetTimestamp();
        if (context.Request.ContentLength > _limits.BodyBytesMax)
        {
            return RefuseLargeAsync(context, started);
        }

        var body = context.Request.BodyReader;
        var reading = body.ReadAsync();
        if (!reading.IsCompletedSuccessfully)
        {
            return ReadAsync(context, body, reading, started);
        }

        var result = reading.Result;
        return result.IsCompleted && result.Buffer.Length <= _limits.BodyBytesMax
            ? Answer(context, body, result.Buffer, started) // the usual case: the whole body came with the head
            : ReadAsync(context, body, ValueTask.FromResult(result), started);
    }

    /// <summary>Answers GET /projects/{name}: what the model answers, the columns it takes and a row to try.</summary>
    public Task DescribeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var contract = Package.Contract;
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("project", Name);
            json.WriteString("question", contract.Question);
            json.WriteString("task", LowerCase(contract.Task.ToString()));
            json.WriteString("target", contract.Target);
            json.WriteString("unit", contract.Unit);
            json.WriteStartArray("classes");
            foreach (var name in contract.Classes)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            if (contract.Positive is not null)
            {
                json.WriteString("positive", contract.Positive);
                json.WriteNumber("threshold", contract.Threshold);
            }

            json.WriteString("package", Package.Digest);
            json.WriteString("predict", $"/projects/{Uri.EscapeDataString(Name)}/predict");
            json.WriteNumber("rowsMax", _limits.RowsMax);
            json.WriteNumber("bodyBytesMax", _limits.BodyBytesMax);
            json.WritePropertyName("example");
            ExampleRow.Write(json, contract);
            json.WriteStartArray("columns");
            foreach (var column in contract.Columns)
            {
                WriteColumn(json, column);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Respond(context, bytes.WrittenSpan);
        return Task.CompletedTask;
    }

    private static void WriteColumn(Utf8JsonWriter json, ContractColumn column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("label", column.Label);
        json.WriteString("kind", LowerCase(column.Kind.ToString()));
        json.WriteBoolean("required", column.Required);
        json.WriteBoolean("feature", column.Feature);
        if (column.Unit is not null)
        {
            json.WriteString("unit", column.Unit);
        }

        if (column.Min is { } min && column.Max is { } max)
        {
            json.WriteNumber("min", min);
            json.WriteNumber("max", max);
        }

        if (column.Levels is { } levels)
        {
            json.WriteStartArray("levels");
            foreach (var level in levels)
            {
                json.WriteStringValue(level);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private async Task ReadAsync(HttpContext context, PipeReader body, ValueTask<ReadResult> reading, long started)
    {
        try
        {
            while (true)
            {
                var result = await reading;
                if (result.Buffer.Length > _limits.BodyBytesMax)
                {
                    body.AdvanceTo(result.Buffer.End);
                    await RefuseLargeAsync(context, started);
                    return;
                }

                if (result.IsCompleted)
                {
                    await Answer(context, body, result.Buffer, started);
                    return;
                }

                body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                reading = body.ReadAsync();
            }
        }
        catch (BadHttpRequestException exception) // the server under us refused the body: its size, its chunks, its pace
        {
            Metrics.Count(exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? Outcome.TooLarge : Outcome.NotRows, 0, started);
            await Problem.WriteAsync(context, exception.StatusCode, "The body can't be read", exception.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Metrics.Count(Outcome.NotRows, 0, started); // the caller went away: there is nobody to answer
            context.Abort();
        }
    }

    private Task Answer(HttpContext context, PipeReader body, ReadOnlySequence<byte> buffer, long started)
    {
        var scratch = PredictScratch.Own;
        var (outcome, rows, problem) = (Outcome.NotRows, 0, "");
        try
        {
            if (buffer.IsSingleSegment)
            {
                outcome = _predictor.Run(buffer.FirstSpan, scratch, out rows, out problem);
            }
            else
            {
                var whole = ArrayPool<byte>.Shared.Rent((int)buffer.Length);
                buffer.CopyTo(whole);
                outcome = _predictor.Run(whole.AsSpan(0, (int)buffer.Length), scratch, out rows, out problem);
                ArrayPool<byte>.Shared.Return(whole);
            }
        }
        catch (Exception exception) // the boundary: a fault of ours is told to the caller as such, and the server goes on
        {
            body.AdvanceTo(buffer.End);
            Metrics.CountFailed();
            Failed?.Invoke(exception);
            return Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, "The model failed", $"This is a fault of the server, not of the rows: {exception.GetType().Name}. Its log says more.");
        }

        body.AdvanceTo(buffer.End);
        Metrics.Count(outcome, rows, started);
        if (outcome == Outcome.Answered)
        {
            Respond(context, scratch.Answer.Written);
            return Task.CompletedTask;
        }

        return outcome switch
        {
            Outcome.WrongRows => Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The rows don't fit the model", "", scratch.Scan),
            Outcome.TooLarge => Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "Too many rows", problem),
            Outcome.LogFull => RefuseUnlogged(context),
            _ => Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "The body can't be read", $"{problem} Send a row such as {ExampleRow.Json(Package.Contract)}, a list of rows, or {{\"rows\": […]}}."),
        };
    }

    private Task RefuseLargeAsync(HttpContext context, long started)
    {
        Metrics.Count(Outcome.TooLarge, 0, started);
        return Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is too large",
            $"A request may have {_limits.BodyBytesMax.ToString(System.Globalization.CultureInfo.InvariantCulture)} bytes. Send several requests.");
    }

    private Task RefuseUnlogged(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The prediction log is full",
            $"An answer goes out only when it is recorded, so that it can be explained later, and {Log.Folder} takes no more. Free some space, raise the limit, or let the workspace fetch what waits; then ask again.");
    }

    private static void Respond(HttpContext context, ReadOnlySpan<byte> body)
    {
        var response = context.Response;
        response.Headers.ContentType = JsonType;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
    }

    private static string LowerCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
