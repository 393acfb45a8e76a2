using Fairlead.Data;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>A common cause behind corrections, with its price and a repair to accept.</summary>
/// <param name="Id">Id of the repair.</param>
/// <param name="Title">The slice in plain words, such as "Depot Leeds".</param>
/// <param name="Evidence">What it rests on, one sentence each.</param>
/// <param name="Flagged">Answers in it that people called wrong.</param>
/// <param name="Judged">Answers in it that people judged.</param>
/// <param name="Rows">Rows of the data in it.</param>
/// <param name="Says">The repair in one sentence.</param>
/// <param name="Accepted">The repair stands in the project folder.</param>
public sealed record FeedbackCause(string Id, string Title, IReadOnlyList<string> Evidence, int Flagged, int Judged, long Rows, Repair Repair, string Says, bool Accepted);

/// <summary>The causes of a project's corrections.</summary>
public static class FeedbackCauses
{
    public static IReadOnlyList<FeedbackCause> List(WorkspaceFolder workspace, ProjectFile project) => [];

    public static IReadOnlyList<ProposedFile> Propose(WorkspaceFolder workspace, ProjectFile project, string cause) => [];
}
