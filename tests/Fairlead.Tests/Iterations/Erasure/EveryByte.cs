using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Data.Storage;
using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>Everything a folder says: its files as they are, and what they say to who has the workspace's key.</summary>
internal static class EveryByte
{
    /// <summary>Every file as it lies on the disk: SQLite with its log, journals, segments, wrapped keys, unpacked packages, what was left behind.</summary>
    public static IEnumerable<(string Place, byte[] Bytes)> AsStored(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (Path.GetRelativePath(folder, path), Read(path)));

    /// <summary>Every blob (tables cell by cell, layers unpacked), record with its id, entry of the audit and sealed segment, in clear; texts of JSON also without their escapes.</summary>
    public static IEnumerable<(string Place, byte[] Bytes)> Decrypted(WorkspaceFolder workspace)
    {
        foreach (var id in KeyPaths.Blobs(workspace.Folder))
        {
            if (workspace.Blobs.IsTable(id))
            {
                yield return ($"table {id}", Encoding.UTF8.GetBytes(Cells(id, workspace.Blobs)));
                continue;
            }

            var bytes = workspace.Blobs.Read(id);
            yield return ($"blob {id}", bytes);
            if (bytes is [0x1F, 0x8B, ..])
            {
                yield return ($"layer {id}", Unpacked(bytes));
            }
            else if (bytes is [(byte)'{' or (byte)'[', ..])
            {
                yield return ($"texts of blob {id}", Leaves(bytes));
            }
        }

        foreach (var kind in workspace.Records.Names().Select(name => name.Kind).Distinct(StringComparer.Ordinal))
        {
            foreach (var stored in workspace.Records.Stored(kind))
            {
                yield return ($"record {kind} {stored.Id}", [.. Encoding.UTF8.GetBytes($"{stored.Project}\n{stored.Id}\n{stored.Body}\n"), .. Leaves(Encoding.UTF8.GetBytes(stored.Body))]);
            }
        }

        foreach (var entry in workspace.Audit.List(int.MaxValue))
        {
            yield return ($"audit entry {entry.Number}", Encoding.UTF8.GetBytes($"{entry.Who}\n{entry.Verb}\n{entry.Target}\n{entry.Subject}"));
        }

        var predictions = Path.Combine(workspace.Folder, "predictions");
        foreach (var path in Directory.Exists(predictions) ? Directory.GetFiles(predictions, "*.log", SearchOption.AllDirectories) : [])
        {
            yield return ($"segment {Path.GetRelativePath(predictions, path)}", PredictionSegment.Read(path, workspace.Keys));
        }
    }

    /// <summary>Places that hold one of the texts, each with the text.</summary>
    public static List<string> Holding(IEnumerable<(string Place, byte[] Bytes)> places, IReadOnlyCollection<string> texts)
    {
        var wanted = texts.Select(text => (Text: text, Bytes: Encoding.UTF8.GetBytes(text))).ToList();
        return [.. places.SelectMany(place => wanted.Where(text => place.Bytes.AsSpan().IndexOf(text.Bytes) >= 0).Select(text => $"{place.Place}: {text.Text}"))];
    }

    /// <summary>The same, also of texts as UTF-16 and inside base64, and inside what is compressed.</summary>
    public static List<string> HoldingInAnyForm(IEnumerable<(string Place, byte[] Bytes)> places, IReadOnlyCollection<string> texts)
    {
        var wanted = texts.SelectMany(text => Forms(text).Select(form => (Text: text, Bytes: form))).ToList();
        return [.. places.SelectMany(place => place.Bytes is [0x1F, 0x8B, ..] ? [place, ($"{place.Place}, unpacked", Unpacked(place.Bytes))] : new[] { place })
            .SelectMany(place => wanted.Where(form => place.Bytes.AsSpan().IndexOf(form.Bytes) >= 0).Select(form => $"{place.Place}: {form.Text}"))];
    }

    /// <summary>A text as UTF-8, as UTF-16 and as what base64 makes of it at each of the three places where it can begin.</summary>
    private static IEnumerable<byte[]> Forms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return bytes;
        yield return Encoding.Unicode.GetBytes(text);
        for (var before = 0; before < 3; before++)
        {
            // Signs of base64 that depend on the text alone.
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]);
            yield return Encoding.ASCII.GetBytes(whole[(((before * 8) + 5) / 6)..((before + bytes.Length) * 8 / 6)]);
        }
    }

    private static byte[] Unpacked(byte[] bytes)
    {
        using var unpacked = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            zip.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }

    private static string Cells(string id, BlobStore blobs)
    {
        var cells = new StringBuilder();
        using var scan = new StoredScan(id, blobs);
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            foreach (var column in batch.Columns)
            {
                for (var row = 0; row < batch.Rows; row++)
                {
                    cells.Append(column.Text(row)).Append('\n');
                }
            }
        }

        return cells.ToString();
    }

    private static byte[] Leaves(byte[] json)
    {
        var texts = new StringBuilder();
        try
        {
            Add(JsonNode.Parse(json));
        }
        catch (JsonException)
        {
            // no JSON: its bytes were looked at
        }

        return Encoding.UTF8.GetBytes(texts.ToString());

        void Add(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject fields:
                    foreach (var (name, value) in fields)
                    {
                        texts.Append(name).Append('\n');
                        Add(value);
                    }

                    break;
                case JsonArray items:
                    foreach (var item in items)
                    {
                        Add(item);
                    }

                    break;
                case JsonValue leaf:
                    texts.Append(leaf.ToString()).Append('\n');
                    break;
            }
        }
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
