using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Fairlead.Iterations;
using Fairlead.Packaging;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead image FOLDER -o FILE.tar</c>: the image as a file that container tools load.</summary>
internal static partial class ImageVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var output = new Option<string>("--output", "-o") { HelpName = "FILE.tar", Description = "File (.tar, for podman load or docker load) or folder (an OCI image layout) to write.", Required = true };
        var number = new Option<int?>("--iteration") { HelpName = "N", Description = "Iteration; without one, the one that answers." };
        var tag = new Option<string?>("--tag") { HelpName = "NAME:TAG", Description = "Name to load it under; without one, localhost/PROJECT:ITERATION." };
        var command = new Command("image", "Write the container image of an iteration to a file, without a container daemon.") { folder, output, number, tag };
        command.Runs((parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            WrittenFiles.Check([("--output", parsed.GetValue(output))], [], project);
            var iteration = parsed.GetValue(number) is { } wanted
                ? IterationRecords.Find(workspace.Records, project.Id, wanted) ?? throw new FaultException("--iteration", $"There is no iteration {wanted}.", "Look at the project page, or leave it out.", wrongUse: true)
                : AnsweringIteration.ForService(workspace, project, out _);
            if (iteration.Image is not { } digest)
            {
                throw new FaultException($"iteration {iteration.Number}", "It has no image, since no model server could be built here.", "Run `fairlead iterate` where a model server can be built; its image step says what is missing.");
            }

            var reference = parsed.GetValue(tag) ?? string.Create(CultureInfo.InvariantCulture, $"localhost/{project.Project}:{iteration.Number}");
            var path = parsed.GetRequiredValue(output);
            OciImage.Export(digest, reference, path, workspace.Blobs);
            if (parsed.WantsJson())
            {
                Edge.Write(new View(iteration.Number, digest, reference, path), ImageJson.Default.View);
            }
            else
            {
                Console.WriteLine($"{digest}");
                Console.Error.WriteLine($"Wrote {path} ({reference}). Load it: podman load -i {path}");
            }

            return Task.FromResult(Edge.Done);
        });
        return command;
    }

    internal sealed record View(int Iteration, string Image, string Reference, string Path);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class ImageJson : JsonSerializerContext;
}
