using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Workspace;

/// <summary>SHA-256 of files, remembered by path, size and time of change, so that an unchanged source is not read again.</summary>
/// <remarks>A file changed less than two seconds before it was hashed is not remembered: a second write could carry the same time.</remarks>
public static partial class FileDigests
{
    private const string Kind = "file-digest";

    /// <summary>64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FaultException">The file is not there or can't be read.</exception>
    public static async Task<(string Sha256, long Bytes)> OfAsync(string path, WorkspaceFolder workspace)
    {
        var full = Path.GetFullPath(path);
        try
        {
            var info = new FileInfo(full);
            var stamp = $"{info.Length}:{info.LastWriteTimeUtc.Ticks}";
            if (workspace.Records.Find(Kind, "", full, DigestJson.Default.Digest) is { } known && known.Stamp == stamp)
            {
                return (known.Sha256, info.Length);
            }

            string sha;
            await using (var stream = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, FileOptions.SequentialScan))
            {
                sha = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
            }

            if (workspace.Time.GetUtcNow().UtcDateTime - info.LastWriteTimeUtc > TimeSpan.FromSeconds(2))
            {
                await workspace.Records.PutAsync(Kind, "", full, new Digest(stamp, sha), DigestJson.Default.Digest);
            }

            return (sha, info.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(path, $"The file can't be read: {exception.Message}", "Check the path and the rights.");
        }
    }

    [JsonConverter(typeof(DigestConverter))]
    internal sealed record Digest(string Stamp, string Sha256);

    /// <summary>By hand, like <see cref="Data.RawVersionConverter"/>.</summary>
    internal sealed class DigestConverter : JsonConverter<Digest>
    {
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new Digest(document.RootElement.GetProperty("Stamp").GetString()!, document.RootElement.GetProperty("Sha256").GetString()!);
        }

        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("Stamp", value.Stamp);
            writer.WriteString("Sha256", value.Sha256);
            writer.WriteEndObject();
        }
    }

    [JsonSerializable(typeof(Digest))]
    internal sealed partial class DigestJson : JsonSerializerContext;
}
