using CsCheck;
using Fairlead.Data;
using Fairlead.Data.Scanning;
using Fairlead.Data.Storage;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;
using Fairlead.Workspace.Keys;

namespace Fairlead.Tests.Data.Storage;

/// <summary>Tables in parts that versions share.</summary>
public sealed class PartedTableTests : DataTest
{
    private const int PartRows = 100;
    private static readonly CancellationToken _none = CancellationToken.None;

    public PartedTableTests() => Blobs.PartRows = PartRows;

    [Fact]
    public void A_version_with_appended_rows_adds_the_parts_they_stand_in()
    {
        var first = Store(Enumerable.Range(0, 1_030));
        var before = Ids();
        var second = Store(Enumerable.Range(0, 1_110));

        // 1,030 rows are 11 parts (the last short); 80 more fill the last one and begin one: too few for a part of their own, they stay with it.
        Assert.Equal(11, Blobs.PartsOf(first).Count);
        Assert.Equal(10, Blobs.PartsOf(second).Select(part => part.Id).Intersect(Blobs.PartsOf(first).Select(part => part.Id)).Count());
        Assert.Equal(Blobs.PartsOf(second).Count - 10 + 1, Ids().Except(before).Count());
        Assert.Equal(Texts(1_110), Read(second));
        Assert.Equal(Texts(1_030), Read(first));
    }

    [Fact]
    public void A_row_that_leaves_changes_its_own_part_only()
    {
        var first = Store(Enumerable.Range(0, 1_000));
        var second = Store(Enumerable.Range(0, 1_000).Where(row => row is not (0 or 250)));

        Assert.Equal([0, 2], Enumerable.Range(0, 10).Where(part => Blobs.PartsOf(first)[part].Id != Blobs.PartsOf(second)[part].Id));
    }

    [Fact] // also tables cut by count
    public void Whatever_rows_a_table_has_it_comes_back_and_its_id_is_its_content() =>
        Gen.Select(Gen.Int[0, 700], Gen.Int[1, 5], Gen.Int[1, 300], Gen.Bool).Sample((rows, every, batch, numbered) =>
        {
            int[] kept = [.. Enumerable.Range(0, rows).Where(row => row % every == 0 || row % 7 == 0)];
            var id = TableWriter.Store(new Table(kept, batch, numbered), Blobs, _none);

            Assert.Equal(kept.Select(Text), Read(id));
            Assert.Equal(id, TableWriter.Store(new Table(kept, 64, numbered), Blobs, _none));
            Assert.Equal(id, StoredContent.IdOf(id, Blobs, _none));
            using var scan = new StoredScan(id, Blobs, []);
            Assert.Equal(kept.Length, scan.Rows);
            using var engine = new DataEngine(Path.Combine(Folder.Path, "spill"), _none);
            Assert.Equal(kept.Length, engine.Count($"SELECT count(name) FROM {engine.Table(id, Blobs)}"));
        }, iter: 40, threads: 1);

    [Fact] // a part of texts, as the first table wrote it, before one of codes: to a reader texts stay texts
    public void Parts_of_tables_that_wrote_them_otherwise_are_one_table()
    {
        var first = Store(Enumerable.Range(0, 5_000)); // more than 4,096 different texts: plain from there on
        int[] rows = [.. Enumerable.Range(4_500, 1_000)];
        var second = Store(rows);

        Assert.Equal(5, Blobs.PartsOf(second).Select(part => part.Id).Intersect(Blobs.PartsOf(first).Select(part => part.Id)).Count());
        Assert.Equal(rows.Select(Text), Read(second));
    }

    [Fact]
    public void Shredding_a_table_leaves_what_others_have_and_nothing_when_it_was_the_last()
    {
        var (first, second) = (Store(Enumerable.Range(0, 1_000)), Store(Enumerable.Range(0, 1_200)));
        var small = Store(Enumerable.Range(0, 20));

        Assert.True(Blobs.Shred(first));
        Assert.False(Blobs.Has(first));
        Assert.Equal(Texts(1_200), Read(second));
        Assert.True(Blobs.Shred(second));
        Assert.Equal([small], Ids());
        Assert.False(Blobs.Shred(second));
    }

    [Fact]
    public void Bytes_of_a_table_are_those_that_go_with_it()
    {
        var (first, second) = (Store(Enumerable.Range(0, 1_000)), Store(Enumerable.Range(0, 1_200)));
        var all = Ids().Sum(Blobs.DiskBytes);

        Assert.Equal(Blobs.DiskBytes(first), Blobs.OwnBytes([first])); // all its ten parts are the other's too
        Assert.Equal(all, Blobs.OwnBytes([first, second]));
        var bytes = Blobs.OwnBytes([second]);
        Blobs.Shred(second);
        Assert.Equal(all - bytes, Ids().Sum(Blobs.DiskBytes));
    }

    [Fact]
    public void A_table_whose_shredding_was_stopped_is_not_there_and_can_be_stored_again()
    {
        var id = Store(Enumerable.Range(0, 1_000));
        File.Move(Path.Combine(Blobs.PlaceOf(id), "parts"), Path.Combine(Blobs.PlaceOf(id), "going"));
        Blobs.Shred(Blobs.PartsOf(id)[3].Id);

        Assert.False(Blobs.Has(id));
        Assert.Equal(id, Store(Enumerable.Range(0, 1_000)));
        Assert.Equal(Texts(1_000), Read(id));

        File.Move(Path.Combine(Blobs.PlaceOf(id), "parts"), Path.Combine(Blobs.PlaceOf(id), "going"));
        Blobs.Shred(Blobs.PartsOf(id)[3].Id);
        Assert.True(Blobs.Shred(id));
        Assert.Empty(Ids());
    }

    [Fact]
    public void Parts_of_a_process_that_was_killed_before_it_wrote_their_list_are_shredded()
    {
        var kept = Store(Enumerable.Range(0, 500));
        var lost = Store(Enumerable.Range(0, 900));
        var parts = Blobs.PartsOf(lost).Select(part => part.Id).ToList();
        var placing = Blobs.NewTemporary(".parts");
        File.WriteAllLines(placing, parts);
        Blobs.Remove(lost); // the list only

        Assert.True(Blobs.ShredUnlisted(placing));
        Assert.False(File.Exists(placing));
        Assert.Equal(6, Ids().Count); // five parts and their list
        Assert.Equal(Texts(500), Read(kept));
    }

    [Fact]
    public async Task Collecting_removes_parts_that_no_needed_table_has()
    {
        var (needed, stray) = (Store(Enumerable.Range(0, 500)), Store(Enumerable.Range(0, 900)));
        await Workspace.Records.PutAsync("thing", "p", "1", new RawVersion(needed, [], 500, []), Fairlead.Iterations.IterationJson.Default.RawVersion);

        var young = await CollectGarbage.RunAsync(Workspace, new CollectGarbage.Request(false, TimeSpan.FromHours(1)), _none);
        Assert.Equal(0, young.FreedBytes);
        var dry = await CollectGarbage.RunAsync(Workspace, new CollectGarbage.Request(true, TimeSpan.FromSeconds(-1)), _none);
        var collected = await CollectGarbage.RunAsync(Workspace, new CollectGarbage.Request(false, TimeSpan.FromSeconds(-1)), _none);

        Assert.Equal(dry.FreedBytes, collected.FreedBytes);
        Assert.False(Blobs.Has(stray));
        Assert.Equal(6, Ids().Count);
        Assert.Equal(Texts(500), Read(needed));
        Assert.Empty(VerifyWorkspace.Run(Workspace, _none).Faults);
    }

    [Fact]
    public void Verifying_names_a_lost_and_a_changed_part()
    {
        var id = Store(Enumerable.Range(0, 1_000));
        Assert.Empty(VerifyWorkspace.Run(Workspace, _none).Faults);
        var (lost, changed) = (Blobs.PartsOf(id)[2].Id, Blobs.PartsOf(id)[5].Id);
        Directory.Delete(Blobs.PlaceOf(lost), recursive: true);
        var file = Path.Combine(Blobs.PlaceOf(changed), "part.parquet");
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(file, bytes);

        var faults = VerifyWorkspace.Run(Workspace, _none).Faults;

        Assert.Contains(faults, fault => fault.Where == $"table {id}" && fault.What.Contains(lost, StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Where.Contains(changed, StringComparison.Ordinal));
        Assert.Throws<FaultException>(() => Read(id));
    }

    [Fact]
    public void Parts_are_in_a_backup_their_keys_among_those_that_are_rotated_and_their_names_are_keyed()
    {
        var id = Store(Enumerable.Range(0, 1_000));
        Assert.Subset(KeyPaths.All(Workspace.Folder).Select(key => key.Name).ToHashSet(), Blobs.PartsOf(id).Select(part => part.Id).Append(id).Append("parts").ToHashSet());
        var backup = Path.Combine(Folder.Path, "backup");
        BackUp.Run(Workspace, backup, _none);
        var restored = Path.Combine(Folder.Path, "restored");
        RestoreWorkspace.Run(new Restore.Request(backup, null, restored, false), _none);

        using var other = WorkspaceFolder.Open(restored);
        Assert.Equal(Texts(1_000), Read(id, other.Blobs));
        Assert.Empty(VerifyWorkspace.Run(other, _none).Faults);

        using var stranger = WorkspaceFolder.Open(Path.Combine(Folder.Path, "stranger"));
        stranger.Blobs.PartRows = PartRows;
        Assert.Equal(id, TableWriter.Store(new Table([.. Enumerable.Range(0, 1_000)], 64, true), stranger.Blobs, _none));
        Assert.Empty(stranger.Blobs.PartsOf(id).Select(part => part.Id).Intersect(Blobs.PartsOf(id).Select(part => part.Id)));
    }

    private static string Text(int row) => row < 4_500 ? $"row {row}" : $"level {row % 3}";

    private static IEnumerable<string> Texts(int rows) => Enumerable.Range(0, rows).Select(Text);

    private string Store(IEnumerable<int> rows) => TableWriter.Store(new Table([.. rows], 64, true), Blobs, _none);

    private List<string> Ids() => [.. KeyPaths.Blobs(Workspace.Folder)];

    private List<string> Read(string id, BlobStore? blobs = null)
    {
        using var scan = new StoredScan(id, blobs ?? Blobs, ["name"]);
        List<string> read = [];
        var plain = false;
        while (scan.Next(_none) is { } batch)
        {
            Assert.Equal(read.Count, batch.FirstRow);
            Assert.False(plain && batch.Columns[0].Codes is not null, "codes come after texts");
            plain = batch.Columns[0].Codes is null;
            read.AddRange(Enumerable.Range(0, batch.Rows).Select(row => batch.Columns[0].Text(row)!));
        }

        return read;
    }

    /// <summary>Rows with their numbers, or without; texts come as codes until there are too many.</summary>
    private sealed class Table(int[] rows, int batchRows, bool numbered) : ITableScan
    {
        private readonly ColumnDictionary _dictionary = new();
        private bool _plain;
        private int _at;

        public IReadOnlyList<ScannedColumn> Columns => numbered ? [new("__row", VectorForm.Integer), new("name", VectorForm.Text)] : [new("name", VectorForm.Text)];

        public TableBatch? Next(CancellationToken cancel)
        {
            int[] some = [.. rows.Skip(_at).Take(batchRows)];
            if (some.Length == 0)
            {
                return null;
            }

            var numbers = new ColumnVector(VectorForm.Integer) { Rows = some.Length, Integers = [.. some.Select(row => (long)row)], Missing = new bool[some.Length] };
            var texts = some.Select(row => System.Text.Encoding.UTF8.GetBytes(Text(row))).ToList();
            var names = new ColumnVector(VectorForm.Text) { Rows = some.Length };
            int[] codes = [.. texts.Select(text => _plain ? -1 : _dictionary.Add(text))];
            _plain |= codes.Contains(-1);
            if (_plain)
            {
                (names.Bytes, names.Starts, names.Lengths) = ([.. texts.SelectMany(text => text)], [.. texts.Select((_, i) => texts.Take(i).Sum(text => text.Length))], [.. texts.Select(text => text.Length)]);
            }
            else
            {
                (names.Codes, names.Dictionary) = (codes, _dictionary);
            }

            var batch = new TableBatch { FirstRow = _at, Rows = some.Length, Columns = numbered ? [numbers, names] : [names] };
            _at += some.Length;
            return batch;
        }

        public void Dispose()
        {
        }
    }
}
