using Fairlead.Workspace;
using Microsoft.Data.Sqlite;

namespace Fairlead.Tests.Workspace;

public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-audit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Entries_of_several_writers_make_one_whole_chain()
    {
        using var one = WorkspaceFolder.Open(_folder);
        using var two = WorkspaceFolder.Open(_folder);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).Audit.Read("test", $"thing {i}", subject: "person 7"))));

        var entries = one.Audit.List(100);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), entries.Select(entry => entry.Number));
        Assert.Empty(two.Audit.Verify());
        Assert.Single(entries.Select(entry => entry.Subject).Distinct());
        Assert.DoesNotContain("person", entries[0].Subject!, StringComparison.Ordinal);
        Assert.Equal("os:" + Environment.UserName, entries[0].Who);
    }

    [Theory]
    [InlineData("DELETE FROM audit WHERE seq = 3", "audit entry 3")]
    [InlineData("DELETE FROM audit WHERE seq > 4", "audit entry 5")]
    [InlineData("UPDATE audit SET body = (SELECT body FROM audit WHERE seq = 2) WHERE seq = 3", "audit entry 3")]
    [InlineData("UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 2) WHERE seq = 6", "audit entry 6")]
    [InlineData("DELETE FROM audit WHERE seq = 6; UPDATE audit_head SET seq = 5", "audit: The end")]
    [InlineData("DELETE FROM audit; DELETE FROM audit_head", "audit entry 1: The kept head")]
    public void A_removed_or_changed_entry_is_found(string sql, string expected)
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        for (var i = 0; i < 6; i++)
        {
            workspace.Audit.Changed("test", $"thing {i}");
        }

        var head = workspace.Audit.Head();
        Assert.Empty(workspace.Audit.Verify(head));
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "records.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        Assert.Contains(workspace.Audit.Verify(head), fault => fault.ToString().StartsWith(expected, StringComparison.Ordinal));
    }
}
