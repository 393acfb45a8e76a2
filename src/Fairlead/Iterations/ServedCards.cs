using Fairlead.Customers;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Recent answers given in service, as review cards.</summary>
public static class ServedCards
{
    /// <summary>Newest answers looked at.</summary>
    public const int Most = 30;

    /// <summary>Newest first; only answers of this iteration's package, which the card's reasons explain.</summary>
    public static IReadOnlyList<ReviewCard> Recent(WorkspaceFolder workspace, PredictionStore predictions, ProjectFile project, Iteration iteration, ModelPackage package)
    {
        var said = ListFeedback.Run(workspace.Records, project.Id).Select(f => f.Prediction).ToHashSet(StringComparer.Ordinal);
        var scratch = new ModelScratch();
        var cards = new List<ReviewCard>();
        foreach (var logged in predictions.Recent(project.Id, Most).Where(p => p.Package == iteration.Package[ModelPackage.ManifestFile]))
        {
            var id = logged.Id.ToString();
            if (said.Contains(id))
            {
                continue;
            }

            Cell[] raw = [.. package.Contract.Columns.Select(column => logged.Row.GetValueOrDefault(column.Name))];
            cards.Add(CardMaker.Make(package, CardMaker.Answer(package, raw, scratch), raw, null, id, AnswerReasons.Of));
        }

        return cards;
    }
}
