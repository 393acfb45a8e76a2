using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Packaging;

/// <summary>What is inside a server layer, as CycloneDX 1.6 JSON (cyclonedx.org/docs/1.6/json). Without a moment or a serial number: the same layer, the same bytes.</summary>
internal sealed record BillOfMaterials(
    string BomFormat, string SpecVersion, int Version, BillOfMaterials.MetadataPart Metadata, IReadOnlyList<BillOfMaterials.Component> Components)
{
    /// <summary>Its place in the image.</summary>
    public const string Path = "sbom.cdx.json";

    internal sealed record MetadataPart(Component Component);

    internal sealed record Component(
        string Type, [property: JsonPropertyName("bom-ref")] string Reference, string Name, string? Version, IReadOnlyList<HashValue>? Hashes,
        IReadOnlyList<LicenseChoice>? Licenses);

    internal sealed record HashValue(string Alg, string Content);

    internal sealed record LicenseChoice(LicenseName License);

    internal sealed record LicenseName(string Id);

    /// <summary>Lists the program, the .NET runtime in it, and the C libraries beside it.</summary>
    public static byte[] Write(LayerFile program, string version, IReadOnlyList<LayerFile> libraries)
    {
        var server = new Component("application", "fairlead-model-server", "fairlead-model-server", version, [new HashValue("SHA-256", program.Sha256)], Licensed("Apache-2.0"));
        var runtime = new Component("framework", "dotnet-runtime", ".NET runtime", Environment.Version.ToString(), null, Licensed("MIT"));
        var bill = new BillOfMaterials("CycloneDX", "1.6", 1, new MetadataPart(server),
        [
            runtime,
            .. libraries.Select(library => new Component("library", "/" + library.Path, System.IO.Path.GetFileName(library.Path), null, [new HashValue("SHA-256", library.Sha256)], null)),
        ]);
        return JsonSerializer.SerializeToUtf8Bytes(bill, ImageJson.Default.BillOfMaterials);
    }

    private static LicenseChoice[] Licensed(string id) => [new LicenseChoice(new LicenseName(id))];
}
