using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Step "ingest": reads the source files into an immutable raw version.</summary>
public static class Ingest
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <exception cref="FaultException">The files can't be read: every fault with file:line:column.</exception>
    public static RawVersion Run(ProjectFile project, BlobStore blobs, CancellationToken cancel) => throw new NotImplementedException();
}
