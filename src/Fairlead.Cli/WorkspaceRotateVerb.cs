using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace rotate</c>.</summary>
internal static partial class WorkspaceRotateVerb
{
    public static Command Build()
    {
        var forget = new Option<bool>("--forget-old") { Description = "Overwrite all former master keys: backups from before can't be restored with the new one." };
        var command = new Command("rotate", "Make a new master key and wrap every data key anew. Former ones are kept, wrapped by it, for backups from before. Goes on where it was stopped.") { forget };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = RotateKeys.Run(workspace, parsed.GetValue(forget), cancel);
            var renamed = RenameFeedback.Run(workspace);
            workspace.Audit.Changed("workspace rotate", $"key {outcome.Before} to {outcome.Key}{(outcome.Former == 0 ? ", former keys forgotten" : "")}{(renamed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {renamed:N0} feedback ids keyed") : "")}");
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, RotateJson.Default.Outcome);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The master key is now {outcome.Key}; {outcome.Wrapped:N0} data keys were wrapped anew. {(outcome.Former == 0 ? $"No former key is kept: who has to restore a backup from before needs {outcome.Before}." : $"Former keys kept for backups from before: {outcome.Former:N0}. Forget them with --forget-old when those backups are gone.")}"));
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    [JsonSerializable(typeof(RotateKeys.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class RotateJson : JsonSerializerContext;
}
