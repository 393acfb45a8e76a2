using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Workspace;
using Fairlead.Workspace.Audit;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace audit</c>.</summary>
internal static partial class WorkspaceAuditVerb
{
    private const int DefaultEntries = 50;

    public static Command Build()
    {
        var last = new Option<int>("--last") { HelpName = "N", Description = "Newest entries to list.", DefaultValueFactory = _ => DefaultEntries };
        var command = new Command("audit", "Who read or changed protected data, and when. Exit code 3 when an entry was removed or changed.") { last };
        command.Runs((parsed, cancel) =>
        {
            if (parsed.GetValue(last) < 0)
            {
                throw new FaultException("--last", "It is below 0.", "Give a number of entries, such as 50.", wrongUse: true);
            }

            using var workspace = WorkspaceFolder.Open();
            var faults = workspace.Audit.Verify();
            var entries = workspace.Audit.List(parsed.GetValue(last));
            if (parsed.WantsJson())
            {
                Edge.Write(new View(faults.Count == 0, entries, faults), AuditVerbJson.Default.View);
            }
            else
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumns("nr", "at", "who", "what", "verb", "target", "subject");
                foreach (var entry in entries)
                {
                    table.AddRow(entry.Number.ToString(CultureInfo.InvariantCulture), entry.At.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), Markup.Escape(entry.Who), entry.What, Markup.Escape(entry.Verb), Markup.Escape(entry.Target), entry.Subject ?? "");
                }

                AnsiConsole.Write(table);
                foreach (var fault in faults)
                {
                    Console.Error.WriteLine(fault);
                }
            }

            return Task.FromResult(faults.Count == 0 ? Edge.Done : Edge.No);
        });
        return command;
    }

    internal sealed record View(bool Whole, IReadOnlyList<AuditEntry> Entries, IReadOnlyList<Fault> Faults);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class AuditVerbJson : JsonSerializerContext;
}
