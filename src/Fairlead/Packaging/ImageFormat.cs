using System.Text.Json.Serialization;

namespace Fairlead.Packaging;

/// <summary>Names of the OCI image specification, version 1.1 (github.com/opencontainers/image-spec).</summary>
internal static class ImageMedia
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string ReferenceName = "org.opencontainers.image.ref.name";
}

internal sealed record ImageDescriptor(
    string MediaType, string Digest, long Size, SortedDictionary<string, string>? Annotations = null, ImagePlatform? Platform = null);

internal sealed record ImagePlatform(string Architecture, string Os);

internal sealed record ImageManifest(
    int SchemaVersion, string MediaType, ImageDescriptor Config, IReadOnlyList<ImageDescriptor> Layers, SortedDictionary<string, string>? Annotations = null);

internal sealed record ImageIndex(int SchemaVersion, string MediaType, IReadOnlyList<ImageDescriptor> Manifests);

internal sealed record ImageLayoutVersion([property: JsonPropertyName("imageLayoutVersion")] string Version);

internal sealed record ImageConfig(
    string Created, string Architecture, string Os, ImageRunConfig Config, ImageRootFs Rootfs, IReadOnlyList<ImageHistory> History);

internal sealed record ImageRunConfig(
    [property: JsonPropertyName("User")] string User,
    [property: JsonPropertyName("ExposedPorts")] SortedDictionary<string, EmptyObject> ExposedPorts,
    [property: JsonPropertyName("Env")] IReadOnlyList<string> Env,
    [property: JsonPropertyName("Entrypoint")] IReadOnlyList<string> Entrypoint,
    [property: JsonPropertyName("Volumes")] SortedDictionary<string, EmptyObject> Volumes,
    [property: JsonPropertyName("WorkingDir")] string WorkingDir,
    [property: JsonPropertyName("Labels")] SortedDictionary<string, string> Labels,
    [property: JsonPropertyName("StopSignal")] string StopSignal);

internal sealed record EmptyObject;

internal sealed record ImageRootFs(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);

internal sealed record ImageHistory(string Created, [property: JsonPropertyName("created_by")] string CreatedBy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(ImageLayoutVersion))]
[JsonSerializable(typeof(ImageLayer))]
[JsonSerializable(typeof(BillOfMaterials))]
internal sealed partial class ImageJson : JsonSerializerContext;
