using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>Failing rows of a check in SQL.</summary>
/// <param name="Count">Rows the query gave.</param>
/// <param name="Rows">Their numbers, where it gave the column <c>__row</c>; rising.</param>
internal sealed record SqlOutcome(long Count, IReadOnlyList<long>? Rows);

/// <summary>Runs a SELECT over a source file as the table <c>data</c>: every column as text, and <c>__row</c>, the 0-based number of the row. Reads nothing else and writes nothing.</summary>
internal static class SqlRows
{
    /// <summary>Most rows a check in SQL may give.</summary>
    public const int RowsMax = 10_000_000;

    /// <summary>Whether a text stays one query when it is put into brackets: no statement ends within it, no bracket closes that it has not opened, and no quote or comment is left open.</summary>
    internal static bool IsOneQuery(string sql)
    {
        var depth = 0;
        sql = sql.TrimEnd().TrimEnd(';');
        for (var i = 0; i < sql.Length; i++)
        {
            var rest = sql.AsSpan(i);
            if (sql[i] is ';' or '$' || (depth += sql[i] == '(' ? 1 : sql[i] == ')' ? -1 : 0) < 0)
            {
                return false; // dollar quotes say nothing that others can't
            }

            var (isQuote, isLine, isBlock) = (sql[i] is '\'' or '"', rest.StartsWith("--"), rest.StartsWith("/*"));
            var end = isQuote ? rest[1..].IndexOf(sql[i]) + 1 : isLine ? rest.IndexOf('\n') : isBlock ? rest[2..].IndexOf("*/") + 3 : 0;
            if (isLine && end < 0)
            {
                break; // a comment to the end: a line break follows it
            }

            if ((isQuote && end == 0) || (isBlock && end == 2))
            {
                return false;
            }

            i += end;
        }

        return depth == 0;
    }

    /// <param name="where">The check's place, for faults.</param>
    /// <exception cref="FaultException">The query can't be run, or gives too many rows.</exception>
    public static SqlOutcome Run(string path, string sql, string where, CancellationToken cancel)
    {
        if (!IsOneQuery(sql))
        {
            throw new FaultException(where, "This is not one query: it has several statements, or brackets and quotes that don't match.", "Write one SELECT over the table data.");
        }

        var source = SourceReader.Open(path);
        using var engine = new DataEngine(Path.Combine(Path.GetTempPath(), $"fairlead-{Environment.ProcessId}-sql-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"), cancel, source.Columns.Count);
        engine.Execute($"CREATE TABLE data AS SELECT row_number() OVER () - 1 AS __row, {string.Join(", ", source.Columns.Select(SqlText.Name))} FROM {engine.Relation(source)}");

        // From here on the engine opens no file and takes no setting: a query of someone else's stays inside the table.
        engine.Execute("SET enable_external_access = false; SET lock_configuration = true");
        var query = $"(\n{sql.TrimEnd().TrimEnd(';')}\n) AS failing";
        try
        {
            var hasRow = engine.List($"DESCRIBE SELECT * FROM {query}", reader => reader.GetString(0)).Contains("__row");
            if (!hasRow)
            {
                return new SqlOutcome(engine.Count($"SELECT count(*) FROM {query}"), null);
            }

            var rows = engine.List($"SELECT DISTINCT CAST(__row AS BIGINT) FROM {query} WHERE __row IS NOT NULL ORDER BY 1 LIMIT {RowsMax + 1}", reader => reader.GetInt64(0));
            return rows.Count <= RowsMax
                ? new SqlOutcome(rows.Count, rows)
                : throw new FaultException(where, string.Create(CultureInfo.InvariantCulture, $"The query gives more than {RowsMax:N0} rows."), "Count them, or ask for less.");
        }
        catch (DuckDB.NET.Data.DuckDBException exception)
        {
            throw new FaultException(where, $"The query can't be run: {exception.Message.Split('\n')[0]}", "Write one SELECT over the table data, whose columns are text, such as \"SELECT * FROM data WHERE CAST(a AS DOUBLE) > CAST(b AS DOUBLE)\".");
        }
    }
}

/// <summary>sql.</summary>
internal sealed class SqlRowsCheck(Projects.CheckRule rule, Func<string, string, SqlOutcome> run) : RunningCheck(rule)
{
    public override void Take(BatchView batch) => Tally.Elements += batch.Rows;

    public override Verdict End()
    {
        var outcome = run(((Projects.SqlCheck)Rule.Table!).Sql, Rule.Where);
        return new Verdict(Share.Meets(outcome.Count, Tally.Elements, Rule.Mostly), System.Text.Json.Nodes.JsonValue.Create(outcome.Count), outcome.Rows is null ? [] : [.. outcome.Rows]);
    }
}
