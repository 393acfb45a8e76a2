using System.Globalization;
using Fairlead.Data;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Metrics;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Makes an iteration the one that answers in an environment, and only now looks at the sealed rows.</summary>
public static class ReleaseIteration
{
    /// <summary>Sealed rows below which no figure is computed: its interval would say nothing.</summary>
    public const int SealedRowsMin = 30;

    /// <param name="Environment">staging.</param>
    public sealed record Request(ProjectFile Project, Iteration Iteration, string Environment = "staging");

    /// <summary>What became of the request.</summary>
    public abstract record Outcome
    {
        private Outcome()
        {
        }

        public sealed record Released(Release Release) : Outcome;

        /// <summary>It answers there already.</summary>
        public sealed record Already(Release Release) : Outcome;

        /// <summary>Gates failed: it is kept and shown, not released.</summary>
        public sealed record Refused(IReadOnlyList<GateResult> Failed) : Outcome;
    }

    public static async Task<Outcome> RunAsync(WorkspaceFolder workspace, Request request, CancellationToken cancel)
    {
        var (project, iteration) = (request.Project, request.Iteration);
        if (iteration.Gates.Where(gate => !gate.Passed).ToList() is { Count: > 0 } failed)
        {
            return new Outcome.Refused(failed);
        }

        if (ReleaseRecords.Current(workspace.Records, project.Id, request.Environment) is { } current && current.Iteration == iteration.Number && current.Image == iteration.Image)
        {
            return new Outcome.Already(current);
        }

        var (metrics, rows) = await Task.Run(() => Sealed(workspace, project, iteration, cancel), cancel);
        var uses = metrics is null ? 0 : await ExamUses.CountAsync(workspace.Records, project, StepRunner.Key("sealed", 1, iteration.Search.Model, iteration.Data.Blob), "sealed");
        var release = new Release(
            ReleaseRecords.List(workspace.Records, project.Id).Count + 1, request.Environment, iteration.Number, iteration.Image, workspace.Time.GetUtcNow(), metrics, rows, uses);
        workspace.Audit.Changed("release", string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {iteration.Number} to {request.Environment}"));
        await ReleaseRecords.AddAsync(workspace.Records, project.Id, release);
        return new Outcome.Released(release);
    }

    private static (IReadOnlyDictionary<string, Estimate>? Metrics, long Rows) Sealed(WorkspaceFolder workspace, ProjectFile project, Iteration iteration, CancellationToken cancel)
    {
        var data = DatasetReader.Load(project, iteration.Data, workspace.Blobs);
        int[] rows = [.. Enumerable.Range(0, data.Count).Where(row => data.Sides[row] == Side.Sealed)];
        if (rows.Length < SealedRowsMin)
        {
            return (null, rows.Length);
        }

        using var stream = workspace.Blobs.OpenRead(iteration.Search.Model);
        var model = FittedModel.Load(stream);
        var rule = AnswerRule.For(project.Task, data.Classes, project.Positive, iteration.Evaluation.Threshold);
        var answers = JudgedAnswers.Of(rule, data, rows, model.Score(data.Features.Take(rows)));
        return (Measure.Of(answers, project.Training.Seed, cancel), rows.Length);
    }
}
