namespace Fairlead.Data.Quarantine;

/// <summary>What a person decided about one row in quarantine: a line of the project's <c>corrections/rows.jsonl</c>. The next version takes it up.</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Content">
/// Tells the row from others of the same key, and says whether it is still what was looked at: the first 16 hexadecimal digits of the MD5 of its values as the quarantine shows them,
/// or, where the key is a keyed hash, "k" and 16 digits of an HMAC of that.
/// A row whose source has changed since is not touched; the repair waits.
/// </param>
/// <param name="Action">One of <see cref="Set"/>, <see cref="Release"/>, <see cref="Drop"/>.</param>
/// <param name="Values"><see cref="Set"/>: the right values by column, written as the source would; null for missing. They go through cleaning and every check.</param>
/// <param name="Reasons"><see cref="Release"/>: the reasons that shall not keep this row back; others still do.</param>
/// <param name="Because">Why, in a person's words. Needed for release and drop.</param>
/// <param name="At">When it was decided; of two repairs of one row the later counts.</param>
public sealed record RowRepair(
    string Key, string Content, string Action, IReadOnlyDictionary<string, string?>? Values, IReadOnlyList<string>? Reasons, string? Because, DateTimeOffset At)
{
    /// <summary>Gives the row other values.</summary>
    public const string Set = "set";

    /// <summary>Keeps the row although it fails what <see cref="Reasons"/> names.</summary>
    public const string Release = "release";

    /// <summary>Leaves the row out for good; it counts as dropped.</summary>
    public const string Drop = "drop";

    public static IReadOnlyList<string> Actions { get; } = [Set, Release, Drop];

    /// <summary>Most repairs in one project; more are a fault of the source, not of rows.</summary>
    public const int CountMax = 10_000;
}
