using Fairlead.Models.Contracts;
using Fairlead.Projects;

namespace Fairlead.Training;

/// <summary>What a search trains on: only training-side rows, never exam or sealed ones.</summary>
/// <param name="Features">Cleaned feature columns of the training side.</param>
/// <param name="Folds">Fold of each row, 0 to <see cref="Data.DatasetVersion.Folds"/> - 1.</param>
/// <param name="Labels">Classification: class index per row; else empty.</param>
/// <param name="Values">Regression: target per row; else empty.</param>
/// <param name="Seconds">Wall time of the search, or null when <paramref name="Trials"/> says.</param>
/// <param name="Trials">Number of trials, or null.</param>
/// <param name="LeastRows">Fewest rows that a level or a word must be in to be known by name.</param>
public sealed record TrainingInput(
    Frame Features, int[] Folds, ModelTask Task, IReadOnlyList<string> Classes, int[] Labels, double[] Values, double? Seconds, int? Trials, int Seed, int LeastRows = TrainingRule.DefaultLeastRows);

/// <summary>What a search came to.</summary>
/// <param name="Model">Blob: the chosen model, fitted on all training rows (<see cref="Models.Scoring.FittedModel"/> format).</param>
/// <param name="FoldModels">Blobs: the chosen model fitted without fold i. For judging rows by a model that never saw them.</param>
/// <param name="Chosen">Name of the chosen trial.</param>
/// <param name="Metric">Validation metric that chose: log_loss or rmse; smaller is better.</param>
/// <param name="Native">False when the managed fallback trained the trees.</param>
/// <param name="StoppedBy">budget, trials or converged.</param>
public sealed record SearchResult(
    string Model, IReadOnlyList<string> FoldModels, string Chosen, string Metric, IReadOnlyList<TrialRecord> Trials, bool Native, string StoppedBy, double Seconds);

/// <summary>One fitted candidate.</summary>
/// <param name="Trainer">linear, trees, or a blend of both.</param>
/// <param name="Settings">Hyperparameters as text.</param>
/// <param name="Score">Cross-validated metric; smaller is better; null when it failed or time ran out.</param>
/// <param name="Error">Why there is no score, or null.</param>
public sealed record TrialRecord(int Number, string Trainer, string Settings, double? Score, double Seconds, string? Error);
