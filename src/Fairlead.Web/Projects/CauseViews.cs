using Fairlead.Iterations;

namespace Fairlead.Web.Projects;

/// <summary>Causes as the inbox shows them.</summary>
internal static class CauseViews
{
    public static CauseView Of(FeedbackCause cause) =>
        new(cause.Id, cause.Title, cause.Evidence, cause.Flagged, cause.Judged, cause.Rows, cause.Says, cause.Accepted ? "accepted" : "open");
}
