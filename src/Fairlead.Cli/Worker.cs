using System.Diagnostics;
using Fairlead.Iterations;
using Fairlead.Training.Worker;

namespace Fairlead.Cli;

/// <summary>How this program starts itself as a search worker.</summary>
internal static class Worker
{
    public static Iterate.RunSearch Search { get; } = (input, blobs, progress, cancel) =>
        Task.Run(() => SearchProcess.Run(input, blobs, Start, progress, cancel), CancellationToken.None);

    private static ProcessStartInfo Start(string request)
    {
        var own = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? new ProcessStartInfo(own, [typeof(Worker).Assembly.Location, SearchWorker.Verb, request])
            : new ProcessStartInfo(own, [SearchWorker.Verb, request]);
    }
}
