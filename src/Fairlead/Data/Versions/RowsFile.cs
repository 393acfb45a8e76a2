using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>Writes rows of texts as a file: CSV, TSV or JSON lines, by its extension. There whole or not at all.</summary>
public static class RowsFile
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a header (not for JSON lines) and the rows; a missing value is an empty field, or null.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="FaultException">The extension is none of .csv, .tsv and .jsonl.</exception>
    public static long Write(string path, IReadOnlyList<string> columns, IEnumerable<string?[]> rows)
    {
        var full = Path.GetFullPath(path);
        Action<Stream, IReadOnlyList<string?>> write = Path.GetExtension(full).ToLowerInvariant() switch
        {
            ".csv" => (stream, values) => Delimited(stream, values, ','),
            ".tsv" => (stream, values) => Delimited(stream, values, '\t'),
            ".jsonl" => (stream, values) => Json(stream, columns, values),
            _ => throw new FaultException(path, "The name does not say how to write the table.", "End it in .csv, .tsv or .jsonl.", wrongUse: true),
        };
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        var count = 0L;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
            {
                if (!full.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
                {
                    write(stream, columns);
                }

                foreach (var row in rows)
                {
                    write(stream, row);
                    count++;
                }
            }

            DurableFile.Move(temporary, full);
            return count;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Delimited(Stream stream, IReadOnlyList<string?> values, char delimiter)
    {
        var line = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            line.Append(i > 0 ? delimiter.ToString() : "").Append(Field(values[i] ?? "", delimiter));
        }

        // A line of one empty field would be no line.
        line.Append(line.Length == 0 ? "\"\"\n" : "\n");
        stream.Write(Encoding.UTF8.GetBytes(line.ToString()));
    }

    private static string Field(string text, char delimiter) =>
        text.AsSpan().IndexOfAny("\"\r\n") >= 0 || text.Contains(delimiter, StringComparison.Ordinal) || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])))
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    private static void Json(Stream stream, IReadOnlyList<string> columns, IReadOnlyList<string?> values)
    {
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            writer.WriteStartObject();
            for (var i = 0; i < columns.Count; i++)
            {
                writer.WriteString(columns[i], values[i]);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }
}
