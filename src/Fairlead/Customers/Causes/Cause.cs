using Fairlead.Data;
using Fairlead.Evaluation;

namespace Fairlead.Customers.Causes;

/// <summary>The smallest slice of the data that explains a set of corrections, with what the records say about it, its price and a repair.</summary>
/// <param name="Id">Such as depot-leeds-1: also the repair's.</param>
/// <param name="Where">One or two conditions.</param>
/// <param name="Slice">In words, such as "depot Leeds".</param>
/// <param name="From">Recorded class; "too high" or "too low" for numbers.</param>
/// <param name="To">Class that people say is right; "" for numbers.</param>
/// <param name="Corrections">Corrections of this kind in the slice.</param>
/// <param name="OfCorrections">Corrections of this kind in all.</param>
/// <param name="Judged">Answers in the slice that people called right or wrong.</param>
/// <param name="Flagged">Of those, called wrong.</param>
/// <param name="Shown">Rows recorded as <paramref name="From"/> that people were shown.</param>
/// <param name="ShownInSlice">Of those, in the slice.</param>
/// <param name="Lift">How many times more often a shown row of the slice was corrected than a shown row at large.</param>
/// <param name="Chance">Chance that a slice of this simplicity gathers so many corrections by accident: hypergeometric, times the number of slices looked at; at most 1.</param>
/// <param name="Rows">Rows of the slice by side: train, exam, sealed.</param>
/// <param name="RowsFrom">Of those that are not sealed, recorded as <paramref name="From"/>.</param>
/// <param name="Recorded">Share of the slice recorded as <paramref name="To"/>; null where the records can't tell.</param>
/// <param name="Expected">Share that should be, if the slice were like the rest.</param>
/// <param name="FlipRate">Share of the slice's rows truly <paramref name="To"/> that are recorded as <paramref name="From"/>.</param>
/// <param name="Supported">The records bear the corrections out: the flip rate's interval lies above 0. Null where they can't tell.</param>
/// <param name="Repair">What is proposed; null when the records speak against a repair of the slice: the single labels can still be corrected.</param>
/// <param name="Evidence">The evidence, a sentence each; the last is the price.</param>
public sealed record Cause(
    string Id, IReadOnlyList<Condition> Where, string Slice, string From, string To, int Corrections, int OfCorrections, int Judged, int Flagged, int Shown, int ShownInSlice,
    double Lift, double Chance, IReadOnlyDictionary<string, long> Rows, long RowsFrom, Estimate? Recorded, Estimate? Expected, Estimate? FlipRate, bool? Supported, Repair? Repair,
    IReadOnlyList<string> Evidence)
{
    /// <summary>The evidence as one text.</summary>
    public string Sentence => string.Join(' ', Evidence);
}

/// <summary>How things are called in the sentences of a cause.</summary>
/// <param name="Thing">What a row is, singular, as in "order".</param>
/// <param name="Target">The target in plain words, as in "late".</param>
/// <param name="Labels">Column name to plain words; a column that is not there keeps its name.</param>
public sealed record CauseWords(string Thing, string Target, IReadOnlyDictionary<string, string> Labels)
{
    private static readonly string[] Affirmative = ["yes", "true", "1", "y", "t"];
    private static readonly string[] Negative = ["no", "false", "0", "n", "f"];

    public string Label(string column) => Labels.TryGetValue(column, out var label) ? label : column == FileOfRow.Column ? FileOfRow.Label : column;

    /// <summary>A class in words: "late" for yes, "not late" for no, others by their name.</summary>
    public string Class(string name) =>
        Affirmative.Contains(name, StringComparer.OrdinalIgnoreCase) ? Target : Negative.Contains(name, StringComparer.OrdinalIgnoreCase) ? "not " + Target : name;
}
