using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Rows of files that an earlier version already holds, so that only new files are read. A note may be lost at any time: then its file is read again.</summary>
internal static partial class IngestedParts
{
    /// <summary>Where the rows of one file stand in a stored raw version.</summary>
    /// <param name="Blob">The version's table.</param>
    /// <param name="First">Number of the file's first row in it.</param>
    /// <param name="Columns">The table's columns without <c>__row</c> and <c>__key</c>, in order: keys are hashes of them in this order.</param>
    /// <param name="Own">The file's columns in its own order.</param>
    internal sealed record Part(string Blob, long First, long Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> Own);

    /// <summary>The part of a file with this content, when it is known and still there.</summary>
    public static Part? Find(ProjectFile project, string sha256, string name, bool keyed, BlobStore blobs)
    {
        if (blobs.Known(KeyOf(project, sha256, name, keyed, blobs)) is not { } note)
        {
            return null;
        }

        var part = JsonSerializer.Deserialize(blobs.Read(note), PartJson.Default.Part)!;
        return blobs.Has(part.Blob) ? part : null;
    }

    /// <summary>Notes where a file's rows stand.</summary>
    public static void Remember(ProjectFile project, string sha256, string name, Part part, bool keyed, BlobStore blobs) =>
        blobs.Remember(KeyOf(project, sha256, name, keyed, blobs), blobs.Put(JsonSerializer.SerializeToUtf8Bytes(part, PartJson.Default.Part)));

    /// <summary>The rows of a part: key and columns as the table has them.</summary>
    public static IEnumerable<TableBatch> Read(Part part, BlobStore blobs, CancellationToken cancel)
    {
        using var scan = new StoredScan(part.Blob, blobs, ["__key", .. part.Columns]);
        var (from, to) = (part.First, part.First + part.Rows);
        while (scan.Next(cancel) is { } batch && batch.FirstRow < to)
        {
            var first = (int)Math.Clamp(from - batch.FirstRow, 0, batch.Rows);
            var rows = (int)Math.Min(to - batch.FirstRow, batch.Rows) - first;
            if (rows > 0)
            {
                yield return first == 0 && rows == batch.Rows ? batch : new TableBatch { Rows = rows, Columns = [.. batch.Columns.Select(column => Slice(column, first, rows))] };
            }
        }
    }

    private static ColumnVector Slice(ColumnVector column, int first, int rows)
    {
        var range = first..(first + rows);
        return new ColumnVector(column.Form)
        {
            Rows = rows,
            Bytes = column.Bytes,
            Starts = column.Codes is null ? column.Starts[range] : [],
            Lengths = column.Codes is null ? column.Lengths[range] : [],
            Codes = column.Codes?[range],
            Dictionary = column.Dictionary,
        };
    }

    /// <summary>What the rows of a file depend on besides the order of columns, which the note tells.</summary>
    private static string KeyOf(ProjectFile project, string sha256, string name, bool keyed, BlobStore blobs) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        "ingested part", Ingest.Version, sha256, SourceBytes.Ending(name), project.Reading, project.Key ?? "-", PseudonymKeys.IdForRowKeys(project, keyed, blobs.Keys) ?? "False", project.Target))));

    [JsonSerializable(typeof(Part))]
    internal sealed partial class PartJson : JsonSerializerContext;
}
