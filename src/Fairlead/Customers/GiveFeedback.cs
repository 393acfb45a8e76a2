using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Models.Contracts;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Customers;

/// <summary>What a person may say about an answer.</summary>
public static class Verdicts
{
    public const string Right = "right";
    public const string Wrong = "wrong";
    public const string CantTell = "cant_tell";
    public const string NotWhatINeed = "not_what_i_need";
    public const string NotClear = "not_clear";

    public static IReadOnlyList<string> All { get; } = [Right, Wrong, CantTell, NotWhatINeed, NotClear];

    /// <summary>As a person says it.</summary>
    public static string Say(string verdict) => verdict switch
    {
        Right => "Right",
        Wrong => "Wrong",
        CantTell => "Can't tell",
        NotWhatINeed => "Not what I need",
        NotClear => "Not clear",
        _ => verdict,
    };
}

/// <summary>
/// Takes what a person said about one answer. When it returns, it is on disk. Saying the same twice is saying it once; saying something else later replaces it,
/// and both stay in the history.
/// </summary>
public static class GiveFeedback
{
    /// <summary>Longest comment, in characters.</summary>
    public const int MaxComment = 1_000;

    /// <summary>Longest name a person may give, in characters.</summary>
    public const int MaxName = 80;

    /// <summary>Longest right answer, in characters.</summary>
    public const int MaxRight = 200;

    private const int HashDigits = 12;

    internal const string HistoryKind = "feedback-history";

    /// <summary>The answer that is judged.</summary>
    /// <param name="Review">Review and card it was shown in, or null through the API.</param>
    /// <param name="Classes">Classes to choose the right one from; empty for regression.</param>
    public sealed record Subject(string ProjectId, string? Review, int? Card, string Prediction, int Iteration, string? Key, string Answer, ModelTask Task, IReadOnlyList<string> Classes)
    {
        public static Subject Of(Review review, ReviewCard card)
        {
            ArgumentNullException.ThrowIfNull(review);
            ArgumentNullException.ThrowIfNull(card);
            return new Subject(review.ProjectId, review.Id, card.Id, card.Prediction, review.Iteration, card.Key, card.Answer, review.Task, review.Classes);
        }
    }

    /// <param name="Verdict">One of <see cref="Verdicts.All"/>.</param>
    /// <param name="Right">With wrong: one of the classes, or a number. With two classes it may be left out.</param>
    /// <param name="By">Name the person gave, or null.</param>
    public sealed record Request(string? Verdict, string? Right, string? Comment, string? By);

    /// <param name="Replaced">What the same person had said before, when it was something else.</param>
    public sealed record Given(Feedback Feedback, Feedback? Replaced);

    /// <param name="who">For the audit; null for the user of the operating system.</param>
    /// <exception cref="FaultException">The request can't be used: every fault of it.</exception>
    public static async Task<Given> RunAsync(Subject subject, Request request, WorkspaceFolder workspace, string? who = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(workspace);
        var (right, comment, by) = Check(subject, request);
        var id = IdOf(subject, by, workspace);
        var before = workspace.Records.Find(Feedback.Kind, subject.ProjectId, id, CustomerJson.Default.Feedback);
        var now = workspace.Time.GetUtcNow();
        var feedback = new Feedback(
            id, subject.Review, subject.Card?.ToString(CultureInfo.InvariantCulture), subject.Prediction, subject.Iteration, subject.Key, subject.Answer,
            request.Verdict!, right, comment, by, now);
        if (before is not null && before with { At = now } == feedback)
        {
            return new Given(before, null);
        }

        workspace.Audit.Changed("feedback", subject.Review is { } review ? string.Create(CultureInfo.InvariantCulture, $"review {review}, card {subject.Card}") : $"answer {subject.Prediction}", subject.Key, who);

        // History first: were we to stop between the two writes, nothing was acknowledged and nothing said before is lost.
        await workspace.Records.AddAsync(HistoryKind, subject.ProjectId, $"{id}@{now.UtcTicks.ToString("D19", CultureInfo.InvariantCulture)}", feedback, CustomerJson.Default.Feedback);
        await workspace.Records.PutAsync(Feedback.Kind, subject.ProjectId, id, feedback, CustomerJson.Default.Feedback);
        return new Given(feedback, before);
    }

    /// <summary>Everything ever said, in the order it was said; the current word of each person stands in <see cref="ListFeedback"/>.</summary>
    public static IReadOnlyList<Feedback> History(Records records, string projectId)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.List(HistoryKind, projectId, CustomerJson.Default.Feedback);
    }

    /// <summary>One person's word on one answer: a card of a review, or a prediction.</summary>
    /// <remarks>A person's name stands in it as its HMAC under a key of the workspace. What was said before names were keyed keeps the id that corrections and cases refer to, until <c>workspace rotate</c> gives it another.</remarks>
    private static string IdOf(Subject subject, string? by, WorkspaceFolder workspace)
    {
        var about = subject.Review is { } review
            ? $"{review}-{subject.Card!.Value.ToString("D3", CultureInfo.InvariantCulture)}"
            : "p-" + Short(subject.Prediction);
        if (by is null)
        {
            return about;
        }

        var unkeyed = $"{about}-{Short(by)}";
        return workspace.Records.Find(Feedback.Kind, subject.ProjectId, unkeyed, CustomerJson.Default.Feedback) is not null ? unkeyed : $"{about}-{workspace.Keys.Pseudonym("feedback", by)[..HashDigits]}";
    }

    /// <summary>The id that feedback from before names were keyed has by now; null where its id holds no unkeyed hash of a name.</summary>
    internal static string? KeyedId(Feedback said, Keyring keys) =>
        said.By is { } by && said.Id.EndsWith($"-{Short(by)}", StringComparison.Ordinal) ? $"{said.Id[..^HashDigits]}{keys.Pseudonym("feedback", by)[..HashDigits]}" : null;

    private static string Short(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];

    private static (string? Right, string? Comment, string? By) Check(Subject subject, Request request)
    {
        var faults = new List<Fault>();
        var right = Clean(request.Right);
        var comment = Clean(request.Comment);
        var by = Clean(request.By);
        if (request.Verdict is null || !Verdicts.All.Contains(request.Verdict))
        {
            faults.Add(new Fault("verdict", $"\"{request.Verdict}\" is not a verdict.", $"Say one of: {string.Join(", ", Verdicts.All)}."));
        }

        if (request.Verdict != Verdicts.Wrong)
        {
            right = null; // what was typed beside another button is not meant
        }
        else if (subject.Task == ModelTask.Regression)
        {
            right = Number(subject, right, faults);
        }
        else
        {
            right = Class(subject, right, faults);
        }

        Limit("comment", comment, MaxComment, faults);
        Limit("by", by, MaxName, faults);
        return faults.Count == 0 ? (right, comment, by) : throw new FaultException(faults, wrongUse: true);
    }

    private static string? Class(Subject subject, string? right, List<Fault> faults)
    {
        right ??= subject.Classes.Count == 2 ? subject.Classes.First(c => c != subject.Answer) : null;
        if (right is null || !subject.Classes.Contains(right))
        {
            faults.Add(new Fault("right", right is null ? "What is right is missing." : $"\"{Cut(right)}\" is not one of the answers.", $"Choose one of: {string.Join(", ", subject.Classes)}."));
        }
        else if (right == subject.Answer)
        {
            faults.Add(new Fault("right", $"\"{Cut(right)}\" is what was answered.", "Choose another one, or say that the answer is right."));
        }

        return right;
    }

    private static string? Number(Subject subject, string? right, List<Fault> faults)
    {
        if (right is null || right.Length > MaxRight || !double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            faults.Add(new Fault("right", right is null ? "What is right is missing." : $"\"{Cut(right)}\" is not a number.", "Type the right number with a point, such as 12.5."));
            return right;
        }

        if (double.TryParse(subject.Answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var answer) && answer.Equals(value))
        {
            faults.Add(new Fault("right", $"{right} is what was answered.", "Type another number, or say that the answer is right."));
        }

        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static void Limit(string field, string? text, int max, List<Fault> faults)
    {
        if (text?.Length > max)
        {
            faults.Add(new Fault(field, $"{text.Length} characters are too many.", $"At most {max}."));
        }
    }

    /// <summary>Without control characters (a comment keeps its line breaks) and white space around; null when nothing is left.</summary>
    private static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var kept = new string([.. text.ReplaceLineEndings("\n").Where(c => !char.IsControl(c) || c == '\n')]).Trim();
        return kept.Length == 0 ? null : kept;
    }

    private static string Cut(string text) => text.Length <= 40 ? text : text[..39] + "…";
}
