using System.Globalization;
using DuckDB.NET.Data;
using Fairlead.Projects.Sources;

namespace Fairlead.Projects.Inference;

/// <summary>Rows of a source in memory, all or a fixed random share, and exact counts over all of it.</summary>
internal sealed class SourceSample
{
    /// <summary>Most cells held: 2 million texts take about 150 MB at worst.</summary>
    public const int CellsMax = 2_000_000;

    public const int RowsMax = 50_000;

    private readonly Source _source;

    private SourceSample(Source source, IReadOnlyList<ColumnSample> columns, int rows) => (_source, Columns, SampledRows) = (source, columns, rows);

    public IReadOnlyList<ColumnSample> Columns { get; }

    public int SampledRows { get; }

    /// <summary>Every row of the source is in the sample.</summary>
    public bool IsWhole => SampledRows == _source.Rows;

    public static SourceSample Load(Source source, CancellationToken cancel = default)
    {
        var most = Math.Min(RowsMax, Math.Max(500, CellsMax / source.Columns.Count));
        var step = (source.Rows + most - 1) / most;
        var names = string.Join(", ", source.Columns.Select(SqlText.Name));
        var sql = step <= 1
            ? $"SELECT {names} FROM {source.Sql}"
            : string.Create(CultureInfo.InvariantCulture, $"SELECT {names} FROM (SELECT *, row_number() OVER () AS __nth FROM {source.Sql}) WHERE hash(__nth) % {step} = 0"); // not every n-th row: data that repeats in a beat would show one side of it
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var columns = source.Columns.Select(_ => new List<string?>()).ToList();
        while (reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            for (var c = 0; c < columns.Count; c++)
            {
                columns[c].Add(reader.IsDBNull(c) ? null : reader.GetString(c));
            }
        }

        return new SourceSample(source, [.. columns.Select((values, c) => new ColumnSample(source.Columns[c], [.. values]))], columns.Count == 0 ? 0 : columns[0].Count);
    }

    /// <summary>Rows that are copies of another row, over the whole source.</summary>
    public long CopiedRows() => IsWhole ? SampledRows - DistinctRows([.. Columns]) : _source.Rows - Ask($"SELECT count(*) FROM (SELECT DISTINCT * FROM {_source.Sql})");

    /// <summary>No two rows that differ share a value of the column, and none lacks it.</summary>
    public bool IsKey(ColumnSample column, long copiedRows)
    {
        // Cheap refusal first: repeats in the sample that copies can't explain.
        if (column.Missing > 0 || column.Count - column.Distinct > copiedRows)
        {
            return false;
        }

        return IsWhole ? column.Distinct == SampledRows - copiedRows : Ask($"SELECT count(DISTINCT {SqlText.Name(column.Name)}) FROM {_source.Sql}") == _source.Rows - copiedRows;
    }

    private int DistinctRows(ColumnSample[] columns)
    {
        var seen = new HashSet<UInt128>(SampledRows);
        for (var row = 0; row < SampledRows; row++)
        {
            // Two independent 64-bit mixes of the codes: a false copy needs a 128-bit collision.
            ulong a = 14695981039346656037, b = 0x9E3779B97F4A7C15;
            foreach (var column in columns)
            {
                var code = (ulong)(column.Codes[row] + 2);
                a = (a ^ code) * 1099511628211;
                b = (ulong.RotateLeft(b, 23) + code) * 0xBF58476D1CE4E5B9;
            }

            seen.Add(new UInt128(a, b));
        }

        return seen.Count;
    }

    private static long Ask(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET memory_limit = '400MB'";
        command.ExecuteNonQuery();
        return connection;
    }
}
