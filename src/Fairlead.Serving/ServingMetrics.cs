using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fairlead.Serving.Predict;

namespace Fairlead.Serving;

/// <summary>Counters of one project's predict requests since the start of the process. Thread-safe.</summary>
public sealed class ServingMetrics
{
    /// <summary>Upper bounds of the latency histogram, in seconds.</summary>
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private static readonly long[] BoundTicks = [.. Bounds.Select(seconds => (long)(seconds * Stopwatch.Frequency))];

    /// <summary>Names of outcomes on the wire, in the order of <see cref="Outcome"/>; then what failed in us.</summary>
    private static readonly string[] Outcomes = ["answered", "not_rows", "wrong_rows", "too_large", "log_full", "failed"];

    private readonly long[] _requests = new long[Outcomes.Length];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _rows;
    private long _ticks;

    /// <summary>Requests that were answered.</summary>
    public long Answered => Interlocked.Read(ref _requests[(int)Outcome.Answered]);

    /// <summary>Rows that were answered.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    internal void Count(Outcome outcome, int rows, long started)
    {
        var ticks = Stopwatch.GetTimestamp() - started;
        Interlocked.Increment(ref _requests[(int)outcome]);
        if (outcome == Outcome.Answered)
        {
            Interlocked.Add(ref _rows, rows);
        }

        var bucket = 0;
        while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _ticks, ticks);
    }

    internal void CountFailed() => Interlocked.Increment(ref _requests[^1]);

    /// <summary>Prometheus text format, version 0.0.4.</summary>
    internal static void Write(StringBuilder text, IReadOnlyCollection<PredictionService> services, Log.LogShipper? shipper)
    {
        Head(text, "fairlead_predict_requests_total", "counter", "Predict requests by outcome.");
        foreach (var service in services)
        {
            for (var i = 0; i < Outcomes.Length; i++)
            {
                Line(text, "fairlead_predict_requests_total", $"{Label(service)},outcome=\"{Outcomes[i]}\"", Interlocked.Read(ref service.Metrics._requests[i]));
            }
        }

        Head(text, "fairlead_predict_rows_total", "counter", "Rows answered.");
        foreach (var service in services)
        {
            Line(text, "fairlead_predict_rows_total", Label(service), service.Metrics.Rows);
        }

        Head(text, "fairlead_predict_seconds", "histogram", "Time from the request's head to its answer, without the network.");
        foreach (var service in services)
        {
            service.Metrics.WriteHistogram(text, Label(service));
        }

        Head(text, "fairlead_prediction_log_dropped_segments_total", "counter", "Segments deleted unshipped to stay under the log's limit.");
        foreach (var service in services)
        {
            Line(text, "fairlead_prediction_log_dropped_segments_total", Label(service), service.Log.Dropped);
        }

        if (shipper is not null)
        {
            Head(text, "fairlead_prediction_log_acknowledged_bytes_total", "counter", "Bytes of the prediction log that the workspace has acknowledged.");
            Line(text, "fairlead_prediction_log_acknowledged_bytes_total", "", shipper.Acknowledged);
            Head(text, "fairlead_prediction_log_ship_failures_total", "counter", "Attempts to ship the prediction log that failed.");
            Line(text, "fairlead_prediction_log_ship_failures_total", "", shipper.Failures);
        }
    }

    private void WriteHistogram(StringBuilder text, string label)
    {
        var count = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            count += Interlocked.Read(ref _buckets[i]);
            var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, "fairlead_predict_seconds_bucket", $"{label},le=\"{bound}\"", count);
        }

        Line(text, "fairlead_predict_seconds_sum", label, (double)Interlocked.Read(ref _ticks) / Stopwatch.Frequency);
        Line(text, "fairlead_predict_seconds_count", label, count);
    }

    private static string Label(PredictionService service) =>
        $"project=\"{service.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append(
        CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Line(StringBuilder text, string name, string labels, double value) => text.Append(
        CultureInfo.InvariantCulture, $"{name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value}\n");
}
