using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Data.Profiles;
using Fairlead.Projects.Sources;
using Fairlead.Web.Data.Profiles;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead data profile FILE</c>: what the columns of a table are like.</summary>
internal static partial class DataProfileVerb
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Table: CSV, TSV, JSON lines, a JSON array or Parquet." };
        var target = new Option<string?>("--target") { HelpName = "COL", Description = "Column whose class balance is wanted." };
        var html = new Option<string?>("--html") { HelpName = "OUT.html", Description = "Page to write: one file that opens anywhere." };
        var command = new Command("profile", "What the columns of a table are like, in one pass over it.") { file, target, html };
        var reading = ReadingOptions.Of(command);
        command.Runs(async (parsed, cancel) =>
        {
            WrittenFiles.Check([("--html", parsed.GetValue(html))], [parsed.GetValue(file)]);
            Edge.CollectAtOnce();
            var profile = ProfileTable.Run(new ProfileTable.Request(parsed.GetRequiredValue(file), parsed.GetValue(target), reading.Read(parsed)), cancel);
            if (parsed.GetValue(html) is { } page)
            {
                DurableFile.Write(page, await ProfileFile.HtmlAsync(profile, Path.GetFileName(parsed.GetRequiredValue(file))));
            }

            if (parsed.WantsJson())
            {
                Edge.Write(profile, ProfileJson.Default.TableProfile);
            }
            else
            {
                ProfileText.Print(profile);
            }

            return Edge.Done;
        });
        return command;
    }

    [JsonSerializable(typeof(TableProfile))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    internal sealed partial class ProfileJson : JsonSerializerContext;
}
