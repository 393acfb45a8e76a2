using Fairlead.Data.Checks;
using Fairlead.Data.Privacy;
using Fairlead.Data.Quarantine;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>What cleaning came to.</summary>
/// <param name="Read">Rows read = kept + quarantined + dropped, always.</param>
/// <param name="DropReasons">Rows dropped, by reason.</param>
/// <param name="QuarantineReasons">Rows quarantined, by reason; a row with two reasons counts under both.</param>
/// <param name="Checks">In the order declared.</param>
/// <param name="Steps">Row steps, then table steps.</param>
/// <param name="Said">What corrections and repairs did.</param>
public sealed record CleaningOutcome(
    long Read, long Kept, long Quarantined, long Dropped, IReadOnlyDictionary<string, long> DropReasons, IReadOnlyDictionary<string, long> QuarantineReasons,
    IReadOnlyList<CheckOutcome> Checks, IReadOnlyList<StepOutcome> Steps, IReadOnlyList<StepOutcome> Said);

/// <summary>The working table r of one cleaning: every row that was read, its cleaned values, and whether it stays. An iteration stores what stays; a preview only looks.</summary>
/// <remarks>
/// In this order: repaired values of single rows, checks of raw values, row steps, side of the split, corrections, repairs, checks of cleaned values, quarantine, releases, table steps.
/// A row's side is dealt before anything people said, so that no correction moves it.
/// </remarks>
internal sealed class WorkingTable
{
    private readonly DataEngine _engine;
    private readonly string _source;

    private WorkingTable(CleanPlan plan, ExampleReader examples, DataEngine engine, string source, CleaningOutcome outcome, IReadOnlyList<Finding> findings) =>
        (Plan, Examples, _engine, _source, Outcome, Findings) = (plan, examples, engine, source, outcome, findings);

    public CleanPlan Plan { get; }

    public ExampleReader Examples { get; }

    public CleaningOutcome Outcome { get; }

    /// <summary>About what people said.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <param name="Beside">What checks look at beside the data.</param>
    /// <param name="Files">The files that the rows came from.</param>
    /// <param name="Blobs">Where earlier versions stand, and what spills.</param>
    public sealed record Surroundings(CheckInputs Beside, IReadOnlyList<SourceFile> Files, BlobStore Blobs, DateTimeOffset Now);

    /// <param name="source">The rows: <c>__row</c>, <c>__key</c> and the source's columns.</param>
    /// <param name="engine">Makes and holds the table.</param>
    /// <exception cref="FaultException">The target is not in the data, or a check, correction or repair names what the data does not have.</exception>
    public static WorkingTable Make(ProjectFile project, StepSource source, SaidOfRows said, Surroundings around, DataEngine engine, CancellationToken cancel)
    {
        List<string> columns = [.. source.Columns.Select(column => column.Name).Where(name => name is not ("__row" or "__key"))];
        if (!columns.Contains(project.Target, StringComparer.Ordinal))
        {
            throw new FaultException(project.Sources[0], $"The target column \"{project.Target}\" is not in the data, whose columns are {string.Join(", ", columns)}.{NearestName.Hint(project.Target, columns)}", $"Name another \"target\" in {ProjectFile.FileName}.");
        }

        var plan = new CleanPlan(project, columns, source, PseudonymKeys.FindRowIds(project, around.Blobs.Keys), engine);
        plan.AddFunctions(engine);
        var repaired = new RowRepairs(plan, engine, said.Rows);
        plan.Fit(engine);
        var checks = new CheckRun(plan, engine, around.Beside, around.Blobs, around.Now, cancel);
        var tally = new StepTally(plan.Steps, plan.HiddenSteps());
        var personal = project.TableSteps.Select(step => Compared(plan, step).Where(column => column.Dropped).ToList()).ToList();
        engine.Execute($"""
            CREATE TABLE r AS SELECT *, CAST(NULL AS VARCHAR) AS __label_was, false AS __corrected, false AS __judge_only,
            CAST(NULL AS VARCHAR) AS __distrust, CAST(NULL AS VARCHAR) AS __reason, CAST(NULL AS VARCHAR) AS __dropped, CAST(NULL AS BIGINT) AS __group, CAST(NULL AS TINYINT) AS __fold
            FROM ({plan.WorkingTable(personal, tally, engine)})
            """);

        var examples = new ExampleReader(plan, engine);
        var people = new PeopleSaid(plan, around.Files, engine, examples);
        people.Apply(said.Corrections, said.Repairs);

        List<StepOutcome> steps = [.. tally.Outcomes()];
        checks.CheckRows("r");
        engine.Execute($"UPDATE r SET __reason = {Reason(plan, checks)} WHERE {string.Join(" OR ", ReasonParts(plan, checks).Select(part => part.Condition))}");
        repaired.Decide();
        var tables = new TableStepRun(engine, name => plan.Find(name) is { Dropped: false } column ? new SqlColumn(column.Sql, column.IsNumber) : null, [.. plan.Kept.Where(column => !column.Derived).Select(column => column.Name)], "__side = 'train'");
        for (var i = 0; i < project.TableSteps.Count; i++)
        {
            steps.Add(tables.Run(project.TableSteps[i], personal[i].Count > 0 ? $"p{i}" : null));
        }

        var outcomes = checks.Outcomes("r", TableStepRun.IsKept, examples);
        return new WorkingTable(plan, examples, engine, repaired.SourceTable, Counted(outcomes, steps, [.. people.Steps, .. repaired.Steps()], engine), [.. people.Findings, .. repaired.Findings()]);
    }

    /// <summary>Gives each row that stays its near-duplicate group and its fold; from then on the view k has these rows.</summary>
    /// <remarks>No table of their own: two of a million rows do not fit into the engine's memory, and what spills is encrypted, which takes longer than all else here.</remarks>
    public void Group()
    {
        var near = RowHash.Group(Plan.NearlyText());
        var fold = Plan.SplitGroup is { } group ? RowHash.Group($"COALESCE({group}, {Plan.NearlyText()})") : near;
        _engine.Execute($"""
            UPDATE r SET __group = {near}, __fold = CAST(({fold}) % {DatasetVersion.Folds} AS TINYINT) WHERE {TableStepRun.IsKept};
            CREATE VIEW k AS SELECT __row, __key, __side, __label_was, __judge_only{string.Concat(Plan.Kept.Select(column => ", " + column.Sql))}{string.Concat(Plan.Filled.Select(flag => ", " + flag))}, __group, CAST(__fold AS INTEGER) AS __fold FROM r WHERE {TableStepRun.IsKept}
            """);
    }

    /// <summary>The rows that were set aside as SQL: number, key and reason, then the values as they were read, protected where they are personal.</summary>
    public string QuarantinedRows()
    {
        var columns = Plan.Kept.Where(column => !column.Derived).Select(column => $"{column.RawOf("raw")} AS {SqlText.Name(column.Name)}");
        // A wide table is read on one thread, in its order; sorting would hold every column once more.
        return $"SELECT q.__row, q.__key, q.__reason, {string.Join(", ", columns)} FROM {_source} raw JOIN (SELECT __row, __key, __reason FROM r WHERE __reason IS NOT NULL) q ON raw.__row = q.__row{(_engine.IsWide ? "" : " ORDER BY q.__row")}";
    }

    /// <summary>Counts by name that a query gives.</summary>
    public static SortedDictionary<string, long> Counted(DataEngine engine, string sql)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in engine.List(sql, reader => (reader.GetString(0), reader.GetInt64(1))))
        {
            counts[name] = count;
        }

        return counts;
    }

    private static CleaningOutcome Counted(IReadOnlyList<CheckOutcome> checks, IReadOnlyList<StepOutcome> steps, IReadOnlyList<StepOutcome> said, DataEngine engine)
    {
        var (read, kept, aside, dropped) = engine.List($"SELECT count(*), count(*) FILTER (WHERE {TableStepRun.IsKept}), count(*) FILTER (WHERE __reason IS NOT NULL), count(*) FILTER (WHERE __dropped IS NOT NULL) FROM r",
            reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)))[0];
        return kept + aside + dropped != read
            ? throw new InvalidOperationException($"Rows were lost: {read} read, {kept} kept, {aside} quarantined, {dropped} dropped.")
            : new CleaningOutcome(
                read, kept, aside, dropped,
                Counted(engine, "SELECT __dropped, count(*) FROM r WHERE __dropped IS NOT NULL GROUP BY 1 ORDER BY 1"),
                Counted(engine, "SELECT reason, count(*) FROM (SELECT unnest(string_split(__reason, '; ')) AS reason FROM r WHERE __reason IS NOT NULL) GROUP BY 1 ORDER BY 1"),
                checks, steps, said);
    }

    /// <summary>The columns that a step compares whole rows by.</summary>
    private static IReadOnlyList<PlanColumn> Compared(CleanPlan plan, TableStep step) =>
        step is not DropDuplicatesStep exact ? [] : exact.Columns.Count == 0 ? plan.Columns : [.. exact.Columns.Select(plan.Find).OfType<PlanColumn>()];

    private static string Reason(CleanPlan plan, CheckRun checks) =>
        $"array_to_string(list_filter([{string.Join(", ", ReasonParts(plan, checks).Select(part => $"CASE WHEN {part.Condition} THEN {part.Reason} END"))}], x -> x IS NOT NULL), '; ')";

    private static IEnumerable<(string Condition, string Reason)> ReasonParts(CleanPlan plan, CheckRun checks)
    {
        foreach (var (fails, id) in checks.Quarantines)
        {
            yield return (fails, SqlText.Text(id));
        }

        yield return ($"{plan.Target.Sql} IS NULL", $"CASE WHEN {plan.UnreadLabel ?? "false"} THEN 'label is not a number' ELSE 'no label' END");
        yield return ("__distrust IS NOT NULL", "__distrust");
    }
}
