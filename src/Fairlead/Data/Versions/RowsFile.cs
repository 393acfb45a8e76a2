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
        var extension = Path.GetExtension(full).ToLowerInvariant();
        if (extension is not (".csv" or ".tsv" or ".jsonl"))
        {
            throw new FaultException(path, "The name does not say how to write the table.", "End it in .csv, .tsv or .jsonl.", wrongUse: true);
        }

        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            long count;
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18))
            {
                count = Write(stream, extension, columns, rows);
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

    /// <summary>As <see cref="Write(string, IReadOnlyList{string}, IEnumerable{string?[]})"/>, into a stream.</summary>
    /// <param name="extension">.csv, .tsv or .jsonl.</param>
    public static long Write(Stream stream, string extension, IReadOnlyList<string> columns, IEnumerable<string?[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Action<IReadOnlyList<string?>> write = extension switch
        {
            ".jsonl" => values => Json(stream, columns, values),
            ".tsv" => values => Delimited(stream, values, '\t'),
            _ => values => Delimited(stream, values, ','),
        };
        if (extension != ".jsonl")
        {
            write(columns);
        }

        var count = 0L;
        foreach (var row in rows)
        {
            write(row);
            count++;
        }

        return count;
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
