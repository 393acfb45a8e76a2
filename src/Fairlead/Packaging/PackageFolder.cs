using Fairlead.Models.Packages;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>Lays a package's files into a folder, for what reads packages from folders.</summary>
public static class PackageFolder
{
    /// <summary>Copies the files to <paramref name="folder"/>/DIGEST, whole or not at all; what is there already is used again.</summary>
    /// <param name="package">Files by name, as blob ids.</param>
    /// <returns>The package's folder.</returns>
    /// <exception cref="FaultException">The workspace doesn't hold a file of the package.</exception>
    public static string Materialise(IReadOnlyDictionary<string, string> package, BlobStore blobs, string folder)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(blobs);
        var digest = package[ModelPackage.ManifestFile];
        var place = Path.Combine(Path.GetFullPath(folder), digest);
        if (Directory.Exists(place))
        {
            return place;
        }

        var missing = package.Where(file => !blobs.Has(file.Value)).Select(file => file.Key).Order(StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
        {
            throw new FaultException($"package {digest[..12]}", $"The workspace no longer holds {string.Join(", ", missing)}.", "Run iterate again; it writes what is missing.");
        }

        var next = $"{place}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.next";
        Directory.CreateDirectory(next);
        try
        {
            foreach (var (name, id) in package)
            {
                blobs.CopyTo(id, Path.Combine(next, name));
            }

            Directory.Move(next, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // another thread or process was first; its files are the same
        }
        finally
        {
            if (Directory.Exists(next))
            {
                Directory.Delete(next, recursive: true);
            }
        }

        return place;
    }
}
