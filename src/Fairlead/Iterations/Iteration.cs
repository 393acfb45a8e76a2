using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Iterations.Prices;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Training;

namespace Fairlead.Iterations;

/// <summary>One numbered turn of the loop, as recorded.</summary>
/// <param name="Number">Counted from 1 within the project.</param>
/// <param name="Key">Hash of all its steps' keys: the same key is the same iteration.</param>
/// <param name="Commit">Commit of the project folder, or null outside git.</param>
/// <param name="FolderClean">The folder had no uncommitted changes; null outside git.</param>
/// <param name="Package">Files of the model package by name, as blob ids.</param>
/// <param name="Image">Digest of the image, "sha256:…"; null when no server binary could be built (the step says why).</param>
/// <param name="Passed">All gates passed.</param>
/// <param name="Turn">What the feedback did; null when there was none.</param>
/// <param name="Repairs">Ids of the accepted repairs that stand in its data.</param>
/// <param name="Budget">The budget of its search and what the project file said then.</param>
/// <param name="Prices">What the problems found in its data cost; null in records from before prices.</param>
/// <param name="Erased">People erased from it since; null when nobody was.</param>
/// <param name="Differs">Why making it again gives something else, such as "differs: 1 subject erased"; null when it does not.</param>
public sealed record Iteration(
    int Number,
    string Key,
    DateTimeOffset At,
    ModelTask Task,
    string? Commit,
    bool? FolderClean,
    RawVersion Raw,
    DatasetVersion Data,
    SearchResult Search,
    EvaluationReport Evaluation,
    IReadOnlyDictionary<string, string> Package,
    string? Image,
    IReadOnlyList<GateResult> Gates,
    bool Passed,
    IReadOnlyList<StepRun> Steps,
    TurnReport? Turn,
    double Seconds,
    IReadOnlyList<string>? Repairs = null,
    IterationBudget? Budget = null,
    IReadOnlyList<FindingPrice>? Prices = null,
    ErasedPeople? Erased = null,
    string? Differs = null)
{
    /// <summary>The price of a finding of its data; null where it has none.</summary>
    public FindingPrice? PriceOf(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Prices?.FirstOrDefault(price => price.Kind == finding.Kind && price.Column == finding.Column && price.Finding == finding.Title);
    }
}

/// <summary>People who were erased from an iteration after it was made.</summary>
/// <param name="TrainedRows">Their rows that its model learned from: its model, package and image saw them.</param>
/// <param name="JudgedRows">Their rows that only judged it.</param>
public sealed record ErasedPeople(int Subjects, long TrainedRows, long JudgedRows);

/// <param name="Declared">What the project file says.</param>
/// <param name="Used">What was used; another one where the caller gave it.</param>
public sealed record IterationBudget(TrainingRule Declared, TrainingRule Used);

/// <param name="Reused">The step's key was known, so it was not run.</param>
/// <param name="Note">What a person should know about it, or null.</param>
public sealed record StepRun(string Step, string Key, bool Reused, double Seconds, string? Note = null);

/// <summary>What the feedback did to this iteration, against the one before; judged only by models that never saw the rows.</summary>
/// <param name="Flagged">Answers people flagged as wrong, in all.</param>
/// <param name="FlaggedRight">Of those, answered right by models that never saw them or their near-duplicates.</param>
/// <param name="Confirmed">Answers people confirmed as right.</param>
/// <param name="ConfirmedChanged">Of those, answers that changed.</param>
/// <param name="ExamGain">Main metric on the exam, this minus the one before, paired; null without one before.</param>
/// <param name="Repairs">
/// Per accepted repair, what it did to the rows of its slice that no model judged here had seen, in one or more units; the first of a repair decides whether the slice improved.
/// A repair that nothing could be measured of is in <paramref name="Sentences"/> only.
/// </param>
/// <param name="Sentences">The whole in plain words, good or bad.</param>
public sealed record TurnReport(
    int Flagged, int FlaggedRight, int Confirmed, int ConfirmedChanged, Estimate? ExamGain, IReadOnlyList<RepairEffect> Repairs, IReadOnlyList<string> Sentences);

/// <param name="Rows">Unseen rows of the slice.</param>
/// <param name="Unit">What is counted: "points in 100" (100 minus 100 times the squared error of the stated chance), "found in 100", "right answers in 100". More is better.</param>
/// <param name="Gain">After minus before, with its interval.</param>
/// <param name="FlipRate">Share of the slice's true positives that were recorded as negative, with its interval; null when not estimated.</param>
/// <param name="How">How it was measured, in one sentence.</param>
public sealed record RepairEffect(string Repair, string Slice, long Rows, string Unit, Estimate Before, Estimate After, Estimate Gain, Estimate? FlipRate, string How);
