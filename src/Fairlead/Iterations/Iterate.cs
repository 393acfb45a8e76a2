using System.Diagnostics;
using System.Globalization;
using Fairlead.Data.Privacy;
using Fairlead.Projects;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>One turn of the loop: data, cleaning, search, exam, package, image, gates. What is known is not run again.</summary>
public static class Iterate
{
    /// <param name="Folder">The project folder.</param>
    /// <param name="Seconds">Wall time of the search; null as the project says.</param>
    /// <param name="Trials">Number of trials; null as the project says.</param>
    /// <param name="AsBefore">Without a budget, the one that the newest iteration was given, unless the project file says another since: who goes on with an iteration does not search it again.</param>
    public sealed record Request(string Folder, double? Seconds = null, int? Trials = null, bool AsBefore = false);

    /// <summary>Runs the search; the command line gives one that uses a child process.</summary>
    public delegate Task<SearchResult> RunSearch(TrainingInput input, BlobStore blobs, IProgress<TrialRecord> progress, CancellationToken cancel);

    /// <summary>The turn itself; the CLI and the workbench call it.</summary>
    /// <param name="search">How to run the search.</param>
    public sealed class Handler(WorkspaceFolder workspace, RunSearch search)
    {
        /// <summary>Runs what has to be run and records the iteration, unless nothing changed: then it is the newest one again.</summary>
        /// <param name="early">Told of the iteration without its image, where the image has to wait for its server to be built.</param>
        /// <exception cref="FaultException">The project file, the data or the workspace can't be used: every fault at once.</exception>
        public async Task<Iteration> HandleAsync(Request request, IProgress<LoopEvent>? progress, Action<Iteration>? early, CancellationToken cancel)
        {
            var watch = Stopwatch.StartNew();
            var project = PseudonymKeys.Bind(ProjectFileReader.Read(request.Folder, withSource: false), workspace);
            using var held = workspace.Lock(project.Id);
            await KnownProjects.RememberAsync(workspace, project);
            var turn = new TurnOfLoop(workspace, project, Budget(project, request), search, progress, cancel);
            return await turn.RunAsync(watch, early);
        }

        private TrainingRule Budget(ProjectFile project, Request request)
        {
            if (request.Seconds is { } seconds && !(seconds is > 0 and <= 86_400))
            {
                throw new FaultException("--seconds", $"{seconds.ToString(CultureInfo.InvariantCulture)} is no budget.", "Give wall time of the search between 0 and 86,400 seconds.", wrongUse: true);
            }

            if (request.Trials is < 1 or > 100_000)
            {
                throw new FaultException("--trials", $"{request.Trials.Value.ToString(CultureInfo.InvariantCulture)} is no budget.", "Give between 1 and 100,000 trials.", wrongUse: true);
            }

            return request switch
            {
                { Seconds: { } wall, Trials: { } trials } => project.Training with { Seconds = wall, Trials = trials },
                { Seconds: { } wall } => project.Training with { Seconds = wall, Trials = null },
                { Trials: { } trials } => project.Training with { Seconds = null, Trials = trials },
                { AsBefore: true } when IterationRecords.Newest(workspace.Records, project.Id)?.Budget is { } budget && budget.Declared == project.Training => budget.Used,
                _ => project.Training,
            };
        }
    }
}
