using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;

namespace Fairlead.Serving.Log;

/// <summary>
/// The log of what a server answered for one project. An answer goes out only after its record is in a memory-mapped segment: it survives <c>kill -9</c>.
/// A thread of its own brings records to the disk, makes the next segment before it is needed and closes full ones.
/// </summary>
public sealed class PredictionLog : IDisposable
{
    private readonly PredictionLogOptions _options;
    private readonly InstanceFolder _folder;
    private readonly Lock _gate = new();
    private readonly Queue<SegmentWriter> _full = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _keeper;
    private ModelPackage _package;
    private SegmentWriter? _current;
    private SegmentWriter? _next;
    private uint _number;
    private uint _preparing;
    private bool _stopping;
    private long _dropped;

    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public PredictionLog(ModelPackage package, PredictionLogOptions options)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SegmentBytes, 4 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.SegmentBytes, PredictionId.SegmentBytesMax);
        (_package, _options) = (package, options);
        _folder = InstanceFolder.Create(options.Folder);
        _current = NewSegment(++_number, 0);
        _keeper = new Thread(Keep) { IsBackground = true, Name = "prediction log" };
        _keeper.Start();
    }

    public string Folder => _options.Folder;

    public ulong Instance => _folder.Instance;

    /// <summary>Folder of the segments this log writes.</summary>
    public string InstancePath => _folder.Path;

    /// <summary>Segments that were deleted to stay under the limit.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>From here on records belong to answers of this package: a new segment begins.</summary>
    public void Use(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        lock (_gate)
        {
            if (package.Digest == _package.Digest)
            {
                return;
            }

            _package = package;
            Retire(ref _current);
            Retire(ref _next);
        }
    }

    /// <summary>Appends a record. False when the disk or the folder's limit is full: then the answer must not go out.</summary>
    /// <param name="package">The package that answered.</param>
    public bool TryAppend(ModelPackage package, ReadOnlySpan<byte> payload, out PredictionId id)
    {
        ArgumentNullException.ThrowIfNull(package);
        lock (_gate)
        {
            if (!ReferenceEquals(package, _package) && package.Digest != _package.Digest)
            {
                Use(package); // a request that began before the package changed: rare, and its segment is right
            }

            var offset = 0;
            if (_stopping || _current?.TryAppend(payload, out offset) != true)
            {
                if (_stopping || !Rotate(payload.Length) || !_current!.TryAppend(payload, out offset))
                {
                    id = default;
                    return false;
                }
            }

            id = new PredictionId(_folder.Instance, _current.Header.Segment, offset);
            return true;
        }
    }

    /// <summary>Bytes of a segment of this instance that are final, and whether more will come.</summary>
    internal (long Bytes, bool Closed) StateOf(uint segment, string path)
    {
        lock (_gate)
        {
            if (_current?.Header.Segment == segment)
            {
                return (_current.Committed, false);
            }

            if (_next?.Header.Segment == segment || _preparing == segment)
            {
                return (0, false);
            }

            if (_full.FirstOrDefault(writer => writer.Header.Segment == segment) is { } closing)
            {
                return (closing.Committed, false); // not cut yet
            }
        }

        return (new FileInfo(path).Length, true);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _wake.Set();
        _keeper.Join();
        lock (_gate)
        {
            Retire(ref _current);
            Retire(ref _next);
        }

        CloseFull();
        _folder.Dispose();
        _wake.Dispose();
    }

    private bool Rotate(int payloadBytes)
    {
        Retire(ref _current);
        if (_next is not null)
        {
            (_current, _next) = (_next, null);
            if (SegmentWriter.CapacityFor(_current.Header, payloadBytes) <= _options.SegmentBytes)
            {
                _wake.Set();
                return true;
            }

            Retire(ref _current); // a row larger than a segment
        }

        try
        {
            _current = NewSegment(++_number, payloadBytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <exception cref="IOException">The disk or the folder's limit is full.</exception>
    private SegmentWriter NewSegment(uint number, int payloadBytes)
    {
        var header = SegmentHeader.For(_package, _folder.Instance, number);
        var capacity = Math.Max(_options.SegmentBytes, payloadBytes > _options.SegmentBytes / 2 ? SegmentWriter.CapacityFor(header, payloadBytes) : 0);
        MakeRoom(capacity);
        return SegmentWriter.Create(Path.Combine(_folder.Path, InstanceFolder.NameOf(number)), header, (uint)InstanceFolder.RandomBits(), capacity);
    }

    private void MakeRoom(long bytes)
    {
        if (_options.FolderBytesMax == long.MaxValue)
        {
            return;
        }

        var files = new DirectoryInfo(_options.Folder).EnumerateFiles("*" + InstanceFolder.SegmentEnding, SearchOption.AllDirectories)
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var used = files.Sum(file => file.Length);
        foreach (var file in files)
        {
            if (used + bytes <= _options.FolderBytesMax || !_options.DropOldest)
            {
                break;
            }

            if (file.FullName == Path.GetFullPath(_current?.Path ?? ".") || file.FullName == Path.GetFullPath(_next?.Path ?? "."))
            {
                continue;
            }

            used -= file.Length;
            file.Delete();
            Interlocked.Increment(ref _dropped);
        }

        if (used + bytes > _options.FolderBytesMax)
        {
            throw new IOException($"The prediction log holds {used} bytes of at most {_options.FolderBytesMax}.");
        }
    }

    private void Retire(ref SegmentWriter? writer)
    {
        if (writer is not null)
        {
            _full.Enqueue(writer);
            writer = null;
        }

        _wake.Set();
    }

    private void Keep()
    {
        CutOrphans();
        while (!Volatile.Read(ref _stopping))
        {
            _wake.WaitOne(_options.FlushEvery);
            CloseFull();
            SegmentWriter? current;
            lock (_gate)
            {
                current = _current;
            }

            try
            {
                PrepareNext();
                current?.Flush();
            }
            catch (IOException)
            {
                // Full, or the disk failed under the map: appends go on in the current segment, and then are refused. The next turn tries again.
            }
        }
    }

    /// <summary>Makes the next segment when the current one is half full, so that no answer waits for it.</summary>
    private void PrepareNext()
    {
        ModelPackage package;
        lock (_gate)
        {
            if (_next is not null || _current is null || _current.Committed <= _options.SegmentBytes / 2 || _stopping)
            {
                return;
            }

            (package, _preparing) = (_package, ++_number);
        }

        SegmentWriter? next = null;
        try
        {
            next = NewSegment(_preparing, 0);
        }
        finally
        {
            lock (_gate)
            {
                _preparing = 0;
                if (next is not null && package == _package && !_stopping)
                {
                    _next = next;
                }
                else if (next is not null)
                {
                    Retire(ref next);
                }
            }
        }
    }

    /// <summary>Gives back what killed instances had set aside.</summary>
    private void CutOrphans()
    {
        try
        {
            foreach (var orphan in InstanceFolder.Orphans(_options.Folder))
            {
                using (orphan)
                {
                    InstanceFolder.Segments(orphan.Path).ToList().ForEach(segment => SegmentWriter.Cut(segment.Path));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process holds or removes them at this moment: they lose nothing by staying as they are.
        }
    }

    private void CloseFull()
    {
        while (true)
        {
            SegmentWriter? writer;
            lock (_gate)
            {
                if (!_full.TryPeek(out writer))
                {
                    return;
                }
            }

            writer.Dispose();
            if (writer.IsEmpty)
            {
                File.Delete(writer.Path);
            }

            lock (_gate)
            {
                _full.Dequeue();
            }
        }
    }
}
