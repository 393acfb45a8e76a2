using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead score FOLDER FILE -o OUT.csv</c>: answers for every row of a file.</summary>
internal static partial class ScoreVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml." };
        var file = new Argument<string>("FILE") { Description = "Rows to answer: CSV, TSV, JSON lines or Parquet; the target column is optional." };
        var output = new Option<string>("--output", "-o") { HelpName = "OUT.csv", Description = "CSV to write: prediction, then probability:CLASS; row order kept.", Required = true };
        var command = new Command("score", "Answer every row of a file with the newest iteration.") { folder, file, output };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetRequiredValue(folder), withSource: false);
            var outcome = ScoreFile.Run(workspace, new ScoreFile.Request(project, parsed.GetRequiredValue(file), parsed.GetRequiredValue(output)), cancel);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(outcome.Iteration, outcome.Rows, outcome.Warned, outcome.Warnings.ToDictionary(w => w.Key, w => (long)w.Value), outcome.Output), ScoreJson.Default.View);
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Iteration {outcome.Iteration} answered {Counted.Of(outcome.Rows, "row")} to {outcome.Output}; {outcome.Warned:N0} with a warning."));
                foreach (var (kind, count) in outcome.Warnings)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}: {count:N0}"));
                }
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    internal sealed record View(int Iteration, long Rows, long Warned, IReadOnlyDictionary<string, long> Warnings, string Output);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class ScoreJson : JsonSerializerContext;
}
