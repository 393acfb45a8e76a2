using System.Security.Cryptography;

namespace Fairlead.Workspace;

/// <summary>A megabyte that a workspace holds back, so that it can be cleared out on a full disk: there the records can't even be opened to read.</summary>
internal static class Reserve
{
    /// <summary>Enough for the shared memory of the records (32 KB) and for what collecting writes to their log.</summary>
    public const int Bytes = 1 << 20;

    public static string PathIn(string folder) => Path.Combine(folder, "reserve");

    /// <summary>Makes it where it is not there and there is room.</summary>
    public static void Keep(string folder)
    {
        var path = PathIn(folder);
        if (File.Exists(path))
        {
            return;
        }

        try
        {
            DurableFile.Write(path, RandomNumberGenerator.GetBytes(Bytes)); // nothing that a file system could store in less
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // no room now: the next verb tries again
        }
    }

    /// <summary>Gives it back to the disk; false when there was none.</summary>
    public static bool Release(string folder)
    {
        var there = File.Exists(PathIn(folder));
        File.Delete(PathIn(folder));
        return there;
    }
}
