using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Fairlead.Workspace;

/// <summary>
/// The workspace's records: JSON documents by kind, project and id, in the order they were first written.
/// A write that has returned is on disk (WAL, synchronous=FULL). All writes of a process go through one writer that commits what has queued up together;
/// several processes may share a workspace.
/// </summary>
/// <remarks>Each stage owns its kinds and their types. See docs/decisions/0003-records.md for why documents over ADO.NET.</remarks>
public sealed class Records : IDisposable
{
    /// <summary>Writes that may wait for the writer; a further one waits for a place.</summary>
    public const int QueueCapacity = 4_096;

    /// <summary>Most writes in one transaction.</summary>
    public const int BatchMax = 256;

    private const int SchemaVersion = 1;
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Lock _start = new();
    private Task? _writer;

    internal Records(string path, TimeProvider time)
    {
        _time = time;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Cache = SqliteCacheMode.Private, DefaultTimeout = 30 }.ToString();
        using var connection = Open();
        var version = Scalar(connection, "PRAGMA user_version");
        if (version > SchemaVersion)
        {
            throw new FaultException(path, $"The workspace was written by a newer Fairlead (schema {version}, this one knows {SchemaVersion}).", "Use that version, or another workspace (FAIRLEAD_WORKSPACE).");
        }

        if (version < SchemaVersion)
        {
            Execute(connection, "PRAGMA journal_mode=WAL");
            Execute(connection, """
                BEGIN IMMEDIATE;
                CREATE TABLE IF NOT EXISTS records (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    kind TEXT NOT NULL, project TEXT NOT NULL, id TEXT NOT NULL,
                    at INTEGER NOT NULL, body TEXT NOT NULL,
                    UNIQUE (kind, project, id));
                PRAGMA user_version = 1;
                COMMIT;
                """);
        }
    }

    /// <summary>Writes a record, replacing one of the same kind, project and id (which keeps its place in the order).</summary>
    public Task PutAsync<T>(string kind, string project, string id, T body, JsonTypeInfo<T> type) =>
        EnqueueAsync("""
            INSERT INTO records (kind, project, id, at, body) VALUES ($kind, $project, $id, $at, $body)
            ON CONFLICT (kind, project, id) DO UPDATE SET body = excluded.body
            """, kind, project, id, JsonSerializer.Serialize(body, type));

    /// <summary>Writes a record unless one of the same kind, project and id exists. Returns false when it did.</summary>
    public async Task<bool> AddAsync<T>(string kind, string project, string id, T body, JsonTypeInfo<T> type) =>
        await EnqueueAsync("""
            INSERT INTO records (kind, project, id, at, body) VALUES ($kind, $project, $id, $at, $body)
            ON CONFLICT (kind, project, id) DO NOTHING
            """, kind, project, id, JsonSerializer.Serialize(body, type)) > 0;

    /// <summary>Removes a record; false when there was none.</summary>
    public async Task<bool> RemoveAsync(string kind, string project, string id) =>
        await EnqueueAsync("DELETE FROM records WHERE kind = $kind AND project = $project AND id = $id", kind, project, id, "") > 0;

    /// <summary>The record, or null.</summary>
    public T? Find<T>(string kind, string project, string id, JsonTypeInfo<T> type)
        where T : class
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM records WHERE kind = $kind AND project = $project AND id = $id";
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$project", project);
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteScalar() is string body ? JsonSerializer.Deserialize(body, type) : null;
    }

    /// <summary>Every record of a kind in a project (in all projects when null), in the order first written.</summary>
    public IReadOnlyList<T> List<T>(string kind, string? project, JsonTypeInfo<T> type)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = project is null
            ? "SELECT body FROM records WHERE kind = $kind ORDER BY seq"
            : "SELECT body FROM records WHERE kind = $kind AND project = $project ORDER BY seq";
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$project", project ?? "");
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read())
        {
            found.Add(JsonSerializer.Deserialize(reader.GetString(0), type)!);
        }

        return found;
    }

    /// <summary>Every record of a kind as it is written, in the order first written.</summary>
    internal IReadOnlyList<StoredRecord> Stored(string kind)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT project, id, body FROM records WHERE kind = $kind ORDER BY seq";
        command.Parameters.AddWithValue("$kind", kind);
        using var reader = command.ExecuteReader();
        var found = new List<StoredRecord>();
        while (reader.Read())
        {
            found.Add(new StoredRecord(kind, reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return found;
    }

    /// <summary>Changes and removes records in one transaction: all of them or none. On disk when this returns.</summary>
    internal void Rewrite(IReadOnlyList<RecordChange> changes)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var change in changes)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = change.Body is null
                ? "DELETE FROM records WHERE kind = $kind AND project = $project AND id = $id"
                : "UPDATE records SET body = $body WHERE kind = $kind AND project = $project AND id = $id";
            command.Parameters.AddWithValue("$kind", change.Kind);
            command.Parameters.AddWithValue("$project", change.Project);
            command.Parameters.AddWithValue("$id", change.Id);
            command.Parameters.AddWithValue("$body", change.Body ?? "");
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Leaves no byte of removed records: the log of writes is brought in and cut off, and the file is written again without free pages.</summary>
    /// <exception cref="FaultException">Another process is reading: it would have to be waited for.</exception>
    internal void Compact()
    {
        using var connection = Open();
        Execute(connection, "VACUUM");
        if (Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != 0)
        {
            throw new FaultException("workspace records", "Another process is using the records, so that removed ones could not be overwritten yet.", "Stop it, and run the same command again; it goes on where it stopped.");
        }
    }

    /// <summary>How many records of a kind a project has.</summary>
    public long Count(string kind, string project)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM records WHERE kind = $kind AND project = $project";
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$project", project);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Waits for the writes that are queued, then closes.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _writer?.GetAwaiter().GetResult();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; PRAGMA secure_delete=ON");
        return connection;
    }

    private async Task<int> EnqueueAsync(string sql, string kind, string project, string id, string body)
    {
        lock (_start)
        {
            _writer ??= Task.Run(WriteAsync);
        }

        var pending = new Pending(sql, kind, project, id, _time.GetUtcNow().ToUnixTimeMilliseconds(), body,
            new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _queue.Writer.WriteAsync(pending);
        return await pending.Done.Task;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Pending>(BatchMax);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < BatchMax && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            var counts = new int[batch.Count];
            try
            {
                using var connection = Open();
                using var transaction = connection.BeginTransaction(deferred: false);
                for (var i = 0; i < batch.Count; i++)
                {
                    using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = batch[i].Sql;
                    command.Parameters.AddWithValue("$kind", batch[i].Kind);
                    command.Parameters.AddWithValue("$project", batch[i].Project);
                    command.Parameters.AddWithValue("$id", batch[i].Id);
                    command.Parameters.AddWithValue("$at", batch[i].At);
                    command.Parameters.AddWithValue("$body", batch[i].Body);
                    counts[i] = command.ExecuteNonQuery();
                }

                transaction.Commit();
            }
            catch (Exception exception) // the boundary: whoever waits for these writes is told, and the writer goes on
            {
                batch.ForEach(pending => pending.Done.SetException(exception));
                continue;
            }

            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.SetResult(counts[i]);
            }
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private sealed record Pending(string Sql, string Kind, string Project, string Id, long At, string Body, TaskCompletionSource<int> Done);
}

/// <param name="Body">JSON.</param>
public sealed record StoredRecord(string Kind, string Project, string Id, string Body);

/// <param name="Body">New JSON; null removes the record.</param>
public sealed record RecordChange(string Kind, string Project, string Id, string? Body);
