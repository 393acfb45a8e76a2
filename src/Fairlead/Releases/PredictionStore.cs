using System.Globalization;
using Fairlead.Models.Predictions;
using Fairlead.Workspace;

namespace Fairlead.Releases;

/// <summary>
/// The predictions of a workspace: segments of the prediction log, as model servers ship them and as <c>serve</c> writes them in place,
/// under predictions/PROJECT/INSTANCE/SEGMENT.log. A prediction's id tells where it is. Thread-safe; several processes may read, one receives.
/// </summary>
public sealed class PredictionStore
{
    /// <summary>Most bytes of one received segment.</summary>
    public const long SegmentBytesMax = PredictionId.SegmentBytesMax;

    private readonly string _folder;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Length, DateTime Changed, int Count)> _counts = new(StringComparer.Ordinal);

    public PredictionStore(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        _folder = Path.Combine(workspace.Folder, "predictions");
    }

    /// <summary>What receiving a piece came to.</summary>
    public abstract record Outcome
    {
        private Outcome()
        {
        }

        /// <summary>The piece is on the disk (or was before).</summary>
        /// <param name="Have">Bytes of the segment that are here.</param>
        public sealed record Received(long Have) : Outcome;

        /// <summary>The piece begins after what is here.</summary>
        public sealed record Gap(long Have) : Outcome;

        /// <summary>The piece says other than what is here: two servers share a name, or something was changed. Nothing was written.</summary>
        public sealed record Differs(long Have) : Outcome;
    }

    /// <summary>Folder of a project's predictions: where a log in this process writes (<c>PredictionLogOptions.Folder</c>).</summary>
    public string FolderOf(string projectId)
    {
        ArgumentException.ThrowIfNullOrEmpty(projectId);
        return projectId.AsSpan().IndexOfAny("/\\") < 0 && projectId is not ("." or "..")
            ? Path.Combine(_folder, projectId)
            : throw new ArgumentException("A project id holds no path.", nameof(projectId));
    }

    /// <summary>Receives bytes of a segment. The same bytes may come any number of times, in pieces of any size; when this returns they are on the disk.</summary>
    /// <param name="instance">Name of the sender's instance.</param>
    /// <param name="segment">Number of the segment, from 1.</param>
    /// <param name="offset">Where the piece begins in the segment.</param>
    /// <exception cref="FaultException">The instance's name is none, the number is 0, or the segment would become too large.</exception>
    public Outcome Receive(string projectId, string instance, uint segment, long offset, ReadOnlySpan<byte> piece)
    {
        if (!PredictionId.TryParseInstance(instance, out _) || segment == 0 || offset < 0 || offset + piece.Length > SegmentBytesMax)
        {
            throw new FaultException($"{instance}/{segment}", "This is no segment of a prediction log.", "Instances have names of 8 signs, segments count from 1 and have at most 128 MiB.", wrongUse: true);
        }

        var folder = Path.Combine(FolderOf(projectId), instance);
        var path = Path.Combine(folder, segment.ToString("D8", CultureInfo.InvariantCulture) + ".log");
        lock (_gate)
        {
            var isNew = !File.Exists(path);
            if (isNew && (offset > 0 || piece.IsEmpty))
            {
                return offset > 0 ? new Outcome.Gap(0) : new Outcome.Received(0);
            }

            Directory.CreateDirectory(folder);
            using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0))
            {
                var have = file.Length;
                if (offset > have)
                {
                    return new Outcome.Gap(have);
                }

                var same = SameBytes(file, offset, piece);
                if (same < Math.Min(piece.Length, have - offset))
                {
                    // A power cut can leave bytes that were never acknowledged and are not what was sent. What is in whole records is.
                    if (offset + same < WholeBytes(path))
                    {
                        return new Outcome.Differs(have);
                    }

                    file.SetLength(have = offset + same);
                }

                if (offset + piece.Length > have)
                {
                    file.Position = have;
                    file.Write(piece[(int)(have - offset)..]);
                    file.Flush(flushToDisk: true);
                }

                if (isNew)
                {
                    DurableFile.SyncFolder(folder);
                    DurableFile.SyncFolder(Path.GetDirectoryName(folder)!);
                }

                return new Outcome.Received(file.Length);
            }
        }
    }

    /// <summary>The prediction of this id and the project it belongs to; null when it is not (yet) here or the id is none.</summary>
    public (string ProjectId, LoggedPrediction Prediction)? Find(string id)
    {
        if (!PredictionId.TryParse(id, out var place) || !Directory.Exists(_folder))
        {
            return null;
        }

        var within = Path.Combine(PredictionId.NameOf(place.Instance), place.Segment.ToString("D8", CultureInfo.InvariantCulture) + ".log");
        foreach (var project in Directory.EnumerateDirectories(_folder))
        {
            var path = Path.Combine(project, within);
            if (File.Exists(path) && SegmentReader.Open(path)?.At(place.Offset) is { } prediction)
            {
                return (Path.GetFileName(project), prediction);
            }
        }

        return null;
    }

    /// <summary>The newest predictions of a project, newest first.</summary>
    /// <param name="count">At most this many.</param>
    public IReadOnlyList<LoggedPrediction> Recent(string projectId, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var newest = new List<LoggedPrediction>();
        foreach (var instance in Instances(projectId))
        {
            var ofInstance = new List<LoggedPrediction>();
            foreach (var path in Directory.EnumerateFiles(instance, "*.log").OrderDescending(StringComparer.Ordinal))
            {
                if (ofInstance.Count >= count)
                {
                    break;
                }

                if (SegmentReader.Open(path) is { } segment)
                {
                    var offsets = segment.Offsets(out _, out _);
                    for (var i = offsets.Count - 1; i >= 0 && ofInstance.Count < count; i--)
                    {
                        ofInstance.Add(segment.At(offsets[i])!);
                    }
                }
            }

            newest.AddRange(ofInstance);
        }

        return [.. newest.OrderByDescending(prediction => prediction.At).ThenByDescending(prediction => prediction.Id.Segment).ThenByDescending(prediction => prediction.Id.Offset).Take(count)];
    }

    /// <summary>How many predictions of a project are here.</summary>
    public long Count(string projectId)
    {
        var total = 0L;
        foreach (var path in Instances(projectId).SelectMany(instance => Directory.EnumerateFiles(instance, "*.log")))
        {
            var file = new FileInfo(path);
            lock (_counts)
            {
                // Only a segment that was cut to its records is remembered by length: one that is being written keeps its length while it fills.
                if (_counts.TryGetValue(path, out var known) && known.Length == file.Length && known.Changed == file.LastWriteTimeUtc)
                {
                    total += known.Count;
                    continue;
                }
            }

            var (count, end) = (0, 0);
            if (SegmentReader.Open(path) is { } segment)
            {
                count = segment.Offsets(out end, out _).Count;
            }

            total += count;
            if (end == file.Length)
            {
                lock (_counts)
                {
                    _counts[path] = (file.Length, file.LastWriteTimeUtc, count);
                }
            }
        }

        return total;
    }

    private IEnumerable<string> Instances(string projectId)
    {
        var folder = FolderOf(projectId);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>How many bytes of the piece are there already, the same.</summary>
    private static int SameBytes(FileStream file, long offset, ReadOnlySpan<byte> piece)
    {
        var overlap = (int)Math.Min(piece.Length, file.Length - offset);
        var there = new byte[overlap];
        file.Position = offset;
        file.ReadExactly(there);
        return there.AsSpan().CommonPrefixLength(piece);
    }

    /// <summary>Where the last whole record of a segment ends.</summary>
    private static int WholeBytes(string path)
    {
        var end = 0;
        SegmentReader.Open(path)?.Offsets(out end, out _);
        return end;
    }
}
