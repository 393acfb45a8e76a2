using Fairlead.Data.Storage;
using Fairlead.Models.Predictions;
using Fairlead.Releases;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Iterations.Upkeep;

/// <summary><c>workspace verify</c>: reads everything again and says every fault. Blobs must be what their ids say, records whole and what they name there, the audit unbroken, prediction segments readable.</summary>
public static class VerifyWorkspace
{
    /// <param name="Faults">Nothing when all is whole.</param>
    public sealed record Outcome(long Blobs, long Bytes, long Records, long AuditEntries, long Segments, long Predictions, IReadOnlyList<Fault> Faults);

    public static Outcome Run(WorkspaceFolder workspace, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        List<Fault> faults = [.. workspace.Records.Check(), .. workspace.Audit.Verify()];
        var (blobs, bytes) = (0L, 0L);
        foreach (var id in KeyPaths.Blobs(workspace.Folder))
        {
            cancel.ThrowIfCancellationRequested();
            blobs++;
            bytes += workspace.Blobs.DiskBytes(id);
            try
            {
                var actual = StoredContent.IdOf(id, workspace.Blobs, cancel);
                if (actual != id)
                {
                    faults.Add(new Fault($"blob {id}", $"Its content is {actual}, not what its id says.", "Restore it from a backup, or delete it and run iterate again."));
                }
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
            }
        }

        faults.AddRange(Former(workspace));
        var records = workspace.Records.Names();
        faults.AddRange(Missing(workspace));
        var (segments, predictions) = Segments(workspace, faults);
        return new Outcome(blobs, bytes, records.Count, workspace.Audit.Head()?.Number ?? 0, segments, predictions, faults);
    }

    /// <summary>Former master keys that the one in use does not open.</summary>
    private static IEnumerable<Fault> Former(WorkspaceFolder workspace)
    {
        try
        {
            return [.. FormerKeys.Read(workspace.Folder).Keys.Where(key => workspace.Keys.Former(key.Key) is null)
                .Select(key => new Fault(FormerKeys.PathIn(workspace.Folder), $"The former master key {key.Key} can't be read: it was changed.", "Restore the file from a backup. Until then, backups from before that key was replaced need the key of then."))];
        }
        catch (FaultException exception)
        {
            return exception.Faults;
        }
    }

    /// <summary>What iterations name that is not there, unless a retention rule removed it.</summary>
    private static IEnumerable<Fault> Missing(WorkspaceFolder workspace)
    {
        IReadOnlyList<Iteration> iterations;
        try
        {
            iterations = IterationRecords.All(workspace.Records);
        }
        catch (FaultException)
        {
            return []; // told already, as a record that was changed
        }

        var retired = RetiredBlobs.All(workspace.Records);
        return iterations.SelectMany(iteration => Named(iteration).Where(named => !workspace.Blobs.Has(named.Id) && !retired.Contains(named.Id))
            .Select(named => new Fault($"iteration {iteration.Number}, key {iteration.Key[..12]}", $"Its {named.What} ({named.Id}) is not there.", "Restore it from a backup; if someone was erased since, it is gone for good, and iterate makes a new version.")));
    }

    internal static IEnumerable<(string What, string Id)> Named(Iteration iteration) =>
    [
        ("raw version", iteration.Raw.Blob), ("dataset version", iteration.Data.Blob), ("quarantine", iteration.Data.Quarantine), ("model", iteration.Search.Model),
        .. iteration.Search.FoldModels.Distinct(StringComparer.Ordinal).Select(id => ("fold model", id)), .. iteration.Package.Select(file => ($"package file {file.Key}", file.Value)),
        .. iteration.Image is { } image ? [("image", image[(image.IndexOf(':', StringComparison.Ordinal) + 1)..])] : Array.Empty<(string, string)>(),
    ];

    private static (long Segments, long Predictions) Segments(WorkspaceFolder workspace, List<Fault> faults)
    {
        var (segments, predictions) = (0L, 0L);
        var folder = Path.Combine(workspace.Folder, "predictions");
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories) : [];
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            segments++;
            var where = Path.GetRelativePath(workspace.Folder, path);
            SegmentReader? segment;
            try
            {
                segment = PredictionSegment.OpenReader(path, workspace.Keys);
            }
            catch (FaultException exception)
            {
                faults.AddRange(exception.Faults);
                continue;
            }

            if (segment is null)
            {
                faults.Add(new Fault(where, "The head of the segment is damaged: none of its predictions can be read.", "Restore it from a backup."));
                continue;
            }

            predictions += segment.Offsets(out _, out var skipped).Count;
            if (skipped > 0)
            {
                faults.Add(new Fault(where, $"{skipped} bytes of the segment are no whole prediction.", "After a power cut the last ones may be cut off; else restore it from a backup."));
            }
        }

        return (segments, predictions);
    }
}
