using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Web.Iterations;
using Fairlead.Workspace;

namespace Fairlead.Web.Projects;

/// <summary>What other stages give a <see cref="ProjectView"/>. Whatever is left out is shown as not there.</summary>
public sealed record ProjectParts
{
    public Func<IReadOnlyList<Risk>> Risks { get; init; } = () => [];

    public Func<IReadOnlyList<CauseView>> Causes { get; init; } = () => [];

    public Func<string, IReadOnlyList<ProposedFile>> ProposeRepair { get; init; } =
        cause => throw new FaultException(cause, "There is no such cause.", "Look at the feedback page again.");

    public Func<IReadOnlyList<Feedback>, IReadOnlyList<ProposedFile>> ProposeCorrections { get; init; } = _ => [];

    public Func<IReadOnlySet<string>> AcceptedFeedback { get; init; } = () => new HashSet<string>();

    public Func<IReadOnlyDictionary<string, string?>, CancellationToken, Task<TriedAnswer>> Try { get; init; } =
        (_, _) => throw new FaultException("try", "Nothing answers yet.", "Run the first iteration.");

    public Func<string, GiveFeedback.Subject?> FindPrediction { get; init; } = _ => null;

    public Func<string?> ReviewUrl { get; init; } = () => null;

    public Func<Uri?> AnswersAt { get; init; } = () => null;

    /// <summary>Starts an iteration in the background, or null where the workbench may not.</summary>
    public Action? Iterate { get; init; }
}

/// <summary>A project as its workspace folder and project folder have it.</summary>
/// <param name="read">Reads the project file; called for each page, so that an edit shows.</param>
public sealed class ProjectView(Func<ProjectFile> read, WorkspaceFolder workspace, ProjectParts parts) : IProjectView
{
    private readonly string _id = read().Id;

    public ProjectFile Project => read();

    public WorkspaceFolder Workspace => workspace;

    public IReadOnlyList<Iteration> Iterations => IterationRecords.List(workspace.Records, _id);

    public int? Released => ReleaseRecords.Current(workspace.Records, _id, "staging")?.Iteration;

    public ProgressBoard Progress { get; } = new(workspace.Time);

    public IReadOnlyList<Risk> Risks => parts.Risks();

    public IReadOnlyList<CauseView> Causes => parts.Causes();

    public string? ReviewUrl => parts.ReviewUrl();

    public Uri? AnswersAt => parts.AnswersAt();

    public bool CanIterate => parts.Iterate is not null && Progress.Now.State != ProgressState.Running;

    public IReadOnlySet<string> AcceptedFeedback => parts.AcceptedFeedback();

    public void StartIteration()
    {
        if (CanIterate)
        {
            parts.Iterate!();
        }
    }

    public IReadOnlyList<ProposedFile> ProposeRepair(string cause) => parts.ProposeRepair(cause);

    public IReadOnlyList<ProposedFile> ProposeCorrections(IReadOnlyList<string> feedback) =>
        parts.ProposeCorrections([.. ListFeedback.Run(workspace.Records, _id).Where(f => feedback.Contains(f.Id))]);

    public void Accept(IReadOnlyList<ProposedFile> files, string page)
    {
        workspace.Audit.Changed(page, AcceptedFiles.Of(Project, files));
        ProposedFile.Write(Project.Folder, files);
    }

    public Task<TriedAnswer> TryAsync(IReadOnlyDictionary<string, string?> row, CancellationToken cancel) => parts.Try(row, cancel);

    public GiveFeedback.Subject? FindPrediction(string prediction) => parts.FindPrediction(prediction);
}
