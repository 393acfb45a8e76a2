using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>Unpacks an image, so that its own files can be run without a container runtime.</summary>
public static class ImageFiles
{
    /// <summary>Name of the mark that says a folder is whole; it holds the kind of the server.</summary>
    internal const string Mark = ".fairlead-image";

    /// <summary>Unpacks all layers into <paramref name="folder"/>/DIGEST, whole or not at all; what is there already is used again.</summary>
    /// <returns>The root of the unpacked file system.</returns>
    /// <exception cref="FaultException">The workspace doesn't hold the image, or a layer's bytes are not what its digest says.</exception>
    public static string Extract(string digest, string folder, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        var manifest = OciImage.ReadManifest(digest, blobs);
        var root = Path.Combine(Path.GetFullPath(folder), OciImage.Id(digest));
        if (File.Exists(Path.Combine(root, Mark)))
        {
            return root;
        }

        Directory.CreateDirectory(folder);
        var next = $"{root}.{Environment.ProcessId}.next";
        if (Directory.Exists(next))
        {
            Directory.Delete(next, recursive: true);
        }

        Directory.CreateDirectory(next);
        try
        {
            foreach (var layer in manifest.Layers)
            {
                Unpack(OciImage.Id(layer.Digest), next, blobs);
            }

            File.WriteAllText(Path.Combine(next, Mark), manifest.Annotations?.GetValueOrDefault(OciImage.KindLabel) ?? "");
            Place(next, root);
            return root;
        }
        finally
        {
            if (Directory.Exists(next))
            {
                Directory.Delete(next, recursive: true);
            }
        }
    }

    private static void Unpack(string id, string folder, BlobStore blobs)
    {
        using (var stream = blobs.OpenRead(id))
        {
            var actual = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (actual != id)
            {
                throw new FaultException($"layer {id}", $"The layer's bytes hash to {actual}, not to its digest: the file was changed.", "Delete it and run iterate again; it is written anew.");
            }
        }

        using var tar = new TarReader(new GZipStream(blobs.OpenRead(id), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            var path = Path.GetFullPath(Path.Combine(folder, entry.Name));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new FaultException($"layer {id}", $"The entry {entry.Name} leaves the image.", "");
            }

            // Owners are those of whoever unpacks; files stay writable for their owner, so that they can be deleted.
            if (entry.EntryType == TarEntryType.Directory)
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                entry.ExtractToFile(path, overwrite: true);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, entry.Mode | UnixFileMode.UserWrite);
                }
            }
        }
    }

    private static void Place(string next, string root)
    {
        try
        {
            if (Directory.Exists(root))
            {
                Directory.Delete(root, recursive: true); // left half-made by an older version
            }

            Directory.Move(next, root);
        }
        catch (IOException) when (File.Exists(Path.Combine(root, Mark)))
        {
            // another process was first; its files are the same
        }
    }
}
