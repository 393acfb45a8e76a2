using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fairlead.Models.Packages;
using Fairlead.Workspace;

namespace Fairlead.Packaging;

/// <summary>An OCI image of the model server with a model package, in the blob store.</summary>
/// <param name="Digest">"sha256:" and 64 hexadecimal digits: the digest of its manifest, which names it everywhere.</param>
/// <param name="Bytes">Compressed size of all layers.</param>
/// <param name="ServerLayer">Digest of the layer all iterations share.</param>
/// <param name="ModelLayer">Digest of the layer of this package.</param>
public sealed record OciImage(string Digest, long Bytes, string ServerLayer, string ModelLayer)
{
    /// <summary>Raised when the same input would give other bytes; part of the step's key.</summary>
    public const int Version = 2;

    /// <summary>Port the server listens on in the container.</summary>
    public const int Port = 8080;

    /// <summary>User and group the server runs as: nobody in particular, never root.</summary>
    public const int User = 65532;

    /// <summary>Where things lie in the image.</summary>
    public const string ProgramPath = "app/" + ServerBinary.FileName;
    public const string ModelPath = "model";
    public const string LogPath = "log";

    /// <summary>Label that says how the server was built.</summary>
    internal const string KindLabel = "dev.fairlead.server.kind";
    internal const string SelfContained = "self-contained";

    private const string Epoch = "1970-01-01T00:00:00Z";

    /// <summary>Writes the image, without a container daemon. The same package, server and C libraries give the same digest.</summary>
    /// <param name="package">Files of the package by name, as blob ids.</param>
    /// <param name="title">The project's name.</param>
    /// <param name="description">The project's question.</param>
    public static OciImage Write(IReadOnlyDictionary<string, string> package, string title, string description, ServerBinary server, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(blobs);
        var serverLayer = WriteServerLayer(server, blobs);
        var modelLayer = ImageLayer.Write(
            [.. package.Select(file => new LayerFile($"{ModelPath}/{file.Key}", null, file.Value))], [], blobs);
        ImageLayer[] layers = [serverLayer, modelLayer];
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.title"] = title,
            ["org.opencontainers.image.description"] = description,
            ["dev.fairlead.package"] = package.TryGetValue(ModelPackage.ManifestFile, out var manifestFile) ? manifestFile : "",
            ["dev.fairlead.server"] = server.Sha256,
            [KindLabel] = server.Kind == ServerKind.AheadOfTime ? "aot" : SelfContained,
        };
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var config = new ImageConfig(
            Epoch, architecture, "linux",
            new ImageRunConfig(
                $"{User}:{User}",
                new() { [$"{Port}/tcp"] = new() },
                // By the environment rather than by arguments, so that -e FAIRLEAD_PORT=9000 is all it takes to change one.
                [$"FAIRLEAD_MODEL=/{ModelPath}", $"FAIRLEAD_PORT={Port}", "FAIRLEAD_ADDRESS=0.0.0.0", $"FAIRLEAD_LOG=/{LogPath}"],
                ["/" + ProgramPath],
                new() { ["/" + LogPath] = new() },
                "/",
                labels,
                "SIGTERM"),
            new ImageRootFs("layers", [.. layers.Select(layer => "sha256:" + layer.DiffId)]),
            [new ImageHistory(Epoch, "fairlead: model server and C libraries"), new ImageHistory(Epoch, "fairlead: model package")]);
        var configJson = JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Default.ImageConfig);
        var manifest = new ImageManifest(
            2, ImageMedia.Manifest,
            new ImageDescriptor(ImageMedia.Config, "sha256:" + blobs.Put(configJson), configJson.Length),
            [.. layers.Select(layer => new ImageDescriptor(ImageMedia.Layer, "sha256:" + layer.Blob, layer.Bytes))],
            labels);
        var digest = blobs.Put(JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Default.ImageManifest));
        return new OciImage("sha256:" + digest, layers.Sum(layer => layer.Bytes), "sha256:" + serverLayer.Blob, "sha256:" + modelLayer.Blob);
    }

    /// <summary>
    /// Writes an image as an OCI image layout: a folder, or one file when <paramref name="path"/> ends in .tar
    /// (<c>podman load -i</c>, <c>docker load -i</c>, <c>skopeo copy oci-archive:</c>).
    /// </summary>
    /// <param name="reference">Name and tag the image is loaded under, such as localhost/orders:7. Not part of the image, so not of its digest.</param>
    /// <exception cref="FaultException">The workspace doesn't hold the image.</exception>
    public static void Export(string digest, string reference, string path, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(blobs);
        var manifest = ReadManifest(digest, blobs);
        var config = JsonSerializer.Deserialize(blobs.Read(Id(manifest.Config.Digest)), ImageJson.Default.ImageConfig)!;
        var index = new ImageIndex(2, ImageMedia.Index,
        [
            new ImageDescriptor(
                ImageMedia.Manifest, digest, blobs.Length(Id(digest)),
                new SortedDictionary<string, string>(StringComparer.Ordinal) { ["io.containerd.image.name"] = reference, [ImageMedia.ReferenceName] = reference },
                new ImagePlatform(config.Architecture, config.Os)),
        ]);
        var small = new (string Name, byte[] Content)[]
        {
            ("index.json", JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Default.ImageIndex)),
            ("oci-layout", JsonSerializer.SerializeToUtf8Bytes(new ImageLayoutVersion("1.0.0"), ImageJson.Default.ImageLayoutVersion)),
        };
        var ids = manifest.Layers.Select(layer => Id(layer.Digest)).Append(Id(digest)).Append(Id(manifest.Config.Digest)).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (path.EndsWith(".tar", StringComparison.Ordinal))
        {
            ExportArchive(small, ids, path, blobs);
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(path, "blobs", "sha256")).FullName;
        foreach (var id in ids)
        {
            blobs.CopyTo(id, Path.Combine(folder, id));
        }

        foreach (var (name, content) in small)
        {
            DurableFile.Write(Path.Combine(path, name), content);
        }
    }

    /// <exception cref="FaultException">The workspace doesn't hold the image.</exception>
    internal static ImageManifest ReadManifest(string digest, BlobStore blobs)
    {
        var id = Id(digest);
        var manifest = blobs.Has(id) ? JsonSerializer.Deserialize(blobs.Read(id), ImageJson.Default.ImageManifest) : null;
        if (manifest?.Layers is null || !manifest.Layers.Append(manifest.Config).All(part => blobs.Has(Id(part.Digest))))
        {
            throw new FaultException(digest, "The workspace does not hold this image, or not all of it.", "Run iterate again; it writes what is missing.");
        }

        return manifest;
    }

    /// <summary>The blob id in "sha256:…".</summary>
    internal static string Id(string digest)
    {
        const string Prefix = "sha256:";
        return digest.StartsWith(Prefix, StringComparison.Ordinal) && digest.Length == Prefix.Length + 64
            ? digest[Prefix.Length..]
            : throw new FaultException(digest, "This is no image digest.", "A digest is sha256: and 64 hexadecimal digits.");
    }

    private static ImageLayer WriteServerLayer(ServerBinary server, BlobStore blobs)
    {
        var program = new LayerFile(ProgramPath, server.Path, server.Sha256, Executable: true);
        var libraries = NativeLibraries.Of(server.Path);
        var version = typeof(OciImage).Assembly.GetName().Version!.ToString(3);
        var bill = blobs.Put(BillOfMaterials.Write(program, version, libraries));
        return ImageLayer.Write(
            [program, .. libraries, new LayerFile(BillOfMaterials.Path, null, bill)],
            [
                // What the server may write: predictions that wait to be shipped, and nothing else.
                new LayerFolder(LogPath, User, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute),
                new LayerFolder("tmp", 0, (UnixFileMode)0b111_111_111 | UnixFileMode.StickyBit),
            ],
            blobs);
    }

    private static void ExportArchive((string Name, byte[] Content)[] small, string[] ids, string path, BlobStore blobs)
    {
        var temporary = path + ".next";
        using (var tar = new TarWriter(File.Create(temporary), TarEntryFormat.Ustar, leaveOpen: false))
        {
            foreach (var folder in new[] { "blobs/", "blobs/sha256/" })
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, folder) { ModificationTime = DateTimeOffset.UnixEpoch });
            }

            foreach (var id in ids)
            {
                using var content = blobs.OpenRead(id);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "blobs/sha256/" + id) { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = content });
            }

            foreach (var (name, content) in small)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) });
            }
        }

        DurableFile.Move(temporary, path);
    }
}
