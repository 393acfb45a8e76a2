using Fairlead.Customers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Fairlead.Web.Customers;

/// <summary>Which cards a person wants to see, and who they say they are: all of it in the address, since there are no cookies.</summary>
/// <param name="Column">A column of <see cref="Review.Filters"/>, or null.</param>
/// <param name="Value">Its value.</param>
/// <param name="Find">Part of a card's title or key, or null.</param>
/// <param name="By">Name the person gave, or null.</param>
public sealed record ReviewFilter(string? Column, string? Value, string? Find, string? By)
{
    private const int MaxFind = 100;

    public static ReviewFilter Of(IQueryCollection query, Review review)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(review);

        // One select holds "column=value" pairs, by position, so that hostile names need no escaping rule of ours.
        var (column, value) = (default(string), default(string));
        var parts = query["show"].ToString().Split('.');
        if (parts.Length == 2 && int.TryParse(parts[0], out var c) && int.TryParse(parts[1], out var v)
            && c >= 0 && c < review.Filters.Count && v >= 0 && v < review.Filters[c].Values.Count)
        {
            (column, value) = (review.Filters[c].Column, review.Filters[c].Values[v]);
        }

        return new ReviewFilter(column, value, Text(query["find"].ToString(), MaxFind), Text(query["by"].ToString(), GiveFeedback.MaxName)) { Show = column is null ? null : query["show"].ToString() };
    }

    /// <summary>The select's value as it stands in the address.</summary>
    public string? Show { get; private init; }

    public bool IsSet => Column is not null || Find is not null;

    public IReadOnlyList<ReviewCard> Of(IReadOnlyList<ReviewCard> cards) => [.. cards.Where(Matches)];

    /// <summary>The cards before and after one, within the filter.</summary>
    public (int? Before, int? After) Around(IReadOnlyList<ReviewCard> cards, int number) =>
        (cards.LastOrDefault(c => c.Id < number && Matches(c))?.Id, cards.FirstOrDefault(c => c.Id > number && Matches(c))?.Id);

    public string Address(string token, string page)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[] { ("show", Show), ("find", Find), ("by", By) })
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }

        return $"/r/{token}/{page}{query.ToQueryString()}";
    }

    private bool Matches(ReviewCard card) =>
        (Column is null || card.Cells.Any(c => c.Column == Column && c.Value == Value))
        && (Find is null || card.Title.Contains(Find, StringComparison.OrdinalIgnoreCase) || card.Key?.Contains(Find, StringComparison.OrdinalIgnoreCase) == true);

    private static string? Text(string text, int max) => text.Trim() is { Length: > 0 } trimmed && trimmed.Length <= max ? trimmed : null;
}
