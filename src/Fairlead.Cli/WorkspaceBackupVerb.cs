using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace backup</c>.</summary>
internal static partial class WorkspaceBackupVerb
{
    public static Command Build()
    {
        var to = new Argument<string>("OUT") { Description = "Folder of the backup, made when it isn't there; each call adds a snapshot and copies only what the folder lacks." };
        var command = new Command("backup", "Back the workspace up, while it is being worked in. The copy is encrypted as the workspace is; keep the key elsewhere.") { to };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = BackUp.Run(workspace, parsed.GetValue(to)!, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, BackupVerbJson.Default.Outcome);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Snapshot}: {Counted.Of(outcome.Files, "file")}, {Counted.Of(outcome.Bytes, "byte")}; {Counted.Of(outcome.Copied, "file")} ({Counted.Of(outcome.CopiedBytes, "byte")}) {(outcome.Copied == 1 ? "was" : "were")} new."));
                Console.WriteLine("It opens only with the workspace's key: keep a copy of that elsewhere.");
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    [JsonSerializable(typeof(BackUp.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class BackupVerbJson : JsonSerializerContext;
}
