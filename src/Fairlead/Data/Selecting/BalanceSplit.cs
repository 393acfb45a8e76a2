using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Selecting;

/// <summary>
/// A stratified split whose rows never move: a row's side still follows from its key (or group) and the seed alone, and of many seeds the one is taken that deals every class in the wanted shares.
/// </summary>
/// <remarks>
/// Dealing by label would move a row when its label is corrected, and balancing the rows that are there would move some when rows come. The choice of the seed does neither;
/// rows that come later fall by chance, with a standard error of sqrt(share (1 - share) / rows of the class).
/// </remarks>
public static class BalanceSplit
{
    /// <summary>How far the share of a class on a side may lie from the wanted one, unless told otherwise.</summary>
    public const double Tolerance = 0.01;

    /// <summary>Seeds tried at most, from 1 on.</summary>
    public const int SeedsMax = 500;

    private const int SeedsMin = 20;

    /// <summary>Row hashes in all: a large version is tried with fewer seeds, and needs fewer.</summary>
    private const long HashesMax = 20_000_000;

    /// <summary>Numbers are dealt by fifths of the target.</summary>
    private const int Fifths = 5;

    /// <param name="Tolerance">In (0, 0.5].</param>
    public sealed record Request(ProjectFile Project, DatasetVersion Version, double Tolerance = BalanceSplit.Tolerance);

    /// <param name="Class">The class, or the fifth of a number.</param>
    /// <param name="Rows">Kept rows of it.</param>
    /// <param name="Exam">Share of them in the exam.</param>
    /// <param name="Sealed">Share of them in the sealed part.</param>
    public sealed record Stratum(string Class, long Rows, double Exam, double Sealed);

    /// <param name="Deviation">Largest distance of a class's share on a side from the wanted share, beyond the half row that a class can't be divided by.</param>
    public sealed record Dealt(int Seed, double Deviation, IReadOnlyList<Stratum> Strata);

    /// <param name="Now">By the seed of the project file.</param>
    /// <param name="Best">By the first seed within the tolerance, else by the best of those tried. The seed of the project file is kept where it is within the tolerance.</param>
    /// <param name="Within"><see cref="Best"/> is within the tolerance.</param>
    public sealed record Outcome(Dealt Now, Dealt Best, bool Within, int Tried);

    /// <exception cref="FaultException">The split is by time, or its group is not in the cleaned data, or the tolerance is out of range.</exception>
    public static Outcome Run(Request request, BlobStore blobs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(blobs);
        var (project, split) = (request.Project, request.Project.Split);
        if (request.Tolerance is not (> 0 and <= 0.5))
        {
            throw new FaultException("--tolerance", $"{request.Tolerance.ToString(CultureInfo.InvariantCulture)} is no tolerance.", "Give a share between 0 and 0.5, such as 0.01.", wrongUse: true);
        }

        if (split.By == "time")
        {
            throw new FaultException($"{ProjectFile.FileName}, split", "A split by time can't be stratified: its sides are fixed by moments.", "Split by key or by group.");
        }

        using var engine = new DataEngine(blobs.NewTemporary(".spill"), cancel, request.Version.Profile.Count);
        var target = SqlText.Name(project.Target);
        var stratum = project.Task == ModelTask.Regression ? $"'fifth ' || ntile({Fifths}) OVER (ORDER BY {target}, __row)" : target;
        engine.Execute($"CREATE TABLE dealt AS SELECT {KeyOf(project, request.Version, PseudonymKeys.FindRowIds(project, blobs.Keys)?.DealtBy(engine) ?? "__key")} AS text, {stratum} AS stratum FROM {engine.Table(request.Version.Blob, blobs)}");
        var rows = engine.Count("SELECT count(*) FROM dealt");
        var tries = (int)Math.Clamp(HashesMax / Math.Max(1, rows), SeedsMin, SeedsMax);
        var now = By(engine, split, split.Seed);
        var (best, tried) = (now, 0);
        for (var seed = 1; seed <= tries && best.Deviation > request.Tolerance; seed++, tried++)
        {
            cancel.ThrowIfCancellationRequested();
            var dealt = By(engine, split, seed);
            best = dealt.Deviation < best.Deviation ? dealt : best;
        }

        return new Outcome(now, best, best.Deviation <= request.Tolerance, tried);
    }

    private static string KeyOf(ProjectFile project, DatasetVersion version, string dealtBy)
    {
        if (project.Split is not { By: "group", Column: { } group })
        {
            return $"'key:' || {dealtBy}";
        }

        return version.Profile.FirstOrDefault(column => column.Name == group) is { } profile
            ? $"COALESCE('group:' || {(profile.Kind is ColumnKind.Number or ColumnKind.Date ? $"CAST({SqlText.Name(group)} AS VARCHAR)" : SqlText.Name(group))}, 'key:' || {dealtBy})"
            : throw new FaultException($"{ProjectFile.FileName}, split", $"The group \"{group}\" does not stand in the cleaned data, so its rows can't be dealt again.", "Split by a column that is kept.");
    }

    private static Dealt By(DataEngine engine, SplitRule split, int seed)
    {
        var strata = engine.List(
            $"SELECT stratum, count(*), count(*) FILTER (WHERE side = 'exam'), count(*) FILTER (WHERE side = 'sealed') FROM (SELECT stratum, {RowHash.Side("text", seed, split.Exam, split.Sealed)} AS side FROM dealt) GROUP BY 1 ORDER BY 1",
            reader => (Class: reader.GetString(0), Rows: reader.GetInt64(1), Exam: reader.GetInt64(2), Sealed: reader.GetInt64(3)));
        double Off(long part, long rows, double share) => Math.Max(0, Math.Abs(((double)part / rows) - share) - (0.5 / rows));
        return new Dealt(
            seed, strata.Max(one => Math.Max(Off(one.Exam, one.Rows, split.Exam), Off(one.Sealed, one.Rows, split.Sealed))),
            [.. strata.Select(one => new Stratum(one.Class, one.Rows, (double)one.Exam / one.Rows, (double)one.Sealed / one.Rows))]);
    }
}
