using Fairlead.Workspace;

namespace Fairlead.Customers;

/// <summary>What people said, the current word of each on each answer.</summary>
public static class ListFeedback
{
    /// <summary>In the order each answer was first judged.</summary>
    public static IReadOnlyList<Feedback> Run(Records records, string projectId)
    {
        ArgumentNullException.ThrowIfNull(records);
        return records.List(Feedback.Kind, projectId, CustomerJson.Default.Feedback);
    }

    /// <summary>What was said in one review by one person (null: by whoever gave no name), by card.</summary>
    public static IReadOnlyDictionary<int, Feedback> Of(Records records, Review review, string? by)
    {
        ArgumentNullException.ThrowIfNull(review);
        return Run(records, review.ProjectId)
            .Where(f => f.Review == review.Id && f.By == by)
            .ToDictionary(f => int.Parse(f.Card!, System.Globalization.CultureInfo.InvariantCulture));
    }
}
