using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Fairlead.Models.Predictions;

/// <summary>
/// Writes one segment through a memory map: an appended record is in the kernel's hands, and so survives the end of the process, however it ends.
/// <see cref="Flush"/> brings it to the disk. Appending is for one thread at a time; reading <see cref="Committed"/> and flushing are for any.
/// </summary>
/// <remarks>
/// The file is filled with zeros first: a full disk is an error there, and not a fault signal in the middle of an answer, and the pages are at hand.
/// A record's length is written last, so a record is whole or not there.
/// </remarks>
public sealed unsafe class SegmentWriter : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _capacity;
    private readonly uint _salt;
    private readonly int _head;
    private int _committed;
    private int _flushed;

    private SegmentWriter(string path, FileStream file, SegmentHeader header, uint salt, int capacity, int head)
    {
        (Path, Header, _file, _capacity, _salt, _head, _committed) = (path, header, file, capacity, salt, head, head);
        _map = MemoryMappedFile.CreateFromFile(file, null, capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, capacity, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    public SegmentHeader Header { get; }

    /// <summary>Bytes from the start of the file that are final: the head and whole records.</summary>
    public int Committed => Volatile.Read(ref _committed);

    /// <summary>No record was appended.</summary>
    public bool IsEmpty => Committed == _head;

    /// <summary>Makes a new segment.</summary>
    /// <param name="salt">Random, and not to be told to callers.</param>
    /// <param name="capacity">Bytes of the file, at most <see cref="PredictionId.SegmentBytesMax"/>; raised to what the head needs.</param>
    /// <exception cref="IOException">The disk is full, or the file exists.</exception>
    public static SegmentWriter Create(string path, SegmentHeader header, uint salt, int capacity)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, PredictionId.SegmentBytesMax);
        var head = SegmentFormat.WriteHead(header, salt);
        capacity = Math.Max(capacity, head.Length);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            file.Write(head);
            var zeros = new byte[64 << 10];
            for (var at = head.Length; at < capacity; at += zeros.Length)
            {
                file.Write(zeros.AsSpan(0, Math.Min(zeros.Length, capacity - at)));
            }

            return new SegmentWriter(path, file, header, salt, capacity, head.Length);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Cuts a segment whose writer was killed to what it holds; removes it when it holds nothing. Looks at its end only, unless there is something to cut.</summary>
    /// <exception cref="IOException">The file can't be changed.</exception>
    public static void Cut(string path)
    {
        const int TailBytes = 4 << 10;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            var tail = new byte[Math.Min(TailBytes, file.Length)];
            file.Seek(-tail.Length, SeekOrigin.End);
            file.ReadExactly(tail);
            if (tail.AsSpan().ContainsAnyExcept((byte)0))
            {
                return;
            }

            var end = 0;
            if (SegmentReader.Open(path)?.Offsets(out end, out _).Count > 0)
            {
                file.SetLength(end);
                return;
            }
        }

        File.Delete(path);
    }

    /// <summary>Bytes a segment needs for its head and one record of this payload.</summary>
    public static int CapacityFor(SegmentHeader header, int payloadBytes) =>
        SegmentFormat.WriteHead(header, 0).Length + SegmentFormat.Aligned(SegmentFormat.RecordHead + payloadBytes);

    /// <summary>Appends a record; false when the segment has no room for it.</summary>
    /// <param name="offset">Where it stands.</param>
    public bool TryAppend(ReadOnlySpan<byte> payload, out int offset)
    {
        offset = _committed;
        var length = SegmentFormat.Aligned(SegmentFormat.RecordHead + payload.Length);
        if (length > _capacity - offset)
        {
            return false;
        }

        var record = new Span<byte>(_start + offset, length);
        payload.CopyTo(record[SegmentFormat.RecordHead..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], SegmentFormat.Check(payload, _salt, offset));
        Volatile.Write(ref *(int*)(_start + offset), payload.Length); // last: now it is there (x64 and arm64 are little-endian, as the format)
        Volatile.Write(ref _committed, offset + length);
        return true;
    }

    /// <summary>Brings what is committed to the disk; returns at once when nothing is new.</summary>
    public void Flush()
    {
        var committed = Committed;
        if (committed == _flushed)
        {
            return;
        }

        _view.Flush();
        _flushed = committed;
    }

    /// <summary>Flushes, and cuts the file to what is committed.</summary>
    public void Dispose()
    {
        _view.Flush();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.SetLength(_committed);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }
}
