using System.Text;
using CsCheck;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

public sealed class RecordReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact] // what reads fast and what explains faults are two codes of one grammar
    public void The_fast_reader_and_the_walk_agree_on_generated_files()
    {
        var cell = Gen.OneOf(
            Gen.OneOf("", "a", " a ", "x\"y", "\"\"", "\"a,b\"", "\"a\nb\"", "\"a\r\nb\"", " \"q\" ", "\"q\"\"r\"", "\"\"\"q\"\"\"", "ä", "😀", "'", "\\", "\"\\\"", "#x", "NULL", "a long text that fills more than half of a block"),
            Gen.String[Gen.Char["ab ,'\t;1"], 0, 5].Select(text => text.Replace(",", "", StringComparison.Ordinal)));
        Gen.Select(Gen.Int[1, 4], Gen.OneOf("\n", "\r\n", "\r"), Gen.Bool).SelectMany((columns, end, mark) =>
            cell.Array[columns].List[1, 40].Select(rows => (mark ? "\uFEFF" : "")
                + string.Join(",", Enumerable.Range(0, columns).Select(i => $"name{i}")) + end + string.Concat(rows.Select(row => string.Join(",", row) + end))))
            .Sample(content => Compare(Encoding.UTF8.GetBytes(content), "p.csv"), iter: 800, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Fact]
    public void They_agree_on_any_signs()
    {
        var signs = Gen.Char["aab,;\t\n\n\r\"\"\\ 1ä"].Array[0, 200].Select(text => Encoding.UTF8.GetBytes(text));
        Gen.Select(signs, Gen.OneOf("csv", "tsv")).Sample((content, extension) => Compare(content, $"f.{extension}"), iter: 2_500, seed: "0000KnS0n2Y0", threads: 1);
    }

    [Theory]
    [InlineData(";\r")]
    [InlineData("a\r")]
    [InlineData("a,b\r1,2\r")]
    [InlineData("\ra\r")]
    [InlineData("\"a\r\nb\";1\rc;2\r")]
    public void They_agree_on_a_return_as_the_last_sign(string content) => Compare(Encoding.UTF8.GetBytes(content), "r.csv");

    private void Compare(byte[] content, string name)
    {
        var path = _folder.File(name, content);
        DelimitedFile opened;
        DelimitedFile? explained = null;
        try
        {
            opened = DelimitedFile.Open(path, SourceOptions.None);
            try
            {
                explained = opened.Explain();
            }
            catch (FaultException)
            {
            }
        }
        catch (FaultException)
        {
            return;
        }

        if (explained is not { } right)
        {
            Assert.Throws<FaultException>(() => Read(opened));
            return;
        }

        var mark = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var scanner = new DelimitedScanner(right.Dialect, right.Fields, 10_000);
        scanner.Feed(content.AsSpan(mark));
        scanner.End();
        Assert.Equal(scanner.Sample.Skip(right.HasHeader ? 1 : 0).Select(row => string.Join("¦", row)), Read(opened));
    }

    private static List<string> Read(DelimitedFile file)
    {
        using var reader = file.Read([]);
        List<string> rows = [];
        while (reader.Next(CancellationToken.None))
        {
            for (var row = 0; row < reader.Block.Rows; row++)
            {
                rows.Add(string.Join("¦", Enumerable.Range(0, file.Fields).Select(i => Encoding.UTF8.GetString(reader.Block.Text(row, i)))));
            }
        }

        return rows;
    }
}
