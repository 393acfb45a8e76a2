using DuckDB.NET.Data;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Scanning;

public sealed class ParquetScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_come_in_the_forms_the_file_has()
    {
        var path = Make("""
            SELECT i::BIGINT AS whole, (i % 3)::TINYINT AS small, i / 4.0 AS part, CASE WHEN i % 5 = 0 THEN NULL ELSE i % 2 = 0 END AS flag, 'level ' || (i % 7) AS level, 'text ' || i AS text,
            TIMESTAMP '2020-01-01 00:00:00' + INTERVAL (i) SECOND AS at, DATE '0001-01-01' + i::INTEGER AS day, [i, i + 1] AS list, (i / 8.0)::DECIMAL(10, 3) AS money FROM range(40000) t(i)
            """);
        using var scan = TableScan.Open(path);

        Assert.Equal(
            [VectorForm.Integer, VectorForm.Integer, VectorForm.Double, VectorForm.Boolean, VectorForm.Text, VectorForm.Text, VectorForm.Moment, VectorForm.Text, VectorForm.Text, VectorForm.Text],
            scan.Columns.Select(column => column.Form));
        var row = 0;
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            Assert.Equal(row, batch.FirstRow);
            Assert.NotNull(batch.Columns[4].Codes);
            for (var i = 0; i < batch.Rows; i += 997, row += 997)
            {
                var number = batch.FirstRow + i;
                Assert.Equal(
                    [$"{number}", $"{number % 3}", (number / 4.0).ToString("R", System.Globalization.CultureInfo.InvariantCulture), number % 5 == 0 ? null : number % 2 == 0 ? "true" : "false", $"level {number % 7}", $"text {number}",
                        new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(number).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
                        new DateOnly(1, 1, 1).AddDays((int)number).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), $"[{number},{number + 1}]", (number / 8.0m).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)],
                    batch.Columns.Select(column => column.Text(i)));
            }

            row = (int)batch.FirstRow + batch.Rows;
        }

        Assert.Equal(40_000, row);
    }

    [Fact]
    public void Columns_are_projected_also_behind_nested_ones()
    {
        using var scan = TableScan.Open(Make("SELECT {'a': 1, 'b': [2]} AS nested, 'x' AS text, 5 AS number FROM range(3)"), ["number", "nested"]);

        var batch = scan.Next(CancellationToken.None)!;

        Assert.Equal(["5", "{\"a\":1,\"b\":[2]}"], batch.Columns.Select(column => column.Text(2)));
    }

    [Theory]
    [InlineData("DATE '0000-01-01'", "0000-01-01")]
    [InlineData("DATE '9999-12-31'", "9999-12-31")]
    [InlineData("DATE '2024-02-29'", "2024-02-29")]
    [InlineData("TIME '13:05:00.25'", "13:05:00.25")]
    [InlineData("''", null)]
    [InlineData("'NaN'::DOUBLE", null)]
    public void Odd_values_are_read(string sql, string? expected)
    {
        using var scan = TableScan.Open(Make($"SELECT {sql} AS v"));

        Assert.Equal(expected, scan.Next(CancellationToken.None)!.Columns[0].Text(0));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(2_000)]
    [InlineData(8)]
    public void A_cut_off_file_is_a_fault(int missing)
    {
        var path = Make("SELECT i, 'text ' || i AS t FROM range(5000) t(i)");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^missing]);

        Assert.Contains("damaged or was cut off", Assert.Throws<FaultException>(() => TableScan.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact] // the end of the file is whole, the pages in its middle are not
    public void A_damaged_page_is_a_fault()
    {
        var path = Make("SELECT i, md5(i::VARCHAR) AS t FROM range(50000) t(i)");
        var bytes = File.ReadAllBytes(path);
        Array.Clear(bytes, bytes.Length / 3, bytes.Length / 3);
        File.WriteAllBytes(path, bytes);

        Assert.Throws<FaultException>(() =>
        {
            using var scan = TableScan.Open(path);
            while (scan.Next(CancellationToken.None) is not null)
            {
            }
        });
    }

    private string Make(string query)
    {
        var path = Path.Combine(_folder.Path, "a.parquet");
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{path}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return path;
    }
}
