using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Workspace.Keys;
using Microsoft.Data.Sqlite;

namespace Fairlead.Workspace.Audit;

/// <summary>Who read or changed protected data, and when. Only grows; each entry's check covers the one before, so that a removed, changed or reordered entry is found. Safe for several processes.</summary>
/// <remarks>
/// The check of entry n is the HMAC-SHA256, under a key of the workspace, of the check of entry n - 1, n as 64 bits little-endian, and the entry as stored. The head keeps the last number and an HMAC of it and its check:
/// entries cut off at the end are found too. Who has the master key and can write the database can make another history; a copy of the head (<see cref="Head"/>) kept elsewhere, as every backup does, shows that.
/// </remarks>
public sealed partial class AuditLog
{
    private const string Kind = "audit";
    private readonly Records _records;
    private readonly Keyring _keys;
    private readonly RecordSeal _seal;
    private readonly TimeProvider _time;

    internal AuditLog(Records records, Keyring keys, TimeProvider time) => (_records, _keys, _seal, _time) = (records, keys, new RecordSeal(keys), time);

    /// <summary>The person or program that acts when nobody else is named: the user of the operating system.</summary>
    public static string ThisUser => "os:" + Environment.UserName;

    /// <summary>Records that protected data was read. On disk when this returns: what is not in the audit is not shown.</summary>
    /// <param name="verb">What was done, as a command or an address.</param>
    /// <param name="subject">Value that names a person, where one was asked for; kept as a keyed pseudonym only.</param>
    public void Read(string verb, string what, string? subject = null, string? who = null) => Append("read", verb, what, subject, who);

    /// <summary>Records that protected data was changed or removed.</summary>
    public void Changed(string verb, string what, string? subject = null, string? who = null) => Append("change", verb, what, subject, who);

    /// <summary>The newest entries, oldest of them first.</summary>
    public IReadOnlyList<AuditEntry> List(int max)
    {
        using var connection = _records.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, body FROM (SELECT seq, body FROM audit ORDER BY seq DESC LIMIT $max) ORDER BY seq";
        command.Parameters.AddWithValue("$max", max);
        using var reader = command.ExecuteReader();
        List<AuditEntry> found = [];
        while (reader.Read())
        {
            found.Add(Entry(reader.GetInt64(0), (byte[])reader.GetValue(1)));
        }

        return found;
    }

    /// <summary>Number and check of the last entry: kept elsewhere, it shows later whether history was written anew. Null while there is none.</summary>
    public (long Number, string Check)? Head()
    {
        using var connection = _records.Open();
        return Last(connection, null) is { Number: > 0 } last ? (last.Number, Convert.ToHexStringLower(last.Mac)) : null;
    }

    /// <summary>Walks the whole chain. Returns what is wrong: nothing for a whole one.</summary>
    /// <param name="known">A head that was kept elsewhere.</param>
    public IReadOnlyList<Fault> Verify((long Number, string Check)? known = null)
    {
        List<Fault> faults = [];
        using var connection = _records.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, body, mac FROM audit ORDER BY seq";
        byte[] before = [];
        var number = 0L;
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var (seq, body, mac) = (reader.GetInt64(0), (byte[])reader.GetValue(1), (byte[])reader.GetValue(2));
                if (seq != number + 1)
                {
                    faults.Add(Broken(number + 1, seq == number + 2 ? "The entry was removed." : $"Entries {number + 1} to {seq - 1} were removed."));
                }
                else if (!CryptographicOperations.FixedTimeEquals(mac, Mac(before, seq, body)))
                {
                    faults.Add(Broken(seq, "The entry was changed, or put in another's place."));
                }

                if (known is { } kept && kept.Number == seq && kept.Check != Convert.ToHexStringLower(mac))
                {
                    faults.Add(Broken(seq, "It is not the entry that the kept head tells of: history was written anew."));
                }

                (before, number) = (mac, seq);
            }
        }

        try
        {
            if (Last(connection, null) is var head && (head.Number != number || !head.Mac.AsSpan().SequenceEqual(before)))
            {
                faults.Add(Broken(number + 1, head.Number > number ? $"Entries {number + 1} to {head.Number} were cut off." : "The last entries are not the audit's own."));
            }
        }
        catch (FaultException exception)
        {
            faults.AddRange(exception.Faults);
        }

        if (known is { } last && last.Number > number)
        {
            faults.Add(Broken(number + 1, $"The kept head tells of {last.Number} entries; {number} are here."));
        }

        return faults;
    }

    private void Append(string what, string verb, string target, string? subject, string? who)
    {
        var entry = new AuditEntry(0, _time.GetUtcNow(), who ?? ThisUser, what, verb, target, subject is null ? null : _keys.SubjectPseudonym(subject));
        using var connection = _records.Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var last = Last(connection, transaction);
        var number = last.Number + 1;
        var body = _seal.Close(Kind, "", Id(number), JsonSerializer.SerializeToUtf8Bytes(entry with { Number = number }, AuditJson.Default.AuditEntry));
        var mac = Mac(last.Mac, number, body);
        Run(connection, transaction, "INSERT INTO audit (seq, body, mac) VALUES ($seq, $body, $mac)", number, body, mac);
        Run(connection, transaction, "INSERT INTO audit_head (one, seq, mac) VALUES (1, $seq, $body) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, mac = excluded.mac", number, [.. mac, .. HeadMac(number, mac)], null);
        transaction.Commit();
    }

    private AuditEntry Entry(long number, byte[] body) => JsonSerializer.Deserialize(_seal.Open(Kind, "", Id(number), body), AuditJson.Default.AuditEntry)!;

    /// <exception cref="FaultException">The head was changed.</exception>
    private (long Number, byte[] Mac) Last(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT seq, mac FROM audit_head";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return (0, []);
        }

        var (number, both) = (reader.GetInt64(0), (byte[])reader.GetValue(1));
        return both.Length == 64 && CryptographicOperations.FixedTimeEquals(both.AsSpan(32), HeadMac(number, both[..32]))
            ? (number, both[..32])
            : throw new FaultException("audit", "The end of the audit was changed outside of Fairlead.", "Restore the workspace from a backup, and find out who can write it.");
    }

    private byte[] Mac(byte[] before, long number, byte[] body)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(place, number);
        return HMACSHA256.HashData(_keys.Named(Kind), (byte[])[.. before, .. place, .. body]);
    }

    private byte[] HeadMac(long number, byte[] mac) => Mac(Encoding.ASCII.GetBytes("head"), number, mac);

    private static Fault Broken(long number, string what) => new($"audit entry {number}", what, "Restore the workspace from a backup, and find out who can write it.");

    private static string Id(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Run(SqliteConnection connection, SqliteTransaction transaction, string sql, long seq, byte[] body, byte[]? mac)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$seq", seq);
        command.Parameters.AddWithValue("$body", body);
        if (mac is not null)
        {
            command.Parameters.AddWithValue("$mac", mac);
        }

        command.ExecuteNonQuery();
    }

    [JsonSerializable(typeof(AuditEntry))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class AuditJson : JsonSerializerContext;
}

/// <param name="Number">From 1.</param>
/// <param name="Who"><c>os:USER</c>; <c>link</c> or <c>link:NAME</c> for who opened a review link, with the name they gave.</param>
/// <param name="What">read or change.</param>
/// <param name="Verb">The command or address.</param>
/// <param name="Target">What was read or changed: ids and names, never values.</param>
/// <param name="Subject">Keyed pseudonym of the person it was about; null where it was about none in particular.</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string Who, string What, string Verb, string Target, string? Subject);
