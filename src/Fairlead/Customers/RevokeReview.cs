using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>Withdraws a review link. What people said through it stays.</summary>
public static class RevokeReview
{
    /// <summary>The review as it stands now, or null when there is none. Revoking twice keeps the first moment.</summary>
    public static async Task<Review?> RunAsync(WorkspaceFolder workspace, string projectId, string reviewId)
    {
        if (ReviewRecords.Find(workspace.Records, projectId, reviewId) is not { } review)
        {
            return null;
        }

        if (review.Revoked is not null)
        {
            return review;
        }

        var revoked = review with { Revoked = workspace.Time.GetUtcNow() };
        await ReviewRecords.ReplaceAsync(workspace.Records, revoked);
        return revoked;
    }
}
