using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Workspace;

namespace Fairlead.Tests.Data.Scanning;

public sealed class DelimitedScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_come_in_the_order_asked_for_and_empty_fields_are_missing()
    {
        using var scan = TableScan.Open(_folder.File("a.csv", "id,name,note\n1,ann,\n2,,\"x, \"\"y\"\"\"\n"), ["note", "id"]);

        var batch = scan.Next(CancellationToken.None)!;

        Assert.Equal(["note", "id"], scan.Columns.Select(column => column.Name));
        Assert.Equal((0, 2), (batch.FirstRow, batch.Rows));
        Assert.Equal([null, "x, \"y\""], Texts(batch.Columns[0]));
        Assert.Equal(["1", "2"], Texts(batch.Columns[1]));
        Assert.Null(scan.Next(CancellationToken.None));
    }

    [Fact]
    public void A_column_goes_from_codes_to_plain_text_when_it_has_too_many_distinct_ones()
    {
        var rows = ColumnDictionary.EntriesMax + 20_000; // more than one batch
        var content = "id,half\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{i / 2 % 3_000}\n"));
        using var scan = TableScan.Open(_folder.File("a.csv", content));

        List<string?> ids = [], halves = [];
        var plain = false;
        while (scan.Next(CancellationToken.None) is { } batch)
        {
            Assert.Equal(ids.Count, batch.FirstRow);
            ids.AddRange(Texts(batch.Columns[0]));
            halves.AddRange(Texts(batch.Columns[1]));
            Assert.False(plain && batch.Columns[0].Codes is not null);
            plain = batch.Columns[0].Codes is null;
            Assert.NotNull(batch.Columns[1].Codes);
        }

        Assert.True(plain);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => $"{i}"), ids);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => $"{i / 2 % 3_000}"), halves);
    }

    [Fact]
    public void Texts_of_any_length_are_told_apart_by_a_dictionary()
    {
        var dictionary = new ColumnDictionary();
        var texts = Enumerable.Range(0, 40).SelectMany(length => new[] { new string('a', length), new string('a', length) + "b", "b" + new string('a', length) }).Distinct().ToList();

        var codes = texts.Select(text => dictionary.Add(Encoding.UTF8.GetBytes(text))).ToList();

        Assert.Equal(Enumerable.Range(0, texts.Count), codes);
        Assert.Equal(codes, texts.Select(text => dictionary.Add(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(texts, codes.Select(dictionary.String));
    }

    [Fact] // the fault stands far behind rows that were read well; all faults of the file are told
    public void A_fault_behind_good_rows_is_told_with_its_place()
    {
        var good = string.Concat(Enumerable.Repeat("1,x\n", 300_000));
        using var scan = TableScan.Open(_folder.File("a.csv", $"id,name\n{good}2\n{good}3,y,z\n"));

        var fault = Assert.Throws<FaultException>(() =>
        {
            while (scan.Next(CancellationToken.None) is not null)
            {
            }
        });

        Assert.Equal(2, fault.Faults.Count);
        Assert.EndsWith("a.csv:300002:2", fault.Faults[0].Where, StringComparison.Ordinal);
        Assert.EndsWith("a.csv:600003:5", fault.Faults[1].Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,note\n1,\"open")]
    [InlineData("id,note\n1,a\0b\n")]
    [InlineData("id,note\n1,x\r2,y\n")]
    [InlineData("id,note\n")]
    public void Files_that_are_not_well_formed_are_faults(string content) =>
        Assert.Throws<FaultException>(() =>
        {
            using var scan = TableScan.Open(_folder.File("a.csv", content));
            while (scan.Next(CancellationToken.None) is not null)
            {
            }
        });

    [Fact]
    public void A_line_of_100_MB_is_a_fault_in_bounded_memory()
    {
        var path = Path.Combine(_folder.Path, "long.csv");
        using (var file = File.Create(path))
        {
            file.Write("id,note\n1,x\n2,"u8);
            var block = new byte[1 << 20];
            Array.Fill(block, (byte)'x');
            for (var i = 0; i < 100; i++)
            {
                file.Write(block);
            }

            file.Write("\n3,y\n"u8);
        }

        using var scan = TableScan.Open(path);
        var before = GC.GetAllocatedBytesForCurrentThread(); // tests beside this one allocate too
        var fault = Assert.Throws<FaultException>(() =>
        {
            while (scan.Next(CancellationToken.None) is not null)
            {
            }
        });

        Assert.Contains("long.csv:3:1: This row has 104,857,602 bytes; the limit for a row is 16,777,216", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1_000_000, 150_000_000);
    }

    private static List<string?> Texts(ColumnVector vector) => [.. Enumerable.Range(0, vector.Rows).Select(vector.Text)];
}
