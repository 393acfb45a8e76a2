using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Quarantine;

/// <summary>Looks at rows that did not pass: all of a version, or those with one reason or one text in them, a page at a time.</summary>
public static class BrowseQuarantine
{
    /// <summary>Most rows of one page.</summary>
    public const int RowsMax = 10_000;

    /// <param name="Reason">Only rows with this reason; null for all.</param>
    /// <param name="Text">Only rows in which a value holds this text (upper and lower case alike); null for all.</param>
    /// <param name="Row">Only this raw row, 0-based; null for all.</param>
    /// <param name="Skip">Rows to pass over, at least 0.</param>
    /// <param name="Take">Rows to give, 1 to <see cref="RowsMax"/>.</param>
    public sealed record Request(string? Reason = null, string? Text = null, long? Row = null, long Skip = 0, int Take = 200);

    /// <param name="Rows">In file order, each with its reasons and raw values (dropped personal columns left out, free text masked).</param>
    /// <param name="Found">Rows that fit the request, on all pages.</param>
    public sealed record Outcome(IReadOnlyList<QuarantineRow> Rows, long Found);

    public static Outcome Run(ProjectFile project, DatasetVersion version, BlobStore blobs, Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Skip, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Take, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Take, RowsMax, nameof(request));
        if (version.Quarantined == 0)
        {
            return new Outcome([], 0);
        }

        using var engine = new DataEngine(new SpillFolder(blobs), cancel, version.Profile.Count);
        var table = engine.Table(version.Quarantine, blobs);
        var columns = engine.List($"DESCRIBE FROM {table}", reader => reader.GetString(0)).Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Select(SqlText.Name).ToList();
        List<string> conditions = ["true"];
        if (request.Row is { } number)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"__row = {number}"));
        }

        if (request.Reason is { } reason)
        {
            conditions.Add($"list_contains(string_split(__reason, '; '), {SqlText.Text(reason)})");
        }

        if (request.Text is { Length: > 0 } text)
        {
            conditions.Add($"({string.Join(" OR ", columns.Prepend("__key").Select(name => $"contains(lower({name}), lower({SqlText.Text(text)}))"))})");
        }

        var ids = PseudonymKeys.FindRowIds(project, blobs.Keys);
        var where = string.Join(" AND ", conditions);
        var found = engine.Count($"SELECT count(*) FROM {table} WHERE {where}");
        var rows = engine.List(string.Create(CultureInfo.InvariantCulture, $"SELECT __row, __key, __reason, {RowRepairs.Content(columns)}, {string.Join(", ", columns)} FROM {table} WHERE {where} ORDER BY __row LIMIT {request.Take} OFFSET {request.Skip}"), reader =>
            new QuarantineRow(reader.GetInt64(0), reader.GetString(1), ids?.Content(reader.GetString(1), reader.GetString(3)) ?? reader.GetString(3), reader.GetString(2),
                [.. Enumerable.Range(4, reader.FieldCount - 4).Select(i => new KeyValuePair<string, string?>(reader.GetName(i), reader.IsDBNull(i) ? null : reader.GetString(i)))]));
        return new Outcome(rows, found);
    }
}

/// <summary>A row that did not pass.</summary>
/// <param name="Row">0-based raw row.</param>
/// <param name="Content">Names what the row holds, see <see cref="RowRepair.Content"/>.</param>
/// <param name="Reason">Ids of the checks it failed, or why its label is not used, joined by "; ".</param>
/// <param name="Values">Raw values by column, in the source's order.</param>
public sealed record QuarantineRow(long Row, string Key, string Content, string Reason, IReadOnlyList<KeyValuePair<string, string?>> Values)
{
    /// <summary>The reasons one by one.</summary>
    public IReadOnlyList<string> Reasons => Reason.Split("; ");
}
