using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead workspace space</c>: what takes how much of the disk.</summary>
internal static partial class WorkspaceSpaceVerb
{
    public static Command Build()
    {
        var command = new Command("space", "Say what the workspace takes on the disk, by project and iteration.");
        command.Runs((parsed, _) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var outcome = SpaceUse.Run(workspace);
            if (parsed.WantsJson())
            {
                Edge.Write(outcome, SpaceJson.Default.Outcome);
            }
            else
            {
                Show(outcome);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Show(SpaceUse.Outcome outcome)
    {
        AnsiConsole.MarkupLineInterpolated($"{outcome.Folder}: [bold]{Size(outcome.Bytes)}[/], of which {Size(outcome.Blobs)} blobs ({Size(outcome.Unnamed)} named by no iteration), {Size(outcome.Records)} records, {Size(outcome.Predictions)} predictions.");
        foreach (var project in outcome.Projects)
        {
            var table = new Table().Border(TableBorder.Rounded).Title($"{Markup.Escape(project.Project)}: {Size(project.Bytes)}, {Size(project.Own)} its own");
            foreach (var name in new[] { "iteration", "raw", "cleaned", "quarantine", "models", "package", "image", "new", "shared" })
            {
                table.AddColumn(new TableColumn(name).RightAligned());
            }

            foreach (var one in project.Iterations)
            {
                table.AddRow(one.Iteration.ToString(CultureInfo.InvariantCulture), Size(one.Raw), Size(one.Kept), Size(one.Quarantine), Size(one.Models), Size(one.Package), Size(one.Image), Size(one.New), Size(one.Shared));
            }

            AnsiConsole.Write(table);
        }
    }

    private static string Size(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    [JsonSerializable(typeof(SpaceUse.Outcome))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class SpaceJson : JsonSerializerContext;
}
