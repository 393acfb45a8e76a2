using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace</c>: looking after the workspace. One file for each verb below it.</summary>
internal static class WorkspaceVerb
{
    public static Command Build() => new("workspace", "Look after the workspace: back it up, restore, verify, free space.")
    {
        WorkspaceSpaceVerb.Build(),
    };
}
