using CsCheck;
using DuckDB.NET.Data;
using Fairlead.Data;
using Fairlead.Data.Privacy;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data;

public sealed class IngestTests : DataTest
{
    [Fact] // the managed key and the key of SQL are one definition; dealing sees the MD5 whatever the key, so that sides are the same in every workspace
    public void A_row_without_a_key_column_is_named_by_the_encrypted_MD5_of_every_other_column()
    {
        Folder.File("a.csv", "id,x,y\n1,\"a, \"\"b\"\"\",yes\n2,,no\nä,😀,no\n2,,yes\n");
        var project = Project("a.csv", "y");
        var raw = Ingest.Run(project, Blobs, CancellationToken.None);
        var before = Ingest.Run(project, SourcePlaces.Of(project, cancel: TestContext.Current.CancellationToken), false, Blobs, CancellationToken.None);
        var other = Keys(Ingest.Run(project with { Id = "2" }, Blobs, CancellationToken.None));

        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        var ids = PseudonymKeys.RowIdsOf(project, Workspace.Keys);
        var rows = engine.List($"SELECT __key, '#' || md5({RowHash.Of(["id", "x"])}), {ids.DealtBy(engine)} FROM {engine.Table(raw.Blob, Blobs)} ORDER BY __row", reader => (Key: reader.GetString(0), Md5: reader.GetString(1), DealtBy: reader.GetString(2)));

        Assert.True(raw.KeyedRows);
        Assert.False(before.KeyedRows);
        Assert.Equal(4, rows.Count);
        Assert.All(rows, row => Assert.Matches("^#[0-9a-f]{4}-[0-9a-f]{32}$", row.Key));
        Assert.All(rows, row => Assert.DoesNotContain(row.Md5[1..], row.Key, StringComparison.Ordinal));
        Assert.Equal(rows.Select(row => row.Md5), rows.Select(row => row.DealtBy));
        Assert.Equal(rows.Select(row => row.Md5), Keys(before));
        Assert.Equal(rows[1].Key, rows[3].Key); // a corrected label keeps the key
        Assert.Empty(rows.Select(row => row.Key).Intersect(other));
        Assert.True(PseudonymKeys.RowIdsOf(project with { Id = "2" }, Workspace.Keys).IsOfOtherKey(rows[0].Key));
        Assert.False(ids.IsOfOtherKey(rows[0].Key));
    }

    [Fact] // what can't be a name of this key is dealt by itself
    public void Only_names_of_the_key_are_turned_back()
    {
        var ids = PseudonymKeys.RowIdsOf(Project(Folder.File("a.csv", "x,y\n1,yes\n"), "y"), Workspace.Keys);
        using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), CancellationToken.None);
        var start = System.Text.Encoding.ASCII.GetString(ids.Start);
        string[] keys = ["", "#", "k1", start, $"{start}{new string('z', 32)}", $"{start}{new string('0', 30)}äz", new string('x', RowIds.Length), $"#{new string('0', 32)}"];

        Assert.All(keys, key => Assert.Equal(key, Assert.Single(engine.List($"SELECT {ids.DealtBy(engine)} FROM (SELECT {SqlText.Text(key)} AS __key)", reader => reader.GetString(0)))));
    }

    [Fact]
    public void A_row_without_its_key_is_named_by_its_hash()
    {
        Folder.File("a.csv", "id,x,y\nk1,1,yes\n,2,no\n");

        var keys = Keys(Ingest.Run(Project("a.csv", "y", key: "id"), Blobs, CancellationToken.None));

        Assert.Equal("k1", keys[0]);
        Assert.Matches("^#[0-9a-f]{4}-[0-9a-f]{32}$", keys[1]);
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
        Assert.NotEqual(keys[1], other[1]);
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
                Assert.Equal(Table(whole.Blob, empty.Blobs, project), Table(reused.Blob, workspace.Blobs, project));
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
        Assert.NotNull(IngestedParts.Find(project, raw.Files[1].Sha256, "data/1.csv", true, Blobs));
        Assert.Equal(60, IngestedParts.Find(project, raw.Files[2].Sha256, "data/2.csv", true, Blobs)!.First);
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

    /// <summary>The rows as text; a row's name as what it is dealt by, which is the same in every workspace.</summary>
    private static List<string> Table(string blob, BlobStore blobs, ProjectFile project)
    {
        using var engine = new DataEngine(blobs.NewTemporary(".spill"), CancellationToken.None);
        var keys = engine.List($"SELECT {PseudonymKeys.RowIdsOf(project, blobs.Keys).DealtBy(engine)} FROM {engine.Table(blob, blobs)} ORDER BY __row", reader => reader.GetString(0));
        using var scan = new StoredScan(blob, blobs);
        List<string> rows = [string.Join('|', scan.Columns.Select(column => column.Name))];
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            rows.AddRange(Enumerable.Range(0, batch.Rows).Select(row => string.Join('|', batch.Columns.Select((column, place) => place == 1 ? keys[(int)batch.FirstRow + row] : column.Text(row) ?? "-"))));
        }

        return rows;
    }
}
