using DuckDB.NET.Data;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Scanning;

/// <summary>Folders and patterns of files as one table.</summary>
public sealed class SourceSetScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parquet_files_keep_the_forms_they_have()
    {
        Make("a", "SELECT i::BIGINT AS whole, i / 4.0::DOUBLE AS part, 'level ' || (i % 7) AS level, i % 2 = 0 AS flag, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (i) SECOND AS at FROM range(20000) t(i)");
        Make("b", "SELECT 'level ' || (i % 9) AS level, (i + 20000)::INTEGER AS whole, i % 2 = 0 AS flag, TIMESTAMP '2020-01-01 00:00:00' AS at, i::BIGINT AS part FROM range(20000) t(i)");
        using var scan = TableScan.Open(_folder.Path, ["level", "whole", "part", "flag", "at"]);

        Assert.Equal([VectorForm.Text, VectorForm.Integer, VectorForm.Double, VectorForm.Boolean, VectorForm.Moment], scan.Columns.Select(column => column.Form));
        var rows = 0L;
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            Assert.Equal(rows, batch.FirstRow);
            for (var row = 0; row < batch.Rows; row += 733)
            {
                var at = rows + row;
                var own = at % 20_000;
                Assert.Equal([$"level {own % (at < 20_000 ? 7 : 9)}", $"{at}", (at < 20_000 ? own / 4.0 : own).ToString("R", System.Globalization.CultureInfo.InvariantCulture)], batch.Columns.Take(3).Select(column => column.Text(row)));
            }

            rows += batch.Rows;
        }

        Assert.Equal(40_000, rows);
    }

    [Fact]
    public void A_column_of_another_type_is_named_with_its_file()
    {
        Make("a", "SELECT 1 AS id, 'x' AS name");
        Make("b", "SELECT 1 AS id, 2 AS name");

        var fault = Assert.Single(Assert.Throws<FaultException>(() => TableScan.Open(Path.Combine(_folder.Path, "*.parquet"))).Faults);

        Assert.EndsWith("b.parquet", fault.Where, StringComparison.Ordinal);
        Assert.Contains("The column \"name\" holds whole numbers, while that of", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_another_kind_are_named()
    {
        Make("a", "SELECT 1 AS id, 'x' AS name");
        _folder.File("b.csv", "id,name\n1,x\n");
        _folder.File("c.jsonl", "{\"id\":1,\"name\":\"x\"}\n");

        var faults = Assert.Throws<FaultException>(() => TableScan.Open(_folder.Path)).Faults;

        Assert.Equal(2, faults.Count);
        Assert.Contains("b.csv", faults[0].Where, StringComparison.Ordinal);
        Assert.Contains("The file is delimited text, while", faults[0].What, StringComparison.Ordinal);
        Assert.Contains("The file is JSON, while", faults[1].What, StringComparison.Ordinal);
        using var scan = TableScan.Open(Path.Combine(_folder.Path, "*.csv"));
        Assert.Equal(1, scan.Next(CancellationToken.None)!.Rows);
    }

    [Fact]
    public void JSON_lines_of_a_folder_are_one_table()
    {
        _folder.File("a.jsonl", "{\"id\":1,\"name\":\"x\"}\n");
        _folder.File("b.jsonl", "{\"name\":\"y\",\"id\":2}\n");
        using var scan = TableScan.Open(_folder.Path);
        List<string?> read = [];
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            read.AddRange(batch.Columns.Select(column => column.Text(0)));
        }

        Assert.Equal(["1", "x", "2", "y"], read);
    }

    private void Make(string name, string query)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{Path.Combine(_folder.Path, name + ".parquet")}' (FORMAT parquet)";
        command.ExecuteNonQuery();
    }
}
