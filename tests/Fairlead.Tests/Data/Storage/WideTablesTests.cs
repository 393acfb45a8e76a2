using System.Text;
using Fairlead.Data;

namespace Fairlead.Tests.Data.Storage;

/// <summary>Tables of very many columns stay within their limit, on a disk that shows nothing of them.</summary>
public sealed class WideTablesTests
{
    [Fact] // with blocks of 256 KB this table alone would be 276 MB, none of which can spill while it is made
    public void A_table_of_very_many_columns_fits_into_little_memory_and_lies_encrypted()
    {
        using var folder = new TemporaryFolder();
        var spill = Path.Combine(folder.Path, "spill");
        using (var engine = new DataEngine(spill, TestContext.Current.CancellationToken, columns: 1_000, megabytes: 32))
        {
            engine.Execute($"CREATE TABLE r AS SELECT i AS __row, {string.Join(", ", Enumerable.Range(0, 1_000).Select(c => $"'somebody ' || (i * {c + 7} % 1009) AS c{c}"))} FROM range(5000) t(i)");
            Assert.Equal(5_000, engine.Count("SELECT count(*) FROM r WHERE c0 LIKE 'somebody %' AND c999 LIKE 'somebody %'"));
            Assert.Equal(4_999L * 1_006 % 1_009, engine.Count("SELECT CAST(substr(c999, 10) AS BIGINT) FROM r WHERE __row = 4999"));
            Assert.InRange(engine.Count("SELECT CAST(sum(memory_usage_bytes) AS BIGINT) FROM duckdb_memory()"), 1, 190L << 20);

            var file = File.ReadAllBytes(Path.Combine(spill, "wide.db"));
            Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes("somebody")));
        }

        Assert.False(Directory.Exists(spill));
    }
}
