using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Web.Iterations;
using Fairlead.Workspace;

namespace Fairlead.Web.Projects;

/// <summary>What the workbench shows of a project, and the few things it can do to it. <see cref="ProjectView"/> is the one over a workspace folder.</summary>
public interface IProjectView
{
    /// <summary>The project file as it stands in the folder now.</summary>
    ProjectFile Project { get; }

    WorkspaceFolder Workspace { get; }

    /// <summary>All, oldest first.</summary>
    IReadOnlyList<Iteration> Iterations { get; }

    /// <summary>The newest, or null.</summary>
    Iteration? Newest => Iterations is [.., var newest] ? newest : null;

    /// <summary>Number of the iteration that answers in staging, or null.</summary>
    int? Released { get; }

    /// <summary>What runs now.</summary>
    ProgressBoard Progress { get; }

    /// <summary>The four risks, in order; empty when they can't be read yet.</summary>
    IReadOnlyList<Risk> Risks { get; }

    /// <summary>Causes found behind corrections, heaviest first.</summary>
    IReadOnlyList<CauseView> Causes { get; }

    /// <summary>The newest review link, or null; shown so that it can be sent on.</summary>
    string? ReviewUrl { get; }

    /// <summary>Base address of the server that answers for staging, such as http://127.0.0.1:40123; null while none runs.</summary>
    Uri? AnswersAt { get; }

    /// <summary>An iteration can be started from the workbench.</summary>
    bool CanIterate { get; }

    /// <summary>Starts an iteration unless one runs. It reports to <see cref="Progress"/>.</summary>
    void StartIteration();

    /// <summary>The files that accepting a cause's repair would write.</summary>
    /// <exception cref="FaultException">There is no such cause, or nothing to accept.</exception>
    IReadOnlyList<ProposedFile> ProposeRepair(string cause);

    /// <summary>The files that accepting corrected labels (and cases from rows that only serving saw) would write.</summary>
    /// <param name="feedback">Ids of feedback with a right answer.</param>
    IReadOnlyList<ProposedFile> ProposeCorrections(IReadOnlyList<string> feedback);

    /// <summary>Feedback whose correction already stands in the project folder.</summary>
    IReadOnlySet<string> AcceptedFeedback { get; }

    /// <summary>Writes what was shown.</summary>
    /// <exception cref="FaultException">A file changed since.</exception>
    /// <param name="page">Where they were accepted, for the audit.</param>
    void Accept(IReadOnlyList<ProposedFile> files, string page);

    /// <summary>Answers one row that a person typed.</summary>
    /// <param name="row">Raw values by column; null is missing.</param>
    /// <exception cref="FaultException">The row can't be answered, or nothing answers yet.</exception>
    Task<TriedAnswer> TryAsync(IReadOnlyDictionary<string, string?> row, CancellationToken cancel);

    /// <summary>An answer that was given in service, for feedback on it; null when not known.</summary>
    GiveFeedback.Subject? FindPrediction(string prediction);
}

/// <summary>A common cause behind corrections, as a person reads it.</summary>
/// <param name="Id">For <see cref="IProjectView.ProposeRepair"/>.</param>
/// <param name="Title">The slice in plain words, such as "Depot Leeds".</param>
/// <param name="Evidence">What it rests on, one sentence each.</param>
/// <param name="Flagged">Answers in it that people called wrong.</param>
/// <param name="Judged">Answers in it that people judged.</param>
/// <param name="Rows">Rows of the data that lie in it: its price.</param>
/// <param name="Repair">What is proposed, in one sentence.</param>
/// <param name="State">open, accepted or refused.</param>
public sealed record CauseView(string Id, string Title, IReadOnlyList<string> Evidence, int Flagged, int Judged, long Rows, string Repair, string State);

/// <summary>An answer to a typed row.</summary>
/// <param name="Title">What the row is called.</param>
/// <param name="Answer">Class by name, or number as text.</param>
/// <param name="Probabilities">By class, in the contract's order; empty for regression.</param>
/// <param name="Warnings">What a person should know.</param>
/// <param name="Prediction">Id, or null when it was not logged.</param>
/// <param name="From">What answered, such as "staging, iteration 3".</param>
public sealed record TriedAnswer(
    string Title, string Sentence, string Answer, IReadOnlyList<KeyValuePair<string, double>> Probabilities, IReadOnlyList<CardReason> Reasons, IReadOnlyList<string> Warnings,
    string? Prediction, string From);
