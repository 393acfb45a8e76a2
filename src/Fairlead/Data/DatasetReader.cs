using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Data;

/// <summary>Reads stored versions back into memory.</summary>
public static class DatasetReader
{
    /// <summary>The kept rows.</summary>
    public static Dataset Load(ProjectFile project, DatasetVersion version, BlobStore blobs) => throw new NotImplementedException();

    /// <summary>Raw rows by row number, every source column as text that is not dropped as personal, in the order asked for.</summary>
    public static Frame RawRows(ProjectFile project, DatasetVersion version, IReadOnlyList<long> rows, BlobStore blobs) => throw new NotImplementedException();

    /// <summary>A file to score: raw rows as text, the contract's columns in order; a missing required column or a wrong type is a fault with its place.</summary>
    /// <exception cref="FaultException">The file can't be read or does not fit the contract.</exception>
    public static Frame RawFile(string path, ModelContract contract) => throw new NotImplementedException();
}
