using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations.Upkeep;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace verify</c>.</summary>
internal static partial class WorkspaceVerifyVerb
{
    public static Command Build()
    {
        var command = new Command("verify", "Read everything again: blobs by their hashes, records and what they name, the audit, predictions. Exit code 3 when something is not whole.");
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = VerifyWorkspace.Run(workspace, cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(outcome.Faults.Count == 0, outcome.Blobs, outcome.Bytes, outcome.Records, outcome.AuditEntries, outcome.Segments, outcome.Predictions, outcome.Faults), VerifyVerbJson.Default.View);
            }
            else
            {
                foreach (var fault in outcome.Faults)
                {
                    Console.Error.WriteLine(fault);
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(outcome.Faults.Count == 0 ? "Whole" : Counted.Of(outcome.Faults.Count, "fault"))}: {Counted.Of(outcome.Blobs, "blob")} ({Counted.Of(outcome.Bytes, "byte")}), {Counted.Of(outcome.Records, "record")}, {Counted.Of(outcome.AuditEntries, "audit entry", "audit entries")}, {Counted.Of(outcome.Predictions, "prediction")} in {Counted.Of(outcome.Segments, "segment")}."));
            }

            return Task.FromResult(outcome.Faults.Count == 0 ? Edge.Done : Edge.No);
        });
        return command;
    }

    internal sealed record View(bool Whole, long Blobs, long Bytes, long Records, long AuditEntries, long Segments, long Predictions, IReadOnlyList<Fault> Faults);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class VerifyVerbJson : JsonSerializerContext;
}
