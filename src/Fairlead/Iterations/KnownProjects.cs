using System.Text.Json.Serialization;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>The project folders that this workspace has worked for, so that an answer's id alone leads to its project.</summary>
public static partial class KnownProjects
{
    internal const string Kind = "project";

    /// <summary>Projects whose folder is still there and can be read.</summary>
    public static IReadOnlyList<ProjectFile> List(WorkspaceFolder workspace)
    {
        var found = new List<ProjectFile>();
        foreach (var known in workspace.Records.List(Kind, null, KnownJson.Default.Known))
        {
            try
            {
                if (ProjectFileReader.Read(known.Folder, withSource: false) is var project && project.Id == known.Id)
                {
                    found.Add(project);
                }
            }
            catch (FaultException)
            {
                // moved, deleted or being edited: not an answer's fault
            }
        }

        return found;
    }

    internal static async Task RememberAsync(WorkspaceFolder workspace, ProjectFile project)
    {
        if (workspace.Records.Find(Kind, project.Id, "folder", KnownJson.Default.Known)?.Folder != project.Folder)
        {
            await workspace.Records.PutAsync(Kind, project.Id, "folder", new Known(project.Id, project.Folder), KnownJson.Default.Known);
        }
    }

    internal sealed record Known(string Id, string Folder);

    [JsonSerializable(typeof(Known))]
    internal sealed partial class KnownJson : JsonSerializerContext;
}
