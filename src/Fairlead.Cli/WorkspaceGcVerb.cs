using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace gc</c>.</summary>
internal static partial class WorkspaceGcVerb
{
    private const int GraceMinutes = 10;

    public static Command Build()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would go." };
        var grace = new Option<int>("--grace") { HelpName = "MINUTES", Description = "Keep what is younger, whoever made it. While a project is iterated, at least a day.", DefaultValueFactory = _ => GraceMinutes };
        var command = new Command("gc", "Free space: what nothing needs any more, and what the retention rules of projects say is to go.") { dryRun, grace };
        command.Runs(async (parsed, cancel) =>
        {
            if (parsed.GetValue(grace) < 0)
            {
                throw new FaultException("--grace", "It is below 0.", "Give minutes, such as 10.", wrongUse: true);
            }

            using var workspace = WorkspaceFolder.OpenToClear();
            var outcome = await CollectGarbage.RunAsync(workspace, new CollectGarbage.Request(parsed.GetValue(dryRun), TimeSpan.FromMinutes(parsed.GetValue(grace))), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, GcJson.Default.Outcome);
                return Edge.Done;
            }

            foreach (var freed in outcome.Freed)
            {
                var whose = freed.Project is null ? "" : freed.Iteration is { } number ? $" of {freed.Project}, version of iteration {number}" : $" of {freed.Project}";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{freed.Bytes,15:N0} bytes  {freed.Items,6:N0}  {freed.Rule}{whose}"));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(outcome.DryRun ? "Would free" : "Freed")} {Counted.Of(outcome.FreedBytes, "byte")}.{(outcome.Busy.Count > 0 ? " An iteration is running: what is younger than a day stays." : "")}"));
            return Edge.Done;
        });
        return command;
    }

    [JsonSerializable(typeof(CollectGarbage.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class GcJson : JsonSerializerContext;
}
