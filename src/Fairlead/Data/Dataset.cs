using Fairlead.Models.Contracts;

namespace Fairlead.Data;

/// <summary>A row's side of the split. It never changes between versions.</summary>
public enum Side : byte
{
    Train,
    Exam,
    Sealed,
}

/// <summary>The kept rows of a <see cref="DatasetVersion"/> in memory. All arrays have shape [rows], in file order.</summary>
/// <param name="Features">Cleaned feature columns only.</param>
/// <param name="Rows">Raw row numbers.</param>
/// <param name="Keys">Row keys.</param>
/// <param name="Folds">Fold of cross-fitting, by near-duplicate group: two near-duplicates are never on both sides of a fold.</param>
/// <param name="Groups">Near-duplicate group.</param>
/// <param name="JudgeOnly">The label may judge models but not train them.</param>
/// <param name="LabelWas">The recorded label where a person corrected it; null elsewhere.</param>
/// <param name="Labels">Classification: index into <paramref name="Classes"/>. Regression: empty.</param>
/// <param name="Values">Regression: the target. Classification: empty.</param>
public sealed record Dataset(
    Frame Features, long[] Rows, string[] Keys, Side[] Sides, int[] Folds, long[] Groups, bool[] JudgeOnly, string?[] LabelWas,
    IReadOnlyList<string> Classes, int[] Labels, double[] Values)
{
    public int Count => Rows.Length;

    /// <summary>The file each row came from, for slices (<see cref="FileOfRow"/>); null where there is but one.</summary>
    public FrameColumn? File { get; init; }
}
