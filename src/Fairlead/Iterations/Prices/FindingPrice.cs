using System.Globalization;
using Fairlead.Evaluation;

namespace Fairlead.Iterations.Prices;

/// <summary>What a problem in the data costs: the share of answers that its repair changes.</summary>
/// <param name="Kind">Of the finding, such as spelling or impossible; "label" for suspected label errors.</param>
/// <param name="Column">Of the finding, or null.</param>
/// <param name="Finding">Title of the finding, by which it is told from others of its kind and column.</param>
/// <param name="Check">Id of the check, where the finding is a failed check.</param>
/// <param name="Rows">Rows that the repair touches in the copy, training rows only where labels or rows are concerned.</param>
/// <param name="Answers">Exam rows that both quick models answered.</param>
/// <param name="Changed">Of those, answers that differ; for numbers, by more than a tenth of the target's standard deviation.</param>
/// <param name="Share"><paramref name="Changed"/> / <paramref name="Answers"/> with its 95 % interval (Wilson 1927).</param>
/// <param name="How">What was compared, in a few words.</param>
public sealed record FindingPrice(string Kind, string? Column, string Finding, string? Check, long Rows, long Answers, long Changed, Estimate Share, string How)
{
    /// <summary>Answers in 100 up to which, by the upper end of the interval, a finding is called harmless.</summary>
    public const double HarmlessShare = 0.01;

    /// <summary>With 95 % confidence, at most 1 in 100 answers changes.</summary>
    public bool Harmless => Share.High <= HarmlessShare;

    /// <summary>Such as "harmless: 0 [0, 0.4] in 100 answers change".</summary>
    public string Says => $"{(Harmless ? "harmless: " : "")}{In100(Share.Value)} [{In100(Share.Low)}, {In100(Share.High)}] in 100 answers change";

    private static string In100(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);
}
