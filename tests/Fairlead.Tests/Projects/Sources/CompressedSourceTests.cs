using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

public sealed class CompressedSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.csv.gz", "id,name\n1,ä\n2,b\n", "csv")]
    [InlineData("a.tsv.gz", "id\tname\n1\tä\n2\tb\n", "tsv")]
    [InlineData("a.jsonl.gz", "{\"id\":1,\"name\":\"ä\"}\n{\"id\":2,\"name\":\"b\"}\n", "jsonl")]
    [InlineData("a.json.gz", "[{\"id\":1,\"name\":\"ä\"},{\"id\":2,\"name\":\"b\"}]", "json")]
    [InlineData("noname", "id,name\n1,ä\n2,b\n", "csv")]
    public void Text_is_unpacked_while_it_is_read_and_its_hash_is_that_of_the_file(string name, string text, string format)
    {
        var packed = Packed(Encoding.UTF8.GetBytes(text));
        var source = SourceReader.Open(_folder.File(name, packed));
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        Assert.Equal(["1|ä", "2|b"], Rows(source, digest));
        Assert.Equal((format, Convert.ToHexString(SHA256.HashData(packed))), (source.Format, Convert.ToHexString(digest.GetHashAndReset())));
    }

    [Fact]
    public void Members_one_after_another_are_one_file()
    {
        byte[] packed = [.. Packed("id,name\n1,a\n"u8), .. Packed("2,b\n"u8), .. Packed([])];

        Assert.Equal(["1|a", "2|b"], Rows(SourceReader.Open(_folder.File("a.csv.gz", packed)), null));
    }

    [Fact] // at every length: what is cut off must never look like a file that ends there
    public void A_file_that_was_cut_off_anywhere_is_a_fault()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},{i * 7919 % 1000}\n"));
        byte[] whole = [.. Packed(Encoding.UTF8.GetBytes("id,name\n" + text)), .. Packed(Encoding.UTF8.GetBytes(text))];
        var border = Packed(Encoding.UTF8.GetBytes("id,name\n" + text)).Length; // the first member is a whole file by itself
        for (var length = 20; length < whole.Length; length++)
        {
            var path = _folder.File("cut.csv.gz", whole[..length]);
            if (length != border)
            {
                Assert.Contains("can't be unpacked", Assert.Throws<FaultException>(() => Rows(SourceReader.Open(path), null)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_damaged_file_and_one_with_bytes_behind_it_are_faults()
    {
        var packed = Packed(Encoding.UTF8.GetBytes("id,name\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i},{i * 7919 % 1000}\n"))));
        var damaged = packed.ToArray();
        damaged[packed.Length / 2] ^= 0x10;

        Assert.Contains("can't be unpacked", Assert.Throws<FaultException>(() => Rows(SourceReader.Open(_folder.File("a.csv.gz", damaged)), null)).Message, StringComparison.Ordinal);
        Assert.Contains("can't be unpacked", Assert.Throws<FaultException>(() => Rows(SourceReader.Open(_folder.File("b.csv.gz", [.. packed, .. "and more"u8])), null)).Message, StringComparison.Ordinal);
        Assert.Contains("compressed twice", Assert.Throws<FaultException>(() => SourceReader.Open(_folder.File("c.csv.gz", Packed(packed)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_inside_are_told_with_their_place()
    {
        var text = "id,name\n" + string.Concat(Enumerable.Repeat("1,x\n", 300_000)) + "2,y,z\n";

        var fault = Assert.Single(Assert.Throws<FaultException>(() => Rows(SourceReader.Open(_folder.File("a.csv.gz", Packed(Encoding.UTF8.GetBytes(text)))), null)).Faults);

        Assert.EndsWith("a.csv.gz:300002:5", fault.Where, StringComparison.Ordinal);
    }

    private static byte[] Packed(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using (var writer = new GZipStream(packed, CompressionLevel.Fastest))
        {
            writer.Write(text);
        }

        return packed.ToArray();
    }

    private static List<string> Rows(ISource source, IncrementalHash? digest)
    {
        using var rows = source.Read([.. Enumerable.Range(0, source.Columns.Count)], digest);
        List<string> read = [];
        while (rows.Next(CancellationToken.None))
        {
            for (var row = 0; row < rows.Block.Rows; row++)
            {
                read.Add(string.Join('|', Enumerable.Range(0, source.Columns.Count).Select(column => Encoding.UTF8.GetString(rows.Block.Text(row, column)))));
            }
        }

        return read;
    }
}
