using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Workspace.Keys;

/// <summary>Which master key a workspace is encrypted with, and where that is kept: <c>keys/master.json</c>. Holds no key in clear.</summary>
/// <param name="Workspace">Random name of the workspace, 16 hexadecimal digits; names its key file.</param>
/// <param name="Key">Id of the master key.</param>
/// <param name="Source">file, environment or service.</param>
/// <param name="Wrapped">The master key as the key service wrapped it; null for other sources.</param>
/// <param name="Previous">While keys are being wrapped anew: the master key before, wrapped by the new one.</param>
internal sealed record KeyState(int Format, string Workspace, string Key, string Source, string? Wrapped, PreviousKey? Previous)
{
    public const int FormatVersion = 1;

    public static string PathIn(string folder) => Path.Combine(folder, "keys", "master.json");

    /// <summary>Null when the workspace has no keys yet.</summary>
    /// <exception cref="FaultException">The file is damaged or of a newer version.</exception>
    public static KeyState? Read(string folder)
    {
        var path = PathIn(folder);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes); // not through the serializer, like Data.RawVersionConverter
            var state = document.RootElement;
            return state.ValueKind == JsonValueKind.Object && Of(state, "format", JsonValueKind.Number)?.GetInt32() == FormatVersion
                ? new KeyState(FormatVersion, Text(state, "workspace"), Text(state, "key"), Text(state, "source"), Of(state, "wrapped", JsonValueKind.String)?.GetString(),
                    Of(state, "previous", JsonValueKind.Object) is { } previous ? new PreviousKey(Text(previous, "key"), Text(previous, "wrapped")) : null)
                : throw new JsonException("not of version 1");
        }
        catch (JsonException exception)
        {
            throw new FaultException(path, $"The file that says which key the workspace is encrypted with can't be understood: {exception.Message}", "Restore it from a backup of the workspace.");
        }
    }

    private static JsonElement? Of(JsonElement parent, string name, JsonValueKind kind) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == kind ? value : throw new JsonException($"\"{name}\" is a {value.ValueKind}, not a {kind}");

    private static string Text(JsonElement parent, string name) => Of(parent, name, JsonValueKind.String)?.GetString() ?? throw new JsonException($"\"{name}\" is missing");

    public void Write(string folder) => DurableFile.Write(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this, KeyStateJson.Default.KeyState));

    /// <summary>The same, and overwrites on disk what stood there before: the former key wrapped by the one in use.</summary>
    public void Replace(string folder) => ShreddedFile.Replace(PathIn(folder), next => JsonSerializer.Serialize(next, this, KeyStateJson.Default.KeyState));
}

/// <param name="Key">Id of the master key.</param>
/// <param name="Wrapped">Base64 of a <see cref="WrappedKey"/> named "previous".</param>
internal sealed record PreviousKey(string Key, string Wrapped);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(KeyState))]
internal sealed partial class KeyStateJson : JsonSerializerContext;
