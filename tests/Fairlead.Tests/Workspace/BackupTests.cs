using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Tests.Workspace;

public sealed partial class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-backup-").FullName;

    private string Home => Path.Combine(_folder, "ws");

    private string Backup => Path.Combine(_folder, "backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_backed_up_while_busy_is_restored_whole_and_a_second_backup_copies_only_what_is_new()
    {
        string id;
        using (var workspace = WorkspaceFolder.Open(Home))
        {
            id = workspace.Blobs.Put("planted-secret"u8);
            workspace.Audit.Read("test", "before");
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    await workspace.Records.PutAsync("note", "p", $"{i}", new Note(workspace.Blobs.Put(BitConverter.GetBytes(i))), BackupNoteJson.Default.Note);
                }
            }, CancellationToken.None);
            await workspace.Records.PutAsync("note", "p", "kept", new Note(id), BackupNoteJson.Default.Note);
            var first = BackUp.Run(workspace, Backup, CancellationToken.None);
            await stop.CancelAsync();
            await writing;
            var second = BackUp.Run(workspace, Backup, CancellationToken.None);
            Assert.True(first.Copied > 3);
            Assert.True(second.CopiedBytes < second.Bytes);
            Assert.All(Directory.GetFiles(Backup, "*", SearchOption.AllDirectories), file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("planted-secret"u8)));
        }

        foreach (var snapshot in BackupManifest.In(Backup))
        {
            var place = Path.Combine(_folder, "restored-" + Path.GetFileNameWithoutExtension(snapshot));
            RestoreWorkspace.Run(new Restore.Request(Backup, Path.GetFileName(snapshot), place, false), CancellationToken.None);
            using var restored = WorkspaceFolder.Open(place);
            Assert.Empty(VerifyWorkspace.Run(restored, CancellationToken.None).Faults);
            Assert.Equal(id, restored.Records.Find("note", "p", "kept", BackupNoteJson.Default.Note)!.Text);
            Assert.All(restored.Records.List("note", "p", BackupNoteJson.Default.Note), note => Assert.True(restored.Blobs.Has(note.Text)));
        }
    }

    [Fact]
    public async Task A_workspace_that_is_there_is_replaced_only_when_told_and_set_aside()
    {
        using (var workspace = WorkspaceFolder.Open(Home))
        {
            await workspace.Records.PutAsync("note", "p", "1", new Note("then"), BackupNoteJson.Default.Note);
            BackUp.Run(workspace, Backup, CancellationToken.None);
            await workspace.Records.PutAsync("note", "p", "1", new Note("now"), BackupNoteJson.Default.Note);
        }

        Assert.Contains("--replace", Assert.Throws<FaultException>(() => RestoreWorkspace.Run(new Restore.Request(Backup, null, Home, false), CancellationToken.None)).Message, StringComparison.Ordinal);
        var outcome = RestoreWorkspace.Run(new Restore.Request(Backup, null, Home, true), CancellationToken.None);

        using var restored = WorkspaceFolder.Open(Home);
        using var aside = WorkspaceFolder.Open(outcome.SetAside);
        Assert.Equal("then", restored.Records.Find("note", "p", "1", BackupNoteJson.Default.Note)!.Text);
        Assert.Equal("now", aside.Records.Find("note", "p", "1", BackupNoteJson.Default.Note)!.Text);
    }

    [Fact]
    public void A_changed_backup_is_refused_and_nothing_is_put_in_place()
    {
        using (var workspace = WorkspaceFolder.Open(Home))
        {
            workspace.Blobs.Put(new byte[100_000]);
            BackUp.Run(workspace, Backup, CancellationToken.None);
        }

        var place = Path.Combine(_folder, "restored");
        var snapshot = BackupManifest.In(Backup)[0];
        var text = File.ReadAllText(snapshot);
        File.WriteAllText(snapshot, text.Replace("\"auditNumber\":0", "\"auditNumber\":1", StringComparison.Ordinal));
        Assert.Contains("snapshot was changed", Assert.Throws<FaultException>(() => RestoreWorkspace.Run(new Restore.Request(Backup, null, place, false), CancellationToken.None)).Message, StringComparison.Ordinal);
        File.WriteAllText(snapshot, text);

        var largest = Directory.GetFiles(Path.Combine(Backup, "files"), "*", SearchOption.AllDirectories).MaxBy(path => new FileInfo(path).Length)!;
        using (var stream = new FileStream(largest, FileMode.Open))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.Contains("was changed", Assert.Throws<FaultException>(() => RestoreWorkspace.Run(new Restore.Request(Backup, null, place, false), CancellationToken.None)).Message, StringComparison.Ordinal);
        File.Delete(largest);
        Assert.Contains("lacks this file", Assert.Throws<FaultException>(() => RestoreWorkspace.Run(new Restore.Request(Backup, null, place, false), CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place));
        Assert.False(Directory.Exists(place + ".restoring"));
    }

    [Fact]
    public async Task Verify_finds_every_blob_and_record_that_was_changed()
    {
        using var workspace = WorkspaceFolder.Open(Home);
        var (first, second) = (workspace.Blobs.Put("one"u8), workspace.Blobs.Put("two"u8));
        await workspace.Records.PutAsync("note", "p", "1", new Note("x"), BackupNoteJson.Default.Note);
        await workspace.Records.PutAsync("note", "p", "2", new Note("y"), BackupNoteJson.Default.Note);
        Assert.Empty(VerifyWorkspace.Run(workspace, CancellationToken.None).Faults);

        var path = Path.Combine(workspace.Blobs.PlaceOf(first), "sealed");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        File.Delete(workspace.Blobs.KeyPath(second));
        using (var connection = workspace.Records.Open())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE records SET body = (SELECT body FROM records WHERE id = '2') WHERE id = '1'";
            command.ExecuteNonQuery();
        }

        Assert.Equal(new[] { $"blob {first}", $"blob {second}", "record note p 1" }.Order(StringComparer.Ordinal), VerifyWorkspace.Run(workspace, CancellationToken.None).Faults.Select(fault => fault.Where).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_word_of_a_record_is_on_disk_in_clear_and_compacting_leaves_nothing_of_a_removed_one()
    {
        using var workspace = WorkspaceFolder.Open(Home);
        await workspace.Records.PutAsync("note", "p", "1", new Note("planted-words"), BackupNoteJson.Default.Note);
        await workspace.Records.PutAsync("planted-kind", "p", "1", new Note("x"), BackupNoteJson.Default.Note);
        Assert.All(Directory.GetFiles(Home, "records.db*"), file => Assert.Equal(-1, Bytes(file).AsSpan().IndexOf("planted-words"u8)));

        await workspace.Records.RemoveAsync("planted-kind", "p", "1");
        workspace.Records.Compact();
        Assert.All(Directory.GetFiles(Home, "records.db*"), file => Assert.Equal(-1, Bytes(file).AsSpan().IndexOf("planted-kind"u8)));
    }

    [Fact]
    public void What_is_from_before_encryption_is_read_encrypted_and_read_again()
    {
        using var workspace = WorkspaceFolder.Open(Home);
        var content = "from before"u8.ToArray();
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        Directory.CreateDirectory(Path.GetDirectoryName(workspace.Blobs.PlaceOf(id))!);
        File.WriteAllBytes(workspace.Blobs.PlaceOf(id), content);
        using (var connection = workspace.Records.Open())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = """INSERT INTO records (kind, project, id, at, body) VALUES ('note', 'p', '1', 0, '{"Text":"old words"}')""";
            command.ExecuteNonQuery();
        }

        Assert.Equal("old words", workspace.Records.Find("note", "p", "1", BackupNoteJson.Default.Note)!.Text);
        Assert.Equal(new EncryptWorkspace.Outcome(1, 1), EncryptWorkspace.Run(workspace, CancellationToken.None));
        Assert.Equal(new EncryptWorkspace.Outcome(0, 0), EncryptWorkspace.Run(workspace, CancellationToken.None));

        Assert.Equal(content, workspace.Blobs.Read(id));
        Assert.Equal("old words", workspace.Records.Find("note", "p", "1", BackupNoteJson.Default.Note)!.Text);
        Assert.Empty(VerifyWorkspace.Run(workspace, CancellationToken.None).Faults);
        Assert.All(Directory.GetFiles(Home, "*", SearchOption.AllDirectories), file => Assert.Equal(-1, Bytes(file).AsSpan().IndexOf("from before"u8)));
    }

    private static byte[] Bytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal sealed record Note(string Text);

    [JsonSerializable(typeof(Note))]
    internal sealed partial class BackupNoteJson : JsonSerializerContext;
}
