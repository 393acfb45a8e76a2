using System.Security.Cryptography;
using System.Text;
using Fairlead.Data.Checks;
using Fairlead.Data.Privacy;
using Fairlead.Data.Profiles;
using Fairlead.Data.Quarantine;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Step "clean": checks, row steps, corrections, repairs, table steps, quarantine, split, profile.</summary>
/// <remarks>
/// In this order: repaired values of single rows, checks of raw values, row steps, side of the split, corrections, repairs, checks of cleaned values, quarantine, releases, table steps.
/// A row's side is dealt before anything people said, so that no correction moves it. Rows read = kept + quarantined + dropped.
/// </remarks>
public static class Clean
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 6;

    /// <summary>Where a row of the working table stays.</summary>
    private const string IsKept = TableStepRun.IsKept;

    /// <param name="beside">What checks look at beside the data.</param>
    /// <exception cref="FaultException">Nothing is left to learn from: no target, one class, too few rows.</exception>
    public static DatasetVersion Run(
        ProjectFile project, RawVersion raw, IReadOnlyList<Correction> corrections, IReadOnlyList<Repair> repairs, IReadOnlyList<RowRepair> rowRepairs,
        CheckInputs beside, BlobStore blobs, DateTimeOffset now, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(beside);
        ArgumentNullException.ThrowIfNull(blobs);
        if (!raw.Columns.Contains(project.Target, StringComparer.Ordinal))
        {
            throw new FaultException(project.Sources[0], $"The target column \"{project.Target}\" is not in the data, whose columns are {string.Join(", ", raw.Columns)}.{NearestName.Hint(project.Target, raw.Columns)}", $"Name another \"target\" in {ProjectFile.FileName}.");
        }

        using var engine = new DataEngine(blobs.NewTemporary(".spill"), cancel, raw.Columns.Count);
        var plan = new CleanPlan(project, raw.Columns, StepSource.Of(raw.Blob, blobs), PseudonymKeys.FindRowIds(project, blobs.Keys), engine);
        plan.AddFunctions(engine);
        var repaired = new RowRepairs(plan, engine, rowRepairs);
        plan.Fit(engine);
        var checks = new CheckRun(plan, engine, beside, blobs, now, cancel);
        var personal = project.TableSteps.Select(step => Compared(plan, step).Where(column => column.Dropped).ToList()).ToList();
        engine.Execute($"""
            CREATE TABLE r AS SELECT *, CAST(NULL AS VARCHAR) AS __label_was, false AS __corrected, false AS __judge_only,
            CAST(NULL AS VARCHAR) AS __distrust, CAST(NULL AS VARCHAR) AS __reason, CAST(NULL AS VARCHAR) AS __dropped
            FROM ({plan.WorkingTable(personal, engine)})
            """);

        var examples = new ExampleReader(plan, engine);
        var people = new PeopleSaid(plan, engine, examples);
        people.Apply(corrections, repairs);

        var steps = RowStepOutcomes(plan, engine, examples);
        checks.CheckRows("r");
        engine.Execute($"UPDATE r SET __reason = {Reason(plan, checks)} WHERE {string.Join(" OR ", ReasonParts(plan, checks).Select(part => part.Condition))}");
        repaired.Decide();
        var tables = new TableStepRun(engine, name => plan.Find(name) is { Dropped: false } column ? new SqlColumn(column.Sql, column.IsNumber) : null, [.. plan.Kept.Where(column => !column.Derived).Select(column => column.Name)], "__side = 'train'");
        for (var i = 0; i < project.TableSteps.Count; i++)
        {
            steps.Add(tables.Run(project.TableSteps[i], personal[i].Count > 0 ? $"p{i}" : null));
        }

        steps.AddRange(people.Steps);
        steps.AddRange(repaired.Steps());
        var outcomes = checks.Outcomes("r", IsKept, examples);
        var near = RowHash.Group(plan.NearlyText());
        var fold = plan.SplitGroup is { } group ? RowHash.Group($"COALESCE({group}, {plan.NearlyText()})") : near;
        engine.Execute($"CREATE TABLE k AS SELECT __row, __key, __side, __label_was, __judge_only{string.Concat(plan.Kept.Select(column => ", " + column.Sql))}{string.Concat(plan.Filled.Select(flag => ", " + flag))}, {near} AS __group, CAST(({fold}) % {DatasetVersion.Folds} AS INTEGER) AS __fold FROM r WHERE {IsKept}");

        var labels = LabelCheck.Run(plan, engine);
        var blob = engine.Store(KeptRows(plan), blobs);
        var quarantine = engine.Store(QuarantinedRows(plan, repaired.SourceTable), blobs);
        var counts = engine.List($"SELECT count(*) FILTER (WHERE {IsKept}), count(*) FILTER (WHERE __reason IS NOT NULL), count(*) FILTER (WHERE __dropped IS NOT NULL) FROM r",
            reader => (Kept: reader.GetInt64(0), Quarantined: reader.GetInt64(1), Dropped: reader.GetInt64(2)))[0];
        if (counts.Kept + counts.Quarantined + counts.Dropped != raw.Rows)
        {
            throw new InvalidOperationException($"Rows were lost: {raw.Rows} read, {counts.Kept} kept, {counts.Quarantined} quarantined, {counts.Dropped} dropped.");
        }

        var (profile, details) = ColumnProfiles.Of(plan, engine);
        var findings = new DataFindings(plan, engine, examples, details).All(outcomes, steps, [.. labels, .. people.Findings, .. repaired.Findings()]);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{raw.Blob}\n{blob}\n{quarantine}\n{string.Join('\n', plan.Steps)}")));
        return new DatasetVersion(
            id, raw.Blob, blob, quarantine, raw.Rows, counts.Kept, counts.Quarantined, counts.Dropped,
            Counted(engine, "SELECT __dropped, count(*) FROM r WHERE __dropped IS NOT NULL GROUP BY 1 ORDER BY 1"),
            Counted(engine, "SELECT reason, count(*) FROM (SELECT unnest(string_split(__reason, '; ')) AS reason FROM r WHERE __reason IS NOT NULL) GROUP BY 1 ORDER BY 1"),
            Counted(engine, "SELECT __side, count(*) FROM k GROUP BY 1 ORDER BY 1"),
            engine.Count("SELECT count(*) FROM k WHERE __label_was IS NOT NULL"),
            [.. plan.Steps.Where(step => step.Column != project.Target)], outcomes, steps, findings, profile)
        { Details = details, CheckedAgainst = beside.Files.Count > 0 ? beside.Files : null, ComparedWith = beside.Before?.Iteration };
    }

    /// <summary>The columns that a step compares whole rows by.</summary>
    private static IReadOnlyList<PlanColumn> Compared(CleanPlan plan, TableStep step) =>
        step is not DropDuplicatesStep exact ? [] : exact.Columns.Count == 0 ? plan.Columns : [.. exact.Columns.Select(plan.Find).OfType<PlanColumn>()];

    private static List<StepOutcome> RowStepOutcomes(CleanPlan plan, DataEngine engine, ExampleReader examples)
    {
        var touched = engine.Aggregates([.. plan.Steps.Select((_, i) => $"count(*) FILTER (WHERE s{i})")], "r");
        var reading = plan.Steps.Index().Where(pair => pair.Item.ReadsAs() is not null).Select(pair => pair.Index).ToList();
        var unread = reading.Zip(engine.Aggregates([.. reading.Select(i => $"count(*) FILTER (WHERE u{i})")], "r")).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. plan.Steps.Select((step, i) =>
        {
            var (column, unreadable) = (plan.Find(step.Writes()[0])!, unread.GetValueOrDefault(i));
            IEnumerable<RowExample> changed = touched[i] == unreadable ? [] : examples.Both("r", unreadable == 0 ? $"s{i}" : $"s{i} AND NOT u{i}", column);
            return new StepOutcome(StepNames.Of(step), string.Join(", ", step.Writes()), touched[i], [.. changed, .. unreadable == 0 ? [] : examples.Raw("r", $"u{i}", column)]) { Unreadable = unreadable };
        })];
    }

    private static string Reason(CleanPlan plan, CheckRun checks) =>
        $"array_to_string(list_filter([{string.Join(", ", ReasonParts(plan, checks).Select(part => $"CASE WHEN {part.Condition} THEN {part.Reason} END"))}], x -> x IS NOT NULL), '; ')";

    private static IEnumerable<(string Condition, string Reason)> ReasonParts(CleanPlan plan, CheckRun checks)
    {
        foreach (var (fails, id) in checks.Quarantines)
        {
            yield return (fails, SqlText.Text(id));
        }

        var unreadable = plan.Unreadable(plan.Target.Name) ?? "false";
        yield return ($"{plan.Target.Sql} IS NULL", $"CASE WHEN {unreadable} THEN 'label is not a number' ELSE 'no label' END");
        yield return ("__distrust IS NOT NULL", "__distrust");
    }

    private static string KeptRows(CleanPlan plan)
    {
        var columns = plan.Kept.Where(column => !column.IsTarget).Append(plan.Target).Select(column => $"{column.Sql} AS {SqlText.Name(column.Name)}");
        return $"SELECT __row, __key, __side, __fold, __group, __judge_only, __label_was, {string.Join(", ", columns)} FROM k";
    }

    private static string QuarantinedRows(CleanPlan plan, string source)
    {
        var columns = plan.Kept.Where(column => !column.Derived).Select(column => $"{column.RawOf("raw")} AS {SqlText.Name(column.Name)}");
        return $"SELECT r.__row, r.__key, r.__reason, {string.Join(", ", columns)} FROM r JOIN {source} raw ON raw.__row = r.__row WHERE r.__reason IS NOT NULL ORDER BY r.__row";
    }

    private static SortedDictionary<string, long> Counted(DataEngine engine, string sql)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in engine.List(sql, reader => (reader.GetString(0), reader.GetInt64(1))))
        {
            counts[name] = count;
        }

        return counts;
    }
}
