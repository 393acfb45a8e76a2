using Fairlead.Workspace;

namespace Fairlead.Training;

/// <summary>Step "search": fits a portfolio of candidates within the budget and chooses one by cross-validation. Always ends with a model.</summary>
public static class Search
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 1;

    /// <param name="progress">Told after every trial.</param>
    public static SearchResult Run(TrainingInput input, BlobStore blobs, IProgress<TrialRecord>? progress, CancellationToken cancel) => throw new NotImplementedException();
}
