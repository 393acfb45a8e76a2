using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Serving.Predict;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Serving;

/// <summary>Errors on the wire: ProblemDetails (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>Faults that the one sentence for people holds; the list holds more.</summary>
    private const int FaultsInDetail = 20;

    public static Task WriteAsync(HttpContext context, int status, string title, string detail, RowScan? scan = null)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", scan is null ? detail : Detail(scan));
            if (scan is not null)
            {
                WriteFaults(json, scan);
            }

            json.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.WrittenCount;
        response.BodyWriter.Write(body.WrittenSpan);
        return Task.CompletedTask;
    }

    private static void WriteFaults(Utf8JsonWriter json, RowScan scan)
    {
        json.WriteStartArray("errors");
        foreach (var fault in scan.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("row", fault.Row);
            json.WriteString("column", fault.Column);
            json.WriteString("problem", fault.Problem);
            json.WriteString("message", fault.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("errorCount", scan.FaultCount);
    }

    private static string Detail(RowScan scan)
    {
        var named = scan.Faults.Take(FaultsInDetail).Select(fault =>
            string.Create(CultureInfo.InvariantCulture, $"row {fault.Row}: {(fault.Column.Length > 0 ? $"\"{fault.Column}\" " : "")}{fault.Message}"));
        var more = scan.FaultCount - Math.Min(FaultsInDetail, scan.Faults.Count);
        return string.Join("; ", named) + (more > 0 ? $"; and {RowScan.Count(more, "more fault")}" : "") + ".";
    }
}
