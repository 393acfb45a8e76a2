using System.Text.Json.Serialization;

namespace Fairlead.Practice;

/// <summary>How much is at risk. Unknown counts as risk.</summary>
public enum RiskLevel
{
    [JsonStringEnumMemberName("low")]
    Low,

    [JsonStringEnumMemberName("medium")]
    Medium,

    [JsonStringEnumMemberName("high")]
    High,

    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>One of the four reasons projects fail, for this project, from what happened.</summary>
/// <param name="Name">agility, customers, deployment or data.</param>
/// <param name="Title">In plain words.</param>
/// <param name="Figure">One figure in natural units, such as "14 s from data to image".</param>
/// <param name="Evidence">What it rests on, one plain sentence each.</param>
/// <param name="Next">The next action.</param>
/// <param name="Command">A command that does it, or null.</param>
public sealed record Risk(string Name, string Title, RiskLevel Level, string Figure, IReadOnlyList<string> Evidence, string Next, string? Command);

/// <summary>What <see cref="RiskReader"/> reads: plain facts from the records of all stages.</summary>
/// <param name="Now">The moment of reading.</param>
/// <param name="Iterations">Time, seconds and image of each iteration, oldest first.</param>
/// <param name="ReleasedIteration">What staging answers with, or null.</param>
/// <param name="NewestPassed">Newest iteration whose gates passed, or null.</param>
/// <param name="ReleasedAt">When the release was made.</param>
/// <param name="Predictions">Answers given so far.</param>
/// <param name="LastPrediction">The newest answer's time, or null.</param>
/// <param name="OpenReviews">Review links that can be answered now.</param>
/// <param name="CardsAsked">Cards put before customers so far.</param>
/// <param name="Verdicts">Answers customers judged, newest verdict each.</param>
/// <param name="Wrong">Of those, wrong.</param>
/// <param name="Waiting">Wrong answers that no accepted correction or repair covers.</param>
/// <param name="LastVerdict">The newest verdict's time, or null.</param>
/// <param name="RowsRead">Rows of the newest data version.</param>
/// <param name="RowsQuarantined">Of those, in quarantine.</param>
/// <param name="FailedChecks">Checks with severity error that failed.</param>
/// <param name="Checks">Checks declared.</param>
/// <param name="Problems">Problems found in the data.</param>
/// <param name="Dearest">The problem whose repair changes most answers, with its price; null where none is more than harmless.</param>
/// <param name="Harmless">Priced problems whose repair changes next to no answer.</param>
/// <param name="Served">How the released model does by its newest answers; null when nothing is released.</param>
/// <param name="UnrepairedCauses">Causes found whose repair nobody accepted or refused.</param>
public sealed record PracticeFacts(
    DateTimeOffset Now,
    IReadOnlyList<IterationFact> Iterations,
    int? ReleasedIteration,
    int? NewestPassed,
    DateTimeOffset? ReleasedAt,
    long Predictions,
    DateTimeOffset? LastPrediction,
    int OpenReviews,
    int CardsAsked,
    int Verdicts,
    int Wrong,
    int Waiting,
    DateTimeOffset? LastVerdict,
    long RowsRead,
    long RowsQuarantined,
    int FailedChecks,
    int Checks,
    int Problems,
    int UnrepairedCauses,
    string? Dearest = null,
    int Harmless = 0,
    ServedModel? Served = null);

/// <summary>One iteration, as far as practice looks at it.</summary>
public sealed record IterationFact(int Number, DateTimeOffset At, double Seconds, bool Passed, bool HasImage);
