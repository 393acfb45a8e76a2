using System.Globalization;
using Fairlead.Models.Predictions;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

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
    private readonly Keyring _keys;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Length, DateTime Changed, int Count)> _counts = new(StringComparer.Ordinal);

    public PredictionStore(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        _folder = Path.Combine(workspace.Folder, "predictions");
        _keys = workspace.Keys;
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
            var there = isNew ? [] : PredictionSegment.Read(path, _keys);
            if (offset > there.Length)
            {
                return new Outcome.Gap(there.Length);
            }

            var overlap = (int)Math.Min(piece.Length, there.Length - offset);
            if (!there.AsSpan((int)offset, overlap).SequenceEqual(piece[..overlap]))
            {
                return new Outcome.Differs(there.Length); // a frame is whole or not there: what is there was sent
            }

            if (overlap < piece.Length)
            {
                PredictionSegment.Append(path, piece[overlap..], _keys);
            }

            if (isNew)
            {
                DurableFile.SyncFolder(folder);
                DurableFile.SyncFolder(Path.GetDirectoryName(folder)!);
            }

            return new Outcome.Received(Math.Max(there.Length, offset + piece.Length));
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
            if (File.Exists(path) && PredictionSegment.OpenReader(path, _keys)?.At(place.Offset) is { } prediction)
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

                if (PredictionSegment.OpenReader(path, _keys) is { } segment)
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
            if (PredictionSegment.OpenReader(path, _keys) is { } segment)
            {
                count = segment.Offsets(out end, out _).Count;
            }

            total += count;
            if (end == file.Length || PredictionSegment.IsSealed(path))
            {
                lock (_counts)
                {
                    _counts[path] = (file.Length, file.LastWriteTimeUtc, count);
                }
            }
        }

        return total;
    }

    /// <summary>Encrypts what servers that have ended wrote here in place, and overwrites the clear bytes. Called when a server ends, and by whoever looks after the workspace.</summary>
    public int SealClosed()
    {
        var count = 0;
        foreach (var instance in Directory.Exists(_folder) ? Directory.GetDirectories(_folder).SelectMany(Directory.GetDirectories).ToArray() : [])
        {
            var path = Path.Combine(instance, "lock");
            using var held = File.Exists(path) ? FolderLock.Try(path) : null;
            if (held is null && File.Exists(path))
            {
                continue; // it lives
            }

            foreach (var segment in Directory.GetFiles(instance, "*.log").Where(segment => !PredictionSegment.IsSealed(segment)))
            {
                var bytes = PredictionSegment.Read(segment, _keys);
                if (SegmentReader.Parse(bytes) is { } reader && reader.Offsets(out var end, out _).Count > 0)
                {
                    PredictionSegment.Replace(segment, bytes.AsSpan(0, end), _keys);
                    count++;
                }
            }
        }

        return count;
    }

    private IEnumerable<string> Instances(string projectId)
    {
        var folder = FolderOf(projectId);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];
    }
}
