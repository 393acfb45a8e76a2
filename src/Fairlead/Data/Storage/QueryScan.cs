using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Fairlead.Data.Scanning;
using Query = DuckDB.NET.Native.NativeMethods.Query;
using Statements = DuckDB.NET.Native.NativeMethods.PreparedStatements;

namespace Fairlead.Data.Storage;

/// <summary>The rows of a query as batches, taken from DuckDB's own vectors while the query runs: no object a row or cell.</summary>
/// <remarks>Whole numbers of any width up to 64 bits are integers, FLOAT and DOUBLE doubles, dates and timestamps moments (UTC), booleans booleans; every other type must be cast to VARCHAR.</remarks>
internal sealed unsafe class QueryScan : ITableScan
{
    private readonly DataEngine _engine;
    private readonly DuckDBConnection _connection;
    private readonly DuckDBPreparedStatement _statement;
    private readonly TableBatch _batch = new();
    private readonly DuckDBType[] _types;
    private readonly TextColumnReader?[] _texts;
    private readonly ColumnVector[] _vectors;
    private readonly int _rowsMax;
    private readonly WideGarbage _garbage;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;
    private int _chunkAt;
    private long _row;
    private bool _ended;

    public QueryScan(DataEngine engine, DuckDBConnection connection, string sql)
    {
        (_engine, _connection) = (engine, connection);
        if (Statements.DuckDBPrepare(connection.NativeConnection, sql, out _statement) != DuckDBState.Success)
        {
            var error = Statements.DuckDBPrepareError(_statement);
            _statement.Dispose();
            throw engine.Fault(error) ?? new InvalidOperationException(error);
        }

        if (Statements.DuckDBExecutePreparedStreaming(_statement, out _result) != DuckDBState.Success)
        {
            var error = Query.DuckDBResultError(ref _result);
            _statement.Dispose();
            throw engine.Fault(error) ?? new InvalidOperationException(error);
        }

        var count = (int)Query.DuckDBColumnCount(ref _result);
        _types = [.. Enumerable.Range(0, count).Select(i => Query.DuckDBColumnType(ref _result, i))];
        Columns = [.. _types.Select((type, i) => new ScannedColumn(Query.DuckDBColumnName(ref _result, i), FormOf(type)))];
        _garbage = new WideGarbage(count);
        _rowsMax = TableScan.RowsOf(count);
        var entries = ColumnDictionary.EntriesOf(count);
        _texts = [.. _types.Select(type => type == DuckDBType.Varchar ? new TextColumnReader(_rowsMax, entries) : null)];
        _vectors = [.. Columns.Select((column, i) => _texts[i]?.Vector ?? NewVector(column.Form, _rowsMax))];
        _batch.Columns = _vectors;
    }

    public IReadOnlyList<ScannedColumn> Columns { get; }

    public TableBatch? Next(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var stop = cancel.UnsafeRegister(static state => NativeMethods.Startup.DuckDBInterrupt(((DuckDBConnection)state!).NativeConnection), _connection);
        _garbage.Collect(_ended);
        var rows = 0;
        foreach (var text in _texts)
        {
            text?.Begin();
        }

        while (!_ended && rows < _rowsMax)
        {
            if (_chunk is null && !Fetch(cancel))
            {
                break;
            }

            var size = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk!);
            var taken = Math.Min(size - _chunkAt, _rowsMax - rows);
            for (var i = 0; i < _types.Length; i++)
            {
                Take(i, NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk!, i), taken, rows);
            }

            rows += taken;
            _chunkAt += taken;
            if (_chunkAt == size)
            {
                _chunk!.Dispose();
                _chunk = null;
            }
        }

        if (rows == 0)
        {
            return null;
        }

        for (var i = 0; i < _types.Length; i++)
        {
            _texts[i]?.End(rows);
            _vectors[i].Rows = rows;
        }

        (_batch.FirstRow, _batch.Rows) = (_row, rows);
        _row += rows;
        return _batch;
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        Query.DuckDBDestroyResult(ref _result);
        _statement.Dispose();
        if (!_ended)
        {
            // A query that was not read to its end holds its transaction until the next one, and would take back what is registered meanwhile.
            _ = Query.DuckDBQuery(_connection.NativeConnection, "SELECT 1", out var next);
            Query.DuckDBDestroyResult(ref next);
        }
    }

    /// <summary>Whether a column of this type can be scanned as it is.</summary>
    public static bool Takes(string type) => type is "VARCHAR" or "BOOLEAN" or "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER"
        or "FLOAT" or "DOUBLE" or "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE";

    private static VectorForm FormOf(DuckDBType type) => type switch
    {
        DuckDBType.Varchar => VectorForm.Text,
        DuckDBType.Boolean => VectorForm.Boolean,
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger => VectorForm.Integer,
        DuckDBType.Float or DuckDBType.Double => VectorForm.Double,
        DuckDBType.Date or DuckDBType.Timestamp or DuckDBType.TimestampTz => VectorForm.Moment,
        _ => throw new NotSupportedException($"A column of {type} can't be scanned; cast it."),
    };

    private static ColumnVector NewVector(VectorForm form, int rows) => new(form)
    {
        Missing = new bool[rows],
        Doubles = form == VectorForm.Double ? new double[rows] : [],
        Integers = form == VectorForm.Double ? [] : new long[rows],
    };

    private bool Fetch(CancellationToken cancel)
    {
        _chunkAt = 0;
        var chunk = Query.DuckDBFetchChunk(_result);
        if (!chunk.IsInvalid && NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk) > 0)
        {
            _chunk = chunk;
            return true;
        }

        chunk.Dispose();
        _ended = true;
        cancel.ThrowIfCancellationRequested();
        var error = Query.DuckDBResultError(ref _result);
        return string.IsNullOrEmpty(error) ? false : throw _engine.Fault(error) ?? new InvalidOperationException(error);
    }

    private void Take(int column, IntPtr vector, int rows, int at)
    {
        var data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        var valid = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        if (_texts[column] is { } texts)
        {
            texts.Take(data, valid, _chunkAt, rows, at);
            return;
        }

        var (to, missing) = (_vectors[column], _vectors[column].Missing);
        for (var row = 0; row < rows; row++)
        {
            var from = _chunkAt + row;
            var present = valid == null || (valid[from >> 6] & (1UL << (from & 63))) != 0;
            missing[at + row] = !present;
            if (to.Form == VectorForm.Double)
            {
                var number = !present ? 0 : _types[column] == DuckDBType.Double ? ((double*)data)[from] : ((float*)data)[from];
                missing[at + row] = !present || double.IsNaN(number);
                to.Doubles[at + row] = double.IsNaN(number) ? 0 : number;
            }
            else
            {
                to.Integers[at + row] = present ? Whole(_types[column], data, from) : 0;
            }
        }
    }

    private static long Whole(DuckDBType type, byte* data, int row) => type switch
    {
        DuckDBType.BigInt or DuckDBType.Timestamp or DuckDBType.TimestampTz => ((long*)data)[row],
        DuckDBType.Integer => ((int*)data)[row],
        DuckDBType.Date => ((int*)data)[row] * 86_400_000_000L,
        DuckDBType.UnsignedInteger => ((uint*)data)[row],
        DuckDBType.SmallInt => ((short*)data)[row],
        DuckDBType.UnsignedSmallInt => ((ushort*)data)[row],
        DuckDBType.TinyInt => ((sbyte*)data)[row],
        _ => data[row], // UTINYINT and BOOLEAN
    };
}
