using Fairlead.Data.Versions;
using Fairlead.Models.Packages;

namespace Fairlead.Packaging;

/// <summary>What packaging made.</summary>
/// <param name="image">Digest of the image, or null.</param>
public sealed class PackageLineage(LineageNode model, IReadOnlyDictionary<string, string> package, string? image) : ITraceLineage
{
    public static LineageNode NodeOf(IReadOnlyDictionary<string, string> package)
    {
        var digest = package.GetValueOrDefault(ModelPackage.ManifestFile) ?? "";
        return new LineageNode("package", digest, $"package {LineageNode.Short(digest)}");
    }

    public static LineageNode NodeOf(string image) => new("image", image, $"image {LineageNode.Short(image.Replace("sha256:", "", StringComparison.Ordinal))}");

    public IEnumerable<Made> Made()
    {
        yield return new Made("package", [model], [NodeOf(package)]);
        if (image is not null)
        {
            yield return new Made("image", [NodeOf(package)], [NodeOf(image)]);
        }
    }
}
