using System.IO.Compression;
using System.Text;
using DuckDB.NET.Data;
using Fairlead.Data.Scanning;
using Fairlead.Iterations.Erasure;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Iterations.Erasure;

/// <summary>A source file without some rows: as it is written, and read as it was but for them.</summary>
public sealed class RewriteSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.csv", "id,x\n1,\"a, \"\"b\"\"\"\n2,Zoe Quill\n3,\n", "id,x\n1,\"a, \"\"b\"\"\"\n3,\n")]
    [InlineData("a.txt", "id;x;y\n1;a,b;ü\n2;Zoe Quill;3\n3;c;4\n", "id;x;y\n1;a,b;ü\n3;c;4\n")]
    [InlineData("a.tsv", "id\tx\n1\tsay \"yes\"\n2\tZoe Quill\n3\tc\n", "id\tx\n1\t\"say \"\"yes\"\"\"\n3\tc\n")]
    [InlineData("a.jsonl", "{\"id\":1, \"x\":[1,2]}\n\n{\"id\":2,\"x\":\"Zoe Quill\"}\r\n{\"id\":3,\"x\":null}", "{\"id\":1, \"x\":[1,2]}\n{\"id\":3,\"x\":null}\n")]
    [InlineData("a.json", "[{\"id\":1,\"x\":1.50},\n {\"id\":2,\"x\":\"Zoe Quill\"},{\"id\":3,\"x\":{\"y\":1}}]", "[\n{\"id\":1,\"x\":1.50},\n{\"id\":3,\"x\":{\"y\":1}}\n]\n")]
    public void Text_keeps_its_form_compressed_or_not_in_every_encoding(string name, string before, string after)
    {
        foreach (var (encoding, declared) in new[] { (Encoding.UTF8, TextEncoding.Utf8), (Encoding.Unicode, TextEncoding.Utf16Low), (Encoding.BigEndianUnicode, TextEncoding.Utf16High), (Encoding.Latin1, TextEncoding.Latin1), (CodePagesEncodingProvider.Instance.GetEncoding(1252)!, TextEncoding.Windows1252) })
        {
            foreach (var packed in new[] { false, true })
            {
                var path = _folder.File(packed ? name + ".gz" : name, Bytes(before, encoding, packed));
                RewriteSource.Run(path, new HashSet<long> { 1 }, new SourceOptions(declared), _ => false, TestContext.Current.CancellationToken);

                var written = File.ReadAllBytes(path);
                Assert.Equal(packed, written is [0x1F, 0x8B, ..]);
                Assert.Equal(encoding.GetPreamble().Concat(encoding.GetBytes(after)), packed ? Unpacked(written) : written);
                Assert.Equal(["1", "3"], Values(path, "id", declared));
            }
        }

        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length); // nothing is left beside them
    }

    [Fact]
    public void A_file_without_a_header_stays_without_one()
    {
        var path = _folder.File("a.csv", "1,2\n3,4\n5,6\n");
        RewriteSource.Run(path, new HashSet<long> { 0 }, new SourceOptions(Header: false), _ => false, TestContext.Current.CancellationToken);
        Assert.Equal("3,4\n5,6\n", File.ReadAllText(path));
    }

    [Fact]
    public void Parquet_keeps_its_types_and_rows_in_order()
    {
        var path = Path.Combine(_folder.Path, "a.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT CAST(i AS SMALLINT) AS id, CASE WHEN i = 4321 THEN 'Zoe Quill' ELSE 'n' || i END AS x, DATE '2024-01-01' + CAST(i AS INTEGER) AS d, [i, i + 1] AS l FROM range(9000) t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)";
            command.ExecuteNonQuery();
        }

        var types = TableScan.Open(path).Columns.Select(column => (column.Name, column.Form)).ToList();
        RewriteSource.Run(path, new HashSet<long> { 4321, 8999 }, SourceOptions.None, _ => false, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 8999).Where(i => i != 4321).Select(i => $"n{i}"), Values(path, "x", null));
        Assert.Equal("[0,1]", Values(path, "l", null)[0]);
        Assert.Equal(types, TableScan.Open(path).Columns.Select(column => (column.Name, column.Form)));
        Assert.Equal("a.parquet", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(_folder.Path))));
    }

    [Fact] // what pandas, Spark and others note at the end of a Parquet file
    public void Parquet_keeps_what_other_programs_noted_but_the_arrow_schema_and_what_names_the_person()
    {
        var path = Path.Combine(_folder.Path, "a.parquet");
        var (pandas, quoted) = ("{\"index_columns\": [], \"columns\": [{\"name\": \"id\", \"pandas_type\": \"int64\"}]}", "it's 'so' — ü");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT i AS id, 'n' || i AS x FROM range(900) t(i)) TO '{path}' (FORMAT parquet, KV_METADATA {{'pandas': '{pandas}', 'my note': '{quoted.Replace("'", "''", StringComparison.Ordinal)}', 'bytes': '\\x00\\xFF'::BLOB, 'ARROW:schema': '{ArrowSchema()}', 'asked by': 'for Zoe Quill'}})";
            command.ExecuteNonQuery();
        }

        RewriteSource.Run(path, new HashSet<long> { 432 }, SourceOptions.None, text => text.Contains("Zoe Quill", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        using (var managed = new ParquetSharp.ParquetFileReader(path))
        {
            var notes = managed.FileMetaData.KeyValueMetadata;
            Assert.Equal(pandas, notes["pandas"]);
            Assert.Equal(quoted, notes["my note"]);
            Assert.Equal(["bytes", "my note", "pandas"], notes.Keys.Order(StringComparer.Ordinal));
        }

        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT hex(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = 'bytes'";
            Assert.Equal("00FF", command.ExecuteScalar());
        }

        Assert.Equal(899, Values(path, "x", null).Count);
    }

    /// <summary>The Arrow schema of the columns id and x, as another writer notes it.</summary>
    private string ArrowSchema()
    {
        var path = Path.Combine(_folder.Path, "arrow.parquet");
        using (var properties = new ParquetSharp.Arrow.ArrowWriterPropertiesBuilder().StoreSchema().Build())
        using (var writer = new ParquetSharp.Arrow.FileWriter(path, new Apache.Arrow.Schema([new Apache.Arrow.Field("id", Apache.Arrow.Types.Int64Type.Default, true), new Apache.Arrow.Field("x", Apache.Arrow.Types.StringType.Default, true)], []), null, properties))
        {
            writer.Close();
        }

        using var reader = new ParquetSharp.ParquetFileReader(path);
        return reader.FileMetaData.KeyValueMetadata["ARROW:schema"];
    }

    [Fact]
    public void A_link_is_followed_and_a_second_name_of_the_file_keeps_what_it_said()
    {
        var path = _folder.File("a.csv", "id,x\n1,a\n2,Zoe Quill\n");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link.csv"), "a.csv");
        Assert.Equal(0, RewriteSource.Run(Path.Combine(_folder.Path, "link.csv"), new HashSet<long> { 1 }, SourceOptions.None, _ => false, TestContext.Current.CancellationToken));
        Assert.Equal("id,x\n1,a\n", File.ReadAllText(path));
        Assert.Equal("a.csv", new FileInfo(Path.Combine(_folder.Path, "link.csv")).LinkTarget);

        var (file, second) = (_folder.File("b.csv", "id,x\n1,a\n2,Zoe Quill\n"), Path.Combine(_folder.Path, "second.csv"));
        Fairlead.Tests.Projects.Sources.WrittenFilesTests.HardLink(file, second);
        Assert.Equal(1, RewriteSource.Run(file, new HashSet<long> { 1 }, SourceOptions.None, _ => false, TestContext.Current.CancellationToken));
        Assert.Equal("id,x\n1,a\n", File.ReadAllText(file));
        Assert.Equal("id,x\n1,a\n2,Zoe Quill\n", File.ReadAllText(second)); // of somebody who did not ask for it
        Assert.Equal(4, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact] // as after a kill between the rename and the overwriting, and before the rename
    public void What_a_kill_left_beside_a_source_is_overwritten_by_the_next_call()
    {
        var path = _folder.File("a.csv", "id,x\n1,a\n");
        var old = _folder.File(".a.csv.erased", "id,x\n1,a\n2,Zoe Quill\n");
        var next = _folder.File(".a.csv.erasing", "id,x\n1,");
        using var open = new FileStream(old, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        ReplacedSource.Finish(path);

        Assert.False(File.Exists(old) || File.Exists(next));
        using var said = new StreamReader(open, Encoding.Latin1);
        Assert.DoesNotContain("Zoe", said.ReadToEnd(), StringComparison.Ordinal);

        Fairlead.Tests.Projects.Sources.WrittenFilesTests.HardLink(path, old); // killed before the new content was in place
        ReplacedSource.Finish(path);
        Assert.False(File.Exists(old));
        Assert.Equal("id,x\n1,a\n", File.ReadAllText(path));
    }

    [Fact]
    public void Two_writers_are_refused()
    {
        var path = _folder.File("a.csv", "id,x\n1,a\n2,b\n");
        using var other = new FileStream(Path.Combine(_folder.Path, ".a.csv.erasing"), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Throws<Fairlead.Workspace.FaultException>(() => RewriteSource.Run(path, new HashSet<long> { 1 }, SourceOptions.None, _ => false, TestContext.Current.CancellationToken));
        Assert.Equal("id,x\n1,a\n2,b\n", File.ReadAllText(path));
    }

    private static List<string?> Values(string path, string column, TextEncoding? encoding)
    {
        List<string?> values = [];
        using var scan = TableScan.Open(path, [column], new SourceOptions(encoding));
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            values.AddRange(Enumerable.Range(0, batch.Rows).Select(row => batch.Columns[0].Text(row)));
        }

        return values;
    }

    private static byte[] Bytes(string text, Encoding encoding, bool packed)
    {
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        if (!packed)
        {
            return bytes;
        }

        using var to = new MemoryStream();
        using (var zip = new GZipStream(to, CompressionMode.Compress))
        {
            zip.Write(bytes);
        }

        return to.ToArray();
    }

    private static byte[] Unpacked(byte[] bytes)
    {
        using var to = new MemoryStream();
        using var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        zip.CopyTo(to);
        return to.ToArray();
    }
}
