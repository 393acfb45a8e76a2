using Fairlead.Data.Drift;

namespace Fairlead.Practice;

/// <summary>How the model that answers in staging does by its newest answers, whose truth nobody knows yet.</summary>
/// <param name="Iteration">What answers.</param>
/// <param name="Answers">Its newest answers, at most <see cref="ReadServed.Window"/>.</param>
/// <param name="From">When the oldest of them was given; null without any.</param>
/// <param name="To">When the newest was.</param>
/// <param name="ReferenceRows">Exam rows that the estimate is held against.</param>
/// <param name="Metrics">Estimated on these answers, each with its interval; empty where nothing can be estimated.</param>
/// <param name="Worse">A metric's whole interval lies below what chance explains on the exam.</param>
/// <param name="Columns">Columns that were compared with the training rows.</param>
/// <param name="Drifted">Of those, the ones that are spread otherwise.</param>
/// <param name="Why">Why nothing is estimated; null where it is.</param>
public sealed record ServedModel(
    int Iteration, int Answers, DateTimeOffset? From, DateTimeOffset? To, int ReferenceRows, IReadOnlyList<EstimatePerformance.Estimated> Metrics, bool Worse, int Columns, IReadOnlyList<ColumnDrift> Drifted, string? Why)
{
    /// <summary>Exam rows that <see cref="ReferenceRows"/> are a sample of, or as many.</summary>
    public long ReferenceOf { get; init; }

    /// <summary>Of numbers: share of the answers that lie beyond all of the exam rows' predictions, in [0, 1]; null for classes, or where nothing is estimated.</summary>
    public double? Outside { get; init; }

    /// <summary>What limits the figures, in sentences, as <c>data estimate</c> says it; empty when nothing does.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
