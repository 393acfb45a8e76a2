namespace Fairlead.Projects.Sample;

/// <summary>One order of the sample as its file has it, with the truth that the file hides.</summary>
/// <param name="DistanceKm">As written; 99999 stands for "unknown" in some rows.</param>
/// <param name="WeightKg">As written; null is an empty cell.</param>
/// <param name="CompensationPaid">Euros. Known only after a recorded lateness, so it leaks the answer.</param>
/// <param name="RecordedLate">What the file says.</param>
/// <param name="TrueLate">What happened.</param>
/// <param name="Chance">Probability of lateness that the truth was drawn from, in (0, 1).</param>
/// <param name="Planted">What is wrong with the row: duplicate, missing:COLUMN, impossible:COLUMN, spelling:COLUMN, personal:note, faulty_source.</param>
public sealed record SampleOrder(
    int OrderId,
    DateTime OrderedAt,
    string Region,
    string Carrier,
    string Depot,
    int DistanceKm,
    double? WeightKg,
    int PromisedDays,
    string? Weather,
    string? Note,
    string CustomerName,
    string CustomerEmail,
    string CustomerPhone,
    double CompensationPaid,
    bool RecordedLate,
    bool TrueLate,
    double Chance,
    IReadOnlyList<string> Planted);
