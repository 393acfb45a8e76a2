using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Web.Design.Charts;
using Fairlead.Web.Iterations;

namespace Fairlead.Web.Projects;

public enum StationState
{
    Done,
    Here,
    Ahead,
}

/// <summary>One place of the loop: what it is, the figure it stands at, and what to do there.</summary>
/// <param name="Next">What to do, where the project is here now; else null.</param>
public sealed record Station(string Name, string Figure, StationState State, string Href, string? Next);

/// <summary>Where a project is in the loop: data, model, image, answers, customers, and back to data.</summary>
internal static class LoopStations
{
    public static IReadOnlyList<Station> Of(IProjectView view, IReadOnlyList<Iteration> iterations, ProgressPicture progress, IReadOnlyList<Feedback> feedback)
    {
        var at = $"/projects/{view.Project.Project}";
        var newest = iterations.Count == 0 ? null : iterations[^1];
        var judged = feedback.Count;
        var wrong = feedback.Count(f => f.Verdict == Verdicts.Wrong);
        var accepted = view.AcceptedFeedback;
        var waiting = feedback.Count(f => f.Verdict == Verdicts.Wrong && !accepted.Contains(f.Id));
        var openCauses = view.Causes.Count(c => c.State == "open");
        var released = view.Released;

        var (here, next) = progress.State == ProgressState.Running ? (OfStep(progress), "An iteration is running.")
            : newest is null ? (0, "Run the first iteration.")
            : openCauses > 0 ? (4, $"Look at {Figures.Count(openCauses, "cause")} behind what people said.")
            : feedback.Any(f => f.At > newest.At && accepted.Contains(f.Id)) ? (0, "Iterate: corrections wait to be learned from.")
            : waiting > 0 ? (4, $"Decide on {Figures.Count(waiting, "answer")} called wrong.")
            : newest.Image is null && released is null ? (2, "No image was made; the iteration says why.")
            : released is null ? (3, newest.Passed ? "Release it to staging." : "A gate failed; look at the iteration.")
            : (4, judged == 0 ? "Send the review link to someone who lives with the answers." : "Show the next answers.");

        Station Make(int number, string name, string figure, bool reached, string href) => new(
            name, figure, number == here ? StationState.Here : reached ? StationState.Done : StationState.Ahead, href, number == here ? next : null);

        return
        [
            Make(0, "Data", newest is null ? "not read yet" : $"{Figures.Count(newest.Data.Kept, "row")}, {Figures.Count(newest.Data.Findings.Count, "problem")}", newest is not null, at + "/data"),
            Make(1, "Model", newest is null ? "none yet" : $"{Figures.Metric(newest.Evaluation.MainMetric)} {Figures.Of(newest.Evaluation.Metrics[newest.Evaluation.MainMetric].Value)}", newest is not null, at + "/iterations/newest"),
            Make(2, "Image", newest?.Image is { } image ? Short(image) : "none yet", newest?.Image is not null, at + "/iterations/newest#package"),
            Make(3, "Answers", released is null ? "nothing released" : $"iteration {released} in staging", released is not null, at + "/try"),
            Make(4, "Customers", judged == 0 ? "nobody asked yet" : $"{judged} judged, {wrong} wrong", judged > 0, at + "/inbox"),
        ];
    }

    private static int OfStep(ProgressPicture progress) => (progress.Steps.LastOrDefault(s => !s.Done) ?? (progress.Steps is [.., var last] ? last : null))?.Step switch
    {
        null or "ingest" or "clean" => 0,
        "image" => 2,
        "gates" or "rehearse" or "release" => 3,
        _ => 1,
    };

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] + "…" : digest;
}
