namespace Fairlead.Serving.Log;

/// <summary>Settings of a prediction log.</summary>
public sealed record PredictionLogOptions
{
    /// <summary>Folder of the log; made when it isn't there. Holds a folder for each instance that wrote.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes of a segment. Default 4 MiB; 4 KiB to 128 MiB. A larger row gets a segment of its own size.</summary>
    public int SegmentBytes { get; init; } = 4 << 20;

    /// <summary>Most bytes of all segments in the folder. Default: unlimited.</summary>
    public long FolderBytesMax { get; init; } = long.MaxValue;

    /// <summary>
    /// When <see cref="FolderBytesMax"/> is reached: true deletes the oldest segments (nobody waits for them), false refuses to answer until segments have been shipped.
    /// A full disk always refuses.
    /// </summary>
    public bool DropOldest { get; init; }

    /// <summary>How often what was logged is brought to the disk. Default 1 s. A killed process loses nothing; a power cut loses at most this.</summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(1);
}
