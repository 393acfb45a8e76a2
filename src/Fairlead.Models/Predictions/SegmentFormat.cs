using System.Buffers.Binary;
using System.Text.Json;

namespace Fairlead.Models.Predictions;

/// <summary>The bytes of a segment of the prediction log; docs/formats/prediction-log.md describes them. All numbers are little-endian, all parts start at multiples of 8.</summary>
internal static class SegmentFormat
{
    /// <summary>Bytes before the payload of a record: its length and its check.</summary>
    public const int RecordHead = 8;

    /// <summary>Fixed bytes of a payload: time, answer, warnings.</summary>
    public const int PayloadHead = 16;

    private const int FileHead = 24;

    public static ReadOnlySpan<byte> Magic => "FLpred\0\u0001"u8;

    public static int Aligned(int bytes) => (bytes + 7) & ~7;

    /// <summary>The head of the file: magic, salt and the header as JSON, padded.</summary>
    public static byte[] WriteHead(SegmentHeader header, uint salt)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, SegmentJson.Default.SegmentHeader);
        var head = new byte[Aligned(FileHead + json.Length)];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), salt);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(16), Crc32C.Of(salt, json));
        json.CopyTo(head, FileHead);
        return head;
    }

    /// <summary>Reads the head; false when it is not there whole.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> bytes, out SegmentHeader header, out uint salt, out int length)
    {
        (header, salt, length) = (null!, 0, 0);
        if (bytes.Length < FileHead || !bytes.StartsWith(Magic))
        {
            return false;
        }

        var json = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        salt = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (json <= 0 || json > bytes.Length - FileHead
            || Crc32C.Of(salt, bytes.Slice(FileHead, json)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]))
        {
            return false;
        }

        header = JsonSerializer.Deserialize(bytes.Slice(FileHead, json), SegmentJson.Default.SegmentHeader)!;
        length = Aligned(FileHead + json);
        return length <= bytes.Length && header.Format == SegmentHeader.FormatVersion;
    }

    /// <summary>
    /// The check of a record: its content, its length, its place and the segment's salt. With the salt, which no caller knows,
    /// bytes inside a row can't pass for a record; with the place, a copy elsewhere can't either.
    /// </summary>
    public static uint Check(ReadOnlySpan<byte> payload, uint salt, int offset) => Crc32C.Of((uint)payload.Length, payload) ^ salt ^ ((uint)offset * 0x9E3779B1u);

    /// <summary>First bytes of a record that was erased; its length in the segment (32 bits) follows, then zeros. As the length of a record it would be longer than any segment.</summary>
    private static ReadOnlySpan<byte> ErasedMark => "FLER"u8;

    /// <summary>Takes a record out: its place stays known, nothing of it is left.</summary>
    /// <param name="record">All its bytes, padding among them.</param>
    public static void Erase(Span<byte> record)
    {
        record.Clear();
        ErasedMark.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[ErasedMark.Length..], record.Length);
    }

    /// <summary>A record stood at <paramref name="offset"/> and was erased.</summary>
    public static bool IsErased(ReadOnlySpan<byte> segment, int offset, out int length)
    {
        length = 0;
        if (offset > segment.Length - RecordHead || !segment[offset..].StartsWith(ErasedMark))
        {
            return false;
        }

        length = BinaryPrimitives.ReadInt32LittleEndian(segment[(offset + ErasedMark.Length)..]);
        return length >= RecordHead && length <= segment.Length - offset && !segment.Slice(offset + RecordHead, length - RecordHead).ContainsAnyExcept((byte)0);
    }

    /// <summary>The record at <paramref name="offset"/> is whole.</summary>
    public static bool IsRecord(ReadOnlySpan<byte> segment, uint salt, int offset, out int length)
    {
        length = 0;
        if (offset < 0 || offset > segment.Length - RecordHead)
        {
            return false;
        }

        var bytes = BinaryPrimitives.ReadInt32LittleEndian(segment[offset..]);
        if (bytes < PayloadHead || bytes > segment.Length - offset - RecordHead)
        {
            return false;
        }

        length = Aligned(RecordHead + bytes);
        return Check(segment.Slice(offset + RecordHead, bytes), salt, offset) == BinaryPrimitives.ReadUInt32LittleEndian(segment[(offset + 4)..]);
    }
}
