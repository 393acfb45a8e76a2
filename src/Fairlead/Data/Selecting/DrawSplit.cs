using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Storage;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Selecting;

/// <summary>Draws a stratified split: every class has its shares, to one row, on the version it is drawn on, and no row moves afterwards.</summary>
/// <remarks>
/// Within a class the rows are taken in the order of their hashes: the lowest are sealed, the next judge, the others train. That is a cut-off of the hash for each class. What is kept
/// (<see cref="DealtRows"/>) are the rows between the class's cut-off and the one of all, which the hash alone would deal otherwise, and not the cut-offs: with them a row would move when its label changes,
/// and a class that was unlucky at first would be dealt in wrong shares for ever.
/// </remarks>
public static class DrawSplit
{
    /// <summary>Numbers are dealt by fifths of the target.</summary>
    private const int Fifths = 5;

    /// <param name="Project">Its split says what the shares are.</param>
    /// <param name="Version">The version it is drawn on.</param>
    /// <param name="At">Now.</param>
    public sealed record Request(ProjectFile Project, DatasetVersion Version, DateTimeOffset At);

    /// <param name="Class">The class, or the fifth of a number.</param>
    /// <param name="Rows">Kept rows of it.</param>
    /// <param name="Exam">Of them, in the exam.</param>
    /// <param name="Sealed">Of them, in the sealed part.</param>
    public sealed record Stratum(string Class, long Rows, long Exam, long Sealed);

    /// <param name="Now">How the version is dealt.</param>
    /// <param name="Drawn">How it would be dealt; where the split is drawn already, how it is dealt by that.</param>
    /// <param name="Split">What is to be kept of it.</param>
    public sealed record Outcome(IReadOnlyList<Stratum> Now, IReadOnlyList<Stratum> Drawn, DealtRows Split);

    /// <exception cref="FaultException">The split is by time, or its group is not in the cleaned data.</exception>
    public static Outcome Run(Request request, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(blobs);
        var (project, split) = (request.Project, request.Project.Split);
        if (split.By == "time")
        {
            throw new FaultException($"{ProjectFile.FileName}, split", "A split by time can't be stratified: its sides are fixed by moments.", "Split by key or by group.");
        }

        using var engine = new DataEngine(new SpillFolder(blobs), cancel, request.Version.Profile.Count);
        var (target, bits) = (SqlText.Name(project.Target), RowHash.Bits(KeyOf(project, request.Version, PseudonymKeys.FindRowIds(project, blobs.Keys)?.DealtBy(engine) ?? "__key"), split.Seed));
        var stratum = project.Task == ModelTask.Regression ? $"'fifth ' || ntile({Fifths}) OVER (ORDER BY {target}, bits, __row)" : target;
        engine.Execute($"""
            CREATE TABLE dealt AS SELECT bits, side, {stratum} AS stratum FROM (SELECT *, {bits} AS bits, __side AS side FROM {engine.Table(request.Version.Blob, blobs)});
            CREATE TABLE unit AS SELECT bits, first(stratum ORDER BY n DESC, stratum) AS stratum, CAST(sum(n) AS BIGINT) AS n, {RowHash.SideOf("bits", split.Exam, split.Sealed)} AS side
            FROM (SELECT bits, stratum, count(*) AS n FROM dealt GROUP BY ALL) GROUP BY bits
            """);
        if (split.Dealt is { } before)
        {
            // It is drawn already, and never again: how the rows of this version fall by it.
            before.ThrowUnlessOpen();
            engine.Execute("CREATE TABLE moved (bits VARCHAR, side VARCHAR)");
            engine.Append("moved", before.Moved.Select(one => new string?[] { one.Key.ToString(CultureInfo.InvariantCulture), one.Value }));
            engine.Execute("CREATE TABLE drawn AS SELECT bits, COALESCE(moved.side, unit.side) AS side FROM unit LEFT JOIN (SELECT CAST(bits AS BIGINT) AS bits, side FROM moved) AS moved USING (bits)");
            return new Outcome(Strata(engine, "dealt"), Strata(engine, "(SELECT dealt.stratum, drawn.side FROM dealt JOIN drawn USING (bits))"), before);
        }

        var strata = engine.List(
            "SELECT stratum, CAST(sum(n) AS BIGINT), CAST(COALESCE(sum(n) FILTER (WHERE side = 'exam'), 0) AS BIGINT), CAST(COALESCE(sum(n) FILTER (WHERE side = 'sealed'), 0) AS BIGINT), count(*) FROM unit GROUP BY 1 ORDER BY 1",
            reader => (Class: reader.GetString(0), Rows: reader.GetInt64(1), Exam: reader.GetInt64(2), Sealed: reader.GetInt64(3), Units: reader.GetInt64(4)));
        engine.Execute("CREATE TABLE wanted (stratum VARCHAR, sealed VARCHAR, exam VARCHAR)");
        engine.Append("wanted", strata.Select(one =>
        {
            var (exam, @sealed) = one.Units == 1 ? (0, 0) : Wanted(one.Rows, split.Exam, split.Sealed, one.Exam, one.Sealed);
            return new string?[] { one.Class, @sealed.ToString(CultureInfo.InvariantCulture), exam.ToString(CultureInfo.InvariantCulture) };
        }));

        // A unit is where the middle of its rows is: single rows are cut off exactly, groups as near as they allow.
        engine.Execute("""
            CREATE TABLE drawn AS SELECT bits, side AS before,
            CASE WHEN middle < CAST(wanted.sealed AS BIGINT) THEN 'sealed' WHEN middle < CAST(wanted.sealed AS BIGINT) + CAST(wanted.exam AS BIGINT) THEN 'exam' ELSE 'train' END AS side
            FROM (SELECT *, sum(n) OVER (PARTITION BY stratum ORDER BY bits ROWS UNBOUNDED PRECEDING) - n / 2.0 AS middle FROM unit) JOIN wanted USING (stratum)
            """);
        var moved = engine.List("SELECT bits, side FROM drawn WHERE side <> before ORDER BY bits", reader => (Bits: reader.GetInt64(0), Side: reader.GetString(1)));
        return moved.Count > DealtRows.MovedMax
            ? throw new FaultException($"{ProjectFile.FileName}, split", $"{moved.Count:N0} rows would have to be named; the limit is {DealtRows.MovedMax:N0}.", "The hash alone deals so many rows well enough: take \"stratified\" away.")
            : new Outcome(
                Strata(engine, "dealt"), Strata(engine, "(SELECT dealt.stratum, drawn.side FROM dealt JOIN drawn USING (bits))"),
                new DealtRows(split.By, split.Column, split.Exam, split.Sealed, split.Seed, strata.Sum(one => one.Rows), request.At, moved.ToDictionary(one => one.Bits, one => one.Side)));
    }

    /// <summary>Writes the file of a project, its rows named under the project's key. On disk when this returns.</summary>
    /// <exception cref="FaultException">The key can't be read or written.</exception>
    public static DealtRows Write(ProjectFile project, DealtRows split, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(blobs);
        var names = PseudonymKeys.SplitNamesOf(project, blobs.Keys);
        DurableFile.Write(Path.Combine(project.Folder, DealtRows.FileName), split.Text(names.Key, names.Of));
        return split with { Key = names.Key };
    }

    /// <summary>Whether the project's file is named as it was before names were keyed, or under another key than the one in use: writing it again changes the names and moves no row.</summary>
    /// <exception cref="FaultException">The key can't be read or written.</exception>
    public static bool HasOldNames(ProjectFile project, BlobStore blobs)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(blobs);
        return project.Split.Dealt is { Moved.Count: > 0 } dealt && dealt.Key != PseudonymKeys.SplitNamesOf(project, blobs.Keys).Key;
    }

    /// <summary>How the file names its rows, for people.</summary>
    public static string OldNames(DealtRows dealt)
    {
        ArgumentNullException.ThrowIfNull(dealt);
        return dealt.Key is null ? "by a plain hash, which who knows a row can find" : $"under another pseudonym key ({dealt.Key})";
    }

    /// <summary>Rows of a class for the exam and the sealed part: each share rounded down or up, so that the fewest rows move from where the hash deals them; at least one trains.</summary>
    /// <remarks>A class of fewer rows than one by its share has none or one there, as its hashes fall: many such classes together have the share.</remarks>
    internal static (long Exam, long Sealed) Wanted(long rows, double exam, double @sealed, long examNow, long sealedNow)
    {
        var (bestExam, bestSealed, best) = (0L, 0L, (Moves: long.MaxValue, Off: double.MaxValue));
        foreach (var x in Around(rows * exam))
        {
            foreach (var s in Around(rows * @sealed))
            {
                var (train, share) = (rows - x - s, rows * (1 - exam - @sealed));
                if (train < Math.Max(1, Math.Floor(share + Tiny)) || train > Math.Ceiling(share - Tiny))
                {
                    continue;
                }

                var off = Math.Abs(x - (rows * exam)) + Math.Abs(s - (rows * @sealed));
                var moves = Math.Abs(x - examNow) + Math.Abs(s - sealedNow) + Math.Abs(x + s - examNow - sealedNow);
                if ((moves, off).CompareTo(best) < 0)
                {
                    (bestExam, bestSealed, best) = (x, s, (moves, off));
                }
            }
        }

        return (bestExam, bestSealed);
    }

    /// <summary>0.2 of 15 is 3, though the product of doubles is a little more.</summary>
    private const double Tiny = 1e-6;

    private static long[] Around(double share) => [.. new[] { (long)Math.Floor(share + Tiny), (long)Math.Ceiling(share - Tiny) }.Distinct()];

    private static List<Stratum> Strata(DataEngine engine, string table) => [.. engine.List(
        $"SELECT stratum, count(*), count(*) FILTER (WHERE side = 'exam'), count(*) FILTER (WHERE side = 'sealed') FROM {table} GROUP BY 1 ORDER BY 1",
        reader => new Stratum(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)))];

    private static string KeyOf(ProjectFile project, DatasetVersion version, string dealtBy)
    {
        if (project.Split is not { By: "group", Column: { } group })
        {
            return $"'key:' || {dealtBy}";
        }

        return version.Profile.FirstOrDefault(column => column.Name == group) is { } profile
            ? $"COALESCE('group:' || {(profile.Kind is ColumnKind.Number or ColumnKind.Date ? $"CAST({SqlText.Name(group)} AS VARCHAR)" : SqlText.Name(group))}, 'key:' || {dealtBy})"
            : throw new FaultException($"{ProjectFile.FileName}, split", $"The group \"{group}\" does not stand in the cleaned data, so its rows can't be dealt by it.", "Split by a column that is kept.");
    }
}
