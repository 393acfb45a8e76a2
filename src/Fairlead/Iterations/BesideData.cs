using Fairlead.Data;
using Fairlead.Data.Checks;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>Finds what a project's checks look at beside its data: other files by their hash, and the version before.</summary>
internal static class BesideData
{
    /// <exception cref="FaultException">A check names a file that can't be read: each of them.</exception>
    public static async Task<CheckInputs> OfAsync(WorkspaceFolder workspace, ProjectFile project, RawVersion raw)
    {
        List<SourceFile> files = [];
        List<Fault> faults = [];
        foreach (var (name, where) in project.Checks.Where(rule => rule.File is not null).Select(rule => (Name: rule.File!, rule.Where)).DistinctBy(pair => pair.Name).OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            var path = CheckInputs.PathOf(project.Folder, name);
            if (!File.Exists(path))
            {
                faults.Add(new Fault(where, $"The check looks at the file {name}, which is not there.", $"Put it into the project folder, or write its path relative to {ProjectFile.FileName}."));
                continue;
            }

            var (sha, bytes) = await FileDigests.OfAsync(path, workspace);
            files.Add(new SourceFile(name, sha, bytes));
        }

        return faults.Count > 0 ? throw new FaultException(faults)
            : new CheckInputs(project.Folder, files, project.Checks.Any(rule => rule.Table is ChangeCheck { File: null }) ? Before(workspace, project, raw) : null);
    }

    /// <summary>The version before: of the newest iteration whose source files were others and whose data is still held. Another recipe or correction over the same files is no new version of what came in.</summary>
    public static EarlierVersion? Before(WorkspaceFolder workspace, ProjectFile project, RawVersion raw)
    {
        for (var number = IterationRecords.Newest(workspace.Records, project.Id)?.Number ?? 0; number > 0; number--)
        {
            if (IterationRecords.Find(workspace.Records, project.Id, number) is { } iteration
                && !iteration.Raw.Files.Select(file => file.Sha256).SequenceEqual(raw.Files.Select(file => file.Sha256), StringComparer.Ordinal)
                && workspace.Blobs.Has(iteration.Raw.Blob) && workspace.Blobs.Has(iteration.Data.Blob))
            {
                return new EarlierVersion(number, iteration.Raw.Blob, iteration.Data.Blob);
            }
        }

        return null;
    }
}
