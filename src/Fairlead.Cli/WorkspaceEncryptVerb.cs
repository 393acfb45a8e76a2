using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace encrypt</c>.</summary>
internal static partial class WorkspaceEncryptVerb
{
    public static Command Build()
    {
        var command = new Command("encrypt", "Encrypt what a workspace holds from before encryption. New ones are encrypted from the start.");
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = EncryptWorkspace.Run(workspace, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, EncryptJson.Default.Outcome);
            }
            else
            {
                Console.WriteLine(outcome is { Blobs: 0, Records: 0 } ? "Nothing was in clear." : string.Create(CultureInfo.InvariantCulture, $"Encrypted {Counted.Of(outcome.Blobs, "blob")} and {Counted.Of(outcome.Records, "record")}."));
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    [JsonSerializable(typeof(EncryptWorkspace.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class EncryptJson : JsonSerializerContext;
}
