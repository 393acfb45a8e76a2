using System.Buffers.Binary;
using System.Text;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.Predictions;

/// <summary>Reads a segment, also one that is being written or whose writer was killed: whole records only, and what is skipped is counted.</summary>
public sealed class SegmentReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly uint _salt;
    private readonly int _first;
    private readonly ulong _instance;

    private SegmentReader(ReadOnlyMemory<byte> bytes, SegmentHeader header, uint salt, int first, ulong instance) =>
        (_bytes, Header, _salt, _first, _instance) = (bytes, header, salt, first, instance);

    public SegmentHeader Header { get; }

    /// <summary>Reads a segment; null when its head is not whole, so that it can hold no record.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SegmentReader? Open(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Parse(bytes.AsMemory(0, read));
    }

    /// <summary>As <see cref="Open"/>, of bytes.</summary>
    public static SegmentReader? Parse(ReadOnlyMemory<byte> bytes) =>
        SegmentFormat.TryReadHead(bytes.Span, out var header, out var salt, out var first) && PredictionId.TryParseInstance(header.Instance, out var instance)
            ? new SegmentReader(bytes, header, salt, first, instance)
            : null;

    /// <summary>Where the whole records stand, in the order they were written.</summary>
    /// <param name="end">Where the last whole or erased record (or the head) ends.</param>
    /// <param name="skippedBytes">Bytes before, between and after whole records that are neither record, nor an erased one, nor zero padding at the end: damage, or a record its writer did not finish.</param>
    public IReadOnlyList<int> Offsets(out int end, out long skippedBytes)
    {
        var bytes = _bytes.Span;
        var offsets = new List<int>();
        (end, skippedBytes) = (_first, 0);
        for (var at = _first; at <= bytes.Length - SegmentFormat.RecordHead;)
        {
            if (SegmentFormat.IsRecord(bytes, _salt, at, out var length))
            {
                skippedBytes += at - end;
                offsets.Add(at);
                at = end = Math.Min(at + length, bytes.Length);
                continue;
            }

            if (SegmentFormat.IsErased(bytes, at, out var erased))
            {
                skippedBytes += at - end;
                at = end = at + erased;
                continue;
            }

            // Not a record: look for the next one. After a power cut a page in the middle may be missing; after a kill only the tail is.
            var rest = bytes[at..].IndexOfAnyExcept((byte)0);
            if (rest < 0)
            {
                break;
            }

            at += Math.Max(8, rest & ~7);
        }

        var tail = bytes[end..].LastIndexOfAnyExcept((byte)0);
        skippedBytes += tail + 1;
        return offsets;
    }

    /// <summary>The predictions, in the order they were written.</summary>
    public IEnumerable<LoggedPrediction> Read()
    {
        foreach (var offset in Offsets(out _, out _))
        {
            yield return Decode(offset);
        }
    }

    /// <summary>The prediction at a place; null when no whole record stands there.</summary>
    public LoggedPrediction? At(int offset) => offset >= _first && SegmentFormat.IsRecord(_bytes.Span, _salt, offset, out _) ? Decode(offset) : null;

    /// <summary>The prediction at the place of this list of offsets.</summary>
    private LoggedPrediction Decode(int offset)
    {
        var bytes = _bytes.Span[offset..];
        var payload = bytes.Slice(SegmentFormat.RecordHead, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        var outputs = new double[Header.Outputs];
        var at = SegmentFormat.PayloadHead;
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = BinaryPrimitives.ReadDoubleLittleEndian(payload[at..]);
            at += sizeof(double);
        }

        var row = new OrderedDictionary<string, Cell>(Header.Columns.Count, StringComparer.Ordinal);
        foreach (var column in Header.Columns)
        {
            switch (payload[at++])
            {
                case RecordWriter.NumberMark:
                    row.Add(column.Name, Cell.Of(BinaryPrimitives.ReadDoubleLittleEndian(payload[at..])));
                    at += sizeof(double);
                    break;
                case RecordWriter.TextMark:
                    var length = BinaryPrimitives.ReadInt32LittleEndian(payload[at..]);
                    row.Add(column.Name, Cell.Of(Encoding.UTF8.GetString(payload.Slice(at + 4, length))));
                    at += 4 + length;
                    break;
                default:
                    row.Add(column.Name, Cell.Missing);
                    break;
            }
        }

        return new LoggedPrediction(
            new PredictionId(_instance, Header.Segment, offset),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(payload)),
            Header.Project, Header.Package, Header.Classes,
            BinaryPrimitives.ReadInt32LittleEndian(payload[8..]), outputs, BinaryPrimitives.ReadInt32LittleEndian(payload[12..]), row);
    }
}
