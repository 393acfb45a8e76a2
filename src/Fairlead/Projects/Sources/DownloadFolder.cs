using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Projects.Sources;

/// <summary>Where downloads are kept, by address, encrypted.</summary>
/// <param name="Path">The folder; made when needed.</param>
/// <param name="Keys">Wraps the keys of what is fetched.</param>
public sealed record DownloadFolder(string Path, Keyring Keys)
{
    /// <summary>Another folder whose notes of unchanged files are believed where this one has none; null: none.</summary>
    public string? Notes { get; init; }

    /// <summary>The one of a workspace.</summary>
    public static DownloadFolder Of(WorkspaceFolder workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return new DownloadFolder(System.IO.Path.Combine(workspace.Folder, "downloads"), workspace.Keys);
    }

    /// <summary>The one of the workspace that is used unless another is named, for who only looks at a file.</summary>
    internal static DownloadFolder Usual() => new(System.IO.Path.Combine(WorkspaceFolder.DefaultFolder, "downloads"), new Keyring(WorkspaceFolder.DefaultFolder));
}
