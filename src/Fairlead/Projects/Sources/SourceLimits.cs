namespace Fairlead.Projects.Sources;

/// <summary>What a source file may be at most. Each limit is named in the fault that reports it.</summary>
public static class SourceLimits
{
    /// <summary>Most columns of a file.</summary>
    public const int ColumnsMax = 16_384;

    /// <summary>Most columns of a project: every one is declared, cleaned and looked at as a feature, which takes a quarter of a megabyte each and was measured up to here.</summary>
    public const int ProjectColumnsMax = 10_240;

    /// <summary>Most bytes of one cell: 1 MiB.</summary>
    public const int CellBytesMax = 1 << 20;

    /// <summary>Most bytes of one row: 16 MiB.</summary>
    public const int RowBytesMax = 16 << 20;

    /// <summary>Most rows of a source. Row numbers are 32-bit in memory and a data set is loaded whole to train on.</summary>
    public const long RowsMax = 100_000_000;

    /// <summary>Most faults of one kind that a report lists; the last says how many there are.</summary>
    public const int FaultsShown = 5;
}
