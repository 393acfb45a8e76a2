using CsCheck;
using DuckDB.NET.Data;
using Fairlead.Data;
using Fairlead.Data.Privacy;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

public sealed class IngestTests : DataTest
{
    [Fact] // the managed key and the key of SQL are one definition
    public void A_key_without_a_column_is_the_MD5_of_every_other_column()
    {
        Folder.File("a.csv", "id,x,y\n1,\"a, \"\"b\"\"\",yes\n2,,no\nä,😀,no\n");
        var raw = Ingest.Run(Project("a.csv", "y"), Blobs, CancellationToken.None);

        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        var rows = engine.List($"SELECT __key, '#' || md5({RowHash.Of(["id", "x"])}) FROM {engine.Table(raw.Blob, Blobs)} ORDER BY __row", reader => (reader.GetString(0), reader.GetString(1)));

        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(row.Item2, row.Item1));
    }

    [Fact]
    public void A_row_without_its_key_is_named_by_its_hash()
    {
        Folder.File("a.csv", "id,x,y\nk1,1,yes\n,2,no\n");

        var keys = Keys(Ingest.Run(Project("a.csv", "y", key: "id"), Blobs, CancellationToken.None));

        Assert.Equal("k1", keys[0]);
        Assert.Matches("^#[0-9a-f]{32}$", keys[1]);
    }

    [Fact] // an unkeyed hash of a phone number or a name is found by trying
    public void A_personal_key_stands_as_its_keyed_hash_the_same_in_one_file_and_in_many()
    {
        Folder.File("a.csv", "id,x,y\nann@example.org,1,yes\n,2,no\nann@example.org,3,no\n");
        Folder.File("b.csv", "id,x,y\nann@example.org,4,yes\n");
        var project = Project("a.csv", "y", key: "id", adjust: (name, column) => name == "id" ? column with { Protection = Protection.Drop } : column);
        Assert.True(project.HasPersonalKey);

        var keys = Keys(Ingest.Run(project, Blobs, CancellationToken.None));
        var both = Keys(Ingest.Run(project with { Sources = [Path.Combine(Folder.Path, "a.csv"), Path.Combine(Folder.Path, "b.csv")] }, Blobs, CancellationToken.None));
        var other = Keys(Ingest.Run(project with { Id = "2" }, Blobs, CancellationToken.None));

        Assert.Equal(PseudonymKeys.RowKeyOf("ann@example.org", PseudonymKeys.ForRowKeys("1", Workspace.Keys)), keys[0]);
        Assert.Matches("^#[0-9a-f]{32}$", keys[0]);
        Assert.Equal(keys[0], keys[2]);
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal([.. keys, keys[0]], both);
        Assert.NotEqual(keys[0], other[0]);
        Assert.Equal(keys[1], other[1]); // a row without its key is no person's name
        Assert.NotEqual("#8b5a6a28fc840441be692d74a81ccd1a", keys[0]); // its MD5
    }

    [Fact] // whatever files come, go and change between runs: what is reused gives what reading all gives, byte for byte
    public void Reading_new_files_only_gives_what_reading_all_files_gives()
    {
        var file = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 40]);
        file.Array[2, 5].Array[2, 4].Sample(runs =>
        {
            using var kept = new TemporaryFolder();
            using var workspace = WorkspaceFolder.Open(Path.Combine(kept.Path, "ws"));
            foreach (var run in runs)
            {
                Fill(kept.Path, run);
                var project = Project(Path.Combine(kept.Path, "data/0.csv"), "y") with { Folder = kept.Path, Sources = ["data/*.csv"] };
                var reused = Ingest.Run(project, workspace.Blobs, CancellationToken.None);
                using var other = new TemporaryFolder();
                using var empty = WorkspaceFolder.Open(Path.Combine(other.Path, "ws"));
                var whole = Ingest.Run(project, empty.Blobs, CancellationToken.None);

                Assert.Equal(whole.Files, reused.Files);
                Assert.Equal(whole.Columns, reused.Columns);
                Assert.Equal(whole.Rows, reused.Rows);
                Assert.Equal(Table(whole.Blob, empty.Blobs), Table(reused.Blob, workspace.Blobs));
            }
        }, iter: 12, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Fact]
    public void Files_that_are_known_are_not_read_again()
    {
        Fill(Folder.Path, [(0, 30), (1, 30)]);
        var project = Project(Path.Combine(Folder.Path, "data/0.csv"), "y") with { Sources = ["data/*.csv"] };
        _ = Ingest.Run(project, Blobs, CancellationToken.None);
        File.WriteAllText(Path.Combine(Folder.Path, "data/2.csv"), "y,x,id\nno,3,new\n");

        var raw = Ingest.Run(project, Blobs, CancellationToken.None);

        Assert.Equal(61, raw.Rows);
        Assert.NotNull(IngestedParts.Find(project, raw.Files[1].Sha256, "data/1.csv", Blobs));
        Assert.Equal(60, IngestedParts.Find(project, raw.Files[2].Sha256, "data/2.csv", Blobs)!.First);
    }

    [Fact]
    public void All_faults_of_all_files_are_told_and_nothing_is_stored()
    {
        Folder.File("a.csv", "id,y\n1,a\n2\n" + CleanTests.Many(9, i => $"{i},b"));
        Folder.File("b.csv", "id,y\n1,a\n2,b,c\n");
        Folder.File("c.csv", "id,y\n1,a\n");
        var project = Project("c.csv", "y") with { Sources = ["c.csv", "a.csv", "b.csv"] };

        var faults = Assert.Throws<FaultException>(() => Ingest.Run(project, Blobs, CancellationToken.None)).Faults;

        Assert.Equal(2, faults.Count);
        Assert.EndsWith("a.csv:3:2", faults[0].Where, StringComparison.Ordinal);
        Assert.EndsWith("b.csv:3:5", faults[1].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Parquet_and_text_files_are_one_table()
    {
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT 7 AS x, 'yes' AS y, 'p' AS id) TO '{Path.Combine(Folder.Path, "b.parquet")}' (FORMAT parquet)";
            command.ExecuteNonQuery();
        }

        Folder.File("a.csv", "id,x,y\n1,1,no\n");
        var raw = Ingest.Run(Project("a.csv", "y", key: "id") with { Sources = ["a.csv", "b.parquet"] }, Blobs, CancellationToken.None);

        Assert.Equal(["1", "p"], Keys(raw));
    }

    private static void Fill(string folder, (int Kind, int Rows)[] files)
    {
        var data = Path.Combine(folder, "data");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        Directory.CreateDirectory(data);
        for (var i = 0; i < files.Length; i++)
        {
            var (kind, rows) = files[i];
            File.WriteAllText(Path.Combine(data, $"{i}.csv"), (kind == 1 ? "y,x,id\n" : "id,x,y\n") + string.Concat(Enumerable.Range(0, rows).Select(row =>
                kind == 1 ? $"{(row % 2 == 0 ? "yes" : "no")},{row % 7},{kind}-{row}\n" : $"{kind}-{row},{(row % 5 == 0 ? "" : row % 7)},{(row % 2 == 0 ? "yes" : "no")}\n")));
        }
    }

    private List<string> Keys(RawVersion raw)
    {
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        return engine.List($"SELECT __key FROM {engine.Table(raw.Blob, Blobs)} ORDER BY __row", reader => reader.GetString(0));
    }

    private static List<string> Table(string blob, BlobStore blobs)
    {
        using var scan = new StoredScan(blob, blobs);
        List<string> rows = [string.Join('|', scan.Columns.Select(column => column.Name))];
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            rows.AddRange(Enumerable.Range(0, batch.Rows).Select(row => string.Join('|', batch.Columns.Select(column => column.Text(row) ?? "-"))));
        }

        return rows;
    }
}
