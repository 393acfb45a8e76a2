using Fairlead.Data.Storage;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>What became of a row in a version.</summary>
/// <param name="Row">0-based row of the raw version.</param>
/// <param name="Outcome">kept, quarantined, dropped.</param>
/// <param name="Side">train, exam or sealed; null unless kept.</param>
/// <param name="Fold">Fold of cross-fitting; null unless kept.</param>
/// <param name="JudgeOnly">Its label judges models and trains none.</param>
/// <param name="Reason">Why it is in quarantine.</param>
/// <param name="LabelWas">The recorded label where a person corrected it.</param>
public sealed record RowTrace(long Row, string Outcome, string? Side, int? Fold, bool JudgeOnly, string? Reason, string? LabelWas)
{
    /// <summary>Every row of a version with a key, as the version names it or as the key column says it.</summary>
    /// <param name="keyColumn">Column that rows are known by, or null.</param>
    public static IReadOnlyList<RowTrace> Find(string key, string? keyColumn, DatasetVersion version, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(blobs);
        if (!blobs.Has(version.RawBlob) || !blobs.Has(version.Blob) || !blobs.Has(version.Quarantine))
        {
            return [];
        }

        using var engine = new DataEngine(new SpillFolder(blobs), cancel);
        var (raw, kept, quarantine) = (engine.Table(version.RawBlob, blobs), engine.Table(version.Blob, blobs), engine.Table(version.Quarantine, blobs));
        var columns = engine.List($"DESCRIBE FROM {raw}", reader => reader.GetString(0));
        var named = keyColumn is not null && columns.Contains(keyColumn, StringComparer.Ordinal) ? $" OR {SqlText.Name(keyColumn)} = {SqlText.Text(key)}" : "";
        return engine.List($"""
            SELECT r.__row, k.__side, k.__fold, k.__judge_only, k.__label_was, q.__reason
            FROM (SELECT __row FROM {raw} WHERE __key = {SqlText.Text(key)}{named}) r
            LEFT JOIN {kept} k ON k.__row = r.__row LEFT JOIN {quarantine} q ON q.__row = r.__row ORDER BY r.__row
            """,
            reader => reader.IsDBNull(1)
                ? new RowTrace(reader.GetInt64(0), reader.IsDBNull(5) ? "dropped" : "quarantined", null, null, false, reader.IsDBNull(5) ? null : reader.GetString(5), null)
                : new RowTrace(reader.GetInt64(0), "kept", reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3), null, reader.IsDBNull(4) ? null : reader.GetString(4)));
    }
}
