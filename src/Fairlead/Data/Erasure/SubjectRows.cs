using Fairlead.Data.Privacy;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Erasure;

/// <summary>A person's rows in a stored table.</summary>
internal static class SubjectRows
{
    /// <summary>Row numbers (<c>__row</c>) of the person in a raw version; their keys and own texts are added to the person.</summary>
    public static IReadOnlyList<long> Find(Subject subject, string rawBlob, DataEngine engine, BlobStore blobs)
    {
        var table = engine.Table(rawBlob, blobs);
        var columns = Columns(table, engine);
        var rows = new List<long>();
        if (!columns.Contains(subject.Column, StringComparer.Ordinal))
        {
            return rows;
        }

        engine.Read($"SELECT __row, __key FROM {table} WHERE {Trimmed(subject.Column)} IN ({Names(subject)})", reader =>
        {
            rows.Add(reader.GetInt64(0));
            subject.AddKey(reader.GetString(1));
        });
        AddOwn(subject, rows, table, engine);
        return rows;
    }

    /// <summary>Adds the texts that stand in no other row of the table to the person.</summary>
    private static void AddOwn(Subject subject, List<long> rows, string table, DataEngine engine)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Hold(rows, engine);
        foreach (var column in engine.List($"DESCRIBE FROM {table}", reader => (Name: reader.GetString(0), Type: reader.GetString(1)))
            .Where(column => column.Type == "VARCHAR" && !column.Name.StartsWith("__", StringComparison.Ordinal)).Select(column => SqlText.Name(column.Name)))
        {
            var theirs = engine.List($"SELECT DISTINCT {column} FROM {table} WHERE __row IN (SELECT row FROM theirs) AND {column} IS NOT NULL", reader => reader.GetString(0));
            var others = theirs.Count == 0 ? [] : engine.List($"SELECT DISTINCT {column} FROM {table} WHERE {column} IN ({string.Join(", ", theirs.Select(SqlText.Text))}) AND __row NOT IN (SELECT row FROM theirs)", reader => reader.GetString(0));
            foreach (var text in theirs.Except(others, StringComparer.Ordinal))
            {
                subject.AddOwn(text);
            }
        }
    }

    /// <summary>Row numbers of the person in a table made from a raw version that is gone: by the identifying column where the table has it, else by their keys.</summary>
    public static IReadOnlyList<long> FindLater(Subject subject, string blob, DataEngine engine, BlobStore blobs)
    {
        var table = engine.Table(blob, blobs);
        var theirs = Columns(table, engine).Contains(subject.Column, StringComparer.Ordinal)
            ? $"{Trimmed(subject.Column)} IN ({Names(subject)})"
            : $"__key IN ({string.Join(", ", subject.Keys.Append(PseudonymKeys.RowKeyOf(subject.Value, PseudonymKeys.ForRowKeys(subject.ProjectId, blobs.Keys))).Select(SqlText.Text).Append($"'#' || md5({SqlText.Text(subject.Value)})"))})"; // a personal key stands as its HMAC, in versions from before as its MD5
        var rows = engine.List($"SELECT __row FROM {table} WHERE {theirs}", reader => reader.GetInt64(0));
        AddOwn(subject, rows, table, engine);
        return rows;
    }

    /// <summary>Makes the table <c>theirs</c> of row numbers.</summary>
    public static void Hold(IReadOnlyList<long> rows, DataEngine engine)
    {
        engine.Execute("CREATE OR REPLACE TABLE theirs (row BIGINT)");
        foreach (var some in rows.Chunk(10_000))
        {
            engine.Execute($"INSERT INTO theirs VALUES {string.Join(", ", some.Select(row => FormattableString.Invariant($"({row})")))}");
        }
    }

    /// <summary>Every different value of a column, without white space around; none where the table has no such column.</summary>
    public static IReadOnlyList<string> Values(string column, string rawBlob, DataEngine engine, BlobStore blobs)
    {
        var table = engine.Table(rawBlob, blobs);
        return Columns(table, engine).Contains(column, StringComparer.Ordinal)
            ? engine.List($"SELECT DISTINCT {Trimmed(column)} FROM {table} WHERE {SqlText.Name(column)} IS NOT NULL", reader => reader.GetString(0))
            : [];
    }

    private static List<string> Columns(string table, DataEngine engine) => engine.List($"DESCRIBE FROM {table}", reader => reader.GetString(0));

    private static string Names(Subject subject) => string.Join(", ", subject.Names.Select(SqlText.Text));

    private static string Trimmed(string column) => $"trim({SqlText.Name(column)}, {SqlText.Text(Subject.Blank)})";
}
