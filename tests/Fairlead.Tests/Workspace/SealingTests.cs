using System.Security.Cryptography;
using CsCheck;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Tests.Workspace;

public sealed class SealingTests : IDisposable
{
    private static readonly byte[] _key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-sealing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Any_bytes_come_back_from_any_place_property() =>
        Gen.Select(Gen.Int[0, 3 * SealedFormat.ChunkBytes], Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((length, from, count) =>
        {
            var content = new byte[length];
            new Random(length).NextBytes(content);
            var path = Path.Combine(_folder, "a");
            File.Delete(path);
            SealedWriter.Seal(path, content, _key);
            using var reader = new SealedReader(File.OpenRead(path), _key, "a");
            Assert.Equal(length, reader.Length);
            reader.Position = (long)length * from / 1000;
            var expected = content.AsSpan((int)reader.Position);
            var part = new byte[Math.Min(count * 200, expected.Length)];
            reader.ReadExactly(part);
            Assert.True(expected[..part.Length].SequenceEqual(part));
        }, iter: 60, seed: "0000KOIXQ0d2", threads: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SealedFormat.ChunkBytes)]
    [InlineData(SealedFormat.ChunkBytes + 1)]
    [InlineData(2 * SealedFormat.ChunkBytes)]
    public void Every_change_of_a_file_is_found(int length)
    {
        var path = Path.Combine(_folder, "a");
        SealedWriter.Seal(path, new byte[length], _key);
        var whole = File.ReadAllBytes(path);
        const int Chunk = SealedFormat.ChunkBytes + SealedFormat.TagBytes;
        List<byte[]> changed = [[], whole[..^1], [.. whole, 0], whole[..SealedFormat.HeaderBytes]];
        foreach (var place in new[] { 0, 5, SealedFormat.HeaderBytes, whole.Length / 2, whole.Length - 1 })
        {
            var one = whole.ToArray();
            one[place] ^= 1;
            changed.Add(one);
        }

        if (whole.Length > SealedFormat.HeaderBytes + Chunk)
        {
            changed.Add(whole[..(SealedFormat.HeaderBytes + Chunk)]); // cut between chunks
            changed.Add([.. whole[..SealedFormat.HeaderBytes], .. whole[(SealedFormat.HeaderBytes + Chunk)..], .. whole[SealedFormat.HeaderBytes..(SealedFormat.HeaderBytes + Chunk)]]); // chunks swapped
        }

        foreach (var bytes in changed)
        {
            File.WriteAllBytes(path, bytes);
            Assert.Throws<FaultException>(() =>
            {
                using var reader = new SealedReader(File.OpenRead(path), _key, "a");
                reader.CopyTo(Stream.Null);
            });
        }
    }

    [Fact]
    public void A_file_that_was_not_finished_is_known()
    {
        var path = Path.Combine(_folder, "a");
        using (var writer = new SealedWriter(File.Create(path), _key))
        {
            writer.Write(new byte[3 * SealedFormat.ChunkBytes]);
        }

        Assert.Throws<FaultException>(() =>
        {
            using var reader = new SealedReader(File.OpenRead(path), _key, "a");
            reader.CopyTo(Stream.Null);
        });
    }

    [Fact]
    public void A_blob_is_the_hash_of_its_bytes_and_none_of_them_is_on_disk_in_clear()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var content = "a planted secret, over and over; "u8.ToArray();
        var id = workspace.Blobs.Put(content);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), id);
        Assert.Equal(content, workspace.Blobs.Read(id));
        Assert.All(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("planted"u8)));
    }

    [Fact]
    public async Task Two_writers_of_the_same_content_do_not_clash()
    {
        using var one = WorkspaceFolder.Open(_folder);
        using var two = WorkspaceFolder.Open(_folder);
        var content = new byte[200_000];
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).Blobs.Put(content))));

        Assert.Single(ids.Distinct());
        Assert.Equal(content, one.Blobs.Read(ids[0]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "tmp")));
    }

    [Fact]
    public void A_shredded_blob_is_gone_and_what_was_its_key_opens_nothing()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var id = workspace.Blobs.Put("words of a person"u8);
        var kept = Path.Combine(_folder, "copy-of-the-sealed-file");
        File.Copy(Path.Combine(workspace.Blobs.PlaceOf(id), "sealed"), kept);

        // Someone holds the key file open: what they read after shredding is noise.
        using var held = new FileStream(workspace.Blobs.KeyPath(id), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Assert.True(workspace.Blobs.Shred(id));

        Assert.False(workspace.Blobs.Has(id));
        Assert.False(workspace.Blobs.Shred(id));
        var left = new byte[WrappedKey.Bytes];
        held.ReadExactly(left);
        Assert.Null(WrappedKey.Unwrap(left, id, workspace.Keys.Master));
    }

    [Fact]
    public void A_plain_blob_from_before_encryption_is_read_as_it_is()
    {
        using var workspace = WorkspaceFolder.Open(_folder);
        var content = "old"u8.ToArray();
        var id = Convert.ToHexStringLower(SHA256.HashData(content));
        Directory.CreateDirectory(Path.GetDirectoryName(workspace.Blobs.PlaceOf(id))!);
        File.WriteAllBytes(workspace.Blobs.PlaceOf(id), content);

        Assert.Equal(content, workspace.Blobs.Read(id));
    }
}
