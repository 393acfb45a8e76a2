using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Selecting;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data split FOLDER</c>: how the classes are dealt to training, exam and sealed part, and a seed that deals them evenly.</summary>
internal static partial class DataSplitVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var tolerance = new Option<double>("--tolerance") { HelpName = "SHARE", Description = "How far the share of a class on a side may lie from the wanted one.", DefaultValueFactory = _ => BalanceSplit.Tolerance };
        var write = new Option<bool>("--write") { Description = "Write the seed into fairlead.yaml. Another seed deals another exam and starts a new line of iterations." };
        var command = new Command("split", "Look for a seed that deals every class evenly: a stratified split whose rows never move.") { folder, tolerance, write };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var iteration = IterationRecords.Newest(workspace.Records, project.Id)
                ?? throw new FaultException(project.Folder, "The project has no iteration yet, so there are no cleaned rows to deal.", $"Run: fairlead iterate {Edge.Quoted(project.Folder)}");
            var outcome = BalanceSplit.Run(new BalanceSplit.Request(project, iteration.Data, parsed.GetValue(tolerance)), workspace.Blobs, cancel);
            var change = parsed.GetValue(write) && outcome.Best.Seed != project.Split.Seed ? ProjectFileEdit.SetSplitSeed(project.Folder, outcome.Best.Seed) : null;
            if (parsed.WantsJson())
            {
                Edge.Write(new View(project.Split.By, outcome.Within, outcome.Tried, outcome.Now, outcome.Best, change is not null), DataSplitJson.Default.View);
            }
            else
            {
                Print(outcome, change);
            }

            return Task.FromResult(outcome.Within ? Edge.Done : Edge.No);
        });
        return command;
    }

    private static void Print(BalanceSplit.Outcome outcome, ProjectFileEdit.Change? change)
    {
        foreach (var (name, dealt) in outcome.Best.Seed == outcome.Now.Seed ? [("now", outcome.Now)] : new[] { ("now", outcome.Now), ("best", outcome.Best) })
        {
            var table = new Table().Border(TableBorder.Rounded).Title(string.Create(CultureInfo.InvariantCulture, $"{name}: seed {dealt.Seed}, largest deviation {100 * dealt.Deviation:0.00} points")).AddColumns("class", "rows", "exam", "sealed");
            foreach (var one in dealt.Strata)
            {
                table.AddRow(Markup.Escape(one.Class), one.Rows.ToString("N0", CultureInfo.InvariantCulture), Share(one.Exam), Share(one.Sealed));
            }

            AnsiConsole.Write(table);
        }

        if (change is not null)
        {
            AnsiConsole.MarkupLineInterpolated($"{change.Diff}");
        }
        else if (outcome.Best.Seed != outcome.Now.Seed)
        {
            Console.WriteLine($"{outcome.Tried} seeds tried. --write puts seed {outcome.Best.Seed} into {ProjectFile.FileName}; it deals another exam and starts a new line of iterations.");
        }
    }

    private static string Share(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(string By, bool Within, int Tried, BalanceSplit.Dealt Now, BalanceSplit.Dealt Best, bool Written);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DataSplitJson : JsonSerializerContext;
}
