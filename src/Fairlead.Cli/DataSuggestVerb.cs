using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Data.Checks;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead data suggest FILE</c>: checks worth having, as a checks file.</summary>
internal static partial class DataSuggestVerb
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Data to look at: CSV, TSV, JSON lines, a JSON array or Parquet." };
        var output = new Option<string?>("--output", "-o") { HelpName = "CHECKS.yaml", Description = "Where to write the checks file; stdout when not given." };
        var command = new Command("suggest", "Propose checks for a table, each with its reason and the share of rows it would fail.") { file, output };
        var reading = ReadingOptions.Of(command);
        command.Runs((parsed, cancel) =>
        {
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [parsed.GetValue(file)]);
            Edge.CollectAtOnce();
            var outcome = SuggestChecks.Run(parsed.GetRequiredValue(file), cancel, reading.Read(parsed));
            if (parsed.GetValue(output) is { } path)
            {
                DurableFile.Write(path, outcome.Yaml());
            }

            if (parsed.WantsJson())
            {
                Edge.Write(new View(outcome.Rows, [.. outcome.Checks.Select(check => new Suggestion(check.Rule.Id, check.Rule.Name, check.Rule.Columns, check.Text, check.Reason, check.FailingShare))], outcome.Notes), SuggestJson.Default.View);
            }
            else if (parsed.GetValue(output) is { } written)
            {
                Console.WriteLine($"{outcome.Checks.Count} checks in {written}. Run them with: fairlead data check {Edge.Quoted(parsed.GetRequiredValue(file))} --checks {Edge.Quoted(written)}");
                foreach (var note in outcome.Notes)
                {
                    Console.WriteLine(note);
                }
            }
            else
            {
                Console.Write(outcome.Yaml());
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    internal sealed record View(long Rows, IReadOnlyList<Suggestion> Checks, IReadOnlyList<string> Notes);

    /// <param name="Text">As an item of a checks file.</param>
    /// <param name="FailingShare">Share of the rows that fail it now.</param>
    internal sealed record Suggestion(string Id, string Check, IReadOnlyList<string> Columns, string Text, string Reason, double FailingShare);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class SuggestJson : JsonSerializerContext;
}
