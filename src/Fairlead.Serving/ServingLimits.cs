namespace Fairlead.Serving;

/// <summary>Limits of a predict request.</summary>
public sealed record ServingLimits
{
    /// <summary>Most rows in one request. Default 1,000; 1 to 100,000.</summary>
    public int RowsMax { get; init; } = 1_000;

    /// <summary>Most bytes in one request body. Default 4 MiB; 1 KiB to 64 MiB.</summary>
    public int BodyBytesMax { get; init; } = 4 << 20;

    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public ServingLimits Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RowsMax, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(BodyBytesMax, 1 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BodyBytesMax, 64 << 20);
        return this;
    }
}
