using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Step "clean": checks, row steps, corrections, repairs, table steps, quarantine, split, profile.</summary>
public static class Clean
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <exception cref="FaultException">Nothing is left to learn from: no target, one class, too few rows.</exception>
    public static DatasetVersion Run(
        ProjectFile project, RawVersion raw, IReadOnlyList<Correction> corrections, IReadOnlyList<Repair> repairs,
        BlobStore blobs, DateTimeOffset now, CancellationToken cancel) => throw new NotImplementedException();
}
