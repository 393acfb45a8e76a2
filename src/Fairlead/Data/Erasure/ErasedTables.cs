using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Data.Storage;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>Versions without a person: the same tables with their rows left out, as new versions, and what was counted and shown of them set right.</summary>
public sealed class ErasedTables(Subject subject, BlobStore blobs, CancellationToken cancel)
{
    private readonly Dictionary<string, IReadOnlyList<long>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _rewritten = new(StringComparer.Ordinal);

    /// <summary>New table by old one.</summary>
    public IReadOnlyDictionary<string, string> Rewritten => _rewritten;

    /// <summary>A table that was looked at holds a row of the person.</summary>
    public bool Found => _rows.Values.Any(rows => rows.Count > 0);

    /// <summary>Every different value of a column of a raw version, without white space around.</summary>
    public static IReadOnlyList<string> Values(string column, string rawBlob, BlobStore blobs, CancellationToken cancel)
    {
        using var engine = new DataEngine(new SpillFolder(blobs), cancel);
        return SubjectRows.Values(column, rawBlob, engine, blobs);
    }

    /// <summary>Row numbers of the person in a raw version.</summary>
    public IReadOnlyList<long> RowsOf(string rawBlob)
    {
        if (!_rows.TryGetValue(rawBlob, out var rows))
        {
            using var engine = Engine();
            _rows[rawBlob] = rows = subject.Value.Length > 0 && blobs.Has(rawBlob) ? SubjectRows.Find(subject, rawBlob, engine, blobs) : [];
        }

        return rows;
    }

    /// <summary>Row numbers of the person in what a dataset version was made from; where that is gone, in its own tables.</summary>
    public IReadOnlyList<long> RowsOf(DatasetVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (subject.Value.Length == 0 || blobs.Has(version.RawBlob))
        {
            return RowsOf(version.RawBlob);
        }

        if (!_rows.TryGetValue(version.Id, out var rows))
        {
            using var engine = Engine();
            _rows[version.Id] = rows = [.. new[] { version.Blob, version.Quarantine }.Where(blobs.Has).SelectMany(blob => SubjectRows.FindLater(subject, blob, engine, blobs)).Distinct().Order()];
        }

        return rows;
    }

    /// <summary>Rows of the person among the kept ones.</summary>
    public IReadOnlyList<KeptRow> Kept(DatasetVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (RowsOf(version) is not { Count: > 0 } rows || !blobs.Has(version.Blob))
        {
            return [];
        }

        using var engine = Engine();
        SubjectRows.Hold(rows, engine);
        return engine.List($"SELECT __row, __side, __fold, __judge_only FROM {engine.Table(version.Blob, blobs)} WHERE __row IN (SELECT row FROM theirs) ORDER BY __row",
            reader => new KeptRow(reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3)));
    }

    /// <summary>The raw version without the person; the same when it does not hold them.</summary>
    public RawVersion Without(RawVersion raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var rows = RowsOf(raw.Blob);
        return rows.Count == 0 ? raw : raw with { Blob = Table(raw.Blob, rows), Rows = raw.Rows - rows.Count };
    }

    /// <summary>The dataset version without the person; the same when it does not hold them.</summary>
    public DatasetVersion Without(DatasetVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var rows = RowsOf(version);
        if (rows.Count == 0)
        {
            return version;
        }

        var (raw, blob, quarantine) = (Table(version.RawBlob, rows), Table(version.Blob, rows), Table(version.Quarantine, rows));
        using var engine = Engine();
        var (keptTable, quarantineTable) = (engine.Table(blob, blobs), engine.Table(quarantine, blobs));
        var (kept, quarantined) = (engine.Count($"SELECT count(*) FROM {keptTable}"), engine.Count($"SELECT count(*) FROM {quarantineTable}"));
        var read = version.Read - rows.Count;
        var dropped = read - kept - quarantined;
        var theirs = rows.ToHashSet();
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version.Id}\n{raw}\n{blob}\n{quarantine}\nerased")));
        return version with
        {
            Id = id,
            RawBlob = raw,
            Blob = blob,
            Quarantine = quarantine,
            Read = read,
            Kept = kept,
            Quarantined = quarantined,
            Dropped = dropped,
            DropReasons = Fewer(version.DropReasons, version.Dropped - dropped),
            QuarantineReasons = Counted(engine, $"SELECT reason, count(*) FROM (SELECT unnest(string_split(__reason, '; ')) AS reason FROM {quarantineTable}) GROUP BY 1 ORDER BY 1"),
            Sides = Counted(engine, $"SELECT __side, count(*) FROM {keptTable} GROUP BY 1 ORDER BY 1"),
            Corrected = engine.Count($"SELECT count(*) FROM {keptTable} WHERE __label_was IS NOT NULL"),
            Checks = [.. version.Checks.Select(check => check with { Examples = Others(check.Examples, theirs) })],
            Steps = [.. version.Steps.Select(step => step with { Examples = Others(step.Examples, theirs) })],
            Findings = [.. version.Findings.Select(finding => finding with { Examples = Others(finding.Examples, theirs) })],
            Profile = [.. version.Profile.Select(profile => Profile(profile, kept, keptTable, engine))],
            Details = null, // extremes, outliers and frequent values of single rows: the short profile above is counted again, this one is made by the next version
        };
    }

    private DataEngine Engine() => new(new SpillFolder(blobs), cancel);

    private string Table(string blob, IReadOnlyList<long> rows)
    {
        if (_rewritten.TryGetValue(blob, out var known))
        {
            return known;
        }

        if (!blobs.Has(blob))
        {
            return blob;
        }

        using var engine = Engine();
        SubjectRows.Hold(rows, engine);
        var table = engine.Table(blob, blobs);
        return engine.Count($"SELECT count(*) FROM {table} WHERE __row IN (SELECT row FROM theirs)") == 0
            ? blob
            : _rewritten[blob] = engine.Store($"SELECT * FROM {table} WHERE __row NOT IN (SELECT row FROM theirs)", blobs);
    }

    private static IReadOnlyList<RowExample> Others(IReadOnlyList<RowExample> examples, HashSet<long> theirs) => [.. examples.Where(example => !theirs.Contains(example.Row))];

    /// <summary>Dropped rows are kept nowhere: theirs are taken from the most frequent reasons.</summary>
    private static SortedDictionary<string, long> Fewer(IReadOnlyDictionary<string, long> reasons, long fewer)
    {
        var left = new SortedDictionary<string, long>(reasons.ToDictionary(), StringComparer.Ordinal);
        foreach (var (reason, count) in reasons.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal))
        {
            var taken = Math.Min(count, fewer);
            fewer -= taken;
            left[reason] = count - taken;
            if (left[reason] == 0)
            {
                left.Remove(reason);
            }
        }

        return left;
    }

    private static SortedDictionary<string, long> Counted(DataEngine engine, string sql) =>
        new(engine.List(sql, reader => (Name: reader.GetString(0), Count: reader.GetInt64(1))).ToDictionary(one => one.Name, one => one.Count), StringComparer.Ordinal);

    /// <summary>The figures of a column, from the rows that are left.</summary>
    private static ColumnProfile Profile(ColumnProfile profile, long rows, string table, DataEngine engine)
    {
        var column = SqlText.Name(profile.Name);
        var (present, distinct) = engine.List($"SELECT count({column}), count(DISTINCT {column}) FROM {table}", reader => (reader.GetInt64(0), reader.GetInt64(1)))[0];
        profile = profile with { Rows = rows, Missing = rows - present, Distinct = distinct };
        if (profile.Min is null)
        {
            return profile with
            {
                Top = profile.Top.Count == 0 ? [] : engine.List($"SELECT {column}, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT {profile.Top.Count}", reader => new ValueCount(reader.GetString(0), reader.GetInt64(1))),
            };
        }

        engine.OnOneThread(true); // sums of doubles have a fixed order
        var figures = engine.List($"SELECT min({column}), max({column}), avg({column}), median({column}), stddev_samp({column}) FROM {table}",
            reader => Enumerable.Range(0, 5).Select(i => reader.IsDBNull(i) ? (double?)null : Convert.ToDouble(reader.GetValue(i), CultureInfo.InvariantCulture)).ToArray())[0];
        engine.OnOneThread(false);
        return profile with { Min = figures[0], Max = figures[1], Mean = figures[2], Median = figures[3], StandardDeviation = figures[4], Histogram = Histogram(profile.Histogram.Count, figures[0], figures[1], column, table, engine) };
    }

    private static long[] Histogram(int bins, double? min, double? max, string column, string table, DataEngine engine)
    {
        var counts = new long[bins];
        if (bins > 0 && min is { } low && max is { } high)
        {
            var bin = high > low ? $"LEAST({bins - 1}, CAST(floor(({column} - {SqlText.Number(low)}) / {SqlText.Number((high - low) / bins)}) AS INTEGER))" : "0";
            foreach (var (place, count) in engine.List($"SELECT {bin} AS bin, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY bin", reader => (reader.GetInt32(0), reader.GetInt64(1))))
            {
                counts[Math.Clamp(place, 0, bins - 1)] += count;
            }
        }

        return counts;
    }
}

/// <summary>A row of a person among the kept rows.</summary>
/// <param name="Side">train, exam or sealed.</param>
/// <param name="JudgeOnly">Its label judges models and trains none.</param>
public sealed record KeptRow(long Row, string Side, int Fold, bool JudgeOnly);
