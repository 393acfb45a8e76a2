namespace Fairlead.Customers;

/// <summary>What a person said about one prediction.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Review">Review it was given in; null when it came through the API.</param>
/// <param name="Card">Card of the review, or null.</param>
/// <param name="Prediction">Id of the prediction.</param>
/// <param name="Iteration">Iteration that answered.</param>
/// <param name="Key">Row key, when the row is one of the data set; null for a row that only serving saw.</param>
/// <param name="Answer">What the model had answered.</param>
/// <param name="Verdict">right, wrong, cant_tell, not_what_i_need, not_clear.</param>
/// <param name="Right">The right answer, where the verdict is wrong and the person said it.</param>
/// <param name="Comment">In their words, or null.</param>
/// <param name="By">Name they gave, or null.</param>
public sealed record Feedback(
    string Id, string? Review, string? Card, string Prediction, int Iteration, string? Key, string Answer, string Verdict, string? Right, string? Comment, string? By, DateTimeOffset At)
{
    /// <summary>Kind of the records.</summary>
    public const string Kind = "feedback";
}
