namespace Fairlead.Projects;

/// <summary>What the writer of a project file says in comments, beside what the file declares.</summary>
/// <param name="Target">Lines under <c>target</c>.</param>
/// <param name="Columns">A remark at the end of a column's line, by column.</param>
/// <param name="Clean">A remark at the end of a step's line, by column, or by the step as written where it has none ("drop duplicates").</param>
/// <param name="Checks">A remark at the end of a check's line, by check id.</param>
/// <param name="Split">Lines under <c>split</c>.</param>
public sealed record ProjectNotes(
    IReadOnlyList<string> Target,
    IReadOnlyDictionary<string, string> Columns,
    IReadOnlyDictionary<string, string> Clean,
    IReadOnlyDictionary<string, string> Checks,
    IReadOnlyList<string> Split)
{
    public static ProjectNotes None { get; } = new([], Empty(), Empty(), Empty(), []);

    private static Dictionary<string, string> Empty() => new(StringComparer.Ordinal);
}
