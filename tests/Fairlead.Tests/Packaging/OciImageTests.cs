using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Fairlead.Packaging;
using Fairlead.Workspace;

namespace Fairlead.Tests.Packaging;

public sealed class OciImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-image-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_input_in_another_workspace_gives_the_same_digest()
    {
        using var first = Open("a");
        using var second = Open("b");
        Assert.Equal(Write(first.Blobs), Write(second.Blobs));
    }

    [Fact]
    public void Another_model_shares_the_server_layer_and_changes_the_digest()
    {
        using var workspace = Open("a");
        var before = Write(workspace.Blobs);
        var after = Write(workspace.Blobs, model: "other");
        Assert.Equal(before.ServerLayer, after.ServerLayer);
        Assert.NotEqual(before.ModelLayer, after.ModelLayer);
        Assert.NotEqual(before.Digest, after.Digest);
    }

    [Fact]
    public void Everything_in_the_layout_is_named_by_its_hash_and_the_diff_ids_are_those_of_the_tars()
    {
        using var workspace = Open("a");
        var image = Write(workspace.Blobs);
        var layout = Path.Combine(_folder, "layout");
        OciImage.Export(image.Digest, "localhost/orders:1", layout, workspace.Blobs);

        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText(Path.Combine(layout, "oci-layout")));
        foreach (var file in Directory.GetFiles(Path.Combine(layout, "blobs", "sha256")))
        {
            Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        }

        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(layout, "index.json")));
        Assert.Equal(image.Digest, index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString());
        using var manifest = Blob(layout, image.Digest);
        using var config = Blob(layout, manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!);
        Assert.Equal("65532:65532", config.RootElement.GetProperty("config").GetProperty("User").GetString());
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!).ToArray();
        var diffIds = config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(id => id.GetString()!).ToArray();
        Assert.Equal(2, layers.Length);
        foreach (var (layer, diffId) in layers.Zip(diffIds))
        {
            using var tar = new GZipStream(File.OpenRead(PathOf(layout, layer)), CompressionMode.Decompress);
            Assert.Equal(diffId, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar)));
        }
    }

    [Fact]
    public void Entries_are_sorted_and_carry_neither_time_nor_owner_of_this_machine()
    {
        using var workspace = Open("a");
        var image = Write(workspace.Blobs);
        foreach (var layer in new[] { image.ServerLayer, image.ModelLayer })
        {
            using var tar = new TarReader(new GZipStream(workspace.Blobs.OpenRead(layer["sha256:".Length..]), CompressionMode.Decompress));
            var files = new List<string>();
            while (tar.GetNextEntry() is { } entry)
            {
                Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
                Assert.Equal(entry.Name == "log/" ? OciImage.User : 0, entry.Uid);
                if (entry.EntryType == TarEntryType.RegularFile)
                {
                    files.Add(entry.Name);
                }
            }

            Assert.Equal(files.Order(StringComparer.Ordinal), files);
        }
    }

    [Fact]
    public void The_unpacked_image_runs_with_its_own_loader_and_libraries_and_nothing_of_the_machine()
    {
        using var workspace = Open("a");
        var image = Write(workspace.Blobs);
        var root = ImageFiles.Extract(image.Digest, Path.Combine(_folder, "unpacked"), workspace.Blobs);
        Assert.Equal("model-a", File.ReadAllText(Path.Combine(root, "model", "model.bin")));
        Assert.True(File.Exists(Path.Combine(root, "sbom.cdx.json")));
        Assert.Equal(root, ImageFiles.Extract(image.Digest, Path.Combine(_folder, "unpacked"), workspace.Blobs));

        // The stand-in for the server is /bin/true: the loader of the image must find every library in the image.
        var loader = Directory.GetFiles(root, "ld-linux*", SearchOption.AllDirectories).Single();
        var libraries = Path.GetDirectoryName(Directory.GetFiles(root, "libc.so*", SearchOption.AllDirectories).Single())!;
        using var process = System.Diagnostics.Process.Start(loader, ["--inhibit-cache", "--library-path", libraries, Path.Combine(root, OciImage.ProgramPath)])!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_layer_that_was_changed_on_disk_is_refused()
    {
        using var workspace = Open("a");
        var image = Write(workspace.Blobs);
        var layer = Path.Combine(workspace.Blobs.PlaceOf(image.ModelLayer["sha256:".Length..]), "sealed");
        var bytes = File.ReadAllBytes(layer);
        bytes[^1] ^= 1;
        File.WriteAllBytes(layer, bytes);
        var fault = Assert.Throws<FaultException>(() => ImageFiles.Extract(image.Digest, Path.Combine(_folder, "unpacked"), workspace.Blobs));
        Assert.Contains("changed or cut off", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "unpacked", image.Digest["sha256:".Length..])));
    }

    private WorkspaceFolder Open(string name) => WorkspaceFolder.Open(Path.Combine(_folder, name));

    /// <summary>An image of /bin/true, which is a Linux program with a loader and libraries like any.</summary>
    private static OciImage Write(BlobStore blobs, string model = "model-a")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "images are written on Linux");
        const string Program = "/bin/true";
        var server = new ServerBinary(Program, ServerKind.AheadOfTime, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Program))));
        var package = new Dictionary<string, string>
        {
            ["model.bin"] = blobs.Put(System.Text.Encoding.UTF8.GetBytes(model)),
            ["contract.json"] = blobs.Put("{}"u8),
        };
        return OciImage.Write(package, "orders", "Will it be late?", server, blobs);
    }

    private static string PathOf(string layout, string digest) => Path.Combine(layout, "blobs", "sha256", digest["sha256:".Length..]);

    private static JsonDocument Blob(string layout, string digest) => JsonDocument.Parse(File.ReadAllBytes(PathOf(layout, digest)));
}
