namespace Fairlead.Projects;

/// <summary>What was accepted, as the audit says it.</summary>
public static class AcceptedFiles
{
    /// <summary>"churn: corrections/labels.jsonl, corrections/rows.jsonl". Names of files, never what stands in them.</summary>
    public static string Of(ProjectFile project, IReadOnlyList<ProposedFile> files)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(files);
        return $"{project.Project}: {string.Join(", ", files.Select(file => file.Path))}";
    }
}
