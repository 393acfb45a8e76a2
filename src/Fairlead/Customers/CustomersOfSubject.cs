using System.Globalization;
using System.Text.Json;
using Fairlead.Data.Erasure;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>What reviews and feedback keep about a person: cards of their rows are emptied, what was said about their answers goes, and their own texts go from all other words.</summary>
public sealed class CustomersOfSubject : IHoldSubjects
{
    private const string CardErased = "This row was erased.";

    public IEnumerable<SubjectTrace> Erase(Subject subject, ErasureScope scope)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(scope);
        var text = new SubjectText(subject);
        var emptied = new HashSet<(string Review, string Card)>();
        foreach (var stored in Of(ReviewRecords.CardsKind, subject, scope))
        {
            var cards = JsonSerializer.Deserialize(stored.Body, CustomerJson.Default.ReviewCards)!.Cards;
            var theirs = cards.Where(card => IsTheirs(card, subject)).ToList();
            foreach (var card in theirs)
            {
                emptied.Add((stored.Id, card.Id.ToString(CultureInfo.InvariantCulture)));
                subject.AddPrediction(card.Prediction);
            }

            if (theirs.Count > 0)
            {
                yield return new SubjectTrace("review_card", $"review {stored.Id}", theirs.Count);
            }

            var left = theirs.Count == 0 ? stored.Body : JsonSerializer.Serialize(new ReviewCards([.. cards.Select(card => theirs.Contains(card) ? Empty(card) : card)]), CustomerJson.Default.ReviewCards);
            scope.Change(stored, text.CleanJson(left));
        }

        foreach (var kind in new[] { Feedback.Kind, GiveFeedback.HistoryKind })
        {
            var removed = 0;
            foreach (var stored in Of(kind, subject, scope))
            {
                var said = JsonSerializer.Deserialize(stored.Body, CustomerJson.Default.Feedback)!;
                if ((said.Key is { } key && subject.Keys.Contains(key)) || subject.Predictions.Contains(said.Prediction) || (said.Review is { } review && said.Card is { } card && emptied.Contains((review, card))))
                {
                    removed++;
                    scope.Records.Add(new RecordChange(kind, stored.Project, stored.Id, null));
                }
                else
                {
                    scope.Change(stored, text.CleanJson(stored.Body));
                }
            }

            if (removed > 0)
            {
                yield return new SubjectTrace("feedback", kind == Feedback.Kind ? "what people say" : "what people said before", removed);
            }
        }

        foreach (var stored in Of(ReviewRecords.ReviewKind, subject, scope))
        {
            scope.Change(stored, text.CleanJson(stored.Body));
        }
    }

    private static IEnumerable<StoredRecord> Of(string kind, Subject subject, ErasureScope scope) =>
        scope.Workspace.Records.Stored(kind).Where(stored => stored.Project == subject.ProjectId);

    private static bool IsTheirs(ReviewCard card, Subject subject) =>
        (card.Key is { } key && subject.Keys.Contains(key)) || (card.Sentence != CardErased && subject.Predictions.Contains(card.Prediction)) || subject.Is(card.Raw.GetValueOrDefault(subject.Column));

    private static ReviewCard Empty(ReviewCard card) =>
        card with { Title = "Erased", Key = null, Cells = [], Raw = new Dictionary<string, string?>(), Reasons = [], Sentence = CardErased, Recorded = null };
}
