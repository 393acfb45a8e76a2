using System.Net;
using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Web.Customers;
using Fairlead.Web.Releases;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;

namespace Fairlead.Web.Projects;

/// <summary>A project on this machine, running: workbench, review listener, the server that answers for staging, and the turn of the loop that the workbench can start.</summary>
public sealed class ProjectHost : IAsyncDisposable
{
    private readonly WorkspaceFolder _workspace;
    private readonly string _folder;
    private readonly Iterate.RunSearch _search;
    private readonly IProgress<LoopEvent>? _watch;
    private readonly ProjectView _view;
    private readonly PredictionStore _predictions;
    private readonly ReadServed _served = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private WebApplication? _workbench;
    private WebApplication? _reviews;
    private LocalFleet? _fleet;
    private Task _turning = Task.CompletedTask;
    private string? _reviewUrl;

    /// <param name="folder">The project folder.</param>
    /// <param name="search">How to run a search.</param>
    /// <param name="watch">Told what happens, beside the pages.</param>
    public ProjectHost(WorkspaceFolder workspace, string folder, Iterate.RunSearch search, IProgress<LoopEvent>? watch)
    {
        (_workspace, _folder, _search, _watch) = (workspace, folder, search, watch);
        _predictions = new PredictionStore(workspace);
        _view = new ProjectView(Read, workspace, new ProjectParts
        {
            Risks = () => RiskReader.Read(ReadPractice.Run(workspace, Read(), _predictions, _served), Read().Folder),
            Causes = () => FeedbackCauses.List(workspace, Read()).Select(CauseViews.Of).ToList(),
            ProposeRepair = cause => FeedbackCauses.Propose(workspace, Read(), cause),
            ProposeCorrections = feedback => AcceptCorrections.Propose(Read(), feedback, workspace.Records),
            AcceptedFeedback = () => AcceptCorrections.Accepted(Read()),
            Try = TryAsync,
            FindPrediction = id => AnsweredPrediction.Find(workspace, _predictions, Read(), id)?.Subject,
            ReviewUrl = () => _reviewUrl,
            AnswersAt = () => _fleet?.Url,
            Iterate = () => _turning = Task.Run(TurnQuietlyAsync),
        });
    }

    /// <summary>Where the workbench is.</summary>
    public Uri Workbench { get; private set; } = new("http://127.0.0.1");

    /// <summary>The newest review link that was opened here.</summary>
    public string? ReviewUrl => _reviewUrl;

    /// <summary>Why staging answers with what it answers with.</summary>
    public string Answering { get; private set; } = "nothing answers yet";

    private ProjectFile Read() => ProjectFileReader.Read(_folder, withSource: false);

    /// <summary>Starts the listeners, before anything has run: the first screen shows the first iteration as it goes.</summary>
    /// <exception cref="FaultException">A port is taken.</exception>
    public async Task StartAsync(int port, int reviewPort, CancellationToken cancel)
    {
        _workbench = Web.Workbench.Build(new WorkbenchOptions([_view], port));
        ReceivePredictions.Map(_workbench, _predictions, name => Read() is { } project && project.Project == name ? project.Id : null);
        _reviews = ReviewListener.Build(new ReviewListenerOptions(_workspace, IPAddress.Loopback, reviewPort));
        await ListenAsync(_workbench, port, "--port", cancel);
        await ListenAsync(_reviews, reviewPort, "--review-port", cancel);
        Workbench = new Uri(_workbench.Urls.First());
        RunningListener.Note(_workspace, new Uri(_reviews.Urls.First()));
        _fleet = new LocalFleet(_workspace, new Uri(Workbench, ReceivePredictions.Path));
    }

    /// <summary>One turn: iterate, release when the gates passed, answer with it, put it before customers.</summary>
    public async Task<Iteration> TurnAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        _view.Progress.Begin();
        try
        {
            var iteration = await new Iterate.Handler(_workspace, _search).HandleAsync(
                new Iterate.Request(_folder, AsBefore: true), new Both(_view.Progress, _watch), early => OpenReviewAsync(early).GetAwaiter().GetResult(), cancel);
            var project = Read();
            if (iteration.Passed)
            {
                await ReleaseIteration.RunAsync(_workspace, new ReleaseIteration.Request(project, iteration), cancel);
            }

            var answering = AnsweringIteration.ForService(_workspace, project, out var why);
            if (answering.Image is not null && _fleet!.Iteration != answering.Number)
            {
                await _fleet.SwitchToAsync(project, answering, cancel);
            }

            Answering = why;
            await OpenReviewAsync(iteration);
            _view.Progress.End(iteration.Number, iteration.Passed);
            return iteration;
        }
        catch (Exception exception)
        {
            _view.Progress.Fail(exception is FaultException or OperationCanceledException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}");
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _turning;

        // The model server goes first: it ships its last answers while the workbench still takes them.
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync();
        }

        foreach (var app in new[] { _workbench, _reviews })
        {
            if (app is not null)
            {
                await app.StopAsync(CancellationToken.None);
                await app.DisposeAsync();
            }
        }

        _stop.Dispose();
        _one.Dispose();
    }

    private static async Task ListenAsync(WebApplication app, int port, string option, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException exception)
        {
            throw new FaultException(option, $"Port {port} can't be listened on: {exception.Message}", $"Stop what uses it, or give another one with {option}.", wrongUse: true);
        }
    }

    /// <summary>A turn started from a page: what goes wrong is shown there.</summary>
    private async Task TurnQuietlyAsync()
    {
        try
        {
            await TurnAsync(_stop.Token);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException) // the boundary: the progress board has it
        {
            _watch?.Report(new LoopEvent.Note(exception.Message));
        }
    }

    private async Task OpenReviewAsync(Iteration iteration)
    {
        var project = Read();
        var newest = ReviewRecords.List(_workspace.Records, project.Id).LastOrDefault(r => r.IsOpen(_workspace.Time.GetUtcNow()));
        if (newest?.Iteration == iteration.Number && _reviewUrl is not null)
        {
            return;
        }

        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(_workspace, iteration));
        var request = new OpenReview.Request(project, iteration.Number, iteration.Data, package, AnswerReasons.Of,
            ServedCards.Recent(_workspace, _predictions, project, iteration, package), PublicUrl: _reviews!.Urls.First());
        _reviewUrl = (await OpenReview.RunAsync(request, _workspace)).Url;
    }

    private Task<TriedAnswer> TryAsync(IReadOnlyDictionary<string, string?> row, CancellationToken cancel)
    {
        var project = Read();
        var iteration = AnsweringIteration.ForService(_workspace, project, out var why);
        var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(_workspace, iteration));
        var contract = package.Contract;
        var raw = contract.Columns.Select(column => Cell.Of(row.GetValueOrDefault(column.Name))).ToArray();
        var answered = CardMaker.Answer(package, raw, new ModelScratch());
        var reasons = AnswerReasons.Of(package, answered.Cleaned, answered.Output);
        var name = contract.Wording.Name is { } column && row.GetValueOrDefault(column) is { Length: > 0 } given ? given : null;
        var title = PlainWords.Title(contract.Wording, name, "").TrimEnd();
        return Task.FromResult(new TriedAnswer(
            title, CardMaker.Sentence(contract, title, answered, reasons), answered.Answer,
            [.. contract.Classes.Select((c, i) => KeyValuePair.Create(c, answered.Outputs[i]))], reasons, answered.Warnings, null, why));
    }

    private sealed class Both(IProgress<LoopEvent> first, IProgress<LoopEvent>? second) : IProgress<LoopEvent>
    {
        public void Report(LoopEvent value)
        {
            first.Report(value);
            second?.Report(value);
        }
    }
}
