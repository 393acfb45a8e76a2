using System.Text.Json.Serialization;
using Fairlead.Models.Contracts;

namespace Fairlead.Customers;

/// <summary>Predictions put before customers behind a link: what the link shows, until when.</summary>
/// <param name="Id">Within the project: r1, r2, …</param>
/// <param name="Project">Name of the project.</param>
/// <param name="ProjectId">Its id in the workspace.</param>
/// <param name="TokenHash">SHA-256 of the token in the link, 64 lower-case hexadecimal digits. The token itself is stored nowhere.</param>
/// <param name="Revoked">When the link was withdrawn, or null.</param>
/// <param name="Iteration">Iteration whose answers are shown.</param>
/// <param name="Classes">Class names to choose from; empty for regression.</param>
/// <param name="Filters">Columns a person may filter cards by, with their values on the cards.</param>
/// <param name="Cards">Number of cards; they are kept beside, see <see cref="ReviewRecords.Cards"/>.</param>
public sealed record Review(
    string Id, string Project, string ProjectId, string TokenHash, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked, int Iteration,
    string Question, ModelTask Task, string? Unit, IReadOnlyList<string> Classes, Wording Wording, IReadOnlyList<CardFilter> Filters, int Cards)
{
    /// <summary>Days a link works unless told otherwise.</summary>
    public const int DefaultDays = 14;

    /// <summary>Longest a link may work, in days.</summary>
    public const int MaxDays = 365;

    /// <summary>Most cards of a review.</summary>
    public const int MaxCards = 120;

    /// <summary>The link answers at this moment.</summary>
    public bool IsOpen(DateTimeOffset now) => Revoked is null && now < Expires;
}

/// <summary>One prediction as a person sees it. Immutable.</summary>
/// <param name="Id">Within the review, counted from 1.</param>
/// <param name="Title">What the row is called, such as "Order 4711".</param>
/// <param name="Key">Key of the row, when it is one of the data set; null for a row that only serving saw.</param>
/// <param name="Prediction">Id of the prediction.</param>
/// <param name="Answer">The class by name, or the number as invariant text.</param>
/// <param name="Probability">Of the answered class, in [0, 1]; null for regression.</param>
/// <param name="Cells">The row in plain labels; columns protected by Drop are never among them.</param>
/// <param name="Raw">Raw values by column, for a case; without Drop columns, masked where the project says so.</param>
/// <param name="Reasons">Strongest first.</param>
/// <param name="Sentence">The answer in plain words.</param>
/// <param name="Recorded">What the data says is right, as recorded; null when not known. Never shown to who judges: it would tell them what to say.</param>
public sealed record ReviewCard(
    int Id, string Title, string? Key, string Prediction, string Answer, double? Probability, IReadOnlyList<CardCell> Cells,
    IReadOnlyDictionary<string, string?> Raw, IReadOnlyList<CardReason> Reasons, string Sentence, string? Recorded = null);

/// <summary>One value of a card.</summary>
/// <param name="Value">As a person reads it; null when missing.</param>
public sealed record CardCell(string Column, string Label, string? Value, string? Unit);

/// <summary>Why the model answered so: one column, its value, and which way it pushed.</summary>
/// <param name="Value">As a person reads it; null when missing.</param>
/// <param name="Effect">How far it pushed the answer: above 0 towards what was answered (for a number: up), below 0 against it (down). In log-odds, or in the target's unit.</param>
public sealed record CardReason(string Column, string Label, string? Value, string? Unit, double Effect);

/// <summary>A column to filter cards by.</summary>
public sealed record CardFilter(string Column, string Label, IReadOnlyList<string> Values);

internal sealed record ReviewCards(IReadOnlyList<ReviewCard> Cards);

/// <summary>Where a token leads.</summary>
internal sealed record ReviewLink(string ProjectId, string Review);

[JsonSerializable(typeof(Review))]
[JsonSerializable(typeof(ReviewCards))]
[JsonSerializable(typeof(ReviewLink))]
[JsonSerializable(typeof(Feedback))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class CustomerJson : JsonSerializerContext;
