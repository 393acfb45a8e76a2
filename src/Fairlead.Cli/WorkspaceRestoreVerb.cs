using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;
using Fairlead.Workspace.Backups;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace restore</c>.</summary>
internal static partial class WorkspaceRestoreVerb
{
    public static Command Build()
    {
        var from = new Argument<string>("IN") { Description = "Folder that `workspace backup` wrote." };
        var snapshot = new Option<string?>("--snapshot") { HelpName = "NAME", Description = "Which snapshot; the newest when not given." };
        var replace = new Option<bool>("--replace") { Description = "Put it in place of the workspace that is there, which is set aside, not deleted." };
        var command = new Command("restore", "Make the workspace what a backup has: checked whole first, and cleared of everybody erased since.") { from, snapshot, replace };
        command.Runs((parsed, cancel) =>
        {
            var request = new Restore.Request(parsed.GetValue(from)!, parsed.GetValue(snapshot), WorkspaceFolder.DefaultFolder, parsed.GetValue(replace));
            var outcome = RestoreWorkspace.Run(request, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, RestoreVerbJson.Default.Outcome);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored {outcome.Snapshot}: {Counted.Of(outcome.Files, "file")}, {Counted.Of(outcome.Bytes, "byte")}, all as they were written.{(outcome.Erased > 0 ? $" {Counted.Of(outcome.Erased, "person", "people")} who {(outcome.Erased == 1 ? "was erased since is" : "were erased since are")} not in it." : "")}"));
                if (outcome.SetAside is { } aside)
                {
                    Console.WriteLine($"What was there before is in {aside}; delete it when it isn't needed.");
                }
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    [JsonSerializable(typeof(Restore.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class RestoreVerbJson : JsonSerializerContext;
}
