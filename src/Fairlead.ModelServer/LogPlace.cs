using Fairlead.Models.Packages;
using Fairlead.Serving.Log;

namespace Fairlead.ModelServer;

/// <summary>Where the prediction log lies: in its folder, or, where that can't be written (a read-only container), in memory.</summary>
internal static class LogPlace
{
    /// <summary>A file system in memory that container runtimes give even to read-only containers.</summary>
    private const string Memory = "/dev/shm/fairlead-log";

    private const long FolderMax = 1L << 30;
    private const long MemoryMax = 48L << 20; // such file systems have 64 MB where nobody said otherwise

    /// <exception cref="IOException">Neither can be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither can be written.</exception>
    public static PredictionLog Open(ModelPackage package, ServerOptions options, TextWriter say)
    {
        var place = new PredictionLogOptions { Folder = options.Log, FolderBytesMax = options.LogMax ?? FolderMax, DropOldest = options.Ship is null };
        try
        {
            return new PredictionLog(package, place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && Directory.Exists(Path.GetDirectoryName(Memory)))
        {
            say.WriteLine($"The log's folder can't be written: {exception.Message} Predictions are logged in memory ({Memory}): they survive the end of this process, not the end of the container.{(options.Ship is null ? " Mount a volume at the log's folder, or ship them (--ship)." : "")}");
            return new PredictionLog(package, place with { Folder = Memory, FolderBytesMax = options.LogMax ?? MemoryMax });
        }
    }
}
