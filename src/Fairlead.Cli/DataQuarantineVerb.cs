using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data quarantine</c>: rows that did not pass: look at them, repair them, release them into the next version.</summary>
internal static partial class DataQuarantineVerb
{
    private const int ColumnsShown = 6;

    public static Command Build() => new("quarantine", "Rows that did not pass: list them with their reasons.") { List() };

    private static Command List()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var reason = new Option<string?>("--reason") { HelpName = "REASON", Description = "Only rows with this reason, such as the id of a check." };
        var text = new Option<string?>("--contains") { HelpName = "TEXT", Description = "Only rows in which a value holds this text." };
        var take = new Option<int>("--rows") { HelpName = "N", Description = "Most rows to list.", DefaultValueFactory = _ => 200 };
        var skip = new Option<long>("--skip") { HelpName = "N", Description = "Rows to pass over.", DefaultValueFactory = _ => 0 };
        var command = new Command("list", "Rows in quarantine in the newest version, each with its reasons.") { folder, reason, text, take, skip };
        command.Runs((parsed, cancel) =>
        {
            if (parsed.GetValue(take) is < 1 or > BrowseQuarantine.RowsMax || parsed.GetValue(skip) < 0)
            {
                throw new FaultException("data quarantine list", "--rows or --skip is out of range.", string.Create(CultureInfo.InvariantCulture, $"--rows takes 1 to {BrowseQuarantine.RowsMax}, --skip 0 or more."), wrongUse: true);
            }

            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var iteration = IterationRecords.Newest(workspace.Records, project.Id)
                ?? throw new FaultException(project.Folder, "The project has no iteration yet, so nothing was checked.", $"Run: fairlead iterate {Edge.Quoted(project.Folder)}");
            workspace.Audit.Read("data quarantine list", $"{project.Project}, iteration {iteration.Number}");
            var outcome = BrowseQuarantine.Run(iteration.Data, workspace.Blobs, new BrowseQuarantine.Request(parsed.GetValue(reason), parsed.GetValue(text), parsed.GetValue(skip), parsed.GetValue(take)), cancel);
            if (parsed.WantsJson())
            {
                var rows = outcome.Rows.Select(row => new RowView(row.Row, row.Key, row.Reasons, new Dictionary<string, string?>(row.Values)));
                Edge.Write(new ListView(iteration.Number, iteration.Data.Id, iteration.Data.Read, iteration.Data.Kept, iteration.Data.Quarantined, iteration.Data.Dropped, outcome.Found, [.. rows]), QuarantineJson.Default.ListView);
                return Task.FromResult(Edge.Done);
            }

            var data = iteration.Data;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{data.Read:N0} read = {data.Kept:N0} kept + {data.Quarantined:N0} in quarantine + {data.Dropped:N0} dropped (iteration {iteration.Number})"));
            foreach (var (name, count) in data.QuarantineReasons.OrderByDescending(pair => pair.Value))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,8:N0}  {name}"));
            }

            if (outcome.Rows.Count > 0)
            {
                AnsiConsole.Write(TableOf(outcome.Rows));
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static Table TableOf(IReadOnlyList<QuarantineRow> rows)
    {
        var columns = rows[0].Values.Take(ColumnsShown).Select(value => value.Key).ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumns(["row", "reason", .. columns.Select(Markup.Escape)]);
        foreach (var row in rows)
        {
            table.AddRow([(row.Row + 1).ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Reason), .. row.Values.Take(ColumnsShown).Select(value => Markup.Escape(value.Value ?? ""))]);
        }

        return rows[0].Values.Count > ColumnsShown ? table.Caption($"The first {ColumnsShown} of {rows[0].Values.Count} columns; --json gives all.") : table;
    }

    internal sealed record ListView(int Iteration, string Version, long Read, long Kept, long Quarantined, long Dropped, long Found, IReadOnlyList<RowView> Rows);

    /// <param name="Row">0-based raw row.</param>
    internal sealed record RowView(long Row, string Key, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, string?> Values);

    [JsonSerializable(typeof(ListView))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class QuarantineJson : JsonSerializerContext;
}
