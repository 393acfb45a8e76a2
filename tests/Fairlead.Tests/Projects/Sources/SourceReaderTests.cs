using System.Text;
using CsCheck;
using DuckDB.NET.Data;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Tests.Projects.Sources;

public sealed class SourceReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory] // rows as published in ../shared/data/MANIFEST.md; sms_spam has 5,574 lines (UCI: 5,574 messages), of which a reader that honours its unbalanced quotes merges two
    [InlineData("telco_churn.csv", 7043, 21, "csv")]
    [InlineData("bank_marketing_full.csv", 45211, 17, "csv")]
    [InlineData("credit_card_default.csv", 24000, 24, "csv")]
    [InlineData("wine_all_header.csv", 6497, 13, "csv")]
    [InlineData("penguins.csv", 344, 7, "csv")]
    [InlineData("corefx_issues_train.tsv", 1595, 4, "tsv")]
    [InlineData("sms_spam.tsv", 5574, 2, "tsv")]
    [InlineData("insurance.csv", 1338, 7, "csv")]
    [InlineData("energy_efficiency.csv", 768, 10, "csv")]
    [InlineData("california_housing.csv", 20640, 10, "csv")]
    [InlineData("electricity_elec2.csv", 45312, 7, "csv")]
    public void Real_files_have_the_rows_and_columns_that_were_published(string name, int rows, int columns, string format)
    {
        var source = SourceReader.Open(RealData.File(name));

        Assert.Equal((rows, columns, format), (Read(source).Count, source.Columns.Count, source.Format));
        Assert.Equal(name != "sms_spam.tsv", source.HasHeader);
    }

    [Fact]
    public void Messages_without_a_header_are_named_by_number_and_keep_their_quotes()
    {
        var source = SourceReader.Open(RealData.File("sms_spam.tsv"));

        Assert.Equal(["column0", "column1"], source.Columns);
        Assert.Contains(source.Notes, note => note.Contains("No header", StringComparison.Ordinal));
        var rows = Read(source);
        Assert.All(rows, row => Assert.Contains(row[0], new[] { "ham", "spam" }));
        Assert.Equal(747, rows.Count(row => row[0] == "spam")); // the data set's own description: 747 spam, 4,827 ham
        Assert.Contains(rows, row => row[1] == "\"Pete can you please ring meive hardly gotany credit\"");
    }

    [Fact]
    public void Issues_keep_quotes_and_tabs_inside_quoted_fields()
    {
        var rows = Read(SourceReader.Open(RealData.File("corefx_issues_train.tsv")));

        Assert.Equal("Removing initialization of \"AgentToolsPath\"", rows.Single(row => row[0] == "29311")[2]);
    }

    [Theory]
    [InlineData("a,b\n007,x\n", "007|x")]
    [InlineData("a;b\n1,5;x\n2,5;y\n", "1,5|x;2,5|y")]
    [InlineData("a|b\n1|x\n", "1|x")]
    [InlineData("\uFEFFa,b\r\n1,x\r\n2,y", "1|x;2|y")]
    [InlineData("\uFEFF\"a\",b\n\"1\",\"x\"\n", "1|x")]
    [InlineData("a,b\n1,\"x,\"\"y\"\"\n\nz\"\n", "1|x,\"y\"\n\nz")]
    [InlineData("a,b\n1,x\"y\"\n", "1|x\"y\"")]
    [InlineData("a, b\n1, \"x\"\n", "1|x")]
    [InlineData("a,b\r\n1,x\n2,y\r\n\r\n", "1|x;2|y")]
    [InlineData("\n\na,b\n1,\n", "1|")]
    [InlineData("a,b\n1,\"say \\\"x, y\\\"\"\n", "1|say \"x, y\"")]
    [InlineData("a\n1\n\n2\n", "1;;2")]
    [InlineData("text\nHello, world\nno comma\na, b, c\n", "Hello, world;no comma;a, b, c")]
    public void Delimiter_quotes_line_ends_and_marks_are_found(string content, string expected)
    {
        var source = SourceReader.Open(_folder.File("my file's.csv", content));

        Assert.Equal(expected, string.Join(";", Read(source).Select(row => string.Join("|", row))));
    }

    [Theory]
    [InlineData("name,age\nann,3\nbob,4\n", true)]
    [InlineData("ann,3\nbob,4\n", false)]
    [InlineData("5.1,3.5,setosa\n4.9,3.0,setosa\n", false)]
    [InlineData("yes,hello there\nno,goodbye\nyes,again\n", false)]
    [InlineData("label,text\nyes,hello there\nno,goodbye\n", true)]
    [InlineData("id,2019,2020\na,x,y\n", false)]
    [InlineData(",x,y\n0,1,2\n1,3,4\n", true)]
    public void A_header_is_told_from_values(string content, bool header) =>
        Assert.Equal(header, SourceReader.Open(_folder.File("a.csv", content)).HasHeader);

    [Theory]
    [InlineData("a.csv", "", "is empty (0 bytes)")]
    [InlineData("a.csv", "\n\n", "only blank lines")]
    [InlineData("a.csv", "name,age,when\n", "a.csv:2:1: The file has a header (3 columns) and no rows")]
    [InlineData("a.csv", "name,age\nann,3\nbob\ncleo,4,5\n", "a.csv:3:4: This row has 1 field, expected 2")]
    [InlineData("a.csv", "name,age\nann,3\nbob\ncleo,4,5\n", "a.csv:4:8: This row has 3 fields, expected 2")]
    [InlineData("a.csv", "name,age,name\nann,3,x\n", "2 columns are named \"name\" (columns 1, 3)")]
    [InlineData("a.csv", "ID,id\nann,3\n", "differ in upper and lower case only")]
    [InlineData("a.csv", "name,__row\nann,3\n", "\"__row\", which Fairlead uses itself")]
    [InlineData("a.csv", "name,age\nann,\"3\n", "a.csv:2:5: The quote that opens here is never closed")]
    [InlineData("a.csv", "name,age\nÄnn,\"3\"x\n", "a.csv:2:8: There is text behind the closing quote")]
    [InlineData("a.csv", "name,age\nann\0,3\n", "a.csv:2:4: There is a NUL byte")]
    [InlineData("a.jsonl", "{\"a\":1}\n{\"a\":}\n", "a.jsonl:2:6: This line is not JSON")]
    [InlineData("a.jsonl", "{\"a\":1}\n[1]\n", "a.jsonl:2:1: This line is JSON but not an object")]
    [InlineData("a.jsonl", "{\"a\":1,\"a\":2}\n", "\"a\" stands twice")]
    [InlineData("a.jsonl", "{\"a\":\"\\u0000\"}\n", "a.jsonl:1:6: The text of \"a\" holds half a surrogate pair or a NUL")]
    [InlineData("a.json", "[{\"a\":1},\n2]", "a.json:2:1: An element of the array is not an object")]
    [InlineData("a.json", "[{\"a\":1},\n", "is not JSON")]
    [InlineData("a.json", "[]", "has no rows")]
    [InlineData("a.parquet", "PAR1garbage", "damaged or was cut off")]
    public void Bad_input_is_a_fault_with_its_place(string name, string content, string expected)
    {
        var fault = Assert.Throws<FaultException>(() => Read(SourceReader.Open(_folder.File(name, content))));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named_with_their_line_across_chunks()
    {
        // The chunk size is 2^18 bytes: the sign ä (2 bytes) that spans the border is whole, the byte 0xE4 two lines on is not.
        var head = "name,age\n" + string.Concat(Enumerable.Repeat("ann,3\n", 43_688)); // 9 + 43,688 * 6 = 262,137
        byte[] content = [.. Encoding.UTF8.GetBytes(head + "bob,64ä\n"), .. "cleo,"u8, 0xE4, .. "\nd,1\n"u8]; // ä at 262,143 and 262,144
        var fault = Assert.Single(Assert.Throws<FaultException>(() => Read(SourceReader.Open(_folder.File("a.csv", content)))).Faults);

        Assert.EndsWith(":43691:6", fault.Where, StringComparison.Ordinal);
        Assert.StartsWith("Byte 0xE4 is not UTF-8", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_named()
    {
        var wide = string.Join(",", Enumerable.Range(0, 16_385).Select(i => $"c{i}")) + "\n" + string.Join(",", Enumerable.Range(0, 16_385)) + "\n";
        Assert.Contains("16,385 columns; the limit is 16,384", Message("wide.csv", wide), StringComparison.Ordinal);

        var cell = Message("cell.csv", $"id,note\n1,x\n2,{new string('x', 10_000_000)}\n3,z\n");
        Assert.Contains("cell.csv:3:3: The cell in column note has 10,000,000 bytes; the limit for a cell is 1,048,576", cell, StringComparison.Ordinal);
        Assert.Contains("10,000,002 bytes", Message("cell.jsonl", $"{{\"note\":\"{new string('x', 10_000_000)}\"}}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_at_the_limit_and_very_many_columns_are_read()
    {
        var text = new string('x', SourceLimits.CellBytesMax);
        Assert.Equal(text, Read(SourceReader.Open(_folder.File("a.csv", $"id,note\n1,{text}\n2,y\n")))[0][1]);

        var wide = string.Join(",", Enumerable.Range(0, 16_384).Select(i => $"c{i}")) + "\n" + string.Join(",", Enumerable.Range(0, 16_384)) + "\n";
        Assert.Equal("16383", Read(SourceReader.Open(_folder.File("b.csv", wide)))[0][16_383]);
    }

    [Fact]
    public void Json_lines_keep_names_text_and_big_numbers()
    {
        var source = SourceReader.Open(_folder.File("a.jsonl", "\uFEFF{\"id\":\"007\",\"n\":12345678901234567890123}\n\n{\"n\":0.1,\"a b\\\"c\":{\"z\":[1]},\"id\":\"\"}\n{\"id\":null,\"n\":true}"));

        Assert.Equal(["id", "n", "a b\"c"], source.Columns);
        Assert.Equal(["007|12345678901234567890123|", "|0.1|{\"z\":[1]}", "|true|"], Read(source).Select(row => string.Join("|", row)));
    }

    [Fact]
    public void Parquet_gives_every_type_as_text()
    {
        var path = Path.Combine(_folder.Path, "a.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT 1.5::DOUBLE AS x, '' AS empty, TIMESTAMPTZ '2020-01-01 01:00:00+02' AS t, [1, 2] AS l, true AS b) TO '{path}' (FORMAT parquet)";
            command.ExecuteNonQuery();
        }

        var source = SourceReader.Open(path);

        Assert.Equal("1.5||2019-12-31 23:00:00Z|[1,2]|true", string.Join("|", Read(source)[0]));
    }

    [Fact]
    public void A_parquet_file_that_was_cut_off_or_lost_bytes_is_a_fault_that_names_it()
    {
        var path = Path.Combine(_folder.Path, "a.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"COPY (SELECT i AS id, md5(i::VARCHAR) AS text FROM range(20000) t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 5000)";
            command.ExecuteNonQuery();
        }

        var whole = File.ReadAllBytes(path);
        Assert.Equal(20_000, Read(SourceReader.Open(path)).Count);
        foreach (var bytes in new[] { 4, 100, whole.Length / 2, whole.Length - 500, whole.Length - 20, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..bytes]);
            var fault = Assert.Single(Assert.Throws<FaultException>(() => Read(SourceReader.Open(path))).Faults);
            Assert.Contains("a.parquet", fault.Where, StringComparison.Ordinal);
            Assert.Matches(@"damaged or was cut off: Parquet (magic bytes not found.* parquet file|file size is 4 bytes.*\(8 bytes\))\.$", fault.What);
            Assert.DoesNotContain("Exception", fault.What, StringComparison.Ordinal);
        }

        // The end is there, pages in the middle are not: a sparse copy that broke off.
        var holes = (byte[])whole.Clone();
        holes.AsSpan(whole.Length / 3, whole.Length / 3).Clear();
        File.WriteAllBytes(path, holes);
        Assert.Contains("a.parquet", Assert.Single(Assert.Throws<FaultException>(() => Read(SourceReader.Open(path))).Faults).Where, StringComparison.Ordinal);
    }

    /// <summary>A line of 100 MB, as one cell, as a quote that never closes, as JSON, and as very many cells: the limit is told with its place, and the line is not held.</summary>
    [Theory]
    [InlineData("cell.csv", "id,note\n1,x\n2,", "x", "\n3,z\n", "cell.csv:3:3")]
    [InlineData("quote.csv", "id,note\n1,x\n2,\"", "x", "", "quote.csv:3:3")]
    [InlineData("line.jsonl", "{\"id\":1,\"note\":\"x\"}\n{\"note\":\"", "x", "\"}\n", "line.jsonl:2")]
    [InlineData("cells.csv", "id,note\n1,x\n2,", "1,", "\n", "cells.csv:3")]
    public void A_line_of_100_megabytes_is_over_a_limit_and_named(string name, string before, string repeated, string after, string place)
    {
        var path = Path.Combine(_folder.Path, name);
        using (var file = File.Create(path))
        {
            file.Write(Encoding.UTF8.GetBytes(before));
            var megabyte = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length)));
            for (var i = 0; i < 100; i++)
            {
                file.Write(megabyte);
            }

            file.Write(Encoding.UTF8.GetBytes(after));
        }

        var made = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<FaultException>(() => Read(SourceReader.Open(path))).Faults[0];

        Assert.Contains(place, fault.Where, StringComparison.Ordinal);
        Assert.True(fault.What.Length < 400 && fault.Fix.Length > 0, fault.What);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - made, 1_000_000, 99_000_000); // a row's 16 MiB and what grew to it, never the line
    }

    [Fact] // whatever the bytes, the answer is a source with rows, or a fault
    public void Any_bytes_are_a_source_or_a_fault()
    {
        var structured = Gen.Char["ab,;\t\n\r\"\\ 1{}[]:\u00e4"].Array[0, 60].Select(signs => Encoding.UTF8.GetBytes(signs));
        var json = Gen.OneOf("{\"a\":1}", "{\"a\":\"x\"", "}", "\n", "[", "]", ",", "{\"b\":null,\"a\":[1,{\"c\":2}]}", " ", "nul", "{}", "\"a\"").Array[0, 12].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        Gen.Select(Gen.OneOf(structured, json, Gen.Byte.Array[0, 40]), Gen.OneOf("csv", "tsv", "json", "jsonl", "dat", "parquet")).Sample((content, extension) =>
        {
            try
            {
                Assert.NotEmpty(Read(SourceReader.Open(_folder.File($"f.{extension}", content))));
            }
            catch (FaultException exception)
            {
                Assert.All(exception.Faults, fault => Assert.NotEmpty(fault.What));
            }
        }, iter: 1_000, seed: "0000KnS0n2Y0", threads: 1);
    }

    private string Message(string name, string content) =>
        Assert.Throws<FaultException>(() => Read(SourceReader.Open(_folder.File(name, content)))).Message;

    private static List<string[]> Read(ISource source)
    {
        using var reader = source.Read([.. Enumerable.Range(0, source.Columns.Count)]);
        List<string[]> rows = [];
        while (reader.Next(CancellationToken.None))
        {
            for (var row = 0; row < reader.Block.Rows; row++)
            {
                rows.Add([.. Enumerable.Range(0, source.Columns.Count).Select(column => Encoding.UTF8.GetString(reader.Block.Text(row, column)))]);
            }
        }

        return rows;
    }
}
