using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Workspace;
using Fairlead.Workspace.Keys;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace rotate</c>.</summary>
internal static partial class WorkspaceRotateVerb
{
    public static Command Build()
    {
        var command = new Command("rotate", "Make a new master key and wrap every data key anew; the old one is not needed afterwards. Goes on where it was stopped.");
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = RotateKeys.Run(workspace, cancel);
            workspace.Audit.Changed("workspace rotate", $"key {outcome.Before} to {outcome.Key}");
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, RotateJson.Default.Outcome);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The master key is now {outcome.Key}; {outcome.Wrapped:N0} data keys were wrapped anew. {outcome.Before} is needed only for backups made before."));
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    [JsonSerializable(typeof(RotateKeys.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class RotateJson : JsonSerializerContext;
}
