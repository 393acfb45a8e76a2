namespace Fairlead.Web.Data;

/// <summary>A row in quarantine, to be looked at.</summary>
/// <param name="Row">0-based raw row.</param>
/// <param name="Reason">Why, as recorded.</param>
/// <param name="Values">Raw values in the source's order, without columns dropped as personal; null is missing.</param>
public sealed record QuarantinedRow(long Row, string Reason, IReadOnlyList<KeyValuePair<string, string?>> Values);
