using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Privacy;
using Fairlead.Data.Selecting;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Web.Design.Charts;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead data split FOLDER</c>: how the classes are dealt to training, exam and sealed part, and a stratified split drawn on the newest version.</summary>
internal static partial class DataSplitVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var write = new Option<bool>("--write") { Description = $"Draw it: \"stratified: true\" in fairlead.yaml, and {DealtRows.FileName}. It is another exam and starts a new line of iterations. A file from before gets keyed names, and no row moves." };
        var command = new Command("split", "Deal every class in the wanted shares: a stratified split whose rows never move.") { folder, write };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = PseudonymKeys.Bind(ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false), workspace);
            var iteration = IterationRecords.Newest(workspace.Records, project.Id)
                ?? throw new FaultException(project.Folder, "The project has no iteration yet, so there are no cleaned rows to deal.", $"Write \"stratified: true\" under \"split\" and the first iteration draws it, or run: fairlead iterate {Edge.Quoted(project.Folder)}");
            var outcome = DrawSplit.Run(new DrawSplit.Request(project, iteration.Data, workspace.Time.GetUtcNow()), workspace.Blobs, cancel);
            ProjectFileEdit.Change? change = null;
            var written = parsed.GetValue(write) && project.Split.Dealt is null;
            if (parsed.GetValue(write))
            {
                workspace.Audit.Changed("data split --write", project.Project);
            }

            if (written)
            {
                // The file first: when only it was written, the project still deals as before.
                _ = DrawSplit.Write(project, outcome.Split, workspace.Blobs);
                change = ProjectFileEdit.Stratify(project.Folder);
            }

            var old = DrawSplit.HasOldNames(project, workspace.Blobs);
            var renamed = old && parsed.GetValue(write);
            if (renamed)
            {
                _ = DrawSplit.Write(project, project.Split.Dealt!, workspace.Blobs);
            }

            if (parsed.WantsJson())
            {
                Edge.Write(
                    new View(project.Split.By, iteration.Number, project.Split.Exam, project.Split.Sealed, project.Split.Dealt?.At, outcome.Now, outcome.Drawn, outcome.Split.Moved.Count, written ? [ProjectFile.FileName, DealtRows.FileName] : renamed ? [DealtRows.FileName] : [], old && !renamed),
                    DataSplitJson.Default.View);
            }
            else
            {
                Print(project, outcome, change, parsed.GetValue(write));
                if (old)
                {
                    Console.WriteLine(renamed
                        ? $"Written: {DealtRows.FileName} now names its rows under the project's pseudonym key. What was committed before keeps the names of before."
                        : $"{DealtRows.FileName} names rows {DrawSplit.OldNames(project.Split.Dealt!)}. --write names them under the project's pseudonym key; no row moves.");
                }
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    private static void Print(ProjectFile project, DrawSplit.Outcome outcome, ProjectFileEdit.Change? change, bool write)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("class", "rows", "exam now", "sealed now", project.Split.Dealt is null ? "exam if drawn" : "exam as drawn", project.Split.Dealt is null ? "sealed if drawn" : "sealed as drawn");
        foreach (var (now, drawn) in outcome.Now.Zip(outcome.Drawn))
        {
            table.AddRow(Markup.Escape(now.Class), Figures.Count(now.Rows), Share(now.Exam, now.Rows), Share(now.Sealed, now.Rows), Share(drawn.Exam, drawn.Rows), Share(drawn.Sealed, drawn.Rows));
        }

        AnsiConsole.Write(table);
        if (change is not null)
        {
            Console.WriteLine($"Written: {DealtRows.FileName} ({Figures.Count(outcome.Split.Moved.Count, "row")} dealt otherwise than by the hash alone), and");
            AnsiConsole.MarkupLineInterpolated($"{change.Diff}");
        }
        else if (project.Split.Dealt is { } dealt)
        {
            Console.WriteLine($"Drawn on {Figures.Moment(dealt.At)} with {Figures.Count(dealt.Rows, "row")}; rows that came since fall by the hash.{(write ? " It is not drawn again: no row changes sides." : "")} Another seed in {ProjectFile.FileName} draws another exam.");
        }
        else
        {
            Console.WriteLine(project.Split.Stratified
                ? "The next iteration draws it."
                : $"--write draws it: {Figures.Count(outcome.Split.Moved.Count, "row")} dealt otherwise than by the hash alone. It is another exam and starts a new line of iterations.");
        }
    }

    private static string Share(long part, long rows) => string.Create(CultureInfo.InvariantCulture, $"{part:N0} ({100.0 * part / rows:0.0} %)");

    /// <summary>What <c>--json</c> prints: a promise, see docs/formats/cli-json.md.</summary>
    internal sealed record View(
        string By, int Iteration, double Exam, double Sealed, DateTimeOffset? DrawnAt, IReadOnlyList<DrawSplit.Stratum> Now, IReadOnlyList<DrawSplit.Stratum> Drawn, int Moved, IReadOnlyList<string> Files, bool OldNames);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class DataSplitJson : JsonSerializerContext;
}
