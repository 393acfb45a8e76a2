namespace Fairlead.Serving.Predict;

/// <summary>What a predict request came to.</summary>
internal enum Outcome
{
    /// <summary>200.</summary>
    Answered,

    /// <summary>400: the body is not JSON, or is no row and no list of rows.</summary>
    NotRows,

    /// <summary>400: rows don't fit the contract; all faults are named.</summary>
    WrongRows,

    /// <summary>413: too many rows or bytes.</summary>
    TooLarge,

    /// <summary>503: the prediction log is full, so that an answer could not be explained later.</summary>
    LogFull,
}
