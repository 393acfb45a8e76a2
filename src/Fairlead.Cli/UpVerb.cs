using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Fairlead.Iterations;
using Fairlead.Models.Packages;
using Fairlead.Projects;
using Fairlead.Projects.Sample;
using Fairlead.Serving;
using Fairlead.Web;
using Fairlead.Web.Customers;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Spectre.Console;

namespace Fairlead.Cli;

/// <summary><c>fairlead up</c>: the whole loop on this machine, from a data file, a project folder, or the sample.</summary>
internal static partial class UpVerb
{
    public static Command Build()
    {
        var what = new Argument<string?>("FILE|FOLDER") { Description = "A data file (with --target) or a project folder; without one, the sample project.", Arity = ArgumentArity.ZeroOrOne };
        var target = new Option<string?>("--target") { HelpName = "COL", Description = "Column to predict, with a data file." };
        var port = new Option<int>("--port") { HelpName = "N", Description = "Port of the workbench.", DefaultValueFactory = _ => WorkbenchOptions.DefaultPort };
        var reviewPort = new Option<int>("--review-port") { HelpName = "N", Description = "Port of the review pages.", DefaultValueFactory = _ => ReviewListenerOptions.DefaultPort };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Don't open the workbench in a browser." };
        var command = new Command("up", "From data to answers on this machine: iterate, release to staging from the image, open the workbench and a review.")
        {
            what, target, port, reviewPort, noBrowser,
        };
        command.Runs(async (parsed, cancel) =>
        {
            using var workspace = WorkspaceFolder.Open();
            var folder = FolderOf(parsed, parsed.GetValue(what), parsed.GetValue(target), workspace, cancel);
            await using var host = new ProjectHost(workspace, folder, Worker.Search, new ProgressLines());
            await host.StartAsync(parsed.GetValue(port), parsed.GetValue(reviewPort), cancel);
            await Console.Error.WriteLineAsync($"Project {folder}{Environment.NewLine}The workbench is at {host.Workbench} and shows what follows. Ctrl+C stops.");
            if (!parsed.GetValue(noBrowser) && !Console.IsOutputRedirected)
            {
                OpenBrowser(host.Workbench);
            }

            var iteration = await host.TurnAsync(cancel);
            if (!parsed.WantsJson())
            {
                IterateVerb.Print(iteration);
                Console.WriteLine($"Staging answers now: {host.Answering}.");
            }

            var answering = AnsweringIteration.ForService(workspace, ProjectFileReader.Read(folder, withSource: false), out _);
            var contract = ModelPackage.Load(AnsweringIteration.PackageFolderOf(workspace, answering)).Contract;
            var lines = new View(ExampleRow.Curl(contract, host.Workbench.ToString()), answering.Image, host.ReviewUrl!, host.Workbench.ToString().TrimEnd('/'));
            if (parsed.WantsJson())
            {
                Edge.Write(lines, UpJson.Default.View);
            }
            else
            {
                Console.WriteLine($"answers    {lines.Answers}");
                Console.WriteLine($"image      {lines.Image ?? "none: no model server could be built here"}");
                Console.WriteLine($"review     {lines.Review}");
                Console.WriteLine($"workbench  {lines.Workbench}");
            }

            await Console.Out.FlushAsync(cancel);
            await WaitAsync(cancel);
            return Edge.Done;
        });
        return command;
    }

    private static string FolderOf(ParseResult parsed, string? what, string? target, WorkspaceFolder workspace, CancellationToken cancel)
    {
        if (what is null)
        {
            var sample = Path.Combine(workspace.Folder, "sample");
            if (!File.Exists(Path.Combine(sample, ProjectFile.FileName)))
            {
                SampleProject.Make(sample, cancel: cancel);
            }

            return sample;
        }

        if (Directory.Exists(what))
        {
            return Path.GetFullPath(what);
        }

        var name = SampleName(Path.GetFileNameWithoutExtension(what));
        var folder = Path.GetFullPath(name);
        if (File.Exists(Path.Combine(folder, ProjectFile.FileName)))
        {
            return folder;
        }

        NewVerb.Create(new NewProject.Request(name, what, target, folder), parsed.CanAsk(), cancel);
        return folder;
    }

    /// <summary>A project name from a file's: lower case, everything else a dash.</summary>
    private static string SampleName(string file)
    {
        var name = new string([.. file.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return name.Length > 0 && char.IsAsciiLetter(name[0]) ? name[..Math.Min(name.Length, 63)] : "project";
    }

    private static async Task WaitAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopping.");
        }
    }

    private static void OpenBrowser(Uri address)
    {
        var opener = OperatingSystem.IsWindows() ? "explorer" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        try
        {
            Process.Start(new ProcessStartInfo(opener, address.ToString()) { RedirectStandardOutput = true, RedirectStandardError = true })?.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // no browser here: the address is printed
        }
    }

    internal sealed record View(string Answers, string? Image, string Review, string Workbench);

    [JsonSerializable(typeof(View))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class UpJson : JsonSerializerContext;
}
