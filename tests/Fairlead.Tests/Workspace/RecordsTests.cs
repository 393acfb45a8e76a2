using System.Text.Json.Serialization;
using Fairlead.Workspace;

namespace Fairlead.Tests.Workspace;

public sealed partial class RecordsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-records-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_record_is_found_again_by_another_process_of_the_same_workspace()
    {
        using var first = WorkspaceFolder.Open(_folder);
        using var second = WorkspaceFolder.Open(_folder);
        await first.Records.PutAsync("note", "p", "1", new Note("one"), NoteJson.Default.Note);
        Assert.Equal("one", second.Records.Find("note", "p", "1", NoteJson.Default.Note)!.Text);
    }

    [Fact]
    public async Task Adding_twice_keeps_the_first_and_says_so()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        Assert.True(await workspace.Records.AddAsync("note", "p", "1", new Note("one"), NoteJson.Default.Note));
        Assert.False(await workspace.Records.AddAsync("note", "p", "1", new Note("two"), NoteJson.Default.Note));
        Assert.Equal("one", workspace.Records.Find("note", "p", "1", NoteJson.Default.Note)!.Text);
    }

    [Fact]
    public async Task Records_are_listed_in_the_order_they_were_first_written_and_per_project()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        foreach (var id in new[] { "b", "a", "c" })
        {
            await workspace.Records.PutAsync("note", "p", id, new Note(id), NoteJson.Default.Note);
        }

        await workspace.Records.PutAsync("note", "q", "x", new Note("x"), NoteJson.Default.Note);
        await workspace.Records.PutAsync("note", "p", "b", new Note("B"), NoteJson.Default.Note);
        Assert.Equal(["B", "a", "c"], workspace.Records.List("note", "p", NoteJson.Default.Note).Select(n => n.Text));
        Assert.Equal(4, workspace.Records.List("note", null, NoteJson.Default.Note).Count);
        Assert.True(await workspace.Records.RemoveAsync("note", "p", "a"));
        Assert.False(await workspace.Records.RemoveAsync("note", "p", "a"));
        Assert.Equal(2, workspace.Records.Count("note", "p"));
    }

    [Fact]
    public async Task Many_writers_lose_nothing()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        using var other = WorkspaceFolder.Open(_folder);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() =>
            (i % 2 == 0 ? workspace : other).Records.PutAsync("note", "p", i.ToString(), new Note("n"), NoteJson.Default.Note))));
        Assert.Equal(400, workspace.Records.Count("note", "p"));
    }

    [Fact]
    public void The_same_bytes_are_stored_once_and_read_back()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var id = workspace.Blobs.Put("hello"u8);
        // sha256("hello")
        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", id);
        var temporary = workspace.Blobs.NewTemporary();
        File.WriteAllText(temporary, "hello");
        Assert.Equal(id, workspace.Blobs.PutFile(temporary));
        Assert.False(File.Exists(temporary));
        Assert.Equal("hello"u8.ToArray(), workspace.Blobs.Read(id));
    }

    [Fact]
    public void A_second_holder_of_a_project_is_refused_until_the_first_lets_go()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var held = workspace.Lock("p");
        Assert.Throws<FaultException>(() => workspace.Lock("p"));
        held.Dispose();
        workspace.Lock("p").Dispose();
    }

    [Fact]
    public void A_workspace_of_a_newer_schema_is_refused_with_what_to_do()
    {
        WorkspaceFolder.Open(_folder).Dispose();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "records.db")}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        var fault = Assert.Throws<FaultException>(() => WorkspaceFolder.Open(_folder));
        Assert.Contains("newer Fairlead", fault.Message);
    }

    internal sealed record Note(string Text);

    [JsonSerializable(typeof(Note))]
    internal sealed partial class NoteJson : JsonSerializerContext;
}
