using System.CommandLine;
using System.Text.Json.Serialization;
using Fairlead.Data.Privacy;
using Fairlead.Projects;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead data pseudonym-key FOLDER -o FILE</c>: the secret that a container of the project needs mounted.</summary>
internal static partial class DataPseudonymKeyVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml." };
        var output = new Option<string>("--output", "-o") { HelpName = "FILE", Description = "File to write; only its owner may read it. Must not be there yet.", Required = true };
        var command = new Command("pseudonym-key", "Write the key of a project's pseudonyms to a file, to be mounted into its container as a secret.") { folder, output };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetRequiredValue(folder), withSource: false);
            var path = parsed.GetRequiredValue(output);
            var id = PseudonymKeys.Export(project, workspace, path);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(id, path), PseudonymKeyJson.Default.View);
            }
            else
            {
                Console.WriteLine($"Key {id} written to {path}. In the container: FAIRLEAD_PSEUDONYM_KEY_FILE=/run/secrets/pseudonym-key. Keep it apart from the data.");
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    /// <param name="Id">Names the key without telling it.</param>
    internal sealed record View(string Id, string Output);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class PseudonymKeyJson : JsonSerializerContext;
}
