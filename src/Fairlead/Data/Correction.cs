namespace Fairlead.Data;

/// <summary>A label a person corrected: a file in the project's <c>corrections/</c>. Data owns the record; Customers writes it.</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Column">The target column, or another whose value was wrong.</param>
/// <param name="Was">The recorded value.</param>
/// <param name="Now">The right value.</param>
/// <param name="Feedback">Id of the feedback it came from.</param>
/// <param name="At">When it was said.</param>
public sealed record Correction(string Key, string Column, string? Was, string Now, string Feedback, DateTimeOffset At);

/// <summary>A repair a person accepted: a file in the project's <c>corrections/</c>.</summary>
/// <param name="Id">Such as depot-leeds-1.</param>
/// <param name="Action">
/// <c>distrust</c>: labels of the slice are not believed: its rows go to quarantine, those a person corrected stay for judging only.
/// <c>relabel</c>: rows of the slice recorded as <paramref name="From"/> become <paramref name="To"/>.
/// </param>
/// <param name="Where">Conditions that make the slice, all of which hold.</param>
/// <param name="Because">The evidence in one sentence.</param>
/// <param name="Feedback">Ids of the feedback it rests on.</param>
public sealed record Repair(
    string Id, string Action, IReadOnlyList<Condition> Where, string? From, string? To, string Because, IReadOnlyList<string> Feedback, DateTimeOffset At);

/// <summary>A condition on a cleaned column: equal to a level, or (numbers and dates) within [Min, Max).</summary>
public sealed record Condition(string Column, string? Level, double? Min = null, double? Max = null);
