using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data;
using Fairlead.Data.Quarantine;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data quarantine</c>: rows that did not pass: look at them, repair them, release them into the next version.</summary>
internal static partial class DataQuarantineVerb
{
    private const int ColumnsShown = 6;

    public static Command Build() => new("quarantine", "Rows that did not pass: list them with their reasons, put them right, release them into the next version.") { List(), Export(), Repair() };

    private static Command List()
    {
        var folder = Folder();
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
            var iteration = Newest(workspace, project);
            workspace.Audit.Read("data quarantine list", $"{project.Project}, iteration {iteration.Number}");
            var outcome = BrowseQuarantine.Run(project, iteration.Data, workspace.Blobs, new BrowseQuarantine.Request(parsed.GetValue(reason), parsed.GetValue(text), Skip: parsed.GetValue(skip), Take: parsed.GetValue(take)), cancel);
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

    private static Command Export()
    {
        var folder = Folder();
        var output = new Option<string>("--output", "-o") { HelpName = "ROWS.csv", Description = "CSV to write.", Required = true };
        var command = new Command("export", "Write the quarantine to a CSV file to edit: change values, or write release or drop as the decision.") { folder, output };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [], project);
            var iteration = Newest(workspace, project);
            workspace.Audit.Read("data quarantine export", $"{project.Project}, iteration {iteration.Number}");
            var rows = All(project, iteration.Data, workspace, cancel);
            var path = parsed.GetRequiredValue(output);
            QuarantineFile.Write(path, rows);
            if (parsed.WantsJson())
            {
                Edge.Write(new ExportView(iteration.Number, rows.Count, path), QuarantineJson.Default.ExportView);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(rows.Count, "row")} written to {path}. Change values, or write release or drop under {QuarantineFile.Decision} with the reason under {QuarantineFile.Because}; then:"));
                Console.WriteLine($"  fairlead data quarantine repair {Edge.Quoted(project.Folder)} {Edge.Quoted(path)}");
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static Command Repair()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml." };
        var file = new Argument<string>("ROWS.csv") { Description = "The edited file that export wrote." };
        var preview = new Option<bool>("--preview") { Description = "Say what the repairs come to, and write nothing." };
        var all = new Option<bool>("--all") { Description = "Write repairs too whose rows still fail a check." };
        var command = new Command("repair", "Take up an edited file: check the rows again, and write what holds into corrections/, for the next version.") { folder, file, preview, all };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetRequiredValue(folder), withSource: false);
            var iteration = Newest(workspace, project);
            var repairs = QuarantineFile.Read(parsed.GetRequiredValue(file), All(project, iteration.Data, workspace, cancel), workspace.Time.GetUtcNow());
            if (repairs.Count == 0)
            {
                throw new FaultException(parsed.GetRequiredValue(file), "Nothing is decided in the file: no value is changed and no decision is written.", $"Change values, or write release or drop under {QuarantineFile.Decision}.", wrongUse: true);
            }

            var tried = await RepairQuarantine.TryAsync(workspace, new RepairQuarantine.Request(project, repairs), cancel);
            var failing = tried.Rows.Where(row => row.State == RepairedRows.StillInQuarantine).ToList();
            var holding = parsed.GetValue(all) || failing.Count == 0 ? tried
                : repairs.Except(failing.Select(row => row.Repair)).ToList() is { Count: > 0 } hold ? await RepairQuarantine.TryAsync(workspace, new RepairQuarantine.Request(project, hold), cancel)
                : null;
            if (!parsed.GetValue(preview) && holding is not null)
            {
                workspace.Audit.Changed("data quarantine repair", AcceptedFiles.Of(project, holding.Files));
                ProposedFile.Write(project.Folder, holding.Files);
            }

            var written = parsed.GetValue(preview) || holding is null ? new List<string>() : holding.Files.Select(f => f.Path).ToList();
            if (parsed.WantsJson())
            {
                Edge.Write(new RepairView([.. tried.Rows.Select(row => new RepairedView(row.Row, row.Repair.Key, row.Repair.Action, row.State, row.Reasons))],
                    tried.After.Read, tried.After.Kept, tried.After.Quarantined, tried.After.Dropped, written), QuarantineJson.Default.RepairView);
            }
            else
            {
                Print(tried, written, project.Folder);
            }

            return failing.Count == 0 ? Edge.Done : Edge.No;
        });
        return command;
    }

    private static void Print(RepairQuarantine.Outcome tried, List<string> written, string folder)
    {
        foreach (var row in tried.Rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  row {row.Row} ({row.Repair.Key}): {(row.State == RepairedRows.StillInQuarantine ? $"still in quarantine: {string.Join("; ", row.Reasons)}" : row.State)}"));
        }

        if (tried.Unread.Count > 0)
        {
            Console.WriteLine($"  Some values of {string.Join(", ", tried.Unread)} can't be read and count as missing.");
        }

        var (before, after) = (tried.Before, tried.After);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"With all of them: {after.Read:N0} read = {after.Kept:N0} kept ({after.Kept - before.Kept:+#,0;-#,0;0}) + {after.Quarantined:N0} in quarantine ({after.Quarantined - before.Quarantined:+#,0;-#,0;0}) + {after.Dropped:N0} dropped ({after.Dropped - before.Dropped:+#,0;-#,0;0})"));
        Console.WriteLine(written.Count == 0 ? "Nothing written." : $"Written: {string.Join(", ", written)}. The next iteration takes it up: fairlead iterate {Edge.Quoted(folder)}");
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };

    private static Iteration Newest(WorkspaceFolder workspace, ProjectFile project) => IterationRecords.Newest(workspace.Records, project.Id)
        ?? throw new FaultException(project.Folder, "The project has no iteration yet, so nothing was checked.", $"Run: fairlead iterate {Edge.Quoted(project.Folder)}");

    private static IReadOnlyList<QuarantineRow> All(ProjectFile project, DatasetVersion version, WorkspaceFolder workspace, CancellationToken cancel) => version.Quarantined > BrowseQuarantine.RowsMax
        ? throw new FaultException("quarantine", string.Create(CultureInfo.InvariantCulture, $"{version.Quarantined:N0} rows are in quarantine; one by one, {BrowseQuarantine.RowsMax:N0} can be put right."), "Put so many right in the source or by a cleaning step, or look at the check that fails them.")
        : BrowseQuarantine.Run(project, version, workspace.Blobs, new BrowseQuarantine.Request(Take: BrowseQuarantine.RowsMax), cancel).Rows;

    private static Table TableOf(IReadOnlyList<QuarantineRow> rows)
    {
        var columns = rows[0].Values.Take(ColumnsShown).Select(value => value.Key).ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumns(["row", "reason", .. columns.Select(Markup.Escape)]);
        foreach (var row in rows)
        {
            table.AddRow([row.Row.ToString(CultureInfo.InvariantCulture), Markup.Escape(row.Reason), .. row.Values.Take(ColumnsShown).Select(value => Markup.Escape(value.Value ?? ""))]);
        }

        return rows[0].Values.Count > ColumnsShown ? table.Caption($"The first {ColumnsShown} of {rows[0].Values.Count} columns; --json gives all.") : table;
    }

    internal sealed record ListView(int Iteration, string Version, long Read, long Kept, long Quarantined, long Dropped, long Found, IReadOnlyList<RowView> Rows);

    /// <param name="Row">0-based raw row.</param>
    internal sealed record RowView(long Row, string Key, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, string?> Values);

    internal sealed record ExportView(int Iteration, long Rows, string Output);

    /// <param name="Rows">What each repair comes to.</param>
    /// <param name="Read">Rows of the version with the repairs; so the next three.</param>
    /// <param name="Written">Files written, relative to the project folder.</param>
    internal sealed record RepairView(IReadOnlyList<RepairedView> Rows, long Read, long Kept, long Quarantined, long Dropped, IReadOnlyList<string> Written);

    /// <param name="Row">0-based raw row.</param>
    /// <param name="State">kept, dropped or quarantine.</param>
    internal sealed record RepairedView(long Row, string Key, string Action, string State, IReadOnlyList<string> Reasons);

    [JsonSerializable(typeof(ListView))]
    [JsonSerializable(typeof(ExportView))]
    [JsonSerializable(typeof(RepairView))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class QuarantineJson : JsonSerializerContext;
}
