using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Data;

/// <summary>A raw version as JSON: blob, columns, rows, files (name, sha256, bytes, first), keyedRows.</summary>
/// <remarks>By hand, since every verb that looks at stored data reads one: what the serializer makes of a record's constructor is compiled while it runs (docs/decisions/0095).</remarks>
internal sealed class RawVersionConverter : JsonConverter<RawVersion>
{
    public override RawVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var raw = document.RootElement;
        var columns = new List<string>();
        foreach (var column in raw.GetProperty("columns").EnumerateArray())
        {
            columns.Add(column.GetString()!);
        }

        var files = new List<SourceFile>();
        foreach (var file in raw.GetProperty("files").EnumerateArray())
        {
            files.Add(new SourceFile(file.GetProperty("name").GetString()!, file.GetProperty("sha256").GetString()!, file.GetProperty("bytes").GetInt64())
            {
                First = file.TryGetProperty("first", out var first) && first.ValueKind == JsonValueKind.Number ? first.GetInt64() : null,
            });
        }

        var keyed = raw.TryGetProperty("keyedRows", out var rows) && rows.GetBoolean(); // not in those from before
        return new RawVersion(raw.GetProperty("blob").GetString()!, columns, raw.GetProperty("rows").GetInt64(), files, keyed);
    }

    public override void Write(Utf8JsonWriter writer, RawVersion value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("blob", value.Blob);
        writer.WriteStartArray("columns");
        foreach (var column in value.Columns)
        {
            writer.WriteStringValue(column);
        }

        writer.WriteEndArray();
        writer.WriteNumber("rows", value.Rows);
        writer.WriteStartArray("files");
        foreach (var file in value.Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteNumber("bytes", file.Bytes);
            if (file.First is { } first)
            {
                writer.WriteNumber("first", first);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("keyedRows", value.KeyedRows);
        writer.WriteEndObject();
    }
}
