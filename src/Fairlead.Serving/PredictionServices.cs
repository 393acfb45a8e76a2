using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Serving;

/// <summary>The projects that a process answers for, and their paths. Thread-safe.</summary>
/// <remarks>
/// POST /projects/{name}/predict, GET /projects/{name}, GET /health/live, /health/ready, /v2/health/live, /v2/health/ready, GET /metrics.
/// Paths are taken apart by hand: no routing table stands between the server and the answer.
/// </remarks>
public sealed class PredictionServices
{
    private const string Prefix = "/projects/";
    private const string Predict = "/predict";
    private readonly ConcurrentDictionary<string, PredictionService> _services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PredictionService>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private volatile bool _stopping;

    /// <summary>Sends the logs away, where something does; for its counters.</summary>
    public Log.LogShipper? Shipper { get; init; }

    public PredictionServices() => _lookup = _services.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyCollection<PredictionService> All => [.. _services.Values.OrderBy(service => service.Name, StringComparer.Ordinal)];

    /// <summary>Answers for this service's project from now on, in the place of one of the same name.</summary>
    public void Set(PredictionService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        _services[service.Name] = service;
    }

    public PredictionService? Find(string name) => _services.GetValueOrDefault(name);

    public bool Remove(string name) => _services.TryRemove(name, out _);

    /// <summary>From now on /health/ready says no, so that whoever spreads the traffic sends it elsewhere; requests are still answered.</summary>
    public void StopSoon() => _stopping = true;

    /// <summary>Answers a request of a model server, whatever its path.</summary>
    public Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return TryPredictAsync(context) ?? HandleOthersAsync(context);
    }

    /// <summary>Answers POST /projects/{name}/predict; null when the path is another, for a server that has pages of its own.</summary>
    public Task? TryPredictAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var path = context.Request.Path.Value.AsSpan();
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !path.EndsWith(Predict, StringComparison.Ordinal) || path.Length <= Prefix.Length + Predict.Length)
        {
            return null;
        }

        var name = path[Prefix.Length..^Predict.Length];
        if (!_lookup.TryGetValue(name, out var service))
        {
            return name.Contains('/') ? null : NoProjectAsync(context, name.ToString());
        }

        return HttpMethods.IsPost(context.Request.Method) ? service.PredictAsync(context) : WrongMethodAsync(context, "POST", $"Rows to answer are sent with POST; GET {Prefix}{service.Name} describes them.");
    }

    private Task HandleOthersAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return path.StartsWith(Prefix, StringComparison.Ordinal) && _services.ContainsKey(path[Prefix.Length..])
                ? WrongMethodAsync(context, "GET", $"Rows to answer are sent to {path}{Predict}.")
                : NotFoundAsync(context, path);
        }

        switch (path)
        {
            case "/health/live" or "/v2/health/live":
                return TextAsync(context, StatusCodes.Status200OK, "live\n");
            case "/health/ready" or "/v2/health/ready":
                return _stopping || _services.IsEmpty ? TextAsync(context, StatusCodes.Status503ServiceUnavailable, "stopping\n") : TextAsync(context, StatusCodes.Status200OK, "ready\n");
            case "/metrics":
                var text = new StringBuilder();
                ServingMetrics.Write(text, All, Shipper);
                return TextAsync(context, StatusCodes.Status200OK, text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
        }

        return !path.StartsWith(Prefix, StringComparison.Ordinal) ? NotFoundAsync(context, path)
            : _services.TryGetValue(path[Prefix.Length..], out var service) ? service.DescribeAsync(context)
            : path.IndexOf('/', Prefix.Length) < 0 ? NoProjectAsync(context, path[Prefix.Length..])
            : NotFoundAsync(context, path);
    }

    private Task NoProjectAsync(HttpContext context, string name) => Problem.WriteAsync(
        context, StatusCodes.Status404NotFound, "No such project",
        $"No project named \"{name}\" is served here. {(_services.IsEmpty ? "None is." : $"There is {string.Join(", ", All.Select(service => service.Name))}.")}");

    private Task NotFoundAsync(HttpContext context, string path) => Problem.WriteAsync(
        context, StatusCodes.Status404NotFound, "Nothing here",
        $"Nothing is served at {path}. Try {string.Join(", ", All.Select(service => $"POST {Prefix}{service.Name}{Predict}"))}, GET /health/ready or GET /metrics.");

    private static Task WrongMethodAsync(HttpContext context, string allowed, string detail)
    {
        context.Response.Headers.Allow = allowed;
        return Problem.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Wrong method", detail);
    }

    private static Task TextAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.BodyWriter.Write(body);
        return Task.CompletedTask;
    }
}
