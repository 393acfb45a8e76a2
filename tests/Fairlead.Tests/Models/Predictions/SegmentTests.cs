using System.Text;
using CsCheck;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Tests.Serving;

namespace Fairlead.Tests.Models.Predictions;

public sealed class SegmentTests
{
    private const ulong Instance = 0x12_3456_789A;
    private static readonly ModelPackage Package = TinyPackages.Open(TinyPackages.Orders());

    [Fact]
    public void Records_are_read_as_they_were_written_without_what_is_private()
    {
        using var folder = new TemporaryFolder();
        using (var writer = Create(folder))
        {
            Append(writer, 1, Row(2.5, "north", "call 030 1234567", "a@b.example"), "call [phone]");
            Append(writer, 2, Row(null, null, null, null), null);
        }

        var bytes = File.ReadAllBytes(PathIn(folder));
        Assert.DoesNotContain("a@b.example", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("1234567", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var reader = SegmentReader.Parse(bytes)!;
        var read = reader.Read().ToArray();
        Assert.Equal(2, read.Length);
        Assert.Equal(["order_id", "weight", "region", "ordered", "note", "distance"], read[0].Row.Keys);
        Assert.Equal((Cell.Of(2.5), Cell.Of("north"), Cell.Of("call [phone]")), (read[0].Row["weight"], read[0].Row["region"], read[0].Row["note"]));
        Assert.All(read[1].Row.Values, cell => Assert.True(cell.IsMissing));
        Assert.Equal([0.25, 0.75], read[0].Outputs);
        Assert.Equal((1, 3, DateTimeOffset.FromUnixTimeMilliseconds(1)), (read[0].Answer, read[0].Warnings, read[0].At));
        Assert.Equal(("orders", Package.Digest), (read[0].Project, read[0].Package));
        Assert.Equal(read[1].Outputs, reader.At(read[1].Id.Offset)!.Outputs);
        Assert.Null(reader.At(read[1].Id.Offset + 8));
    }

    [Fact]
    public void The_format_is_that_of_the_golden_file()
    {
        using var folder = new TemporaryFolder();
        using (var writer = SegmentWriter.Create(PathIn(folder), SegmentHeader.For(Package, Instance, 1) with { Package = new string('a', 64) }, salt: 0xC0FFEE, 4096))
        {
            Append(writer, 1_790_000_000_000, Row(2.5, "nörd", null, null), "[e-mail]");
            Append(writer, 1_790_000_000_001, Row(-1, null, null, null), null);
        }

        var golden = Repository.File("tests/Fairlead.Tests/Models/Predictions/segment-v1.log");
        Assert.Equal(File.ReadAllBytes(golden), File.ReadAllBytes(PathIn(folder)));
        Assert.Equal(2, SegmentReader.Open(golden)!.Read().Count());
    }

    [Fact]
    public void A_segment_whose_writer_was_killed_gives_its_whole_records_and_counts_the_rest()
    {
        using var folder = new TemporaryFolder();
        using var writer = Create(folder);
        var ends = Enumerable.Range(0, 5).Select(i => (Append(writer, i, Row(i, "north", null, null), null), writer.Committed).Committed).ToArray();
        var live = Read(folder); // still open: preallocated and full of zeros behind the records
        Assert.Equal(4096, live.Length);
        Assert.Equal(5, Records(live, out var end, out var skipped));
        Assert.Equal((ends[4], 0), (end, skipped));

        // Killed between the payload and the length: the record is not there, its bytes are counted.
        var torn = live.ToArray();
        torn.AsSpan(ends[3], 4).Clear();
        Assert.Equal(4, Records(torn, out end, out skipped));
        Assert.Equal(ends[3], end);
        Assert.InRange(skipped, 1, ends[4] - ends[3]);

        // A power cut that lost what lies in the middle: the records around it are there.
        var hole = live.ToArray();
        hole.AsSpan(ends[0], ends[2] - ends[0]).Clear();
        Assert.Equal(3, Records(hole, out end, out skipped));
        Assert.Equal((ends[4], ends[2] - ends[0]), (end, skipped));
    }

    [Fact]
    public void Any_damaged_byte_costs_at_most_the_record_it_is_in() // and never gives a wrong one
    {
        using var folder = new TemporaryFolder();
        using var writer = Create(folder);
        var starts = Enumerable.Range(0, 4).Select(i => Append(writer, i, Row(i, "north", "é" + i, null), "x")).ToArray();
        var whole = Read(folder).AsSpan(0, writer.Committed).ToArray();
        var good = SegmentReader.Parse(whole)!.Read().Select(record => record.Row["weight"].Number).ToArray();
        Gen.Select(Gen.Int[starts[0], whole.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, flip) =>
            {
                var damaged = whole.ToArray();
                damaged[at] ^= flip;
                var read = SegmentReader.Parse(damaged)!.Read().Select(record => record.Row["weight"].Number).ToArray();
                var hit = Array.FindLastIndex(starts, start => start <= at);
                Assert.True(read.SequenceEqual(good) || read.SequenceEqual(good.Where((_, i) => i != hit))); // padding is not checked
            },
            iter: 2_000, seed: "0000KnS0n2Y0");
    }

    [Fact]
    public void A_row_that_holds_a_record_is_a_row()
    {
        using var folder = new TemporaryFolder();
        using var writer = Create(folder);
        Append(writer, 1, Row(1, "north", null, null), null);
        var record = Encoding.Latin1.GetString(Read(folder).AsSpan(writer.Committed - 120, 120));
        Append(writer, 2, Row(2, record, null, null), null);
        Append(writer, 3, Row(3, "north", null, null), null);
        var bytes = Read(folder);
        bytes.AsSpan(SegmentReader.Parse(bytes)!.Offsets(out _, out _)[1], 8).Clear(); // its head is lost, so the reader looks through its content
        Assert.Equal([1.0, 3.0], SegmentReader.Parse(bytes)!.Read().Select(prediction => prediction.Row["weight"].Number));
    }

    [Fact]
    public void What_is_no_segment_is_none()
    {
        Assert.Null(SegmentReader.Parse(Array.Empty<byte>()));
        Assert.Null(SegmentReader.Parse(new byte[100]));
        using var folder = new TemporaryFolder();
        using var writer = Create(folder);
        Assert.Null(SegmentReader.Parse(Read(folder).AsMemory(0, 100)));
    }

    private static int Records(byte[] bytes, out int end, out long skipped) => SegmentReader.Parse(bytes)!.Offsets(out end, out skipped).Count;

    private static byte[] Read(TemporaryFolder folder)
    {
        using var file = new FileStream(PathIn(folder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static string PathIn(TemporaryFolder folder) => Path.Combine(folder.Path, "00000001.log");

    private static SegmentWriter Create(TemporaryFolder folder) => SegmentWriter.Create(PathIn(folder), SegmentHeader.For(Package, Instance, 1), salt: 42, 4096);

    private static int Append(SegmentWriter writer, long at, Cell[] raw, string? cleanedNote)
    {
        var records = new RecordWriter(Package);
        var cleaned = raw.ToArray();
        cleaned[4] = Cell.Of(cleanedNote);
        var payload = new byte[records.MaxBytes(raw, cleaned, 2)];
        var length = records.Write(payload, at, answer: 1, warnings: 3, [0.25, 0.75], raw, cleaned);
        Assert.True(writer.TryAppend(payload.AsSpan(0, length), out var offset));
        return offset;
    }

    private static Cell[] Row(double? weight, string? region, string? note, string? email) =>
        [Cell.Missing, weight is { } value ? Cell.Of(value) : Cell.Missing, Cell.Of(region), Cell.Missing, Cell.Of(note), Cell.Of(email), Cell.Missing];
}
