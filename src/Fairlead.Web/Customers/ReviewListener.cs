using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Fairlead.Customers;
using Fairlead.Web.Design;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Fairlead.Web.Customers;

/// <param name="Workspace">Where the reviews are.</param>
/// <param name="Address">Address to listen on; loopback unless customers reach it directly.</param>
/// <param name="Port">0 takes a free one.</param>
/// <param name="PerMinute">Requests a minute from one address; further ones get 429.</param>
/// <param name="Log">Where warnings go, or null.</param>
public sealed record ReviewListenerOptions(WorkspaceFolder Workspace, IPAddress Address, int Port = ReviewListenerOptions.DefaultPort, int PerMinute = 600, ILoggerProvider? Log = null)
{
    public const int DefaultPort = 5181;
}

/// <summary>
/// The pages behind a review link, on a listener of their own that serves nothing else, so that it can be exposed while the workbench stays on this machine.
/// No script, no cookie, no account: the token in the address is the right, and every form works without JavaScript.
/// </summary>
public static class ReviewListener
{
    /// <summary>Largest form, in bytes: a comment, a name and a right answer.</summary>
    public const long MaxBody = 16 << 10;

    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Builds the listener; the caller starts and stops it.</summary>
    public static WebApplication Build(ReviewListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = PageHost.Create(options.Address, options.Port, MaxBody, options.Log);
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress ?? IPAddress.None, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.PerMinute, Window = TimeSpan.FromMinutes(1) }));
        });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            PageHost.Secure(context.Response, Policy, referrer: "no-referrer"); // the address holds the token
            return next(context);
        });
        app.UseRateLimiter();
        app.UseRouting();
        DesignFiles.Map(app, "review.css", "mark.svg");
        app.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /\n"));
        app.MapGet("/r/{token}", (string token, HttpRequest request) => First(options.Workspace, token, request));
        app.MapGet("/r/{token}/all", (string token, HttpRequest request) => All(options.Workspace, token, request));
        app.MapGet("/r/{token}/{card:int}", (string token, int card, HttpRequest request) => Card(options.Workspace, token, card, request, null));
        app.MapPost("/r/{token}/{card:int}", (string token, int card, HttpRequest request) => AnswerAsync(options.Workspace, token, card, request));
        app.MapFallback(() => Gone(StatusCodes.Status404NotFound));
        return app;
    }

    /// <summary>The link itself leads to the first card that nobody has judged, or to the list once all are.</summary>
    private static IResult First(WorkspaceFolder workspace, string token, HttpRequest request)
    {
        if (Open(workspace, token, out var review) is { } closed)
        {
            return closed;
        }

        var filter = ReviewFilter.Of(request.Query, review!);
        var given = ListFeedback.Of(workspace.Records, review!, filter.By);
        var next = ReviewRecords.Cards(workspace.Records, review!).FirstOrDefault(card => !given.ContainsKey(card.Id));
        return next is null
            ? Results.Redirect(filter.Address(token, "all"))
            : Results.Redirect(filter.Address(token, next.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static IResult All(WorkspaceFolder workspace, string token, HttpRequest request)
    {
        if (Open(workspace, token, out var review) is { } closed)
        {
            return closed;
        }

        var filter = ReviewFilter.Of(request.Query, review!);
        var cards = ReviewRecords.Cards(workspace.Records, review!);
        workspace.Audit.Read("review page", string.Create(CultureInfo.InvariantCulture, $"review {review!.Id}, all {cards.Count} cards"), who: Who(filter));
        return Page<ReviewListPage>(new
        {
            Review = review,
            Token = token,
            Filter = filter,
            Cards = filter.Of(cards),
            Given = ListFeedback.Of(workspace.Records, review!, filter.By),
        });
    }

    private static IResult Card(WorkspaceFolder workspace, string token, int number, HttpRequest request, ReviewCardPage.Retry? retry)
    {
        if (Open(workspace, token, out var review) is { } closed)
        {
            return closed;
        }

        if (ReviewRecords.Card(workspace.Records, review!, number) is not { } card)
        {
            return Gone(StatusCodes.Status404NotFound);
        }

        var filter = ReviewFilter.Of(request.Query, review!);
        var given = ListFeedback.Of(workspace.Records, review!, filter.By);
        workspace.Audit.Read("review page", string.Create(CultureInfo.InvariantCulture, $"review {review!.Id}, card {number}"), card.Key, Who(filter));
        return Page<ReviewCardPage>(new
        {
            Review = review,
            Token = token,
            Filter = filter,
            Card = card,
            Given = given.GetValueOrDefault(number),
            Done = given.Count,
            Around = filter.Around(ReviewRecords.Cards(workspace.Records, review!), number),
            Failed = retry,
        }, retry is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> AnswerAsync(WorkspaceFolder workspace, string token, int number, HttpRequest request)
    {
        if (Open(workspace, token, out var review) is { } closed)
        {
            return closed;
        }

        if (ReviewRecords.Card(workspace.Records, review!, number) is not { } card)
        {
            return Gone(StatusCodes.Status404NotFound);
        }

        if (!request.HasFormContentType)
        {
            return Gone(StatusCodes.Status415UnsupportedMediaType);
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadHttpRequestException)
        {
            return Gone(exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest);
        }

        var filter = ReviewFilter.Of(request.Query, review!);

        // "is" names the right class outright: one press says both that the answer is wrong and what is right.
        var said = Text(form["is"]) is { } right
            ? new GiveFeedback.Request(Verdicts.Wrong, right, Text(form["comment"]), filter.By)
            : new GiveFeedback.Request(Text(form["verdict"]), Text(form["right"]), Text(form["comment"]), filter.By);
        try
        {
            await GiveFeedback.RunAsync(GiveFeedback.Subject.Of(review!, card), said, workspace, Who(filter));
        }
        catch (FaultException exception)
        {
            return Card(workspace, token, number, request, new ReviewCardPage.Retry(said, exception.Faults));
        }

        // After an answer the next open card; a changed answer stays where it is so that the change is seen.
        var given = ListFeedback.Of(workspace.Records, review!, filter.By);
        var next = filter.Of(ReviewRecords.Cards(workspace.Records, review!)).Where(c => !given.ContainsKey(c.Id)).OrderBy(c => c.Id < number).ThenBy(c => c.Id).FirstOrDefault();
        return SeeOther(filter.Address(token, next?.Id.ToString(CultureInfo.InvariantCulture) ?? "all"));
    }

    /// <summary>Who reads, for the audit: the link is the right, a name is only what they say.</summary>
    private static string Who(ReviewFilter filter) => filter.By is { } name ? $"link:{name}" : "link";

    /// <summary>Null when the token opens a review now; otherwise the page that says why not.</summary>
    private static RazorComponentResult<ReviewGonePage>? Open(WorkspaceFolder workspace, string token, out Review? review)
    {
        review = ReviewRecords.ByToken(workspace.Records, token);
        return review is null ? Gone(StatusCodes.Status404NotFound)
            : review.IsOpen(workspace.Time.GetUtcNow()) ? null
            : Gone(StatusCodes.Status410Gone, review.Revoked is not null);
    }

    private static RazorComponentResult<ReviewGonePage> Gone(int status, bool revoked = false) =>
        Page<ReviewGonePage>(new { Status = status, Revoked = revoked }, status);

    private static RazorComponentResult<T> Page<T>(object parameters, int status = StatusCodes.Status200OK)
        where T : Microsoft.AspNetCore.Components.IComponent => new(parameters) { StatusCode = status };

    private static SeeOtherResult SeeOther(string address) => new(address);

    private static string? Text(StringValues value) => value.Count == 0 ? null : value[0];
}
