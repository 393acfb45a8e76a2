using System.Security.Cryptography;

namespace Fairlead.Data.Storage;

/// <summary>A folder in the system's temporary one for what does not fit into memory, gone when it is disposed. One that a killed process left goes when the next is made.</summary>
/// <remarks>A file beside the folder is locked as long as its process lives. It is there before the folder is, so that every folder has one, whenever its process was killed.</remarks>
internal sealed class SpillFolder : IDisposable
{
    private const string Prefix = "fairlead-spill-";
    private const string LockExtension = ".lock";
    private const int TriesMax = 5;

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <exception cref="IOException">The temporary folder can't be written.</exception>
    public SpillFolder()
    {
        foreach (var left in Directory.EnumerateFiles(System.IO.Path.GetTempPath(), $"{Prefix}*{LockExtension}"))
        {
            Remove(left);
        }

        for (var tries = 1; ; tries++)
        {
            _folder = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
            try
            {
                _lock = new FileStream(_folder + LockExtension, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                if (File.Exists(_lock.Name))
                {
                    break;
                }

                _lock.Dispose(); // another process swept it away before it was locked
            }
            catch (IOException) when (tries < TriesMax)
            {
                // another process is sweeping it away
            }
        }

        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(_folder) : Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A folder in it that is not there yet.</summary>
    public string Path => System.IO.Path.Combine(_folder, "engine");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _lock.Dispose();
        File.Delete(_lock.Name);
    }

    /// <summary>Removes a folder whose lock nobody holds.</summary>
    private static void Remove(string path)
    {
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (Directory.Exists(path[..^LockExtension.Length]))
            {
                Directory.Delete(path[..^LockExtension.Length], recursive: true);
            }

            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // somebody else's, or still in use
        }
    }
}
