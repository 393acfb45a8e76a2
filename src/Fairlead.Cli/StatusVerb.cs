using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Practice;
using Fairlead.Projects;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead status FOLDER</c>: the four risks, each with one figure, its evidence and the next action.</summary>
internal static partial class StatusVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var command = new Command("status", "The four risks of this project: a figure, its evidence, and what to do next.") { folder };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var facts = ReadPractice.Run(workspace, project);
            var risks = RiskReader.Read(facts, project.Folder);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(project.Project, risks, facts.Served), StatusJson.Default.View);
            }
            else
            {
                Print(risks);
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Print(IReadOnlyList<Risk> risks)
    {
        foreach (var risk in risks)
        {
            var colour = risk.Level switch { RiskLevel.Low => "green", RiskLevel.Medium => "yellow", _ => "red" };
            AnsiConsole.MarkupLineInterpolated($"[{colour}]●[/] [bold]{risk.Title}[/]  {risk.Figure}  [grey]({(risk.Level == RiskLevel.Unknown ? "unknown, which counts as risk" : risk.Level.ToString().ToLowerInvariant() + " risk")})[/]");
            foreach (var evidence in risk.Evidence)
            {
                AnsiConsole.MarkupLineInterpolated($"    {evidence}");
            }

            AnsiConsole.MarkupLineInterpolated($"    [bold]Next:[/] {risk.Next}");
            if (risk.Command is { } command)
            {
                Console.WriteLine($"          {command}");
            }
        }
    }

    /// <param name="Served">How the released model does by its newest answers; null when nothing is released.</param>
    internal sealed record View(string Project, IReadOnlyList<Risk> Risks, ServedModel? Served);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class StatusJson : JsonSerializerContext;
}
