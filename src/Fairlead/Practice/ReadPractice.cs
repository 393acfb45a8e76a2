using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Practice;

/// <summary>Collects what happened in a project from the records of all stages.</summary>
public static class ReadPractice
{
    /// <param name="served">Keeps what was estimated of the served model between calls.</param>
    public static PracticeFacts Run(WorkspaceFolder workspace, ProjectFile project, PredictionStore? predictions = null, ReadServed? served = null)
    {
        var store = predictions ?? new PredictionStore(workspace);
        var now = workspace.Time.GetUtcNow();
        var iterations = IterationRecords.List(workspace.Records, project.Id);
        var release = ReleaseRecords.Current(workspace.Records, project.Id, "staging");
        var reviews = ReviewRecords.List(workspace.Records, project.Id);
        var said = ListFeedback.Run(workspace.Records, project.Id);
        var accepted = AcceptCorrections.Accepted(project);
        var wrong = said.Where(f => f.Verdict == Verdicts.Wrong).ToList();
        var causes = FeedbackCauses.List(workspace, project);
        var data = iterations.Count > 0 ? iterations[^1].Data : null;
        var prices = iterations.Count > 0 ? iterations[^1].Prices ?? [] : [];
        return new PracticeFacts(
            now,
            [.. iterations.Select(i => new IterationFact(i.Number, i.At, i.Seconds, i.Passed, i.Image is not null))],
            release?.Iteration,
            iterations.LastOrDefault(i => i.Passed)?.Number,
            release?.At,
            store.Count(project.Id),
            store.Recent(project.Id, 1) is [var last] ? last.At : null,
            reviews.Count(r => r.IsOpen(now)),
            reviews.Sum(r => r.Cards),
            said.Count,
            wrong.Count,
            wrong.Count(f => !accepted.Contains(f.Id)),
            said.Count > 0 ? said.Max(f => f.At) : null,
            data?.Read ?? 0,
            data?.Quarantined ?? 0,
            data?.Checks.Count(c => c.Error && !c.Passed) ?? 0,
            data?.Checks.Count ?? 0,
            data?.Findings.Count ?? 0,
            causes.Count(c => !c.Accepted),
            prices.Where(p => !p.Harmless).MaxBy(p => p.Share.Value) is { } dearest ? $"{dearest.Finding.TrimEnd('.')} ({dearest.Says})" : null,
            prices.Count(p => p.Harmless),
            (served ?? new ReadServed()).Run(workspace, project, store));
    }
}
