using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace</c>: looking after the folder with records and data. One file for each verb below it.</summary>
internal static class WorkspaceVerb
{
    public static Command Build() => new("workspace", "Look after the workspace: back up, restore, verify, free space, keys, audit.")
    {
        WorkspaceBackupVerb.Build(),
        WorkspaceRestoreVerb.Build(),
        WorkspaceVerifyVerb.Build(),
        WorkspaceGcVerb.Build(),
        WorkspaceSpaceVerb.Build(),
        WorkspaceRotateVerb.Build(),
        WorkspaceEncryptVerb.Build(),
        WorkspaceAuditVerb.Build(),
    };
}
