using System.Globalization;
using Fairlead.Customers;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>An answer that was given, in service or on a review card, with the row it was given for.</summary>
/// <param name="Raw">Raw values by column, as far as they are kept: personal columns never, masked text masked.</param>
/// <param name="Key">Key of the row, when it is one of the data set.</param>
/// <param name="From">service or review.</param>
public sealed record AnsweredPrediction(
    string Id, DateTimeOffset At, Iteration Iteration, IReadOnlyDictionary<string, string?> Raw, string Answer, IReadOnlyList<double>? Outputs, string? Key, string From, GiveFeedback.Subject Subject)
{
    /// <summary>Finds an answer by its id; null when this workspace does not have it.</summary>
    public static AnsweredPrediction? Find(WorkspaceFolder workspace, PredictionStore predictions, ProjectFile project, string id)
    {
        if (predictions.Find(id) is { } found && found.ProjectId == project.Id)
        {
            var logged = found.Prediction;
            var iteration = IterationRecords.List(workspace.Records, project.Id).LastOrDefault(i => i.Package[ModelPackage.ManifestFile] == logged.Package);
            if (iteration is null)
            {
                return null;
            }

            var answer = logged.Classes.Count > 0 ? logged.Classes[logged.Answer] : logged.Outputs[0].ToString("R", CultureInfo.InvariantCulture);
            return new AnsweredPrediction(
                id, logged.At, iteration, logged.Row.ToDictionary(c => c.Key, c => c.Value.IsMissing ? null : c.Value.ToString()), answer, logged.Outputs, null, "service",
                new GiveFeedback.Subject(project.Id, null, null, id, iteration.Number, null, answer, project.Task, logged.Classes));
        }

        foreach (var review in ReviewRecords.List(workspace.Records, project.Id))
        {
            if (ReviewRecords.Cards(workspace.Records, review).FirstOrDefault(c => c.Prediction == id) is { } card
                && IterationRecords.Find(workspace.Records, project.Id, review.Iteration) is { } iteration)
            {
                return new AnsweredPrediction(id, review.Created, iteration, card.Raw, card.Answer, null, card.Key, "review", GiveFeedback.Subject.Of(review, card));
            }
        }

        return null;
    }
}
