using System.Globalization;
using Fairlead.Workspace;

namespace Fairlead.Practice;

/// <summary>Reads the four risks from what happened. Pure: the same facts give the same radar.</summary>
public static class RiskReader
{
    /// <summary>Days without a new iteration after which agility is at risk: two working weeks.</summary>
    public const double StaleDays = 14;

    /// <summary>Days without a verdict after which customer involvement is at risk.</summary>
    public const double SilentDays = 14;

    /// <summary>Share of rows in quarantine from which data care is at risk.</summary>
    public const double QuarantineShare = 0.05;

    /// <summary>Agility, customers, deployment, data: always four, in this order.</summary>
    /// <param name="facts">What happened.</param>
    /// <param name="folder">The project folder, for commands.</param>
    public static IReadOnlyList<Risk> Read(PracticeFacts facts, string folder) =>
        [Agility(facts, folder), Customers(facts, folder), Deployment(facts), Data(facts, folder)];

    private static Risk Agility(PracticeFacts facts, string folder)
    {
        const string title = "Lack of agility";
        if (facts.Iterations.Count == 0)
        {
            return new Risk("agility", title, RiskLevel.Unknown, "no iteration yet", ["Nothing has run from data to image."], "Run the first iteration.", $"fairlead iterate {Quote(folder)}");
        }

        var last = facts.Iterations[^1];
        var days = (facts.Now - last.At).TotalDays;
        var recent = facts.Iterations.Count(i => (facts.Now - i.At).TotalDays <= StaleDays);
        var level = days > 2 * StaleDays ? RiskLevel.High : days > StaleDays ? RiskLevel.Medium : RiskLevel.Low;
        return new Risk(
            "agility", title, level, $"{Seconds(last.Seconds)} from data to {(last.HasImage ? "image" : "package")}",
            [
                $"Iteration {last.Number} ended {Ago(days)}{(last.Passed ? "" : " and failed a gate")}.",
                $"{Counted.Of(recent, "iteration")} in the last {StaleDays:0} days, {facts.Iterations.Count} in all.",
            ],
            level == RiskLevel.Low
                ? last.Passed ? "Put the answers before customers and iterate on what they say." : "Look at the gate that failed and iterate."
                : "Take the oldest feedback or data problem and run an iteration on it.",
            $"fairlead iterate {Quote(folder)}");
    }

    private static Risk Customers(PracticeFacts facts, string folder)
    {
        const string title = "Too little customer involvement";
        var open = $"fairlead review open {Quote(folder)}";
        if (facts.Verdicts == 0)
        {
            return new Risk(
                "customers", title, RiskLevel.Unknown, "0 answers judged by customers",
                [facts.OpenReviews == 0 ? "No review link is open." : $"{Counted.Of(facts.OpenReviews, "review link")} open with {Counted.Of(facts.CardsAsked, "answer")} to judge, nobody has judged one."],
                facts.OpenReviews == 0 ? "Open a review and send the link to someone who lives with the answers." : "Send the review link to someone who lives with the answers, or sit down with them.",
                facts.OpenReviews == 0 ? open : null);
        }

        var days = (facts.Now - facts.LastVerdict!.Value).TotalDays;
        var level = facts.Waiting > 0 && days > SilentDays ? RiskLevel.High : facts.Waiting > 0 || days > SilentDays ? RiskLevel.Medium : RiskLevel.Low;
        return new Risk(
            "customers", title, level, $"{Counted.Of(facts.Verdicts, "answer")} judged by customers, {facts.Waiting} waiting for an answer from us",
            [
                $"{facts.Wrong} of {facts.Verdicts} were called wrong.",
                $"The newest verdict came {Ago(days)}.",
                facts.UnrepairedCauses > 0 ? $"{Counted.Of(facts.UnrepairedCauses, "common cause")} found, repair not decided." : "No undecided common cause.",
            ],
            facts.UnrepairedCauses > 0 ? "Decide on the proposed repair, then iterate." : facts.Waiting > 0 ? "Accept or refuse the corrections, then iterate." : "Show the next answers.",
            facts.UnrepairedCauses > 0 || facts.Waiting > 0 ? $"fairlead feedback causes {Quote(folder)}" : open);
    }

    private static Risk Deployment(PracticeFacts facts)
    {
        const string title = "Losing sight of deployment";
        if (facts.ReleasedIteration is not { } released)
        {
            return new Risk(
                "deployment", title, facts.Iterations.Any(i => i.HasImage) ? RiskLevel.High : RiskLevel.Unknown,
                facts.NewestPassed is { } ready ? $"iteration {ready} is ready and answers nobody" : "nothing answers",
                [facts.Iterations.Count(i => i.HasImage) is var images && images > 0 ? $"{Counted.Of(images, "image")} built, none released." : "No image was built."],
                "Release to staging.", "fairlead up");
        }

        var behind = facts.Iterations.Count(i => i.Number > released && i.Passed);
        var level = behind == 0 ? facts.Predictions == 0 ? RiskLevel.Medium : RiskLevel.Low : behind > 2 ? RiskLevel.High : RiskLevel.Medium;
        level = facts.Served is { Worse: true } && level == RiskLevel.Low ? RiskLevel.Medium : level;
        return new Risk(
            "deployment", title, level,
            behind == 0 ? $"iteration {released} answers in staging, 0 behind" : $"{Counted.Of(behind, "passed iteration")} not released",
            [
                $"Iteration {released} answers since {Ago((facts.Now - facts.ReleasedAt!.Value).TotalDays)}.",
                .. facts.Served is { } served && facts.Predictions > 0 ? Estimated(served) : [],
                facts.Predictions == 0 ? "It has answered no one yet." : $"{Counted.Of(facts.Predictions, "answer")} given, the newest {Ago((facts.Now - facts.LastPrediction!.Value).TotalDays)}.",
            ],
            behind > 0 ? "Release the newest iteration that passed its gates." : facts.Predictions == 0 ? "Send it one real row, from the program that will use it."
                : facts.Served is { Worse: true } ? "Have some of its newest answers judged or labelled, and iterate." : facts.Served is { Drifted: [_, ..] } ? "Look at what it is asked: it is not what it learned from." : "Keep it answering; watch what it is asked.",
            behind > 0 ? "fairlead up" : null);
    }

    /// <summary>How the served model does by its newest answers.</summary>
    private static IEnumerable<string> Estimated(ServedModel served)
    {
        if (served.Why is { } why)
        {
            yield return $"How good its answers are can't be estimated: {why}.";
        }
        else
        {
            var metric = served.Metrics.FirstOrDefault(one => one.Worse) ?? served.Metrics[0];
            var numbers = metric.Metric is "mae" or "rmse";
            string Of(double value) => (numbers ? value : 100 * value).ToString(!numbers ? "0.0" : Math.Abs(value) >= 100 ? "#,##0" : "0.###", CultureInfo.InvariantCulture);
            var says = numbers
                ? $"Its newest {Counted.Of(served.Answers, "answer")}, without labels, are wrong by about {Of(metric.Estimate)} {(metric.Metric == "mae" ? "on average" : "(root of the mean square)")}"
                : $"Of its newest {Counted.Of(served.Answers, "answer")}, without labels, about {Of(metric.Estimate)} in 100 {Name(metric.Metric)}";
            var exam = served.ReferenceOf > served.ReferenceRows ? string.Create(CultureInfo.InvariantCulture, $"on a sample of {served.ReferenceRows:N0} of {served.ReferenceOf:N0} exam rows") : "on the exam";
            yield return $"{says} ({Of(metric.Interval[0])} to {Of(metric.Interval[1])}); {Of(metric.Reference)} {exam}{(served.Worse ? ". Worse than chance explains" : "")}.";
            foreach (var note in served.Notes)
            {
                yield return note;
            }
        }

        if (served.Columns > 0)
        {
            yield return served.Drifted.Count == 0
                ? $"What it is asked is spread as the training rows are ({Counted.Of(served.Columns, "column")} compared)."
                : $"{served.Drifted.Count} of {Counted.Of(served.Columns, "column")} it is asked about {(served.Drifted.Count == 1 ? "is" : "are")} spread otherwise than in training: {string.Join("; ", served.Drifted.OrderByDescending(column => column.Effect).Take(3).Select(column => $"{column.Column} ({column.Says.TrimEnd('.')})"))}.";
        }

        static string Name(string metric) => metric == "accuracy" ? "are right" : $"is its {metric}";
    }

    private static Risk Data(PracticeFacts facts, string folder)
    {
        const string title = "Failing to take care of data";
        if (facts.RowsRead == 0)
        {
            return new Risk("data", title, RiskLevel.Unknown, "no data version yet", ["Nobody has looked at the data."], "Run the first iteration: it checks and profiles every column.", $"fairlead iterate {Quote(folder)}");
        }

        var share = (double)facts.RowsQuarantined / facts.RowsRead;
        var level = facts.Checks == 0 ? RiskLevel.Unknown
            : share > QuarantineShare || facts.UnrepairedCauses > 0 ? RiskLevel.High
            : facts.FailedChecks > 0 ? RiskLevel.Medium : RiskLevel.Low;
        return new Risk(
            "data", title, level, $"{(share * 100).ToString("0.0", CultureInfo.InvariantCulture)} of 100 rows can't be used",
            [
                $"{facts.RowsQuarantined.ToString("N0", CultureInfo.InvariantCulture)} of {facts.RowsRead.ToString("N0", CultureInfo.InvariantCulture)} rows {(facts.RowsQuarantined == 1 ? "is" : "are")} in quarantine, each with its reason.",
                facts.Checks == 0 ? "No check is declared." : $"{facts.FailedChecks} of {Counted.Of(facts.Checks, "check")} failed.",
                $"{Counted.Of(facts.Problems, "problem")} found in the data{(facts.Dearest is { } dearest ? $"; the dearest: {dearest}" : facts.Harmless > 0 ? $"; {Counted.Of(facts.Harmless, "priced one")} harmless" : "")}.",
            ],
            facts.UnrepairedCauses > 0 ? "Decide on the repair that feedback points at." : facts.Checks == 0 ? "Declare what a good row looks like." : facts.FailedChecks > 0 || share > 0 ? "Look at the quarantine and repair at the source." : "Add a check for the next thing that would hurt.",
            facts.UnrepairedCauses > 0 ? $"fairlead feedback causes {Quote(folder)}" : null);
    }

    private static string Quote(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;

    private static string Seconds(double seconds) => seconds < 120
        ? $"{seconds.ToString(seconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} s"
        : $"{(seconds / 60).ToString("0", CultureInfo.InvariantCulture)} min";

    private static string Ago(double days) => days switch
    {
        < 1.0 / 24 => "less than an hour ago",
        < 1 => $"{(int)(days * 24)} h ago",
        < 2 => "a day ago",
        _ => $"{(int)days} days ago",
    };
}
