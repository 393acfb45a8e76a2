namespace Fairlead.Evaluation;

/// <summary>An example with an expected answer that every later model is tested on: a file in the project's <c>cases/</c>. Evaluation owns the record; Customers writes it.</summary>
/// <param name="Row">Raw values by column.</param>
/// <param name="Expected">The right class, or the right number as invariant text.</param>
/// <param name="Tolerance">Regression: how far off an answer may be, in the target's unit.</param>
/// <param name="Key">Key of the row it came from, or null: a model that saw the row, or a near-duplicate, does not judge it.</param>
/// <param name="From">Feedback id or engineer's note.</param>
/// <param name="Must">True: a wrong answer fails the gate "cases pass". False: shown only.</param>
public sealed record CaseRecord(string Id, IReadOnlyDictionary<string, string?> Row, string Expected, double? Tolerance, string? Key, string From, bool Must);
