using System.Text;
using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Storage;

public sealed class StoredTableTests : DataTest
{
    private static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public void Every_form_of_value_is_stored_and_comes_back_by_scan_and_by_sql()
    {
        using var engine = Engine();
        const string Rows = """
            SELECT i AS whole, i / 7.0::DOUBLE AS part, i % 3 = 0 AS flag, 'text ' || (i % 5) AS coded, repeat('long ', 4) || i AS plain,
                TIMESTAMP '2024-02-29 13:00:00' + INTERVAL (i) MICROSECOND AS moment, CASE WHEN i % 4 <> 0 THEN 'x' END AS some, (i % 100)::DECIMAL(9,2) AS money
            FROM range(40000) r(i)
            """;

        var blob = engine.Store(Rows, Blobs);

        Assert.Equal(0, engine.Count($"SELECT count(*) FROM (SELECT * REPLACE (money::VARCHAR AS money, moment::TIMESTAMPTZ AS moment) FROM ({Rows}) EXCEPT ALL SELECT * FROM {engine.Table(blob, Blobs)})"));
        Assert.Equal(40_000, engine.Count($"SELECT count(*) FROM {engine.Table(blob, Blobs)}"));
        using var scan = new StoredScan(blob, Blobs, ["plain", "some", "whole"]);
        var seen = 0L;
        while (scan.Next(_none) is { } batch)
        {
            for (var row = 0; row < batch.Rows; row++, seen++)
            {
                Assert.Equal("long long long long " + seen, batch.Columns[0].Text(row));
                Assert.Equal(seen % 4 == 0 ? null : "x", batch.Columns[1].Text(row));
                Assert.Equal(seen, batch.Columns[2].Integers[row]);
            }
        }

        Assert.Equal(40_000, seen);
    }

    [Fact]
    public void The_id_says_what_a_table_holds_and_not_how_it_came()
    {
        using var engine = Engine();
        const string Rows = "SELECT i AS n, CASE WHEN i % 7 > 0 THEN 'v' || (i % 6000) END AS t FROM range(50000) r(i)";

        var first = engine.Store(Rows, Blobs);
        engine.Execute($"CREATE TABLE copy AS {Rows}");
        var second = engine.Store("SELECT * FROM copy", Blobs);
        var plain = TableWriter.Store(new PlainScan(50_000, 1_000), Blobs, _none);
        var odd = TableWriter.Store(new PlainScan(50_000, 777), Blobs, _none);

        Assert.Equal(first, second);
        Assert.Equal(plain, first);
        Assert.Equal(odd, plain);
        Assert.NotEqual(first, engine.Store($"{Rows} ORDER BY n DESC", Blobs));
        Assert.NotEqual(first, engine.Store("SELECT n, t AS u FROM copy", Blobs));
        Assert.NotEqual(first, engine.Store("SELECT n, COALESCE(t, '') AS t FROM copy", Blobs));
    }

    [Fact] // more distinct texts than a dictionary keeps, appearing only after the first row group was written as codes
    public void A_column_that_outgrows_its_dictionary_is_still_whole()
    {
        using var engine = Engine();
        const string Rows = "SELECT i AS n, 'value ' || CASE WHEN i < 130000 THEN i % 10 ELSE i END AS t FROM range(260000) r(i)";

        var blob = engine.Store(Rows, Blobs);

        Assert.Equal(0, engine.Count($"SELECT count(*) FROM (({Rows}) EXCEPT ALL SELECT * FROM {engine.Table(blob, Blobs)})"));
    }

    [Fact]
    public void Only_the_columns_a_query_needs_are_read_and_a_table_may_stand_twice_in_it()
    {
        using var engine = Engine();
        var blob = engine.Store("SELECT i AS a, i * 2 AS b, 'x' || i AS c FROM range(5000) r(i)", Blobs);
        var table = engine.Table(blob, Blobs);

        Assert.Equal(2_500, engine.Count($"SELECT count(*) FROM {table} l JOIN {table} r ON l.a = r.b"));
        Assert.Equal(["a", "b", "c"], engine.List($"DESCRIBE FROM {table}", reader => reader.GetString(0)));
        Assert.Equal("x7", engine.List($"SELECT c FROM {table} WHERE a = 7", reader => reader.GetString(0))[0]);
        Assert.Equal(3, engine.List($"SELECT c FROM {table} LIMIT 3", reader => reader.GetString(0)).Count);
    }

    [Fact]
    public void Any_texts_come_back_property() =>
        Gen.Select(Gen.OneOf(Gen.Const((string?)null), Gen.String[0, 30].Select(text => (string?)text), Gen.Int[0, 3].Select(i => (string?)("k" + i))).Array[1, 200], Gen.Int[1, 300]).Sample((texts, size) =>
        {
            var clean = texts.Select(text => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal)).ToArray();
            var blob = TableWriter.Store(new TextScan(clean, size), Blobs, _none);
            using var engine = Engine();
            Assert.Equal(clean, engine.List($"SELECT t FROM {engine.Table(blob, Blobs)}", reader => reader.IsDBNull(0) ? null : reader.GetString(0)));
        }, iter: 40, seed: "0000KOIXQ0d1", threads: 1);

    [Fact]
    public void A_changed_table_is_a_fault_and_so_is_one_without_its_key()
    {
        using var engine = Engine();
        var blob = engine.Store("SELECT i AS a, 'secret ' || i AS b FROM range(50000) r(i)", Blobs);
        var (path, _) = Blobs.Table(blob);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("secret"u8));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        var fault = Assert.Throws<FaultException>(() => engine.Count($"SELECT max(b) IS NULL FROM {engine.Table(blob, Blobs)}"));
        Assert.Contains("changed or cut off", fault.Message, StringComparison.Ordinal);

        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        using var second = Engine();
        Assert.Contains("changed or cut off", Assert.Throws<FaultException>(() => second.Table(blob, Blobs)).Message, StringComparison.Ordinal);

        File.Delete(Blobs.KeyPath(blob));
        Assert.Contains("key", Assert.Throws<FaultException>(() => second.Table(blob, Blobs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_gives_what_the_query_gives_whatever_its_types()
    {
        using var engine = Engine();
        using var scan = engine.Scan("SELECT i::TINYINT AS a, i::UINTEGER AS b, (i / 2)::FLOAT AS c, DATE '2024-01-01' + i::INTEGER AS d, i::HUGEINT AS e, [i] AS f, i = 1 AS g FROM range(3) r(i)");

        var batch = scan.Next(_none)!;

        Assert.Equal([VectorForm.Integer, VectorForm.Integer, VectorForm.Double, VectorForm.Moment, VectorForm.Text, VectorForm.Text, VectorForm.Boolean], scan.Columns.Select(column => column.Form));
        Assert.Equal(["2", "2", "1", "2024-01-03T00:00:00Z", "2", "[2]", "false"], batch.Columns.Select(column => column.Text(2)));
        Assert.Null(scan.Next(_none));
    }

    [Fact]
    public void What_spills_is_not_readable_on_disk()
    {
        var spill = Path.Combine(Folder.Path, "spilled");
        using var engine = new DataEngine(spill, _none);
        engine.Execute("SET memory_limit = '60MB'; CREATE TABLE big AS SELECT i, 'planted-secret-' || hash(i) AS t FROM range(2000000) r(i)");

        var files = Directory.GetFiles(spill);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("planted-secret"u8)));
    }

    private DataEngine Engine() => new(Blobs.NewTemporary(".spill"), _none);

    /// <summary>The rows of the test of ids as plain texts, in batches of some size.</summary>
    private sealed class PlainScan(int rows, int size) : ITableScan
    {
        private int _at;

        public IReadOnlyList<ScannedColumn> Columns { get; } = [new("n", VectorForm.Integer), new("t", VectorForm.Text)];

        public TableBatch? Next(CancellationToken cancel)
        {
            var count = Math.Min(size, rows - _at);
            if (count <= 0)
            {
                return null;
            }

            var numbers = Enumerable.Range(_at, count).ToArray();
            var texts = TextScan.Vector([.. numbers.Select(i => i % 7 > 0 ? "v" + (i % 6000) : null)]);
            _at += count;
            return new TableBatch
            {
                FirstRow = numbers[0],
                Rows = count,
                Columns = [new ColumnVector(VectorForm.Integer) { Rows = count, Integers = [.. numbers.Select(i => (long)i)], Missing = new bool[count] }, texts],
            };
        }

        public void Dispose()
        {
        }
    }

    private sealed class TextScan(string?[] texts, int size) : ITableScan
    {
        private int _at;

        public IReadOnlyList<ScannedColumn> Columns { get; } = [new("t", VectorForm.Text)];

        public static ColumnVector Vector(string?[] texts)
        {
            var bytes = texts.Select(text => Encoding.UTF8.GetBytes(text ?? "")).ToArray();
            var starts = new int[texts.Length];
            for (var i = 1; i < texts.Length; i++)
            {
                starts[i] = starts[i - 1] + bytes[i - 1].Length;
            }

            return new ColumnVector(VectorForm.Text)
            {
                Rows = texts.Length,
                Bytes = [.. bytes.SelectMany(text => text)],
                Starts = starts,
                Lengths = [.. texts.Select((text, i) => text is null ? -1 : bytes[i].Length)],
            };
        }

        public TableBatch? Next(CancellationToken cancel)
        {
            var part = texts.Skip(_at).Take(size).ToArray();
            _at += part.Length;
            return part.Length == 0 ? null : new TableBatch { FirstRow = _at - part.Length, Rows = part.Length, Columns = [Vector(part)] };
        }

        public void Dispose()
        {
        }
    }
}
