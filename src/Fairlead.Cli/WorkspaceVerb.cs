using System.CommandLine;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace</c>: looking after the folder with records and data. One file for each verb below it.</summary>
internal static class WorkspaceVerb
{
    public const string Name = "workspace";

    private static readonly (string Name, Func<Command> Build)[] Verbs =
    [
        ("backup", WorkspaceBackupVerb.Build),
        ("restore", WorkspaceRestoreVerb.Build),
        ("verify", WorkspaceVerifyVerb.Build),
        ("gc", WorkspaceGcVerb.Build),
        ("space", WorkspaceSpaceVerb.Build),
        ("rotate", WorkspaceRotateVerb.Build),
        ("encrypt", WorkspaceEncryptVerb.Build),
        ("audit", WorkspaceAuditVerb.Build),
    ];

    /// <param name="line">The command line, when only the verb that it names second is wanted.</param>
    public static Command Build(IReadOnlyList<string> line)
    {
        var command = new Command(Name, "Look after the workspace: back up, restore, verify, free space, keys, audit.");
        command.AddNamed(Verbs, line is [_, var second, ..] ? second : null);
        return command;
    }
}
