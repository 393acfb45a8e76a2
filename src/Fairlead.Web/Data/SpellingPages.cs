using Fairlead.Data.Cleaning;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Data;

/// <summary><c>/projects/{name}/data/preview</c>: what the cleaning as declared now would do. <c>/data/spellings</c>: categories that seem to be other spellings of one name, and the step that puts them together, shown as a diff before it is written.</summary>
internal static class SpellingPages
{
    /// <summary>A preview cleans all rows: one at a time.</summary>
    private static readonly SemaphoreSlim OnePreview = new(1);

    public static void Map(IEndpointRouteBuilder routes, ProjectList projects)
    {
        projects.Get(routes, "/data/preview", async (view, context) =>
        {
            view.Workspace.Audit.Read("page of the preview", view.Project.Project);
            await OnePreview.WaitAsync(context.RequestAborted);
            try
            {
                return Answers.Page<PreviewPage>(new { View = view, Preview = await PreviewCleaning.RunAsync(view.Workspace, view.Project, context.RequestAborted) });
            }
            finally
            {
                OnePreview.Release();
            }
        });
        projects.Get(routes, "/data/spellings", (view, context) =>
        {
            view.Workspace.Audit.Read("page of the spellings", view.Project.Project);
            return Answers.Page<SpellingPage>(new { View = view, Proposals = Proposals(view.Project) });
        });

        projects.Post(routes, "/data/spellings", async (view, context) =>
        {
            var form = await Answers.FormAsync(context);
            var column = form["column"].ToString();
            var proposal = Proposals(view.Project).FirstOrDefault(proposal => proposal.Column == column)
                ?? throw new FaultException("spellings", $"Nothing is proposed for \"{column}\" any more.", "Look at the page again.");
            var change = ProjectFileEdit.AddCleanStep(view.Project.Folder, proposal.Step, write: false);
            IReadOnlyList<ProposedFile> files = [new ProposedFile(ProjectFile.FileName, change.Before, change.After)];
            var shown = Proposal.Hash(files);
            if (form["shown"] != shown)
            {
                var at = $"/projects/{view.Project.Project}/data/spellings";
                return Answers.Page<DiffPage>(new { View = view, Files = files, Shown = shown, Action = at, Hidden = new List<(string, string)> { ("column", column) }, Back = at, Active = "Data", Changed = form["shown"].Count > 0 });
            }

            view.Accept(files, "page of the spellings");
            return Answers.SeeOther($"/projects/{view.Project.Project}/data/spellings");
        });
    }

    /// <summary>Clusters in the categories of the sources that no step puts together yet; never in personal data.</summary>
    private static List<ProposeSpellings.Proposal> Proposals(ProjectFile project)
    {
        var categories = project.Columns.Where(column => column.Kind == ColumnKind.Category && column.Protection == Protection.None).Select(column => column.Name)
            .Concat(project.Task == ModelTask.Regression ? [] : [project.Target]).ToHashSet(StringComparer.Ordinal);
        var done = project.RowSteps.OfType<NormaliseStep>().ToLookup(step => step.Column, StringComparer.Ordinal);
        return [.. ProposeSpellings.Run(project, categories, CancellationToken.None)
            .Where(proposal => proposal.Clusters.Any(cluster => cluster.Spellings.Any(spelling => !done[proposal.Column].Any(step => step.Ordered().Any(pair => pair.From == (step.IgnoreCase ? PlainText.LowerAscii(spelling.Value) : spelling.Value))))))];
    }
}
