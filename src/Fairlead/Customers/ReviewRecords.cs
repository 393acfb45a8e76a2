using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Reviews as recorded.</summary>
public static class ReviewRecords
{
    internal const string ReviewKind = "review";
    internal const string CardsKind = "review-cards";
    private const string LinkKind = "review-link";

    // Cards never change, and every look at a card needs them: kept in memory as long as the workspace's records are open.
    private static readonly ConditionalWeakTable<Records, ConcurrentDictionary<(string Project, string Review), IReadOnlyList<ReviewCard>>> Known = [];

    /// <summary>All of a project, oldest first.</summary>
    public static IReadOnlyList<Review> List(Records records, string projectId) => records.List(ReviewKind, projectId, CustomerJson.Default.Review);

    public static Review? Find(Records records, string projectId, string id) => records.Find(ReviewKind, projectId, id, CustomerJson.Default.Review);

    /// <summary>The review a token opens, whether or not it still works; null when there is none.</summary>
    public static Review? ByToken(Records records, string? token) =>
        ReviewToken.IsWellFormed(token) && records.Find(LinkKind, "", ReviewToken.Hash(token!), CustomerJson.Default.ReviewLink) is { } link
            ? Find(records, link.ProjectId, link.Review)
            : null;

    /// <summary>The cards of a review, in order.</summary>
    public static IReadOnlyList<ReviewCard> Cards(Records records, Review review)
    {
        var known = Known.GetValue(records, _ => new());
        return known.GetOrAdd((review.ProjectId, review.Id), key =>
            records.Find(CardsKind, key.Project, key.Review, CustomerJson.Default.ReviewCards)?.Cards ?? []);
    }

    public static ReviewCard? Card(Records records, Review review, int id) =>
        Cards(records, review) is var cards && id >= 1 && id <= cards.Count ? cards[id - 1] : null;

    /// <summary>Stores a review under the next free id. The link works only after everything else is on disk.</summary>
    internal static async Task<Review> AddAsync(Records records, Review review, IReadOnlyList<ReviewCard> cards)
    {
        for (var number = records.Count(ReviewKind, review.ProjectId) + 1; ; number++)
        {
            var named = review with { Id = "r" + number.ToString(CultureInfo.InvariantCulture) };
            if (await records.AddAsync(ReviewKind, named.ProjectId, named.Id, named, CustomerJson.Default.Review))
            {
                await records.PutAsync(CardsKind, named.ProjectId, named.Id, new ReviewCards(cards), CustomerJson.Default.ReviewCards);
                await records.PutAsync(LinkKind, "", named.TokenHash, new ReviewLink(named.ProjectId, named.Id), CustomerJson.Default.ReviewLink);
                return named;
            }
        }
    }

    internal static Task ReplaceAsync(Records records, Review review) =>
        records.PutAsync(ReviewKind, review.ProjectId, review.Id, review, CustomerJson.Default.Review);
}
