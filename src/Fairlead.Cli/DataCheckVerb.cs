using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fairlead.Data.Checks;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data check FILE --checks CHECKS.yaml</c>: does a table meet its checks, and which rows do not.</summary>
internal static partial class DataCheckVerb
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Data to check: CSV, TSV, JSON lines, a JSON array or Parquet; or a project folder, whose data is checked as it was read." };
        var checks = new Option<string>("--checks") { HelpName = "CHECKS.yaml", Description = "The checks: a list under \"checks:\".", Required = true };
        var previous = new Option<string?>("--previous") { HelpName = "FILE", Description = "The version before, for checks of how much has changed." };
        var command = new Command("check", "Check a table: every check with the rows that fail it. Exit code 3 when a check fails.") { file, checks, previous };
        var reading = ReadingOptions.Of(command);
        command.Runs(async (parsed, cancel) =>
        {
            Edge.CollectAtOnce();
            var report = await ReportAsync(new CheckTable.Request(parsed.GetRequiredValue(file), parsed.GetRequiredValue(checks), parsed.GetValue(previous), reading.Read(parsed)), cancel);
            if (parsed.WantsJson())
            {
                using var output = Console.OpenStandardOutput();
                CheckReportJson.Write(report, output);
            }
            else
            {
                Show(report);
            }

            return report.Success ? Edge.Done : Edge.No;
        });
        return command;
    }

    private static async Task<CheckReport> ReportAsync(CheckTable.Request request, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(request.File, ProjectFile.FileName)))
        {
            return CheckTable.Run(request, TimeProvider.System, cancel);
        }

        if (request.Previous is not null)
        {
            throw new FaultException("--previous", "A project is checked as it stands.", "Leave --previous out, or name the files.", wrongUse: true);
        }

        if (request.Reading is { } reading && reading != SourceOptions.None)
        {
            throw new FaultException(request.File, "How a project's files are written is declared in its project file.", $"Write it under \"data:\" of {ProjectFile.FileName}, or name a file.", wrongUse: true);
        }

        using var workspace = WorkspaceFolder.Open();
        var project = ProjectFileReader.Read(request.File, withSource: false);
        workspace.Audit.Read("data check", project.Project); // failing rows are shown with their values
        return await CheckProject.RunAsync(workspace, new CheckProject.Request(project, request.Checks), cancel);
    }

    private static void Show(CheckReport report)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("", "Check", "Looked at", "Failing", "Found");
        foreach (var result in report.Results)
        {
            var mark = result.Success ? "[green]yes[/]" : result.Rule.Error ? "[red]no[/]" : "[yellow]warn[/]";
            table.AddRow(mark, Markup.Escape(result.Rule.Id), Count(result.Elements), result.UnexpectedCount == 0 ? "" : Count(result.UnexpectedCount), Markup.Escape(Found(result)));
        }

        AnsiConsole.Write(table);
        var failed = report.Results.Count(result => !result.Success && result.Rule.Error);
        var warned = report.Results.Count(result => !result.Success && !result.Rule.Error);
        Console.WriteLine($"{Counted.Of(report.Rows, "row")}, {Counted.Of(report.Results.Count, "check")}: {(failed == 0 ? "all met" : $"{failed} failed")}{(warned > 0 ? $", {warned} warn" : "")}.");
    }

    private static string Found(CheckResult result)
    {
        if (result.Observed is { } observed)
        {
            var text = observed.ToJsonString();
            return text.Length > 60 ? text[..60] + "…" : text;
        }

        if (result is { Success: false, Rule.Table: FreshnessCheck })
        {
            return "no date can be read";
        }

        return string.Join(", ", result.Examples.Take(3).Select(row => string.Create(CultureInfo.InvariantCulture, $"row {row.Row}: {(row.Value is null ? "no value" : row.Value.Length > 30 ? row.Value[..30] + "…" : row.Value)}")));
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The shape of the answer. It is written by <see cref="CheckReportJson"/>, which does not build it: a check may have millions of failing rows.</summary>
    internal sealed record View(long Rows, IReadOnlyList<CheckView> Checks);

    internal sealed record CheckView(
        string Id, string Check, string? Column, bool Success, [property: JsonPropertyName("element_count")] long ElementCount, [property: JsonPropertyName("missing_count")] long MissingCount,
        [property: JsonPropertyName("unexpected_count")] long UnexpectedCount, [property: JsonPropertyName("unexpected_rows")] IReadOnlyList<long> UnexpectedRows, JsonNode? Observed);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class CheckJson : JsonSerializerContext;
}
