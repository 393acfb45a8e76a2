using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fairlead.Data;
using Fairlead.Data.Scanning;
using Fairlead.Data.Versions;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations.Lineage;

/// <summary>A dataset version for others: its rows as CSV, protected as the version is, and Croissant 1.0 metadata (http://mlcommons.org/croissant/1.0) that names their SHA-256.</summary>
public static class CroissantFile
{
    private const string Context = """
        {"@language":"en","@vocab":"https://schema.org/","citeAs":"cr:citeAs","column":"cr:column","conformsTo":"dct:conformsTo","cr":"http://mlcommons.org/croissant/","rai":"http://mlcommons.org/croissant/RAI/",
        "data":{"@id":"cr:data","@type":"@json"},"dataType":{"@id":"cr:dataType","@type":"@vocab"},"dct":"http://purl.org/dc/terms/","examples":{"@id":"cr:examples","@type":"@json"},"extract":"cr:extract",
        "field":"cr:field","fileProperty":"cr:fileProperty","fileObject":"cr:fileObject","fileSet":"cr:fileSet","format":"cr:format","includes":"cr:includes","isLiveDataset":"cr:isLiveDataset","jsonPath":"cr:jsonPath",
        "key":"cr:key","md5":"cr:md5","parentField":"cr:parentField","path":"cr:path","recordSet":"cr:recordSet","references":"cr:references","regex":"cr:regex","repeated":"cr:repeated","replace":"cr:replace",
        "sc":"https://schema.org/","separator":"cr:separator","source":"cr:source","subField":"cr:subField","transform":"cr:transform"}
        """;

    private static readonly (string Column, string Name, string Type, string Says)[] Inner =
    [
        ("__row", "row", "sc:Integer", "Number of the row in the source, from 0."),
        ("__key", "key", "sc:Text", "Names the row."),
        ("__side", "side", "sc:Text", "train, exam or sealed: which rows may train a model, and which judge it."),
        ("__fold", "fold", "sc:Integer", "Fold of cross-fitting."),
    ];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="License">License of the data, as a URL or in words; the project file does not say it.</param>
    /// <param name="Creator">Who made the data.</param>
    public sealed record Request(string Path, string License, string Creator);

    /// <summary>Writes the metadata, and the rows beside it under the same name with .csv. Both are on disk when this returns.</summary>
    /// <returns>The two files.</returns>
    public static IReadOnlyList<string> Write(ProjectFile project, Iteration iteration, Request request, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(iteration);
        ArgumentNullException.ThrowIfNull(request);
        var rows = RowsOf(request.Path);
        var columns = iteration.Data.Profile.Select(column => (column.Name, column.Kind)).ToList();
        RowsFile.Write(rows, [.. Inner.Select(one => one.Name), .. columns.Select(column => column.Name)], Rows(iteration.Data, columns, blobs, cancel));
        string sha;
        long bytes;
        using (var written = File.OpenRead(rows))
        {
            (sha, bytes) = (Convert.ToHexStringLower(SHA256.HashData(written)), written.Length);
        }

        DurableFile.Write(Path.GetFullPath(request.Path), Text(project, iteration, request, Path.GetFileName(rows), sha, bytes) + "\n");
        return [request.Path, rows];
    }

    /// <summary>Where the rows go that metadata at a path names.</summary>
    public static string RowsOf(string path) => Path.ChangeExtension(Path.GetFullPath(path), ".csv");

    /// <summary>The metadata.</summary>
    internal static string Text(ProjectFile project, Iteration iteration, Request request, string file, string sha256, long bytes)
    {
        var data = iteration.Data;
        var fields = Inner.Select(one => Field(file, one.Name, one.Name, one.Says, one.Type))
            .Concat(data.Profile.Select(column => Field(file, column.Name, column.Name, Says(project, column.Name), TypeOf(column.Kind))));
        return new JsonObject
        {
            ["@context"] = JsonNode.Parse(Context),
            ["@type"] = "sc:Dataset",
            ["name"] = project.Project,
            ["description"] = $"{project.Question} The {data.Kept.ToString("N0", CultureInfo.InvariantCulture)} cleaned rows of iteration {iteration.Number}, made from {string.Join(", ", iteration.Raw.Files.Select(source => source.Name))}{CheckedAgainst(data)}.",
            ["conformsTo"] = "http://mlcommons.org/croissant/1.0",
            ["license"] = request.License,
            ["url"] = $"urn:fairlead:{project.Id}:{data.Id}",
            ["creator"] = new JsonObject { ["@type"] = "sc:Organization", ["name"] = request.Creator },
            ["datePublished"] = iteration.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["version"] = $"{iteration.Number}.0.0",
            ["isLiveDataset"] = false,
            ["distribution"] = new JsonArray(new JsonObject
            {
                ["@type"] = "cr:FileObject",
                ["@id"] = file,
                ["name"] = file,
                ["contentUrl"] = file,
                ["contentSize"] = $"{bytes.ToString(CultureInfo.InvariantCulture)} B",
                ["encodingFormat"] = "text/csv",
                ["sha256"] = sha256,
            }),
            ["recordSet"] = new JsonArray(new JsonObject
            {
                ["@type"] = "cr:RecordSet",
                ["@id"] = "rows",
                ["name"] = "rows",
                ["description"] = $"One record for each kept row; {Counted.Of(data.Quarantined, "row")} in quarantine and {data.Dropped.ToString("N0", CultureInfo.InvariantCulture)} dropped ones are not in it.",
                ["key"] = new JsonObject { ["@id"] = "rows/row" },
                ["field"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]),
            }),
        }.ToJsonString(Readable);
    }

    /// <summary>Tables that checks looked at are not part of the rows: they are named by what they held.</summary>
    private static string CheckedAgainst(DatasetVersion data) =>
        data.CheckedAgainst is { } others ? $" and checked against {string.Join(", ", others.Select(other => $"{other.Name} (SHA-256 {other.Sha256})"))}" : "";

    private static JsonObject Field(string file, string name, string column, string says, string type) => new JsonObject
    {
        ["@type"] = "cr:Field",
        ["@id"] = $"rows/{name}",
        ["name"] = name,
        ["description"] = says,
        ["dataType"] = type,
        ["source"] = new JsonObject { ["fileObject"] = new JsonObject { ["@id"] = file }, ["extract"] = new JsonObject { ["column"] = column } },
    };

    private static string Says(ProjectFile project, string name) =>
        name == project.Target ? $"What is predicted{(project.Unit is { } unit ? $", in {unit}" : "")}."
        : project.Columns.FirstOrDefault(column => column.Name == name) is { } column ? $"{column.Label}{(column.Unit is { } of ? $" in {of}" : "")}." : name;

    private static string TypeOf(ColumnKind kind) => kind switch { ColumnKind.Number => "sc:Float", ColumnKind.Date => "sc:DateTime", _ => "sc:Text" };

    private static IEnumerable<string?[]> Rows(DatasetVersion data, List<(string Name, ColumnKind Kind)> columns, BlobStore blobs, CancellationToken cancel)
    {
        using var scan = ComparedTable.Stored(data.Id, data.Blob, blobs).Open([.. Inner.Select(one => one.Column), .. columns.Select(column => column.Name)]);
        for (TableBatch? batch; (batch = scan.Next(cancel)) is not null;)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                yield return [.. batch.Columns.Select((column, i) => i >= Inner.Length && columns[i - Inner.Length].Kind == ColumnKind.Date ? Moment(column, row) : column.Text(row))];
            }
        }
    }

    /// <summary>Stored as days since 1970-01-01 UTC.</summary>
    private static string? Moment(ColumnVector column, int row) => column.IsMissing(row) ? null
        : DateTime.UnixEpoch.AddTicks((long)Math.Round(column.Doubles[row] * TimeSpan.TicksPerDay / 10) * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
