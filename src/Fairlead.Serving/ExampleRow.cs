using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;

namespace Fairlead.Serving;

/// <summary>A row that a model takes, made from its contract alone: the first thing a caller tries.</summary>
public static class ExampleRow
{
    /// <summary>The row as one line of JSON: what the model looks at and what a request must have; nothing personal.</summary>
    public static string Json(ModelContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, contract);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>A command that asks the model at <paramref name="url"/> (such as http://127.0.0.1:8080) about the row; for a POSIX shell.</summary>
    public static string Curl(ModelContract contract, string url, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(url);
        var body = Json(contract).Replace("'", "'\\''", StringComparison.Ordinal);
        return $"curl -s {url.TrimEnd('/')}/projects/{Uri.EscapeDataString(name ?? contract.Project)}/predict -H 'Content-Type: application/json' -d '{body}'";
    }

    internal static void Write(Utf8JsonWriter json, ModelContract contract)
    {
        json.WriteStartObject();
        foreach (var column in contract.Columns.Where(column => column.Required || (column.Feature && column.Protection != Protection.Drop)))
        {
            switch (column.Kind)
            {
                case ColumnKind.Number:
                    json.WriteNumber(column.Name, Middle(column.Min ?? 0, column.Max ?? 2));
                    break;
                case ColumnKind.Date:
                    json.WriteString(column.Name, contract.RowSteps.OfType<CastStep>().FirstOrDefault(step => step.Column == column.Name)?.Format switch
                    {
                        "dmy" => "15.01.2026",
                        "mdy" => "01/15/2026",
                        _ => "2026-01-15",
                    });
                    break;
                case ColumnKind.Category when column.Levels is { Count: > 0 } levels:
                    json.WriteString(column.Name, levels[0]);
                    break;
                default:
                    json.WriteString(column.Name, column.Kind == ColumnKind.Id ? "1" : "text");
                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <summary>A number between the bounds with few digits: whole where the bounds are far enough apart.</summary>
    private static double Middle(double min, double max)
    {
        var middle = (min / 2) + (max / 2);
        for (var digits = 0; digits <= 10; digits++)
        {
            var rounded = Math.Round(middle, digits);
            if (rounded >= min && rounded <= max && Math.Abs(rounded - middle) <= (max - min) / 4)
            {
                return rounded;
            }
        }

        return middle;
    }
}
