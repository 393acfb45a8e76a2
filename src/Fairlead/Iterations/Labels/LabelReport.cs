using Fairlead.Data;
using Fairlead.Evaluation;

namespace Fairlead.Iterations.Labels;

/// <summary>Suspected label errors of an iteration's data.</summary>
/// <param name="Classes">Order of both matrices.</param>
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
/// <param name="Likelier">The class that the model thinks likeliest.</param>
/// <param name="GivenChance">Probability of the recorded label, by a model that never saw the row.</param>
/// <param name="LikelierChance">Probability of <paramref name="Likelier"/>.</param>
/// <param name="Cause">Id of the cause it belongs to, or null.</param>
public sealed record SuspectLabel(string Key, long Row, string Side, string Given, string Likelier, double GivenChance, double LikelierChance, string? Cause);

/// <summary>A slice, a period or a source in which suspected labels gather.</summary>
/// <param name="Title">In words, such as "Depot Leeds".</param>
/// <param name="From">Recorded class.</param>
/// <param name="To">Class that seems to be true.</param>
/// <param name="Suspects">Rows of the slice that look like <paramref name="To"/> and are recorded as <paramref name="From"/>.</param>
/// <param name="Alike">Rows of the slice that look as much like <paramref name="To"/>, whatever is recorded.</param>
/// <param name="SuspectsElsewhere">The same outside the slice.</param>
/// <param name="AlikeElsewhere">The same outside the slice.</param>
/// <param name="Chance">Chance that a slice of this simplicity gathers so many by accident: hypergeometric, times the slices looked at; at most 1.</param>
/// <param name="FlipRate">Share of the slice's rows truly <paramref name="To"/> that are recorded as <paramref name="From"/>, were it like the rest; its interval lies above 0.1.</param>
/// <param name="Says">The evidence in two sentences.</param>
public sealed record LabelCause(
    string Id, string Title, IReadOnlyList<Condition> Where, string From, string To, int Suspects, int Alike, int SuspectsElsewhere, int AlikeElsewhere, double Chance, Estimate FlipRate, string Says);
