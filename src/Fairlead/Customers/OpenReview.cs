using System.Globalization;
using Fairlead.Data;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Puts answers of an iteration before customers behind a new link. Only rows the model never saw, never a sealed one.</summary>
public static class OpenReview
{
    /// <summary>Exam rows looked at to choose cards from, the first by a hash of their key.</summary>
    public const int CandidateRows = 5_000;

    /// <summary>Part of the cards that goes to answers given in service, when there are some.</summary>
    public const double ServedShare = 0.25;

    /// <summary>Where the review listener answers unless a public address is given.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5181";

    /// <summary>Why one answer came out: cleaned cells in the contract's column order, and the output that was answered.</summary>
    /// <returns>Strongest first.</returns>
    public delegate IReadOnlyList<CardReason> Explain(ModelPackage package, ReadOnlySpan<Cell> cleaned, int output);

    /// <param name="Iteration">Its number.</param>
    /// <param name="Data">The version it was judged on.</param>
    /// <param name="Package">Its model.</param>
    /// <param name="Why">Gives the reasons of an answer.</param>
    /// <param name="Served">Recent answers given in service, newest first; may be empty.</param>
    /// <param name="Days">Days the link works, 1 to <see cref="Review.MaxDays"/>.</param>
    /// <param name="PublicUrl">Address customers reach the listener at, without a path; null is <see cref="DefaultUrl"/>.</param>
    public sealed record Request(
        ProjectFile Project, int Iteration, DatasetVersion Data, ModelPackage Package, Explain Why, IReadOnlyList<ReviewCard> Served, int Days = Review.DefaultDays,
        string? PublicUrl = null);

    /// <param name="Url">The link. It holds the token and is shown this once.</param>
    public sealed record Opened(Review Review, string Url);

    /// <exception cref="FaultException">Days or address can't be used, or there is no unseen row to show.</exception>
    public static Task<Opened> RunAsync(Request request, WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(workspace);
        Check(request.Days, request.PublicUrl);
        workspace.Audit.Read("review open", $"{request.Project.Project}, iteration {request.Iteration}");
        var judged = ListFeedback.Run(workspace.Records, request.Project.Id).Select(f => f.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var unseen = UnseenCards.Make(request, workspace.Blobs, judged);
        return StoreAsync(request.Project, request.Iteration, request.Package.Contract, unseen, request.Served, request.Days, request.PublicUrl, workspace);
    }

    /// <summary>Stores chosen cards as a review: the part that needs no model.</summary>
    /// <param name="cards">Already chosen, in the order to show them; numbered anew here.</param>
    public static async Task<Opened> StoreAsync(
        ProjectFile project, int iteration, ModelContract contract, IReadOnlyList<ReviewCard> cards, IReadOnlyList<ReviewCard> served, int days, string? publicUrl, WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(cards);
        ArgumentNullException.ThrowIfNull(served);
        ArgumentNullException.ThrowIfNull(workspace);
        Check(days, publicUrl);

        var fromService = served.Take((int)(Review.MaxCards * ServedShare)).ToArray();
        var shown = cards.Take(Review.MaxCards - fromService.Length).Concat(fromService).Select((card, i) => card with { Id = i + 1 }).ToArray();
        if (shown.Length == 0)
        {
            throw new FaultException("review", "There is no answer to show: the iteration has no exam rows.", "Give the project more data, or a larger exam.");
        }

        var token = ReviewToken.New();
        var now = workspace.Time.GetUtcNow();
        var review = new Review(
            "", project.Project, project.Id, ReviewToken.Hash(token), now, now.AddDays(days), null, iteration, contract.Question, contract.Task, contract.Unit,
            contract.Classes, contract.Wording, Filters(contract, shown), shown.Length);
        review = await ReviewRecords.AddAsync(workspace.Records, review, shown);
        return new Opened(review, $"{(publicUrl ?? DefaultUrl).TrimEnd('/')}/r/{token}");
    }

    private static void Check(int days, string? publicUrl)
    {
        if (days is < 1 or > Review.MaxDays)
        {
            throw new FaultException("days", $"{days.ToString(CultureInfo.InvariantCulture)} is no number of days a link may work.", $"Give 1 to {Review.MaxDays}.", wrongUse: true);
        }

        if (publicUrl is not null && (!Uri.TryCreate(publicUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0))
        {
            throw new FaultException("public-url", $"\"{publicUrl}\" is not an address that customers can open.", "Write it as https://reviews.example.com.", wrongUse: true);
        }
    }

    /// <summary>Small categories, with the values that stand on the cards.</summary>
    private static CardFilter[] Filters(ModelContract contract, ReviewCard[] cards) =>
    [
        .. from column in contract.Columns
           where column.Kind == ColumnKind.Category && column.Protection != Protection.Drop
           let values = cards.SelectMany(c => c.Cells).Where(c => c.Column == column.Name && c.Value is not null).Select(c => c.Value!).Distinct().Order(StringComparer.Ordinal).ToArray()
           where values.Length is > 1 and <= ChooseCards.MaxLevels
           select new CardFilter(column.Name, column.Label, values),
    ];
}
