using System.Globalization;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Checks;

/// <summary>Failing rows of a check in SQL.</summary>
/// <param name="Count">Rows the query gave.</param>
/// <param name="Rows">Their numbers, where it gave the column <c>__row</c>; rising.</param>
internal sealed record SqlOutcome(long Count, IReadOnlyList<long>? Rows);

/// <summary>A table as <c>data</c> for checks in SQL: its columns, and <c>__row</c>, the 0-based number of the row. A query reads nothing else and writes nothing. Made when the first one asks.</summary>
internal sealed class SqlTable : IDisposable
{
    private const string Row = "__row";
    private readonly Func<long, DataEngine> _make;
    private DataEngine? _engine;

    private SqlTable(Func<long, DataEngine> make) => _make = make;

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

    /// <summary>A table that can be read any number of times; its rows are numbered as they are read.</summary>
    /// <param name="columns">All columns of the table.</param>
    /// <param name="open">Opens it for some columns.</param>
    public static SqlTable Numbered(IReadOnlyList<ScannedColumn> columns, Func<IReadOnlyList<string>, ITableScan> open, CancellationToken cancel) => new(rows =>
    {
        var engine = new DataEngine(new SpillFolder(), cancel, columns.Count);
        return Over(engine, "VIEW", engine.Relation([new ScannedColumn(Row, VectorForm.Integer), .. columns], rows, looked => new NumberingScan(open, looked, columns)));
    });

    /// <summary>The rows of a query of another engine, which can't be read twice at once: a copy of them. Its first column is <c>__row</c>.</summary>
    /// <param name="blobs">Of the workspace in which lies what of the copy does not fit into memory.</param>
    public static SqlTable Copied(DataEngine other, string query, BlobStore blobs, CancellationToken cancel) => new(rows =>
    {
        IReadOnlyList<ScannedColumn> columns;
        using (var scan = other.Scan(query))
        {
            columns = scan.Columns;
        }

        var engine = new DataEngine(new SpillFolder(blobs), cancel, columns.Count);
        return Over(engine, "TABLE", engine.Relation(columns, rows, looked => other.Scan($"SELECT {string.Join(", ", looked.DefaultIfEmpty(Row).Select(SqlText.Name))} FROM ({query})")));
    });

    /// <summary>The rows that a query gives.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="where">The check's place, for faults.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <exception cref="FaultException">The query can't be run, or gives too many rows.</exception>
    public SqlOutcome Failing(string sql, string where, long rows)
    {
        if (!IsOneQuery(sql))
        {
            throw new FaultException(where, "This is not one query: it has several statements, or brackets and quotes that don't match.", "Write one SELECT over the table data.");
        }

        var engine = _engine ??= _make(rows);
        var query = $"(\n{sql.TrimEnd().TrimEnd(';')}\n) AS failing";
        try
        {
            var hasRow = engine.List($"DESCRIBE SELECT * FROM {query}", reader => reader.GetString(0)).Contains(Row);
            if (!hasRow)
            {
                return new SqlOutcome(engine.Count($"SELECT count(*) FROM {query}"), null);
            }

            var failing = engine.List($"SELECT DISTINCT CAST(__row AS BIGINT) FROM {query} WHERE __row IS NOT NULL ORDER BY 1 LIMIT {RowsMax + 1}", reader => reader.GetInt64(0));
            return failing.Count <= RowsMax
                ? new SqlOutcome(failing.Count, failing)
                : throw new FaultException(where, string.Create(CultureInfo.InvariantCulture, $"The query gives more than {RowsMax:N0} rows."), "Count them, or ask for less.");
        }
        catch (DuckDB.NET.Data.DuckDBException exception)
        {
            throw new FaultException(where, $"The query can't be run: {exception.Message.Split('\n')[0]}", "Write one SELECT over the table data, whose columns are text as they are read, such as \"SELECT * FROM data WHERE CAST(a AS DOUBLE) > CAST(b AS DOUBLE)\".");
        }
    }

    public void Dispose() => _engine?.Dispose();

    private static DataEngine Over(DataEngine engine, string kind, string table)
    {
        try
        {
            engine.Execute($"CREATE {kind} data AS SELECT * FROM {table}");

            // From here on the engine opens no file and takes no setting: a query of someone else's stays inside the table.
            engine.Execute("SET enable_external_access = false; SET lock_configuration = true");
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>A scan with the number of each row as a column more.</summary>
    private sealed class NumberingScan : ITableScan
    {
        private readonly ITableScan _scan;
        private readonly int[] _places;

        public NumberingScan(Func<IReadOnlyList<string>, ITableScan> open, IReadOnlyList<string> wanted, IReadOnlyList<ScannedColumn> columns)
        {
            var others = wanted.Where(name => name != Row).ToList();
            _scan = open(others.Count > 0 ? others : [columns[0].Name]);
            _places = [.. wanted.Select(name => name == Row ? -1 : others.IndexOf(name))];
            Columns = [.. _places.Select(place => place < 0 ? new ScannedColumn(Row, VectorForm.Integer) : _scan.Columns[place])];
        }

        public IReadOnlyList<ScannedColumn> Columns { get; }

        public TableBatch? Next(CancellationToken cancel)
        {
            if (_scan.Next(cancel) is not { } batch)
            {
                return null;
            }

            var numbers = new ColumnVector(VectorForm.Integer) { Rows = batch.Rows, Integers = new long[batch.Rows], Missing = new bool[batch.Rows] };
            for (var row = 0; row < batch.Rows; row++)
            {
                numbers.Integers[row] = batch.FirstRow + row;
            }

            return new TableBatch { FirstRow = batch.FirstRow, Rows = batch.Rows, Columns = [.. _places.Select(place => place < 0 ? numbers : batch.Columns[place])] };
        }

        public void Dispose() => _scan.Dispose();
    }
}

/// <summary>sql.</summary>
internal sealed class SqlRowsCheck(Projects.CheckRule rule, Func<string, string, long, SqlOutcome> run) : RunningCheck(rule)
{
    public override void Take(BatchView batch) => Tally.Elements += batch.Rows;

    public override Verdict End()
    {
        var outcome = run(((Projects.SqlCheck)Rule.Table!).Sql, Rule.Where, Tally.Elements);
        return new Verdict(Share.Meets(outcome.Count, Tally.Elements, Rule.Mostly), System.Text.Json.Nodes.JsonValue.Create(outcome.Count), outcome.Rows is null ? [] : [.. outcome.Rows]);
    }
}
