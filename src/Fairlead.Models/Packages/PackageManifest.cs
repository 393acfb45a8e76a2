using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.Packages;

/// <summary>The list of a package's files with their hashes. Its own hash names the package. See docs/formats/model-package.md.</summary>
/// <param name="Format">Version of the package format.</param>
/// <param name="Files">File name to SHA-256 (64 lower-case hexadecimal digits), in ordinal order of the names; the manifest itself is not among them.</param>
public sealed record PackageManifest(int Format, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>The manifest of these files.</summary>
    /// <param name="files">File name to content, without the manifest.</param>
    public static PackageManifest Of(IReadOnlyDictionary<string, byte[]> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, content) in files)
        {
            hashes.Add(name, Sha256.Hex(content));
        }

        return new PackageManifest(ModelContract.FormatVersion, hashes);
    }

    /// <summary>The bytes of manifest.json: the same for the same files.</summary>
    public byte[] ToBytes() => PackageJson.Write(this, PackageJson.Default.PackageManifest);

    /// <exception cref="InvalidDataException">The bytes are no manifest, or one of an unknown version.</exception>
    public static PackageManifest Parse(ReadOnlySpan<byte> json)
    {
        var manifest = PackageJson.Read(json, PackageJson.Default.PackageManifest, ModelPackage.ManifestFile);
        return manifest.Format == ModelContract.FormatVersion
            ? manifest
            : throw new InvalidDataException(
                $"{ModelPackage.ManifestFile}: package format {manifest.Format} is not known; this program reads format {ModelContract.FormatVersion}. Make the package again, or use the Fairlead that wrote it.");
    }
}

/// <summary>JSON of the package's files: camelCase names, enums by name, indented, the same bytes for the same content.</summary>
[JsonSerializable(typeof(ModelContract))]
[JsonSerializable(typeof(PackageManifest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
public sealed partial class PackageJson : JsonSerializerContext
{
    /// <summary>The bytes of contract.json.</summary>
    public static byte[] Write(ModelContract contract) => Write(contract, Default.ModelContract);

    /// <exception cref="InvalidDataException">The bytes are no contract.</exception>
    public static ModelContract ReadContract(ReadOnlySpan<byte> json) => Read(json, Default.ModelContract, ModelPackage.ContractFile);

    internal static byte[] Write<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];

    internal static T Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException($"{file}: null where an object belongs.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file}: {exception.Message}", exception);
        }
    }
}
