using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Data.Versions;
using Fairlead.Iterations;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead data apply A DIFF -o OUT</c>: a difference turns A into B.</summary>
internal static partial class DataApplyVerb
{
    public static Command Build()
    {
        var a = new Argument<string>("A") { HelpName = "A", Description = "The table the difference starts from: a file, a version by its id, or FOLDER@ITERATION." };
        var diff = new Argument<string>("DIFF") { HelpName = "DIFF", Description = "What `fairlead data diff -o` wrote." };
        var output = new Option<string>("--output", "-o") { HelpName = "OUT", Description = "File to write: .csv, .tsv or .jsonl.", Required = true };
        var command = new Command("apply", "Apply a difference to the table it starts from: the other table comes out, row for row.") { a, diff, output };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [parsed.GetValue(a), parsed.GetValue(diff)]);
            using var workspace = WorkspaceFolder.Open();
            var made = ApplyDiff.Run(NamedTable.Find(workspace, parsed.GetValue(a)!, "data apply", reading.Read(parsed)), parsed.GetValue(diff)!, cancel);
            var view = new View(RowsFile.Write(parsed.GetValue(output)!, made.Columns, made.Rows), parsed.GetValue(output)!);
            if (parsed.WantsJson())
            {
                Edge.Write(view, ApplyJson.Default.View);
            }
            else
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(view.Rows, "row")} in {view.Output}."));
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    /// <param name="Rows">Rows written.</param>
    internal sealed record View(long Rows, string Output);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class ApplyJson : JsonSerializerContext;
}
