using Fairlead.Models.Contracts;

namespace Fairlead.Models.Predictions;

/// <summary>One prediction as it was logged.</summary>
/// <param name="Project">The project's name, as the server knew it.</param>
/// <param name="Package">Digest of the package that answered.</param>
/// <param name="Classes">Class names in output order; empty for regression.</param>
/// <param name="Answer">Index of the answered class; 0 for regression.</param>
/// <param name="Outputs">Shape [classes], or [1] for regression.</param>
/// <param name="Warnings">How many warnings the answer had.</param>
/// <param name="Row">The raw row by column; masked text where the column is masked. Columns that the caller left out are missing.</param>
public sealed record LoggedPrediction(
    PredictionId Id,
    DateTimeOffset At,
    string Project,
    string Package,
    IReadOnlyList<string> Classes,
    int Answer,
    IReadOnlyList<double> Outputs,
    int Warnings,
    IReadOnlyDictionary<string, Cell> Row);
