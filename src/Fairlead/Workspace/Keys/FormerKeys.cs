using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Workspace.Keys;

/// <summary>Master keys from before rotations, each wrapped by the one in use: <c>keys/former.json</c>. They open backups made before a rotation, and nothing in the workspace.</summary>
internal sealed record FormerKeys(int Format, IReadOnlyList<FormerKey> Keys)
{
    public const int FormatVersion = 1;

    /// <summary>What a former key is bound to.</summary>
    internal const string Name = "former";

    public static string PathIn(string folder) => Path.Combine(folder, "keys", "former.json");

    /// <summary>None when no rotation kept any.</summary>
    /// <exception cref="FaultException">The file is damaged or of a newer version.</exception>
    public static FormerKeys Read(string folder)
    {
        var path = PathIn(folder);
        return File.Exists(path) ? Parse(File.ReadAllBytes(path), path) : new FormerKeys(FormatVersion, []);
    }

    /// <exception cref="FaultException">The bytes are damaged or of a newer version.</exception>
    public static FormerKeys Parse(ReadOnlySpan<byte> json, string where)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FormerKeysJson.Default.FormerKeys) is { Format: FormatVersion } keys ? keys : throw new JsonException("not of version 1");
        }
        catch (JsonException exception)
        {
            throw new FaultException(where, $"The list of former master keys can't be understood: {exception.Message}", "Restore the file from a backup of the workspace; or run \"fairlead workspace rotate --forget-old\": then backups from before a rotation need the key of then.");
        }
    }

    public void Write(string folder) => DurableFile.Write(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this, FormerKeysJson.Default.FormerKeys));

    /// <summary>The former key with this id, when it is listed and one of these opens it.</summary>
    public MasterKey? Find(string id, params IReadOnlyList<MasterKey> masters) =>
        Keys.FirstOrDefault(key => key.Key == id) is { } former ? masters.Select(former.Open).FirstOrDefault(opened => opened is not null) : null;

    /// <summary>The list after a rotation: every key wrapped by the new one, the one before among them. The same when called again after a kill.</summary>
    /// <exception cref="FaultException">A listed key was changed.</exception>
    public FormerKeys After(MasterKey now, MasterKey before, DateTimeOffset at, string where)
    {
        List<FormerKey> keys = [];
        foreach (var former in Keys)
        {
            var key = former.Open(now) is not null ? former : former.Open(before) is { } opened ? FormerKey.Wrap(opened, now, former.Until)
                : throw new FaultException(where, $"The former master key {former.Key} can't be read: it was changed.", "Restore the file from a backup of the workspace; or run \"fairlead workspace rotate --forget-old\": then backups from before a rotation need the key of then.");
            keys.Add(key);
        }

        return this with { Keys = keys.Exists(key => key.Key == before.Id) ? keys : [.. keys, FormerKey.Wrap(before, now, at)] };
    }
}

/// <summary>A master key that was replaced.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Wrapped">Base64 of a <see cref="WrappedKey"/>.</param>
/// <param name="Until">When it was replaced.</param>
internal sealed record FormerKey(string Key, string Wrapped, DateTimeOffset Until)
{
    public static FormerKey Wrap(MasterKey key, MasterKey by, DateTimeOffset until) => new(key.Id, Convert.ToBase64String(WrappedKey.Wrap(key.Bytes, FormerKeys.Name, by)), until);

    /// <summary>Null when another key wrapped it, or it was changed.</summary>
    public MasterKey? Open(MasterKey by)
    {
        var bytes = new byte[WrappedKey.Bytes];
        return Convert.TryFromBase64String(Wrapped, bytes, out var count) && WrappedKey.Unwrap(bytes.AsSpan(0, count), FormerKeys.Name, by) is { } key && new MasterKey(key) is var opened && opened.Id == Key ? opened : null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FormerKeys))]
internal sealed partial class FormerKeysJson : JsonSerializerContext;
