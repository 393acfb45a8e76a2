using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Workspace.Backups;

/// <summary>What a backup holds: <c>snapshots/MOMENT.json</c>. The files stand under <c>files/</c> by the SHA-256 of their bytes as stored, which are encrypted.</summary>
/// <param name="Workspace">Random name of the workspace.</param>
/// <param name="Key">Id of the master key that opens it.</param>
/// <param name="AuditNumber">Entries of the audit then.</param>
/// <param name="AuditCheck">Check of the last of them; null for none.</param>
/// <param name="Mac">HMAC-SHA256 of this manifest with this field empty, under a key of the workspace.</param>
public sealed record BackupManifest(int Format, string Workspace, string Key, DateTimeOffset At, long AuditNumber, string? AuditCheck, IReadOnlyList<BackupFile> Files, string Mac)
{
    internal const int FormatVersion = 1;
    internal const string Snapshots = "snapshots";

    /// <summary>Where the database stands in a restored workspace while it is still a sealed file.</summary>
    internal const string RecordsFile = "records.sealed";

    /// <summary>The wrapped key of that file.</summary>
    internal const string RecordsKeyFile = "records.key";

    internal static string PathOfFile(string backup, string sha256) => Path.Combine(backup, "files", sha256[..2], sha256[2..]);

    /// <summary>Snapshots in a backup, oldest first.</summary>
    public static IReadOnlyList<string> In(string backup)
    {
        var folder = Path.Combine(backup, Snapshots);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];
    }

    /// <exception cref="FaultException">It is none, or of a newer version.</exception>
    public static BackupManifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupJson.Default.BackupManifest) is { Format: FormatVersion } manifest ? manifest : throw new JsonException("it is not of version 1");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The snapshot can't be read: {exception.Message}", "Name another snapshot with --snapshot.");
        }
    }

    internal BackupManifest Signed(byte[] key) => this with { Mac = Sign(key) };

    internal bool IsSigned(byte[] key) => CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Mac), System.Text.Encoding.ASCII.GetBytes(Sign(key)));

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    private string Sign(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, (this with { Mac = "" }).ToJson()));
}

/// <param name="Path">Where it stands in the workspace, with "/" between folders.</param>
/// <param name="Sha256">Of its bytes as stored.</param>
public sealed record BackupFile(string Path, string Sha256, long Bytes);

[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BackupJson : JsonSerializerContext;
