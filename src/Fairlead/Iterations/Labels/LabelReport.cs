using System.Text.Json.Serialization;
using Fairlead.Data;
using Fairlead.Evaluation;

namespace Fairlead.Iterations.Labels;

/// <summary>Suspected label errors of an iteration's data: of classes, or of numbers.</summary>
/// <param name="Classes">Order of both matrices; empty, as they are, for numbers.</param>
/// <param name="Judged">Rows whose label was judged by a model that never saw the row: training and exam rows, not the sealed part, and not labels that people corrected.</param>
/// <param name="Suspects">Labels that are probably wrong, in all.</param>
/// <param name="ConfidentJoint">Calibrated counts, given label by true label.</param>
/// <param name="NoiseMatrix">P(given | true); columns sum to 1.</param>
/// <param name="Rows">The most suspect ones, at most <see cref="SuspectLabels.ListedMax"/>, most suspect first.</param>
/// <param name="Causes">What suspects have in common, largest first.</param>
public sealed record LabelReport(
    IReadOnlyList<string> Classes, int Judged, int Suspects, IReadOnlyList<IReadOnlyList<long>> ConfidentJoint, IReadOnlyList<IReadOnlyList<double>> NoiseMatrix,
    IReadOnlyList<SuspectLabel> Rows, IReadOnlyList<LabelCause> Causes);

/// <summary>A label that is probably wrong.</summary>
/// <param name="Key">Key of the row.</param>
/// <param name="Row">0-based raw row.</param>
/// <param name="Side">train or exam. A corrected row stays on its side.</param>
/// <param name="Given">The recorded label.</param>
/// <param name="Likelier">The class that the model thinks likeliest; of a number what is expected, rounded.</param>
/// <param name="GivenChance">Probability of the recorded label, by a model that never saw the row; null for numbers.</param>
/// <param name="LikelierChance">Probability of <paramref name="Likelier"/>; null for numbers.</param>
/// <param name="Cause">Id of the cause it belongs to, or null.</param>
public sealed record SuspectLabel(string Key, long Row, string Side, string Given, string Likelier, double? GivenChance, double? LikelierChance, string? Cause)
{
    /// <summary>Of a number: how far it is from what is expected; null for classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueDoubt? Value { get; init; }
}

/// <summary>A recorded number against what is expected of its row.</summary>
/// <param name="Recorded">The number.</param>
/// <param name="Predicted">By a model that never saw the row, put right by the residuals of rows like it.</param>
/// <param name="Low">95 of 100 right numbers of such rows that lie below the middle lie above this.</param>
/// <param name="High">The same above.</param>
/// <param name="Score">Distance from the middle in usual residuals of such rows; above 0: too high.</param>
/// <param name="Chance">Chance of a right number so far away, in (0, 1].</param>
/// <param name="Slip">A slip that explains it, such as "10 times too large"; null where none does.</param>
/// <param name="Corrected">The number without the slip; null without one.</param>
public sealed record ValueDoubt(double Recorded, double Predicted, double Low, double High, double Score, double Chance, string? Slip, string? Corrected);

/// <summary>A slice, a period or a source in which suspected labels gather.</summary>
/// <param name="Title">In words, such as "Depot Leeds".</param>
/// <param name="From">Recorded class; of numbers "too high" or "too low".</param>
/// <param name="To">Class that seems to be true; "" for numbers.</param>
/// <param name="Suspects">Rows of the slice that look like <paramref name="To"/> and are recorded as <paramref name="From"/>; of numbers the suspect ones, or those on the shifted side.</param>
/// <param name="Alike">Rows of the slice that look as much like <paramref name="To"/>, whatever is recorded; of numbers all judged rows of the slice.</param>
/// <param name="SuspectsElsewhere">The same outside the slice.</param>
/// <param name="AlikeElsewhere">The same outside the slice.</param>
/// <param name="Chance">Chance that a slice of this simplicity gathers so many by accident: hypergeometric, times the slices looked at; at most 1.</param>
/// <param name="FlipRate">Share of the slice's rows truly <paramref name="To"/> that are recorded as <paramref name="From"/>, were it like the rest; its interval lies above 0.1. Null for numbers.</param>
/// <param name="Says">The evidence in two sentences.</param>
public sealed record LabelCause(
    string Id, string Title, IReadOnlyList<Condition> Where, string From, string To, int Suspects, int Alike, int SuspectsElsewhere, int AlikeElsewhere, double Chance, Estimate? FlipRate, string Says)
{
    /// <summary>Of numbers: by what they seem to be shifted; null for classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueShift? Shift { get; init; }
}

/// <summary>By what the numbers of a cause seem to be shifted.</summary>
/// <param name="Kind">factor: recorded over expected; offset: recorded less expected. The one that brings the numbers closer to what is expected.</param>
/// <param name="Size">Its median with the median's 95 % interval.</param>
/// <param name="Whole">All numbers of the slice are, not single suspect ones.</param>
public sealed record ValueShift(string Kind, Estimate Size, bool Whole);
