using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Quarantine;

/// <summary>What became of repaired rows: looks for each in the version that the repairs came to.</summary>
public static class RepairedRows
{
    public const string Kept = "kept";
    public const string Dropped = "dropped";
    public const string StillInQuarantine = "quarantine";

    /// <param name="Row">0-based raw row.</param>
    /// <param name="State">One of <see cref="Kept"/>, <see cref="Dropped"/>, <see cref="StillInQuarantine"/>.</param>
    /// <param name="Reasons">Why it is still in quarantine.</param>
    public sealed record Outcome(long Row, RowRepair Repair, string State, IReadOnlyList<string> Reasons);

    /// <param name="before">The version whose quarantine was looked at.</param>
    /// <param name="after">The version with the repairs, of the same raw version.</param>
    /// <exception cref="FaultException">A repair is of a row that was not in quarantine: every one is named.</exception>
    public static IReadOnlyList<Outcome> Run(ProjectFile project, DatasetVersion before, DatasetVersion after, IReadOnlyList<RowRepair> repairs, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(repairs);
        ArgumentNullException.ThrowIfNull(blobs);
        using var engine = new DataEngine(new SpillFolder(blobs), cancel, before.Profile.Count);
        var quarantine = engine.Table(before.Quarantine, blobs);
        var columns = engine.List($"DESCRIBE FROM {quarantine}", reader => reader.GetString(0)).Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Select(SqlText.Name).ToList();
        engine.Execute("CREATE TABLE repaired (n VARCHAR, key VARCHAR)");
        engine.Append("repaired", repairs.Select((repair, n) => new string?[] { n.ToString(CultureInfo.InvariantCulture), repair.Key }));
        var ids = PseudonymKeys.FindRowIds(project, blobs.Keys);
        var theirs = engine.List($"SELECT CAST(n AS INTEGER), __row, {RowRepairs.Content(columns)} FROM {quarantine} JOIN repaired ON __key = key", reader => (Repair: reader.GetInt32(0), Row: reader.GetInt64(1), Content: reader.GetString(2)))
            .Where(one => RowRepairs.Is(repairs[one.Repair], one.Content, ids)).Select(one => new string?[] { one.Repair.ToString(CultureInfo.InvariantCulture), one.Row.ToString(CultureInfo.InvariantCulture) });
        engine.Execute("CREATE TABLE found (n VARCHAR, row VARCHAR)");
        engine.Append("found", theirs);
        engine.Execute("CREATE TABLE rows AS SELECT CAST(n AS INTEGER) AS n, CAST(row AS BIGINT) AS __row FROM found");
        var found = engine.List($"""
            SELECT n, rows.__row, still.__reason, EXISTS (SELECT 1 FROM {engine.Table(after.Blob, blobs)} kept WHERE kept.__row = rows.__row)
            FROM rows LEFT JOIN {engine.Table(after.Quarantine, blobs)} still ON still.__row = rows.__row ORDER BY rows.__row, n
            """, reader => (Repair: repairs[reader.GetInt32(0)], Row: reader.GetInt64(1), Reason: reader.IsDBNull(2) ? null : reader.GetString(2), Kept: reader.GetBoolean(3)));
        var known = found.Select(one => one.Repair).ToHashSet(ReferenceEqualityComparer.Instance);
        var unknown = repairs.Where(repair => !known.Contains(repair)).ToList();
        return unknown.Count > 0
            ? throw new FaultException([.. unknown.Select(repair => new Fault($"row with key {repair.Key}", "No such row is in quarantine in the newest version.", "List the quarantine again: fairlead data quarantine list."))])
            : [.. found.Select(one => new Outcome(one.Row, one.Repair, one.Reason is not null ? StillInQuarantine : one.Kept ? Kept : Dropped, one.Reason?.Split("; ") ?? []))];
    }
}
