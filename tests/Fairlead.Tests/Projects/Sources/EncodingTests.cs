using System.Text;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

public sealed class EncodingTests : IDisposable
{
    private const string Text = "id,name\n1,Müller\n2,\"é, €\"\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("utf-8", false, false)]
    [InlineData("utf-8", true, false)]
    [InlineData("utf-16le", true, false)]
    [InlineData("utf-16be", true, false)]
    [InlineData("utf-16le", false, true)]
    [InlineData("windows-1252", false, true)]
    [InlineData("windows-1252", false, false)]
    public void Every_encoding_gives_the_same_rows(string name, bool mark, bool declared)
    {
        var encoding = TextFormat.Names[name];
        var path = _folder.File("a.csv", Bytes(Text, encoding, mark));

        var source = SourceReader.Open(path, new SourceOptions(declared ? encoding : null));

        Assert.Equal(["1|Müller", "2|é, €"], Rows(source));
        Assert.Equal(name == "windows-1252" && !declared, source.Notes.Any(note => note.Contains("it is read as Windows-1252", StringComparison.Ordinal)));
    }

    [Fact]
    public void Latin_1_is_read_where_it_is_declared() =>
        Assert.Equal(["1|Müller"], Rows(SourceReader.Open(_folder.File("a.csv", Encoding.Latin1.GetBytes("id,name\n1,Müller\n")), new SourceOptions(TextEncoding.Latin1))));

    [Fact]
    public void Json_of_UTF_16_is_read() =>
        Assert.Equal(["1|Müller"], Rows(SourceReader.Open(_folder.File("a.jsonl", Bytes("{\"id\":1,\"name\":\"Müller\"}\n", TextEncoding.Utf16Low, true)))));

    [Fact] // long enough for several chunks, with pairs of surrogates at any place
    public void UTF_16_is_whole_over_the_borders_of_chunks()
    {
        var long16 = "id,name\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},{new string('x', i % 3)}😀\n"));
        foreach (var encoding in new[] { TextEncoding.Utf16Low, TextEncoding.Utf16High })
        {
            Assert.Equal(Enumerable.Range(0, 30_000).Select(i => $"{i}|{new string('x', i % 3)}😀"), Rows(SourceReader.Open(_folder.File("a.csv", Bytes(long16, encoding, true)))));
        }
    }

    [Fact]
    public void A_file_of_two_encodings_is_a_fault_with_its_place()
    {
        byte[] utf8First = [.. "id,name\n1,Müller\n2,M"u8, 0xFC, .. "ller\n"u8];
        byte[] westernFirst = [.. "id,name\n1,M"u8, 0xFC, .. "ller\n"u8, .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("2,x\n", 400_000))), .. "3,Müller\n"u8];

        Assert.Contains("a.csv:3:4: Byte 0xFC is not UTF-8", Fault(utf8First), StringComparison.Ordinal);
        Assert.Contains("a.csv:400003:4: What stands here is UTF-8 or nothing, while the file begins as Windows-1252: its encodings are mixed", Fault(westernFirst), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_a_fault_with_its_place()
    {
        byte[] content = [.. Bytes("id,name\n1,a", TextEncoding.Utf16Low, true), 0x00, 0xD8, .. Bytes("b\n", TextEncoding.Utf16Low, false)];

        Assert.Contains("a.csv:2:4: What stands here is not UTF-16", Fault(content), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n", ';', null, null, "1,5|x")]
    [InlineData("1|2\n3|4\n", '|', null, false, "1|2 3|4")]
    [InlineData("1,2\n3,4\n", null, null, true, "3|4")]
    [InlineData("a,b\n\"x\",y\n", null, false, null, "\"x\"|y")]
    public void What_is_declared_counts(string content, char? delimiter, bool? quoted, bool? header, string expected) =>
        Assert.Equal(expected.Split(' '), Rows(SourceReader.Open(_folder.File("a.csv", content), new SourceOptions(null, delimiter, quoted, header))));

    private static byte[] Bytes(string text, TextEncoding encoding, bool mark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var known = encoding switch
        {
            TextEncoding.Utf8 => new UTF8Encoding(mark),
            TextEncoding.Utf16Low => new UnicodeEncoding(false, mark),
            TextEncoding.Utf16High => new UnicodeEncoding(true, mark),
            _ => Encoding.GetEncoding(1252),
        };
        return [.. mark ? known.GetPreamble() : [], .. known.GetBytes(text)];
    }

    private string Fault(byte[] content) => Assert.Throws<FaultException>(() => Rows(SourceReader.Open(_folder.File("a.csv", content)))).Message;

    private static List<string> Rows(ISource source)
    {
        using var rows = source.Read([.. Enumerable.Range(0, source.Columns.Count)]);
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
