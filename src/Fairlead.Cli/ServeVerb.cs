using System.CommandLine;
using System.Net;
using System.Text.Json.Serialization;
using Fairlead.Iterations;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Serving;
using Fairlead.Serving.Log;
using Fairlead.Workspace;

namespace Fairlead.Cli;

/// <summary><c>fairlead serve FOLDER</c>: the model server on the released or newest gated iteration, in this process.</summary>
internal static partial class ServeVerb
{
    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Project folder: the one with the fairlead.yaml.", DefaultValueFactory = _ => "." };
        var port = new Option<int>("--port") { HelpName = "N", Description = "Port to listen on, on this machine only.", DefaultValueFactory = _ => 8080 };
        var command = new Command("serve", "Answer predictions: the released iteration, else the newest that passed its gates, else the newest.") { folder, port };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var project = ProjectFileReader.Read(parsed.GetValue(folder)!, withSource: false);
            var iteration = AnsweringIteration.ForService(workspace, project, out var why);
            var package = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, iteration));

            // The log is written where shipped segments lie, so that `why` finds an answer at once; it is encrypted when this server ends.
            var store = new PredictionStore(workspace);
            store.SealClosed();
            using var sealing = new AtEnd(() => store.SealClosed());
            using var log = new PredictionLog(package, new PredictionLogOptions { Folder = store.FolderOf(project.Id) });
            var services = new PredictionServices();
            services.Set(new PredictionService(project.Project, package, log) { Failed = exception => Console.Error.WriteLine(exception.Message) });
            PredictionHost host;
            try
            {
                host = await PredictionHost.StartAsync(services, IPAddress.Loopback, parsed.GetValue(port), cancel);
            }
            catch (IOException exception)
            {
                throw new FaultException("--port", $"Port {parsed.GetValue(port)} can't be listened on: {exception.Message}", "Stop what uses it, or give another one with --port.", wrongUse: true);
            }

            await using (host)
            {
                if (parsed.WantsJson())
                {
                    Edge.Write(new View(host.Url.ToString().TrimEnd('/'), iteration.Number, why, ExampleRow.Curl(package.Contract, host.Url.ToString())), ServeJson.Default.View);
                }
                else
                {
                    Console.WriteLine($"Answering with {why}. Ctrl+C stops. Try it:");
                    Console.WriteLine(ExampleRow.Curl(package.Contract, host.Url.ToString()));
                }

                try
                {
                    await Task.Delay(Timeout.Infinite, cancel);
                }
                catch (OperationCanceledException)
                {
                    // asked to stop: requests under way end first
                }
            }

            return Edge.Done;
        });
        return command;
    }

    /// <summary>Does something when all that was begun after it has ended.</summary>
    private sealed class AtEnd(Action action) : IDisposable
    {
        public void Dispose() => action();
    }

    internal sealed record View(string Url, int Iteration, string Why, string Curl);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class ServeJson : JsonSerializerContext;
}
