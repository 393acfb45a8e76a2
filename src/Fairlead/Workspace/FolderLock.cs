namespace Fairlead.Workspace;

/// <summary>A file that one process (and one thread of it) holds at a time. The system frees it when its holder ends, however it ends.</summary>
internal static class FolderLock
{
    /// <summary>How long to wait for another holder, in milliseconds.</summary>
    public const int PatienceMilliseconds = 60_000;

    /// <summary>Waits for the lock and holds it until disposed.</summary>
    /// <exception cref="FaultException">Another holder kept it too long.</exception>
    public static IDisposable Take(string path, string what)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var start = Environment.TickCount64; ; Thread.Sleep(5))
        {
            if (Try(path) is { } held)
            {
                return held;
            }

            if (Environment.TickCount64 - start > PatienceMilliseconds)
            {
                throw new FaultException(path, $"Another process has been {what} for over a minute.", "Wait for it to end, or stop it, and run again.");
            }
        }
    }

    /// <summary>Takes the lock if nobody holds it; null when somebody does.</summary>
    public static IDisposable? Try(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (exception is not FileNotFoundException and not DirectoryNotFoundException)
        {
            return null;
        }
    }
}
