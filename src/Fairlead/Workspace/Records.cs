using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Fairlead.Workspace.Keys;
using Microsoft.Data.Sqlite;

namespace Fairlead.Workspace;

/// <summary>
/// The workspace's records: JSON documents by kind, project and id, in the order they were first written.
/// A write that has returned is on disk (WAL, synchronous=FULL). All writes of a process go through one writer that commits what has queued up together;
/// several processes may share a workspace.
/// </summary>
/// <remarks>Each stage owns its kinds and their types. See docs/decisions/0003-records.md for why documents over ADO.NET. Bodies are encrypted; kind, project, id and time are not.</remarks>
public sealed class Records : IDisposable
{
    /// <summary>Writes that may wait for the writer; a further one waits for a place.</summary>
    public const int QueueCapacity = 4_096;

    /// <summary>Most writes in one transaction.</summary>
    public const int BatchMax = 256;

    private const int SchemaVersion = 2;
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly RecordSeal _seal;
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Lock _start = new();
    private Task? _writer;

    internal Records(string path, TimeProvider time, Keyring keys)
    {
        (_time, _seal) = (time, new RecordSeal(keys));
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
                CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, mac BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, mac BLOB NOT NULL);
                PRAGMA user_version = 2;
                COMMIT;
                """);
        }
    }

    /// <summary>Writes a record, replacing one of the same kind, project and id (which keeps its place in the order).</summary>
    public Task PutAsync<T>(string kind, string project, string id, T body, JsonTypeInfo<T> type) =>
        EnqueueAsync("""
            INSERT INTO records (kind, project, id, at, body) VALUES ($kind, $project, $id, $at, $body)
            ON CONFLICT (kind, project, id) DO UPDATE SET body = excluded.body
            """, kind, project, id, _seal.Close(kind, project, id, JsonSerializer.SerializeToUtf8Bytes(body, type)));

    /// <summary>Writes a record unless one of the same kind, project and id exists. Returns false when it did.</summary>
    public async Task<bool> AddAsync<T>(string kind, string project, string id, T body, JsonTypeInfo<T> type) =>
        await EnqueueAsync("""
            INSERT INTO records (kind, project, id, at, body) VALUES ($kind, $project, $id, $at, $body)
            ON CONFLICT (kind, project, id) DO NOTHING
            """, kind, project, id, _seal.Close(kind, project, id, JsonSerializer.SerializeToUtf8Bytes(body, type))) > 0;

    /// <summary>Removes a record; false when there was none.</summary>
    public async Task<bool> RemoveAsync(string kind, string project, string id) =>
        await EnqueueAsync("DELETE FROM records WHERE kind = $kind AND project = $project AND id = $id", kind, project, id, []) > 0;

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
        return command.ExecuteScalar() is { } body ? JsonSerializer.Deserialize(_seal.Open(kind, project, id, body), type) : null;
    }

    /// <summary>Every record of a kind in a project (in all projects when null), in the order first written.</summary>
    public IReadOnlyList<T> List<T>(string kind, string? project, JsonTypeInfo<T> type)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = project is null
            ? "SELECT project, id, body FROM records WHERE kind = $kind ORDER BY seq"
            : "SELECT project, id, body FROM records WHERE kind = $kind AND project = $project ORDER BY seq";
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$project", project ?? "");
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read())
        {
            found.Add(JsonSerializer.Deserialize(_seal.Open(kind, reader.GetString(0), reader.GetString(1), reader.GetValue(2)), type)!);
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
            var (project, id) = (reader.GetString(0), reader.GetString(1));
            found.Add(new StoredRecord(kind, project, id, Encoding.UTF8.GetString(_seal.Open(kind, project, id, reader.GetValue(2)))));
        }

        return found;
    }

    /// <summary>Names of all records, and when each was first written, in that order.</summary>
    internal IReadOnlyList<RecordName> Names()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, project, id, at FROM records ORDER BY seq";
        using var reader = command.ExecuteReader();
        var found = new List<RecordName>();
        while (reader.Read())
        {
            found.Add(new RecordName(reader.GetString(0), reader.GetString(1), reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))));
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
                : "UPDATE records SET body = $body, id = $now WHERE kind = $kind AND project = $project AND id = $id";
            command.Parameters.AddWithValue("$kind", change.Kind);
            command.Parameters.AddWithValue("$project", change.Project);
            command.Parameters.AddWithValue("$id", change.Id);
            command.Parameters.AddWithValue("$now", change.NewId ?? change.Id);
            command.Parameters.AddWithValue("$body", change.Body is null ? "" : _seal.Close(change.Kind, change.Project, change.NewId ?? change.Id, Encoding.UTF8.GetBytes(change.Body)));
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Encrypts bodies from before encryption. Returns how many there were.</summary>
    internal int SealAll()
    {
        List<RecordChange> clear = [];
        using (var connection = Open())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT kind, project, id, body FROM records WHERE typeof(body) = 'text'";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                clear.Add(new RecordChange(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }
        }

        Rewrite(clear);
        if (clear.Count > 0)
        {
            Compact();
        }

        return clear.Count;
    }

    /// <summary>Leaves no byte of removed records: the log of writes is brought in and cut off, and the file is written again without free pages.</summary>
    /// <exception cref="FaultException">Another process is reading: it would have to be waited for.</exception>
    internal void Compact()
    {
        using var connection = Open();
        Execute(connection, "PRAGMA temp_store = MEMORY; VACUUM");
        if (Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != 0)
        {
            throw new FaultException("workspace records", "Another process is using the records, so that removed ones could not be overwritten yet.", "Stop it, and run the same command again; it goes on where it stopped.");
        }
    }

    /// <summary>Copies the database as it is at one moment, while others write to it.</summary>
    internal void CopyTo(string path)
    {
        using var connection = Open();
        using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        copy.Open();
        connection.BackupDatabase(copy);
        Execute(copy, "PRAGMA journal_mode=DELETE");
    }

    /// <summary>Reads every body and asks SQLite whether the file is whole. Returns what is wrong.</summary>
    internal IReadOnlyList<Fault> Check()
    {
        List<Fault> faults = [];
        using var connection = Open();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA integrity_check(20)";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (reader.GetString(0) is not "ok" and var wrong)
                {
                    faults.Add(new Fault("workspace records", wrong, "Restore the workspace from a backup."));
                }
            }
        }

        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT kind, project, id, body FROM records ORDER BY seq";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                try
                {
                    using var json = JsonDocument.Parse(_seal.Open(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetValue(3)));
                }
                catch (FaultException exception)
                {
                    faults.AddRange(exception.Faults);
                }
                catch (JsonException)
                {
                    faults.Add(new Fault($"record {reader.GetString(0)} {reader.GetString(1)} {reader.GetString(2)}", "Its body is not JSON.", "Restore the workspace from a backup."));
                }
            }
        }

        return faults;
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

    internal SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; PRAGMA secure_delete=ON");
        return connection;
    }

    private async Task<int> EnqueueAsync(string sql, string kind, string project, string id, byte[] body)
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

    private sealed record Pending(string Sql, string Kind, string Project, string Id, long At, byte[] Body, TaskCompletionSource<int> Done);
}

/// <param name="Body">JSON.</param>
public sealed record StoredRecord(string Kind, string Project, string Id, string Body);

/// <param name="Body">New JSON; null removes the record.</param>
public sealed record RecordChange(string Kind, string Project, string Id, string? Body)
{
    /// <summary>Another id for the record, which no other has; null: it keeps its own.</summary>
    public string? NewId { get; init; }
}

/// <param name="At">When it was first written.</param>
public sealed record RecordName(string Kind, string Project, string Id, DateTimeOffset At);
