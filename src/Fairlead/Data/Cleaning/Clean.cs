using System.Security.Cryptography;
using System.Text;
using Fairlead.Data.Checks;
using Fairlead.Data.Profiles;
using Fairlead.Data.Storage;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Step "clean": checks, row steps, corrections, repairs, table steps, quarantine, split, profile.</summary>
/// <remarks>What happens in which order says <see cref="WorkingTable"/>.</remarks>
public static class Clean
{
    /// <summary>Part of the step's key: raised when the same input would give another result.</summary>
    public const int Version = 8;

    /// <param name="beside">What checks look at beside the data.</param>
    /// <exception cref="FaultException">Nothing is left to learn from: no target, one class, too few rows. Or a check, correction or repair names what the data does not have.</exception>
    public static DatasetVersion Run(ProjectFile project, RawVersion raw, SaidOfRows said, CheckInputs beside, BlobStore blobs, DateTimeOffset now, CancellationToken cancel)
    {
        return Made(project, raw, blobs, said, beside, blobs, now, (working, labels, engine) =>
            labels.Faults.Count > 0 ? throw new FaultException(labels.Faults) : Store(working, labels.Findings, raw, beside, engine, blobs), cancel);
    }

    /// <summary>What the same would come to, without storing anything: no version, no profile.</summary>
    /// <param name="rawBlobs">Where the raw version stands.</param>
    /// <param name="blobs">Where earlier versions stand, and what spills.</param>
    /// <returns>What it comes to, and why <see cref="Run"/> would refuse it; no reason where it would not.</returns>
    /// <exception cref="FaultException">The target is not in the data, or a check, correction or repair names what the data does not have.</exception>
    public static (CleaningOutcome Outcome, IReadOnlyList<Fault> Refused) Preview(ProjectFile project, RawVersion raw, BlobStore rawBlobs, SaidOfRows said, CheckInputs beside, BlobStore blobs, DateTimeOffset now, CancellationToken cancel) =>
        Made(project, raw, rawBlobs, said, beside, blobs, now, (working, labels, _) => (working.Outcome, labels.Faults), cancel);

    /// <summary>Makes the working table, looks whether its labels can be learned from, and hands both on.</summary>
    private static T Made<T>(ProjectFile project, RawVersion raw, BlobStore rawBlobs, SaidOfRows said, CheckInputs beside, BlobStore blobs, DateTimeOffset now, Func<WorkingTable, LabelCheck.Outcome, DataEngine, T> then, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(rawBlobs);
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(beside);
        ArgumentNullException.ThrowIfNull(blobs);
        using var engine = new DataEngine(new SpillFolder(blobs), cancel, raw.Columns.Count);
        var working = WorkingTable.Make(project, StepSource.Of(raw.Blob, rawBlobs), said, new WorkingTable.Surroundings(beside, raw.Files, blobs, now), engine, cancel);
        return working.Outcome.Read != raw.Rows
            ? throw new InvalidOperationException($"Rows were lost: the raw version has {raw.Rows}, and {working.Outcome.Read} were read.")
            : then(working, LabelCheck.Of(working.Plan, engine), engine);
    }

    private static DatasetVersion Store(WorkingTable working, IReadOnlyList<Finding> labels, RawVersion raw, CheckInputs beside, DataEngine engine, BlobStore blobs)
    {
        var (plan, outcome) = (working.Plan, working.Outcome);
        working.Group();
        var blob = engine.Store(KeptRows(plan), blobs);
        var quarantine = engine.Store(working.QuarantinedRows(), blobs);
        var (profile, details) = ColumnProfiles.Of(plan, engine);
        IReadOnlyList<StepOutcome> steps = [.. outcome.Steps, .. outcome.Said];
        var findings = new DataFindings(plan, engine, working.Examples, details).All(outcome.Checks, steps, [.. labels, .. working.Findings]);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{raw.Blob}\n{blob}\n{quarantine}\n{string.Join('\n', plan.Steps)}")));
        return new DatasetVersion(
            id, raw.Blob, blob, quarantine, outcome.Read, outcome.Kept, outcome.Quarantined, outcome.Dropped, outcome.DropReasons, outcome.QuarantineReasons,
            WorkingTable.Counted(engine, "SELECT __side, count(*) FROM k GROUP BY 1 ORDER BY 1"),
            engine.Count("SELECT count(*) FROM k WHERE __label_was IS NOT NULL"),
            [.. plan.Steps.Where(step => step.Column != plan.Project.Target)], outcome.Checks, steps, findings, profile)
        { Details = details, Files = raw.Files.Count > 1 ? raw.Files : null, CheckedAgainst = beside.Files.Count > 0 ? beside.Files : null, ComparedWith = beside.Before?.Iteration };
    }

    private static string KeptRows(CleanPlan plan)
    {
        var columns = plan.Kept.Where(column => !column.IsTarget).Append(plan.Target).Select(column => $"{column.Sql} AS {SqlText.Name(column.Name)}");
        return $"SELECT __row, __key, __side, __fold, __group, __judge_only, __label_was, {string.Join(", ", columns)} FROM k";
    }
}
